package theorem

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bsnn/gpnorm"
)

// reference reads values computed independently in 30-digit arithmetic, as
// they are printed: with 8 to 10 significant digits.
func reference(t *testing.T) map[string]map[string]map[string]json.Number {
	t.Helper()
	raw, err := os.ReadFile("testdata/finite_width.json")
	require.NoError(t, err)
	var table map[string]map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(raw, &table))
	out := map[string]map[string]map[string]json.Number{}
	for name, widths := range table {
		out[name] = map[string]map[string]json.Number{}
		for key, entry := range widths {
			if key != "b" {
				var values map[string]json.Number
				require.NoError(t, json.Unmarshal(entry, &values))
				out[name][key] = values
			}
		}
	}
	return out
}

// requirePrinted compares to 1e-8, or to the last digit printed if that is
// coarser.
func requirePrinted(t *testing.T, want json.Number, got float64, what string) {
	t.Helper()
	value, err := want.Float64()
	require.NoError(t, err)
	_, decimals, _ := strings.Cut(want.String(), ".")
	require.InDelta(t, value, got, max(1e-8, 0.5001*math.Pow10(-len(decimals))), what)
}

func TestSphereMomentsMatchReference(t *testing.T) {
	acts := map[string]gpnorm.Activation{"tanh": gpTanh, "relu": gpReLU, "gelu": gpGELU, "elu": gpELU}
	for name, widths := range reference(t) {
		for width, want := range widths {
			n, err := strconv.Atoi(width)
			require.NoError(t, err)
			m, err := SphereMoments(acts[name], n, 1)
			require.NoError(t, err)
			where := fmt.Sprintf("%s at width %d: ", name, n)
			requirePrinted(t, want["forward_mean"], m.Forward.Mean, where+"forward mean")
			requirePrinted(t, want["forward_variance_times_n"], m.Forward.AverageVariance*float64(n), where+"forward variance")
			requirePrinted(t, want["derivative_mean"], m.Backward.Mean, where+"derivative mean")
			requirePrinted(t, want["derivative_variance_times_n"], m.Backward.AverageVariance*float64(n), where+"derivative variance")
		}
	}
}

// Closed forms for ReLU. Its φ² = 2·max(0,u)² has Σφ(uᵢ)² = 2n·B with B a
// Beta sum whose variance gives 3/(n+2); its φ′² is 2 or 0, so Σφ′²/2 is
// Binomial(n, ½); and with y uniform E R² follows from E φ′⁴ = 2.
func TestReLUClosedForms(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.OneOf(rapid.IntRange(4, 100), rapid.IntRange(100, 10_000_000)).Draw(t, "n")
		q := rapid.Float64Range(0.1, 10).Draw(t, "q")
		m, err := SphereMoments(gpReLU, n, q)
		require.NoError(t, err)
		size := float64(n)
		require.InEpsilon(t, q, m.Forward.Mean, 1e-11)
		require.InEpsilon(t, 3*q*q/(size+2), m.Forward.AverageVariance, 1e-9)
		require.InEpsilon(t, 1.0, m.Backward.Mean, 1e-12)
		require.InEpsilon(t, 1/size, m.Backward.AverageVariance, 1e-9)
		require.InEpsilon(t, 3/(size+2), m.UniformBackwardVariance(), 1e-9)
	})
}

// The series and the double integral share only the integrals over one
// coordinate; they must agree where both apply.
func TestSeriesAgreesWithPairs(t *testing.T) {
	for _, a := range []gpnorm.Activation{gpTanh, gpReLU2, gpELU, gpGELU, rawShrink} {
		for _, n := range []int{10, 64, 90} {
			for _, q := range []float64{1, 0.3, 2.5} {
				degree := seriesDegree(n)
				m, err := integrateMarginal(a, n, q, degree)
				require.NoError(t, err)
				x, enough := m.series(n, degree)
				if n < 64 {
					if len(a.Kinks) > 0 {
						require.False(t, enough, a.Name)
					}
					if !enough {
						continue
					}
				}
				require.True(t, enough, "%s %d", a.Name, n)
				y, err := integratePairs(a, n, q, m)
				require.NoError(t, err)
				require.InDeltaSlice(t, x.value[:], y.value[:], 1e-10, "%s %d", a.Name, n)
			}
		}
	}
}

// Every built-in, normalised, and a function with two kinks away from the
// origin, at widths from the smallest to a million.
func BenchmarkSphereMoments(b *testing.B) {
	acts := []gpnorm.Activation{rawShrink}
	for _, name := range gpnorm.Names() {
		n, err := gpnorm.Normalize(builtin(name))
		if err != nil {
			b.Fatal(err)
		}
		acts = append(acts, n.Activation)
	}
	for _, a := range acts {
		for _, n := range []int{4, 8, 16, 40, 64, 512, 1_000_000} {
			b.Run(fmt.Sprintf("%s/n=%d", a.Name, n), func(b *testing.B) {
				for b.Loop() {
					m, err := SphereMoments(a, n, 1)
					if err != nil || math.IsNaN(m.Cross) {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// The even part of a nearly affine function is smaller than the rounding of
// its square: the integrals over it must not chase that noise.
func TestMomentsOfNearlyAffineFunctions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weight := math.Exp(rapid.Float64Range(-12, 0).Draw(t, "log weight"))
		slope := rapid.Float64Range(0.05, 0.5).Draw(t, "slope")
		tanh := func(x float64) (float64, float64) { y := math.Tanh(x); return y, 1 - y*y }
		a := gpnorm.Activation{
			Name: "nearly affine",
			Value: func(dst, x []float64) {
				for i, v := range x {
					y, _ := tanh(slope*v + 0.3)
					dst[i] = v + weight*y
				}
			},
			Deriv: func(dst, x []float64) {
				for i, v := range x {
					_, d := tanh(slope*v + 0.3)
					dst[i] = 1 + weight*slope*d
				}
			},
		}
		for _, n := range []int{4, 30, 3000, 1_000_000} {
			_, err := SphereMoments(a, n, rapid.Float64Range(0.1, 10).Draw(t, "shell"))
			require.NoError(t, err, "width %d", n)
		}
	})
}
