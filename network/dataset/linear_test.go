package dataset_test

import (
	"testing"

	"bsnn/network/dataset"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

// leastSquares is the accuracy on test of the linear classifier, with
// intercept, that fits one-hot labels of train best.
func leastSquares(t *testing.T, train, test dataset.Rows) float64 {
	x := design(train)
	y := mat.NewDense(train.Len(), train.Classes(), nil)
	for i := range train.Len() {
		y.Set(i, train.Label(i), 1)
	}
	var w, out mat.Dense
	require.NoError(t, w.Solve(x, y))
	out.Mul(design(test), &w)
	right := 0
	for i := range test.Len() {
		best := 0
		for c := range test.Classes() {
			if out.At(i, c) > out.At(i, best) {
				best = c
			}
		}
		if best == test.Label(i) {
			right++
		}
	}
	return float64(right) / float64(test.Len())
}

func design(r dataset.Rows) *mat.Dense {
	x := mat.NewDense(r.Len(), r.Inputs()+1, nil)
	for i := range r.Len() {
		r.Row(x.RawRowView(i)[:r.Inputs()], i)
		x.Set(i, r.Inputs(), 1)
	}
	return x
}
