package orthogonal

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/lapack/lapack64"
	"gonum.org/v1/gonum/mat"
)

// stewart holds the factors of p orthonormal rows in ℝⁿ, uniform among all
// such (for p = n: a Haar matrix of O(n)), as the product
//
//	diag(sign) · H_{p-1} ⋯ H_1 · H_0
//
// of Householder reflectors H_k that fix the first k coordinates (Stewart
// 1980, transposed, so that every reflector is a contiguous row).
//
// Why it is exactly Haar. H_k is the reflector of a Gaussian vector
// x_k ∈ ℝ^{n-k}: it maps x_k to β_k·e with β_k = ±‖x_k‖, so row k of the
// product of the later reflectors with it is x_k/β_k, and multiplying by
// sign(β_k) makes row 0 equal to x_0/‖x_0‖, which is uniform on the sphere;
// the remaining rows are, in the complement of row 0, the same construction
// one dimension lower. In the last step of a square matrix the vector has
// one coordinate: no reflector is left, only a fair sign. All signs are
// needed: with the numerically stable choice β = −sign(x)·‖x‖ the
// determinant is Π sign(x_k), the product of the signs of the vectors' first
// coordinates, of which the last one is fair and independent of the rest.
type stewart struct {
	rows blas64.General // p×n, the layout of lapack64.Gelqf: v_k right of the diagonal of row k
	tau  []float64      // H_k = I − tau_k·(1, v_k)ᵀ(1, v_k)
	sign []float64      // sign(β_k) = ±1
}

// drawStewart draws the factors of p rows in ℝⁿ, 1 ≤ p ≤ n.
func drawStewart(p, n int, src rand.Source) stewart {
	rows := blas64.General{Rows: p, Cols: n, Stride: n, Data: make([]float64, p*n)}
	return drawStewartInto(rows, src)
}

// drawStewartInto draws the factors of rows.Rows ≤ rows.Cols rows and keeps
// the reflectors in rows, whatever it held.
func drawStewartInto(rows blas64.General, src rand.Source) stewart {
	draw := normalsOf(src)
	s := stewart{rows: rows, tau: make([]float64, rows.Rows), sign: make([]float64, rows.Rows)}
	for k := range rows.Rows {
		x := rows.Data[k*rows.Stride+k : k*rows.Stride+rows.Cols]
		draw(x)
		s.tau[k] = householder(x)
		s.sign[k] = math.Copysign(1, x[0])
	}
	return s
}

// householder replaces x by (β, v) and returns tau such that
// H = I − tau·(1, v)ᵀ(1, v) is orthogonal and Hx = β·e₁. β has the sign
// opposite to x₁, which avoids cancellation; x parallel to e₁, in particular
// x of length 1, gives H = I and β = x₁.
func householder(x []float64) (tau float64) {
	if len(x) == 1 {
		return 0
	}
	alpha, rest := x[0], blasVector(x[1:])
	norm := blas64.Nrm2(rest)
	if norm == 0 {
		return 0
	}
	beta := -math.Copysign(math.Hypot(alpha, norm), alpha)
	blas64.Scal(1/(alpha-beta), rest)
	x[0] = beta
	return (beta - alpha) / beta
}

// reflect replaces x by H_k·x.
func (s stewart) reflect(k int, x []float64) {
	if s.tau[k] == 0 {
		return
	}
	v := s.rows.Data[k*s.rows.Stride+k+1 : k*s.rows.Stride+s.rows.Cols]
	tail := x[k+1:]
	c := -s.tau[k] * (x[k] + dot(v, tail))
	x[k] += c
	axpy(c, v, tail)
}

// reflectRows multiplies c from the right by H_{p-1}⋯H_0 or by the transpose
// of that product. Vectors are rows here because LAPACK in Go, which is
// row-major, is several times slower on a block of columns.
func (s stewart) reflectRows(t blas.Transpose, c blas64.General) {
	size := make([]float64, 1)
	lapack64.Ormlq(blas.Right, t, s.rows, s.tau, c, size, -1)
	work := make([]float64, int(size[0]))
	lapack64.Ormlq(blas.Right, t, s.rows, s.tau, c, work, len(work))
}

// formed multiplies the factors out in their own storage, which is lost to
// them.
func (s stewart) formed() *mat.Dense {
	s.formRows()
	s.signRows(s.rows)
	return mat.NewDense(s.rows.Rows, s.rows.Cols, s.rows.Data)
}

// signRows multiplies row k of m by sign_k.
func (s stewart) signRows(m blas64.General) {
	for k, sign := range s.sign {
		if sign < 0 {
			scale(-1, m.Data[k*m.Stride:k*m.Stride+m.Cols])
		}
	}
}

// signColumns multiplies column k of m by sign_k, for each sign.
func (s stewart) signColumns(m *mat.Dense) {
	rows, _ := m.Dims()
	for i := range rows {
		floats.Mul(m.RawRowView(i)[:len(s.sign)], s.sign)
	}
}
