package training

// Data is a labelled set of rows in memory. The engine calls it from one
// goroutine at a time and in any order of i, 0 ≤ i < Len; the same i must
// always give the same sample.
type Data interface {
	Len() int
	Inputs() int  // m, the length of a row
	Classes() int // labels are 0 … Classes−1
	// Row sets dst, of length Inputs, to row i. Rows should be standardised:
	// ‖u‖² ≈ m. It must not keep dst; it should not allocate.
	Row(dst []float64, i int)
	// Label is the class of row i.
	Label(i int) int
}

// Targets is Data for regression with the loss [SquaredError]. Accuracy is then
// still that of the largest output against Label.
type Targets interface {
	Data
	// Target sets dst, of length Classes, to the target of row i.
	Target(dst []float64, i int)
}
