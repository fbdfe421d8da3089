package openblas

import "gonum.org/v1/gonum/blas"

// rowMajor is the storage order of gonum in the C interface.
const rowMajor = 101

// The functions below translate gonum's letters to the numbers of the C
// interface; ok is false for a value that gonum refuses. Conjugation is
// nothing for real numbers.

func transposeCode(t blas.Transpose) (code int, ok bool) {
	switch t {
	case blas.NoTrans:
		return 111, true
	case blas.Trans, blas.ConjTrans:
		return 112, true
	}
	return 0, false
}

func uploCode(u blas.Uplo) (code int, ok bool) {
	switch u {
	case blas.Upper:
		return 121, true
	case blas.Lower:
		return 122, true
	}
	return 0, false
}

func diagCode(d blas.Diag) (code int, ok bool) {
	switch d {
	case blas.NonUnit:
		return 131, true
	case blas.Unit:
		return 132, true
	}
	return 0, false
}

func sideCode(s blas.Side) (code int, ok bool) {
	switch s {
	case blas.Left:
		return 141, true
	case blas.Right:
		return 142, true
	}
	return 0, false
}
