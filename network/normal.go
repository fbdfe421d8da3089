package network

import (
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
)

// fillNormal fills dst with standard normal draws and returns their sum of
// squares.
func fillNormal(dst []float64, src *rand.PCG) float64 {
	r := rand.New(src)
	var sum float64
	for lo := 0; lo < len(dst); lo += block {
		b := dst[lo:min(lo+block, len(dst))]
		for i := range b {
			b[i] = r.NormFloat64()
		}
		sum += floats.Dot(b, b)
	}
	return sum
}
