package orthogonal

import (
	"math/rand/v2"
)

// source returns the i-th of the independent sources addressed by seed.
func source(seed uint64, i int) rand.Source { return rand.NewPCG(seed, uint64(i)) }

// gaussian returns n independent standard normal numbers.
func gaussian(n int, rng *rand.Rand) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = rng.NormFloat64()
	}
	return x
}
