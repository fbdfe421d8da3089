package orthogonal

import "gonum.org/v1/gonum/blas/blas64"

func blasVector(x []float64) blas64.Vector {
	return blas64.Vector{N: len(x), Inc: 1, Data: x}
}

// dot returns ⟨x, y⟩.
func dot(x, y []float64) float64 { return blas64.Dot(blasVector(x), blasVector(y)) }

// axpy adds a·x to y.
func axpy(a float64, x, y []float64) { blas64.Axpy(a, blasVector(x), blasVector(y)) }

// scale multiplies x by a.
func scale(a float64, x []float64) { blas64.Scal(a, blasVector(x)) }
