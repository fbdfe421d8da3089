package gemm

import "gonum.org/v1/gonum/blas"

// number is what the entries are.
type number interface{ float32 | float64 }

// matrix is a rows×cols matrix with entry (i, j) at data[i·down + j·across].
type matrix[T number] struct {
	rows, cols   int
	data         []T
	down, across int
}

// operand is op(A) of the given shape; ok is false for what gonum refuses, and
// for an empty matrix.
func operand[T number](t blas.Transpose, rows, cols int, data []T, stride int) (m matrix[T], ok bool) {
	if rows <= 0 || cols <= 0 {
		return matrix[T]{}, false
	}
	m = matrix[T]{rows, cols, data, stride, 1}
	storedRows, storedCols := rows, cols
	switch t {
	case blas.NoTrans:
	case blas.Trans, blas.ConjTrans:
		m.down, m.across = 1, stride
		storedRows, storedCols = cols, rows
	default:
		return matrix[T]{}, false
	}
	return m, stride >= storedCols && len(data) >= (storedRows-1)*stride+storedCols
}

// part is a block of the matrix.
func (m matrix[T]) part(i, j, rows, cols int) matrix[T] {
	return matrix[T]{rows, cols, m.data[i*m.down+j*m.across:], m.down, m.across}
}

// scale multiplies the matrix, which is not transposed, by beta; 0 replaces
// even a NaN.
func (m matrix[T]) scale(beta T) {
	for i := range m.rows {
		row := m.data[i*m.down : i*m.down+m.cols]
		switch beta {
		case 1:
			return
		case 0:
			clear(row)
		default:
			for j := range row {
				row[j] *= beta
			}
		}
	}
}
