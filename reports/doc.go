// Package reports measures how norms concentrate: it runs a sweep over
// activations and widths, and compares the results of two.
//
//   - [Spec] says what to measure; [ReadSpec] and [SpecText] read and write it
//     as YAML.
//   - [Run] measures it and returns a [Report], whose JSON is report.json;
//     [Read] reads one back.
//   - [Compare] holds a report against an older one, [CompareBits] against a
//     repetition.
//   - [NewCard] says what is known of one activation.
//
// The numbers depend on the [Spec] alone: the same one gives the same bits for
// any number of workers. Package reports/page draws a report.
package reports
