package orthogonal

import (
	"math/rand/v2"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Reflectors is a Haar-distributed W ∈ O(n) kept as the product of its
// Householder reflectors. It costs n²/2 normal numbers to draw and 2n²
// operations to apply to a vector, against 4n³/3 operations to form the
// matrix, which pays when W meets fewer than about n vectors. Any number of
// goroutines may apply it at once.
type Reflectors struct {
	s stewart
}

var _ Operator = (*Reflectors)(nil)

// NewReflectors draws W by the method of [NewDense], and from an equal
// source the same W. It is an error if n < 1 or src is nil.
func NewReflectors(n int, src rand.Source) (*Reflectors, error) {
	if err := checkDraw("NewReflectors", n, src); err != nil {
		return nil, err
	}
	return &Reflectors{s: drawStewart(n, n, src)}, nil
}

// Dense multiplies the reflectors out, in 4n³/3 operations.
func (r *Reflectors) Dense() *Dense {
	s := r.s
	s.rows.Data = append([]float64(nil), s.rows.Data...)
	return &Dense{m: s.formed()}
}

// Dim is n.
func (r *Reflectors) Dim() int { return r.s.rows.Cols }

// Apply sets dst = Wx in 2n² operations. It panics when a length is not n.
func (r *Reflectors) Apply(dst, x []float64) {
	n := r.Dim()
	mustMatch(n, dst, x)
	copy(dst, x)
	for k := range n {
		r.s.reflect(k, dst)
	}
	floats.Mul(dst, r.s.sign)
}

// ApplyTranspose sets dst = Wᵀy in 2n² operations. It panics when a length
// is not n.
func (r *Reflectors) ApplyTranspose(dst, y []float64) {
	n := r.Dim()
	mustMatch(n, dst, y)
	floats.MulTo(dst, y, r.s.sign)
	for k := n - 1; k >= 0; k-- {
		r.s.reflect(k, dst)
	}
}

// ApplyColumns sets dst = WX, with the reflectors gathered into blocks.
func (r *Reflectors) ApplyColumns(dst *mat.Dense, x mat.Matrix) {
	shapeColumns(r.Dim(), dst, x)
	rows := mat.DenseCopyOf(x.T())
	r.s.reflectRows(blas.Trans, rows.RawMatrix())
	r.s.signColumns(rows)
	dst.Copy(rows.T())
}

// ApplyTransposeColumns sets dst = WᵀY, with the reflectors gathered into
// blocks.
func (r *Reflectors) ApplyTransposeColumns(dst *mat.Dense, y mat.Matrix) {
	shapeColumns(r.Dim(), dst, y)
	rows := mat.DenseCopyOf(y.T())
	r.s.signColumns(rows)
	r.s.reflectRows(blas.NoTrans, rows.RawMatrix())
	dst.Copy(rows.T())
}
