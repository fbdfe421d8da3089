package orthogonal

import "math/rand/v2"

// normalsOf returns what fills a vector with the next standard normal numbers of
// src: in bulk where src can, as a montecarlo.Stream does.
func normalsOf(src rand.Source) func(dst []float64) {
	if s, ok := src.(interface {
		Normals(dst []float64) (sumOfSquares float64)
	}); ok {
		return func(dst []float64) { s.Normals(dst) }
	}
	r := rand.New(src)
	return func(dst []float64) {
		for i := range dst {
			dst[i] = r.NormFloat64()
		}
	}
}
