package orthogonal

import "gonum.org/v1/gonum/mat"

// An Operator is a linear map W of ℝⁿ known by what it does to vectors.
// Networks are written against it, so the same code runs on an explicit
// matrix and on one that is never formed.
//
// The vector methods panic when a length is not Dim, as gonum does for
// mismatched shapes; dst and the argument must not overlap.
type Operator interface {
	// Dim is n.
	Dim() int
	// Apply sets dst = Wx.
	Apply(dst, x []float64)
	// ApplyTranspose sets dst = Wᵀy.
	ApplyTranspose(dst, y []float64)
	// ApplyColumns sets dst = WX for the n×k matrix X. An empty dst is
	// resized; otherwise it must be n×k.
	ApplyColumns(dst *mat.Dense, x mat.Matrix)
	// ApplyTransposeColumns sets dst = WᵀY for the n×k matrix Y.
	ApplyTransposeColumns(dst *mat.Dense, y mat.Matrix)
}
