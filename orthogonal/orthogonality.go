package orthogonal

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// OrthogonalityError is the largest absolute entry of MᵀM − I: how far a
// column of M is from unit squared length, or two columns from being
// orthogonal, whichever is worse. It is NaN when an entry of M makes it so,
// and 0 for an empty matrix. M may have more rows than columns: then it tells
// whether the columns are orthonormal.
func OrthogonalityError(m mat.Matrix) float64 {
	_, cols := m.Dims()
	if cols == 0 {
		return 0
	}
	var gram mat.SymDense
	gram.SymOuterK(1, m.T())
	var worst float64
	for i := range cols {
		worst = math.Max(worst, math.Abs(gram.At(i, i)-1))
		for j := i + 1; j < cols; j++ {
			worst = math.Max(worst, math.Abs(gram.At(i, j)))
		}
	}
	return worst
}
