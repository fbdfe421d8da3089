package orthogonal

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// Dense is an explicit n×n matrix as an [Operator]. Any number of goroutines
// may apply it at once.
type Dense struct {
	m *mat.Dense
}

var _ Operator = (*Dense)(nil)

// NewDense draws W from the Haar measure on O(n): the determinant is +1 or
// −1 with probability ½ each, and QW and WQ have the law of W for every
// fixed orthogonal Q.
//
// The method is that of G. W. Stewart, "The efficient generation of random
// orthogonal matrices with an application to condition estimators", SIAM J.
// Numer. Anal. 17 (1980), doi:10.1137/0717034: the Householder vectors of independent Gaussian
// vectors of dimension n, n−1, …, 1 and the signs of a QR factorisation with
// positive diagonal (F. Mezzadri, "How to generate random matrices from the
// classical compact groups", Notices AMS 54 (2007), arXiv math-ph/0609050), multiplied out by
// blocked reflectors in 4n³/3 operations. It draws n(n+1)/2 normal numbers.
//
// It is an error if n < 1 or src is nil.
func NewDense(n int, src rand.Source) (*Dense, error) {
	if err := checkDraw("NewDense", n, src); err != nil {
		return nil, err
	}
	s := drawStewart(n, n, src)
	return &Dense{m: s.formed()}, nil
}

// Redraw replaces the matrix by a new one, drawn as [NewDense] draws it, in
// the same memory. It is an error if src is nil.
func (d *Dense) Redraw(src rand.Source) error {
	n := d.Dim()
	if err := checkDraw("Redraw", n, src); err != nil {
		return err
	}
	s := drawStewartInto(d.m.RawMatrix(), src)
	s.formed()
	return nil
}

// DenseOf returns the operator of a copy of m. It does not ask m to be
// orthogonal; see [OrthogonalityError]. It is an error if m is nil, empty,
// not square, or has an entry that is not finite.
func DenseOf(m mat.Matrix) (*Dense, error) {
	if m == nil {
		return nil, errors.New("DenseOf: nil matrix")
	}
	rows, cols := m.Dims()
	if rows != cols || rows == 0 {
		return nil, fmt.Errorf("DenseOf: matrix is %d×%d, want square and not empty", rows, cols)
	}
	for i := range rows {
		for j := range cols {
			if v := m.At(i, j); math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, fmt.Errorf("DenseOf: entry (%d, %d) is %v, want a finite number", i, j, v)
			}
		}
	}
	return &Dense{m: mat.DenseCopyOf(m)}, nil
}

// Matrix is the matrix itself, not a copy: changing its entries changes the
// operator.
func (d *Dense) Matrix() *mat.Dense { return d.m }

// Dim is n.
func (d *Dense) Dim() int { return d.m.RawMatrix().Rows }

// Apply sets dst = Wx. It panics when a length is not n.
func (d *Dense) Apply(dst, x []float64) { d.gemv(blas.NoTrans, dst, x) }

// ApplyTranspose sets dst = Wᵀy. It panics when a length is not n.
func (d *Dense) ApplyTranspose(dst, y []float64) { d.gemv(blas.Trans, dst, y) }

func (d *Dense) gemv(t blas.Transpose, dst, x []float64) {
	mustMatch(d.Dim(), dst, x)
	blas64.Gemv(t, 1, d.m.RawMatrix(), blasVector(x), 0, blasVector(dst))
}

// ApplyColumns sets dst = WX by one matrix product.
func (d *Dense) ApplyColumns(dst *mat.Dense, x mat.Matrix) {
	shapeColumns(d.Dim(), dst, x)
	dst.Mul(d.m, x)
}

// ApplyTransposeColumns sets dst = WᵀY by one matrix product.
func (d *Dense) ApplyTransposeColumns(dst *mat.Dense, y mat.Matrix) {
	shapeColumns(d.Dim(), dst, y)
	dst.Mul(d.m.T(), y)
}
