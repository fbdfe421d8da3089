package enclose

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bsnn/internal/expr"
	"bsnn/internal/interval"
)

// A spot is a root that drawn functions are singular at, with a node that is 0 there.
type spot struct {
	u  string
	at float64
}

var spots = []spot{
	{"x", 0}, {"(x-1)", 1}, {"(x+0.5)", -0.5}, {"(x-0.3)", 0.3}, {"(x^2-2)", math.Sqrt2}, {"(sin(x)-0.5)", math.Pi / 6},
	{"(exp(x)-2)", math.Ln2}, {"(2*x-0.6)", 0.3},
}

// singularText draws a function that is singular where u is 0.
func singularText(t *rapid.T, u string) string {
	draw := func(forms ...string) string { return rapid.SampledFrom(forms).Draw(t, "form") }
	term := func() string {
		return strings.ReplaceAll(draw("abs(u)^0.75", "abs(u)^0.51", "max(u,0)^0.6", "abs(u)^1.5", "abs(u)^pi", "sqrt(u^2+u^4)", "acosh(1+u^2)",
			"exp(-1/abs(u))", "exp(-1/u^2)", "(u>0 ? exp(-1/u) : 0)", "u*log(abs(u))", "sin(u)/u", "u/tanh(u)", "(u^2)^0.3", "exp(-1/sqrt(abs(u)))",
			"tanh(abs(u)^0.8)", "log(1+abs(u)^0.7)", "abs(sin(u))^0.9", "abs(u)", "1/(1+abs(u)^0.6)", "(1-cos(u))/u^2"), "u", u)
	}
	smooth := func() string { return draw("1", "x", "exp(x)", "sin(3*x)", "(2+x^2)", "tanh(x)", "cos(x)") }
	switch f := smooth() + "*" + term(); draw("one", "sum", "product", "of", "shift") {
	case "sum":
		return f + "+" + smooth() + "*" + term()
	case "product":
		return f + "*" + term()
	case "of":
		return draw("tanh", "exp", "sin", "atan", "softplus", "sigmoid", "asinh") + "(" + f + ")"
	case "shift":
		return smooth() + "-" + f
	default:
		return f
	}
}

// germsOf are the germs of a drawn function at the root of a spot.
func germsOf(p *expr.Program, c spot, beyond float64) (left, right *germ, ok bool) {
	m := newMachine(p, 2)
	x := interval.Interval{Lo: c.at - 0x1p-9, Hi: c.at + 0x1p-9}
	m.run(x, 1)
	for i := range m.code {
		if r, ok := m.rootOf(int32(i), x); ok {
			t := newTerms()
			return newGerm(p, r, r.at.Lo-beyond, t), newGerm(p, r, r.at.Hi+beyond, t), true
		}
	}
	return nil, nil, false
}

// Every bound of every node holds at random points beside a root.
func TestGermBoundsHold(t *testing.T) {
	checked, sharp := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom(spots).Draw(t, "spot")
		text := singularText(t, c.u)
		p := parse(t, text)
		beyond := rapid.SampledFrom([]float64{0x1p-3, 0x1p-8, 0x1p-15}).Draw(t, "h")
		left, right, ok := germsOf(p, c, beyond)
		require.True(t, ok, text)
		m := newMachine(p, 2)
		for _, g := range []*germ{left, right} {
			for _, part := range []float64{1, 0.75, 0.1, 1e-3} {
				at := g.end + (c.at-g.end)*(1-part)
				y := interval.Point(at).Sub(g.at.at).Abs().Inv()
				m.run(interval.Point(at), 1)
				for i := range g.code {
					s := m.regs[i]
					if g.code[i].Op.Condition() || g.state[i].lost > 0 || !s.Status().Defined() {
						continue
					}
					j := g.jets[i]
					for k, v := range []bound{j.v, j.d, j.dd} {
						x := s.Coefficient(k).Scale([]float64{1, 1, 2}[k])
						if k > 0 && !s.Status().Analytic() || x.IsEmpty() || !x.IsBounded() {
							break
						}
						checked++
						if v.up.known() && v.low.known() {
							sharp++
						}
						what := v.violated(x, y)
						require.Empty(t, what, "%s: derivative %d of %v is %v at %v, bounds %+v", text, k, g.code[i].Op, x, at, v)
					}
				}
			}
		}
	})
	t.Logf("%d values checked, %d with rates from both sides", checked, sharp)
	require.Greater(t, sharp, checked/4)
}

