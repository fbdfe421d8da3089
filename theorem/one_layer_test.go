package theorem

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// rectifiedBeyond is P(|2‖relu(u)‖²/n − 1| ≥ eps) for u uniform on the sphere
// of radius √n, exactly: of n coordinates K, binomial(n, ½), are positive, and
// given K their share of the squared length is Beta(K/2, (n−K)/2).
func rectifiedBeyond(n int, eps float64) float64 {
	count := distuv.Binomial{N: float64(n), P: 0.5}
	total := 0.0
	for k := range n + 1 {
		p := count.Prob(float64(k))
		if p < 1e-40 {
			continue
		}
		a, b := float64(k)/2, float64(n-k)/2
		switch k {
		case 0, n:
			total += p
		default:
			low, high := math.Max(0, (1-eps)/2), math.Min(1, (1+eps)/2)
			total += p * (mathext.RegIncBeta(a, b, low) + mathext.RegIncBeta(b, a, 1-high))
		}
	}
	return total
}

// One layer is a network of depth 1: the bound is not below the exact
// probability, and the width that it asks for not above that of two layers.
func TestOneLayerIsANetwork(t *testing.T) {
	for _, n := range []int{200, 1000, 5000, 20_000} {
		for _, eps := range []float64{0.02, 0.1, 0.3, 0.8} {
			b, err := ForwardOutputBound(gpReLU, n, 1, eps)
			require.NoError(t, err)
			require.GreaterOrEqual(t, b.Probability, rectifiedBeyond(n, eps), "n = %d, ε = %v: %+v", n, eps, b)
		}
	}
	for _, a := range []struct {
		name string
		w    func(depth int) Widths
	}{
		{"tanh", func(depth int) Widths {
			w, err := WidthByBound(gpTanh, depth, 0.05, 0.99)
			require.NoError(t, err)
			return w
		}},
		{"GELU", func(depth int) Widths {
			w, err := WidthByBound(gpGELU, depth, 0.05, 0.99)
			require.NoError(t, err)
			return w
		}},
	} {
		require.LessOrEqual(t, a.w(1).Forward, a.w(2).Forward, a.name)
	}
}
