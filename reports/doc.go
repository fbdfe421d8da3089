// Package reports runs a sweep over activations and widths and writes it
// down: one self-contained HTML page, its pictures as SVG, the numbers as CSV
// and everything together as JSON.
//
// [Run] measures, [Write] renders. The numbers depend on the [Spec] alone:
// the same one gives the same bits for any number of workers.
package reports
