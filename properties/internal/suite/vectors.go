package suite

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
)

// vector draws a vector of squared length n·q, independent of all weights:
// from the most spread out to a single coordinate. The theory asks nothing
// else of inputs, and of errors only what the check says.
func (d *Draw) vector(label string, n int, q float64) []float64 {
	kind := pick(d, label, "constant", "one-hot", "normal", "sparse", "heavy-tailed", "alternating")
	return shaped(kind, n, q, d.random(label))
}

func shaped(kind string, n int, q float64, r *rand.Rand) []float64 {
	x := make([]float64, n)
	for i := range x {
		switch kind {
		case "constant":
			x[i] = 1
		case "normal":
			x[i] = r.NormFloat64()
		case "heavy-tailed":
			x[i] = 1 / r.NormFloat64()
		case "alternating":
			x[i] = float64(1 - 2*(i%2))
		}
	}
	switch kind {
	case "one-hot":
		x[r.IntN(n)] = 1
	case "sparse":
		for range 3 {
			x[r.IntN(n)] = 1 + r.Float64()
		}
	}
	floats.Scale(math.Sqrt(float64(n)*q)/floats.Norm(x, 2), x)
	return x
}

// uniform fills x with a uniformly random vector of squared length n·q.
func uniform(r *rand.Rand, x []float64, q float64) {
	for i := range x {
		x[i] = r.NormFloat64()
	}
	floats.Scale(math.Sqrt(float64(len(x))*q)/floats.Norm(x, 2), x)
}

func square(x []float64) float64 { return floats.Dot(x, x) }

// participation is Σyᵢ⁴/‖y‖⁴.
func participation(y []float64) float64 {
	var second, fourth float64
	for _, v := range y {
		second += v * v
		fourth += v * v * v * v
	}
	return fourth / (second * second)
}
