package training

import (
	"math"
	"testing"

	"bsnn/gpnorm"

	"github.com/stretchr/testify/require"
)

// The kernel of every built-in, raw and normalised, is the activation: the fast
// ones against the general one, in both precisions. Expressions that begin like
// a built-in are none.
func TestKernelsAgreeWithTheActivation(t *testing.T) {
	for _, name := range append(gpnorm.Names(), "leakyrelu(0.3)", "elu(0.5)", "leakyrelu(x)*tanh(x)", "tanh(x) + x", "elu(x, 0.5)") {
		for _, raw := range []bool{true, false} {
			s := Default()
			s.Activation, s.AsIs = name, raw
			phi, err := s.activation()
			require.NoError(t, err)
			kernelAgrees[float64](t, phi, 1e-13)
			kernelAgrees[float32](t, phi, 3e-6)
		}
	}
}

func kernelAgrees[T real](t *testing.T, phi function, tolerance float64) {
	const n = 101
	x, h, wantX, wantH := make([]T, n), make([]T, n), make([]T, n), make([]T, n)
	for i := range h {
		h[i] = T(i-50)/10 + 0.03
		wantH[i] = h[i]
	}
	sum := newKernel[T](phi).Forward(x, h)
	want := (&generalKernel[T]{activation: phi.Activation}).Forward(wantX, wantH)
	require.InEpsilon(t, want, sum, tolerance, phi.Name)
	for i := range x {
		require.InDelta(t, float64(wantX[i]), float64(x[i]), tolerance*(1+math.Abs(float64(wantX[i]))), phi.Name)
		require.InDelta(t, float64(wantH[i]), float64(h[i]), tolerance*(1+math.Abs(float64(wantH[i]))), phi.Name)
	}
}
