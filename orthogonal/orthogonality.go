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
	if d, ok := m.(*mat.Dense); ok && cols > 2*gramTile {
		return errorByTiles(d)
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

// gramTile is how many columns are multiplied at a time where there are many: MᵀM would take as much memory as M.
const gramTile = 512

// errorByTiles is OrthogonalityError of many columns.
func errorByTiles(m *mat.Dense) (worst float64) {
	rows, cols := m.Dims()
	part := func(i int) mat.Matrix { return m.Slice(0, rows, i, min(i+gramTile, cols)) }
	var gram mat.Dense
	for top := 0; top < cols; top += gramTile {
		for left := top; left < cols; left += gramTile {
			gram.Reset()
			gram.Mul(part(top).T(), part(left))
			height, width := gram.Dims()
			for i := range height {
				for j, v := range gram.RawRowView(i)[:width] {
					if top+i == left+j {
						v--
					}
					worst = math.Max(worst, math.Abs(v))
				}
			}
		}
	}
	return worst
}
