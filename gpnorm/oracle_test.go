package gpnorm_test

import (
	"encoding/json"
	"math"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"bsnn/gpnorm"
)

// reference holds the values of testdata/activations.json, computed
// independently in 30-digit arithmetic.
type reference struct {
	Mean                   number
	SecondMoment           number `json:"second_moment"`
	DerivativeSecondMoment number `json:"derivative_second_moment"`
	A                      number
	Roots                  []struct {
		B                number
		LengthMapSlope   number   `json:"length_map_slope"`
		ForwardVariance  number   `json:"forward_variance"`
		BackwardVariance number   `json:"backward_variance"`
		Hermite          []number `json:"hermite"`
	}
}

// number is written as a string, to keep its digits.
type number float64

func (n *number) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	v, err := strconv.ParseFloat(s, 64)
	*n = number(v)
	return err
}

func references(t *testing.T) map[string]reference {
	t.Helper()
	b, err := os.ReadFile("testdata/activations.json")
	require.NoError(t, err)
	var m map[string]reference
	require.NoError(t, json.Unmarshal(b, &m))
	require.GreaterOrEqual(t, len(m), 20, "the built-ins of which 30 digits are known")
	return m
}

// same compares to 1e-12, relative or absolute, whichever is wider.
func same(t *testing.T, want number, got float64, what string) {
	t.Helper()
	w := float64(want)
	require.InDelta(t, w, got, 1e-12*math.Max(1, math.Abs(w)), what)
}

func TestReferenceValues(t *testing.T) {
	for key, ref := range references(t) {
		spec := key
		if key == "leaky0.01" {
			spec = "leakyrelu(0.01)"
		}
		t.Run(spec, func(t *testing.T) {
			a, err := gpnorm.Lookup(spec)
			require.NoError(t, err)
			n, err := gpnorm.Normalize(a)
			require.NoError(t, err)
			same(t, ref.Mean, n.RawProfile.Mean.Value, "mean")
			same(t, ref.SecondMoment, n.RawProfile.SecondMoment.Value, "second moment")
			same(t, ref.DerivativeSecondMoment, n.RawProfile.DerivSecondMoment.Value, "derivative second moment")
			same(t, ref.A, n.A, "a")
			require.Len(t, n.Roots, len(ref.Roots))
			for _, want := range ref.Roots {
				i := rootNear(n, float64(want.B))
				got := n.Roots[i]
				same(t, want.B, got.B, "b")
				same(t, want.LengthMapSlope, got.Slope, "κ")
				same(t, want.ForwardVariance, got.ForwardVariance, "V_f")
				same(t, want.BackwardVariance, got.BackwardVariance, "V_b")
				chosen, err := n.WithRoot(i)
				require.NoError(t, err)
				alpha, err := gpnorm.Hermite(chosen.Activation, len(want.Hermite)-1)
				require.NoError(t, err)
				for k, h := range want.Hermite {
					same(t, h, alpha[k], "Hermite coefficient "+strconv.Itoa(k))
				}
			}
		})
	}
}

// rootNear is the index of the root of n nearest to b.
func rootNear(n gpnorm.Normalized, b float64) int {
	best := 0
	for i, r := range n.Roots {
		if math.Abs(r.B-b) < math.Abs(n.Roots[best].B-b) {
			best = i
		}
	}
	return best
}

// The variances over depth that simulations of wide networks confirmed.
func TestDepthVariance(t *testing.T) {
	for name, want := range map[string]float64{"tanh": 1.971, "gelu": 3.191, "elu": 1.175} {
		n := normalized(t, name)
		require.InDelta(t, want, n.Roots[n.Chosen].DepthVariance, 0.0005, name)
	}
	// At κ = 1 with c_b = 0 the forward error leaves the backward one alone.
	relu := normalized(t, "relu")
	require.Equal(t, relu.Roots[0].BackwardVariance, relu.Roots[0].DepthVariance)
	// κ > 1 has no stationary fluctuation, and neither has a raw function.
	gelu := normalized(t, "gelu")
	require.True(t, math.IsNaN(gelu.Roots[0].DepthVariance))
	require.True(t, math.IsNaN(gelu.RawProfile.DepthVariance))
}

func normalized(t require.TestingT, spec string) gpnorm.Normalized {
	a, err := gpnorm.Lookup(spec)
	require.NoError(t, err)
	n, err := gpnorm.Normalize(a)
	require.NoError(t, err)
	return n
}
