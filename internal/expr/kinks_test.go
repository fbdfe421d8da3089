package expr_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bsnn/internal/expr"
	"bsnn/internal/expr/exprtest"
)

func TestKinks(t *testing.T) {
	cube := math.Cbrt(2)
	for _, c := range []struct {
		text string
		want []float64
	}{
		{"tanh(x) + exp(-x^2) + x/(2 + cos(x))", nil},
		{"abs(x)", []float64{0}},
		{"relu(x^3 - 2)", []float64{cube}},
		{"max(min(x, 1), -1.5)", []float64{-1.5, 1}},
		{"max(x, 1, -1.5)", []float64{1}},
		{"clamp(x, -1, 2)", []float64{-1, 2}},
		{"selu(x - 0.3) + elu(x)", []float64{0, 0.3}},
		{"sign(sin(pi*x))*x", []float64{-2, -1, 0, 1, 2}},
		{"x < -1 ? 1 : x^2 >= 2 ? 2 : 3", []float64{-math.Sqrt2, -1, math.Sqrt2}},
		{"0.1 < x < 0.3 and x != 0.2 ? 1 : 2", []float64{0.1, 0.2, 0.3}},
		{"not (x > 1 or x == 2) ? 1 : 2", []float64{1, 2}},
		{"sqrt(x - 1)", []float64{1}},
		{"sqrt(1 - cos(x))", []float64{0}},
		{"(x - 0.7)^0.3", []float64{0.7}},
		{"(x - 0.7)^x", []float64{0.7}},
		{"tanh(1/(x - 0.3)) + (x + 1)^-1", []float64{-1, 0.3}},
		{"atan(tan(x))", []float64{-math.Pi / 2, math.Pi / 2}},
		{"exp(log(x^2)/2)", []float64{0}},
		{"log1p(x - 0.5)", []float64{-0.5}},
		{"sqrt(relu(x - 0.3))", []float64{0.3}},
		{"relu(2 - 3)*abs(-1) + x", nil},
	} {
		got, err := parse(t, c.text).Kinks(-2.7, 2.6)
		require.NoError(t, err)
		require.Len(t, got, len(c.want), "%s: %v", c.text, got)
		for i := range got {
			tolerance := 4e-16
			if c.text == "sqrt(1 - cos(x))" || c.text == "exp(log(x^2)/2)" {
				tolerance = 1e-8 // the square of the distance is what can be seen
			}
			require.InDelta(t, c.want[i], got[i], tolerance*max(1, math.Abs(c.want[i])), "%s: %v", c.text, got)
		}
	}
	// A zero without a change of sign that is itself a grid point.
	got, err := parse(t, "sqrt(1 - cos(x))").Kinks(-2, 2)
	require.NoError(t, err)
	require.NotEmpty(t, got)
	require.InDelta(t, 0, got[0], 1e-7)
	for _, interval := range [][2]float64{{1, 1}, {2, 1}, {math.NaN(), 1}, {0, math.Inf(1)}} {
		_, err := parse(t, "abs(x)").Kinks(interval[0], interval[1])
		require.ErrorContains(t, err, "finite interval")
	}
}

func TestCandidates(t *testing.T) {
	kinds := func(text string) (list []string) {
		for _, c := range parse(t, text).Candidates() {
			list = append(list, c.Kind.String()+" "+c.Zero.String())
		}
		return list
	}
	require.Equal(t, []string{"corner x - 1", "jump sin(x)", "edge x + 2"}, kinds("max(x, 1) + sign(sin(x)) + log(x + 2)"))
	require.Equal(t, []string{"jump x - 1", "jump -x"}, kinds("x < 1 ? x > 0 ? 1 : 2 : 3"))
	require.Equal(t, []string{"edge 1 + 2*x", "edge cos(x)", "edge x", "edge x"}, kinds("log1p(2*x) + tan(x) + x^-1 + 1/x"))
	require.Empty(t, kinds("sqrt(2)*x + pi/3 + x^3 + abs(sin(2)) + (sin(1) < 0.5 ? 1 : 2)"))
}

// Wherever the derivative is seen to jump between adjacent floats, some
// candidate vanishes: no kink is lost.
func TestEveryKinkHasACandidate(t *testing.T) {
	seen := 0
	rapid.Check(t, func(t *rapid.T) {
		p := parse(t, exprtest.Kinked().Draw(t, "text"))
		deriv := func(x float64) float64 { _, d := p.Value(x); return d }
		const cells = 200
		for i := range cells {
			l, r := -3+6*float64(i)/cells, -3+6*float64(i+1)/cells
			if !(math.Abs(deriv(r)-deriv(l)) > 0.05) {
				continue
			}
			for { // keep the half in which more happens
				m := l + (r-l)/2
				if m <= l || m >= r {
					break
				}
				if math.Abs(deriv(m)-deriv(l)) > math.Abs(deriv(r)-deriv(m)) {
					r = m
				} else {
					l = m
				}
			}
			if math.Abs(deriv(r)-deriv(l)) < 1e-3 {
				continue // steep, but no jump
			}
			seen++
			require.True(t, vanishes(p, l, r), "%s has a kink at %v", p, l)
		}
	})
	require.NotZero(t, seen, "no kink was drawn")
}

// vanishes reports whether some candidate comes to zero within rounding of [l, r].
func vanishes(p *expr.Program, l, r float64) bool {
	for _, c := range p.Candidates() {
		a, slope := c.Zero.Value(l)
		b, _ := c.Zero.Value(r)
		scale, _ := magnitudes(c.Zero, l)
		if a*b <= 0 || math.Abs(a) <= 1e-13*scale*(1+math.Abs(slope)) {
			return true
		}
	}
	return false
}
