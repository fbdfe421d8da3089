package gpnorm_test

import (
	"math"
	"testing"

	"bsnn/gpnorm"

	"github.com/stretchr/testify/require"
)

// E f′²/Var f is π/(π−1) for the rectifier and 1 for lines, and the same for every
// a·f + b, however large b.
func TestPoincareQuotient(t *testing.T) {
	for spec, want := range map[string]float64{
		"relu": math.Pi / (math.Pi - 1), "3-2*relu(x)": math.Pi / (math.Pi - 1), "1e9+relu(x)": math.Pi / (math.Pi - 1),
		"x": 1, "7*x-3": 1, "abs(x)": 1 / (1 - 2/math.Pi), "x^2": 2,
	} {
		j, err := gpnorm.Judge(spec, nil)
		require.NoError(t, err, spec)
		p := j.Certificate.PoincareQuotient
		require.InDelta(t, want, p.Mid(), 1e-6*want, spec)
		require.True(t, p.Lo <= want*(1+1e-15) && want*(1-1e-15) <= p.Hi, "%s: %v in %v", spec, want, p)
		require.GreaterOrEqual(t, p.Lo, 1.)
	}
}
