package gemm

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
)

// Float64 is gonum's implementation with a faster Dgemm. Any number of
// goroutines may call it.
type Float64 struct{ gonum.Implementation }

var _ blas.Float64 = Float64{}

// worthwhile is the number of multiplications from which packing pays.
const worthwhile = 32 * 32 * 32

// Dgemm sets C = alpha·op(A)·op(B) + beta·C, where op(A) is m×k and op(B) is
// k×n. It panics as gonum's does. With beta = 0, C need not be set.
func (f Float64) Dgemm(tA, tB blas.Transpose, m, n, k int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64, c []float64, ldc int) {
	left, okA := operand(tA, m, k, a, lda)
	right, okB := operand(tB, k, n, b, ldb)
	result, okC := operand(blas.NoTrans, m, n, c, ldc)
	if !available || !okA || !okB || !okC || alpha == 0 || float64(m)*float64(n)*float64(k) < worthwhile {
		f.Implementation.Dgemm(tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
		return
	}
	result.scale(beta)
	multiply(alpha, left, right, result)
}

// matrix is a rows×cols matrix with entry (i, j) at data[i·down + j·across].
type matrix struct {
	rows, cols   int
	data         []float64
	down, across int
}

// operand is op(A) of the given shape; ok is false for what gonum refuses, and
// for an empty matrix.
func operand(t blas.Transpose, rows, cols int, data []float64, stride int) (m matrix, ok bool) {
	if rows <= 0 || cols <= 0 {
		return matrix{}, false
	}
	m = matrix{rows, cols, data, stride, 1}
	storedRows, storedCols := rows, cols
	switch t {
	case blas.NoTrans:
	case blas.Trans, blas.ConjTrans:
		m.down, m.across = 1, stride
		storedRows, storedCols = cols, rows
	default:
		return matrix{}, false
	}
	return m, stride >= storedCols && len(data) >= (storedRows-1)*stride+storedCols
}

// scale multiplies the matrix, which is not transposed, by beta; 0 replaces
// even a NaN.
func (m matrix) scale(beta float64) {
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
