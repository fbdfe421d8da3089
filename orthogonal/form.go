package orthogonal

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
)

// The product H_{p-1}⋯H_0 is formed from the last reflector to the first, in
// blocks of compact WY form (R. Schreiber, C. Van Loan 1989,
// doi:10.1137/0910005): for b reflectors
// with the unit upper trapezoidal rows V, H_{i+b-1}⋯H_i = I − VᵀTV with
// T⁻¹ = diag(1/τ) + the strictly lower triangle of VVᵀ (the UT transform; C.
// Puglisi 1992, doi:10.1137/0913042), so that everything but the inverse of a b×b triangle is a
// product of matrices.

// blockOf is the number of reflectors in a block when there are p: larger
// blocks make wider products but also more work beside them, 2bn² operations
// against 4n³/3.
func blockOf(p int) int {
	switch {
	case p <= 256:
		return 32
	case p <= 1024:
		return 64
	}
	return 128
}

// formRows multiplies the reflectors out in their own storage.
func (s stewart) formRows() {
	p, n := s.rows.Rows, s.rows.Cols
	b := min(blockOf(p), p)
	f := former{stewart: s, v: make([]float64, b*n), tv: make([]float64, b*n), qv: make([]float64, b*p), t: make([]float64, b*b)}
	for i := (p - 1) / b * b; i >= 0; i -= b {
		f.extend(i, min(b, p-i))
	}
}

// former is the work space of formRows.
type former struct {
	stewart
	v, tv, qv, t []float64
}

// extend multiplies the product Q of the reflectors from i+b on, which is in
// the rows and columns from i+b, by the b reflectors from i on:
//
//	⎡I 0⎤                  ⎡I − V₁ᵀTV₁   −V₁ᵀTV₂    ⎤
//	⎣0 Q⎦·(I − VᵀTV)   =   ⎣−QV₂ᵀTV₁     Q − QV₂ᵀTV₂⎦  with V = (V₁ V₂), V₁ b×b.
func (f former) extend(i, b int) {
	rows, cols := f.rows.Rows-i, f.rows.Cols-i
	out := part(f.rows, i, i, rows, cols)
	v := f.takeBlock(i, general(f.v, b, cols))
	tv := general(f.tv, b, cols)
	blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, f.triangle(i, v), v, 0, tv)
	v1 := part(v, 0, 0, b, b)
	if rows > b {
		q := part(out, b, b, rows-b, cols-b)
		qv := general(f.qv, rows-b, b)
		blas64.Gemm(blas.NoTrans, blas.Trans, 1, q, part(v, 0, b, b, cols-b), 0, qv)
		blas64.Gemm(blas.NoTrans, blas.NoTrans, -1, qv, part(tv, 0, b, b, cols-b), 1, q)
		blas64.Gemm(blas.NoTrans, blas.NoTrans, -1, qv, part(tv, 0, 0, b, b), 0, part(out, b, 0, rows-b, b))
	}
	blas64.Gemm(blas.Trans, blas.NoTrans, -1, v1, tv, 0, part(out, 0, 0, b, cols))
	for j := range b {
		out.Data[j*out.Stride+j]++
	}
}

// takeBlock copies the vectors of v.Rows reflectors from i on, with their
// leading zeros and ones.
func (s stewart) takeBlock(i int, v blas64.General) blas64.General {
	clear(v.Data)
	for j := range v.Rows {
		at := (i+j)*s.rows.Stride + i
		v.Data[j*v.Stride+j] = 1
		copy(v.Data[j*v.Stride+j+1:(j+1)*v.Stride], s.rows.Data[at+j+1:at+v.Cols])
	}
	return v
}

// triangle is the lower triangular T of the reflectors V from i on, by
// substitution in its inverse. A reflector with τ = 0, the identity, has
// a zero row and column.
func (f former) triangle(i int, v blas64.General) blas64.General {
	b := v.Rows
	gram := general(f.tv, b, b)
	blas64.Gemm(blas.NoTrans, blas.Trans, 1, v, v, 0, gram)
	t := general(f.t, b, b)
	clear(t.Data)
	for j := range b {
		tau := f.tau[i+j]
		row := t.Data[j*b : j*b+j]
		for k := range j {
			axpy(-tau*gram.Data[j*b+k], t.Data[k*b:k*b+k+1], row[:k+1])
		}
		t.Data[j*b+j] = tau
	}
	return t
}

// part is a block of a.
func part(a blas64.General, i, j, rows, cols int) blas64.General {
	at := i*a.Stride + j
	return blas64.General{Rows: rows, Cols: cols, Stride: a.Stride, Data: a.Data[at : at+(rows-1)*a.Stride+cols]}
}

// general lays a rows×cols matrix over data.
func general(data []float64, rows, cols int) blas64.General {
	return blas64.General{Rows: rows, Cols: cols, Stride: cols, Data: data[:rows*cols]}
}