// The integrals beside a root are the same whether a part of them is taken by series.
func TestGermIntegralsAgreeWithPanels(t *testing.T) {
	compared, narrow := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom(spots[:3]).Draw(t, "spot") // the roots are numbers: panels can end there
		text := singularText(t, c.u)
		p := parse(t, text)
		s, err := survey(p)
		if err != nil {
			return
		}
		rough := newSketch(p, s.kinks)
		in := newIntegrator(newMachine(p, 21), newMachine(p, 21), rough, 21)
		h := rapid.SampledFrom([]float64{0x1p-3, 0x1p-6}).Draw(t, "h")
		sign := rapid.SampledFrom([]float64{-1, 1}).Draw(t, "side")
		at := site{-1, interval.Point(c.at)}
		if r, ok := s.siteAt(at.at); ok {
			at = r
		}
		whole := newGerm(p, at, c.at+sign*h, newTerms()).integrals(rough)
		part := newGerm(p, at, c.at+sign*h/4, newTerms()).integrals(rough)
		for k := range 4 {
			lo, hi := c.at+sign*h/4*(1+3*float64(k)/4), c.at+sign*h/4*(1+3*float64(k+1)/4)
			rest, _, _ := in.panel(min(lo, hi), max(lo, hi))
			part.add(&rest)
		}
		for k := range whole {
			if !part[k].IsBounded() || !whole[k].IsBounded() {
				continue
			}
			compared++
			if part[k].Width() < 0.5*part[k].Magnitude() && whole[k].Width() < whole[k].Magnitude() {
				narrow++
			}
			require.False(t, whole[k].Intersect(part[k]).IsEmpty(), "integral %d of %s: %v and %v", k, text, whole[k], part[k])
		}
	})
	t.Logf("%d integrals compared, %d of them known well", compared, narrow)
	require.Greater(t, narrow, compared/8)
}

// E f, E f² and E f′² of functions with singular slopes, against 30 digits; see
// testdata/singular.py.
func TestOracleOfSingularSlopes(t *testing.T) {
	data, err := os.ReadFile("testdata/singular.json")
	require.NoError(t, err)
	var refs map[string][3]string
	require.NoError(t, json.Unmarshal(data, &refs))
	require.Greater(t, len(refs), 15)
	coarse := map[string]float64{ // the root is no float64, and most of the integral is beside it
		"abs(x-0.3)^0.55": 1e-8, "abs(x^2-2)^0.7": 1e-9,
	}
	done := 0
	for text, want := range refs {
		if done++; testing.Short() && done > 5 { // any five
			break
		}
		c, err := Certify(parse(t, text), Options{momentsOnly: true})
		require.NoError(t, err, text)
		for i, x := range []interval.Interval{c.Mean, c.SecondMoment, c.DerivSecondMoment} {
			require.True(t, holds(t, x, want[i]), "%s: moment %d is %v, not %s", text, i, x, want[i])
			require.LessOrEqual(t, x.Width(), max(1e-10, coarse[text])*max(1, x.Magnitude()), "%s: %v", text, x)
		}
		require.LessOrEqual(t, c.Panels, 4000, text)
	}
}

// What a singular slope means for Lipschitz constants and fourth moments.
func TestSingularSlopes(t *testing.T) {
	for _, c := range []struct{ text, value, deriv, fourth string }{
		{"tanh(abs(x)^0.8)", "φ′ is unbounded, it grows like |x|^-0.2", "φ′ is unbounded there", ""},
		{"tanh((x^2)^0.4)", "φ′ is unbounded, it grows like |x|^-0.2", "φ′ is unbounded there", ""},
		{"tanh(abs(x-0.3)^0.6)", "|x − 0.3|^-0.4", "φ′ is unbounded there",
			"at x = 0.3: E f′⁴ is infinite, the slope grows like |x − 0.3|^-0.4"},
		{"tanh(abs(x)^0.75)", "|x|^-0.25", "φ′ is unbounded there", "E f′⁴ is infinite"},
		{"tanh(abs(x)^1.5)", "", "φ″ is unbounded, it grows like |x|^-0.5", ""},
		{"tanh(max(x,0)^1.5)", "", "φ″ is unbounded, it grows like |x|^-0.5", ""},
		{"tanh(abs(x)^2.5)", "", "", ""},
		{"tanh(abs(x)^pi)", "", "", ""},
		{"x > 0 ? exp(-1/x) : 0", "", "", ""},
		{"acosh(1+x^2)", "", "φ′ jumps there", ""},
	} {
		got, err := Certify(parse(t, c.text), Options{Tolerance: 1e-6})
		require.NoError(t, err, c.text)
		for _, part := range []struct {
			l    Lipschitz
			want string
		}{{got.Lipschitz, c.value}, {got.DerivLipschitz, c.deriv}} {
			require.Equal(t, part.want == "", part.l.Finite(), "%s: %v", c.text, part.l)
			require.Equal(t, part.want != "", part.l.None, "%s: %v", c.text, part.l)
			require.Contains(t, part.l.Reason, part.want, c.text)
		}
		if c.fourth == "" {
			require.NoError(t, got.FourthMoment, c.text)
		} else {
			require.ErrorContains(t, got.FourthMoment, c.fourth, c.text)
		}
	}
}
