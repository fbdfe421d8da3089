// Package actplot draws a normalised activation: φ and φ′ beside the function
// that they came from, and the two maps that say what wide layers do to the
// lengths of inputs and to the angles between them.
package actplot
