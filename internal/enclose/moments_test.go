package enclose

import (
	"encoding/json"
	"math"
	"math/big"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bsnn/internal/expr"
	"bsnn/internal/interval"
)

// E f, E f² and E f′² against 50 digits, of functions with inverse functions, removable
// singularities, powers at 0, and branches that meet at irrational places; see
// testdata/moments.py.
func TestOracleOfMoments(t *testing.T) {
	data, err := os.ReadFile("testdata/moments.json")
	require.NoError(t, err)
	var refs map[string][3]string
	require.NoError(t, json.Unmarshal(data, &refs))
	require.Greater(t, len(refs), 15)
	for text, want := range refs {
		c, err := Certify(parse(t, text), Options{momentsOnly: true})
		require.NoError(t, err, text)
		for i, x := range []interval.Interval{c.Mean, c.SecondMoment, c.DerivSecondMoment} {
			require.True(t, holds(t, x, want[i]), "%s: moment %d is %v, not %s", text, i, x, want[i])
			require.LessOrEqual(t, x.Width(), 1e-11*max(math.Sqrt(c.SecondMoment.Hi), x.Magnitude()), "%s: %v", text, x)
		}
	}
}

// What never is or is always, and what meets, in any spelling.
func TestBranchesThatMeet(t *testing.T) {
	for text, same := range map[string]string{
		"abs(x)>=0 ? x : 3": "x", "sin(x)>1 ? 5 : x": "x", "x==0 ? 5 : tanh(x)": "tanh(x)", "x==0 ? 1 : sin(x)/x": "sinxoverx(x)",
		"x>pi/2 ? 1 : (x<-pi/2 ? -1 : sin(x))": "sin(clip(x,-pi/2,pi/2))", "x*x>4 ? 4*abs(x)-4 : x^2": "abs(x)>2 ? 4*abs(x)-4 : x^2",
		"exp(x)>1 ? x : exp(x)-1": "elu(x)", "x>log(2) ? exp(x) : 2": "max(exp(x), 2)",
		"(x<0 ? sin(x) : expm1(x))/x": "x<0 ? sinxoverx(x) : expm1(x)/x",
		"log(sqrt(x^2+1)-x)":          "-asinh(x)",
	} {
		a, err := Certify(parse(t, text), Options{momentsOnly: true})
		require.NoError(t, err, text)
		b, err := Certify(parse(t, same), Options{momentsOnly: true})
		require.NoError(t, err, same)
		require.False(t, a.SecondMoment.Intersect(b.SecondMoment).IsEmpty(), "%s: %v, %s: %v", text, a.SecondMoment, same, b.SecondMoment)
		require.False(t, a.DerivSecondMoment.Intersect(b.DerivSecondMoment).IsEmpty(), "%s and %s", text, same)
		require.LessOrEqual(t, relativeWidth(a.A), 1e-11, text)
	}
	for text, reason := range map[string]Reason{
		"abs(x)/x": Discontinuous, "(x<0 ? x : 1)/x": Undefined, "x>0 ? sin(x)/x : (exp(2*x)-1)/x": Discontinuous, "sin(x)/x^2": Undefined,
		"x*x>4 ? 2*abs(x)+1e-12 : x^2": Discontinuous, "x>pi/2 ? 1+1e-13 : sin(x)": Discontinuous, "max(x,0) > 0 ? 1 : 0": Discontinuous,
		"x>0 ? x/x : 0": Discontinuous,
	} {
		_, err := Certify(parse(t, text), Options{momentsOnly: true})
		var e *Error
		require.ErrorAs(t, err, &e, text)
		require.Contains(t, []Reason{reason, NotProvenContinuous, NotProvenDefined}, e.Reason, "%s: %v", text, e)
	}
}

// Theorem 2 needs a continuous φ′: max and min that join without a corner have one.
func TestSmoothJoins(t *testing.T) {
	for text, smooth := range map[string]bool{
		"max(0,x)+min(0,2*(exp(x/2)-1))": true, "max(0,x)+min(0,exp(x)-1)": true, "max(x,tanh(x))": true, "max(x^2,0)": true,
		"x>e ? log(x) : x/e": true, "max(0,x)+min(0,3*(exp(x/2)-1))": false, "max(x,sin(x)/2)": false, "max(x,x+x^3)": true,
		"x==0 ? 1 : sin(x)/x": true, "tri(x)": false,
	} {
		s, err := survey(parse(t, text))
		require.NoError(t, err, text)
		_, l := lipschitz(s)
		if text == "max(x,x+x^3)" { // it grows, but not by a jump
			require.NotContains(t, l.String(), "jump")
			continue
		}
		require.Equal(t, smooth, l.Finite(), "%s: %v", text, l)
	}
}

// Functions of any scale have the constants and variances of the same function.
func TestScaleDoesNotMatter(t *testing.T) {
	base, err := Certify(parse(t, "tanh(x)"), Options{momentsOnly: true})
	require.NoError(t, err)
	for _, scale := range []string{"1e100", "1e-100", "1e12", "3e-9"} {
		c, err := Certify(parse(t, scale+"*tanh(x)"), Options{momentsOnly: true})
		require.NoError(t, err)
		require.NoError(t, c.FourthMoment, scale)
		factor, ok := new(big.Rat).SetString(scale)
		require.True(t, ok)
		s := ofRat(factor)
		for name, pair := range map[string][2]interval.Interval{ // of the function, and of tanh
			"a": {c.A.Mul(s), base.A}, "E f": {c.Mean.Div(s), base.Mean}, "E f′": {c.DerivMean.Div(s), base.DerivMean},
			"E f²": {c.SecondMoment.Div(s).Div(s), base.SecondMoment}, "κ": {c.Given.Slope.Div(s).Div(s), base.Given.Slope},
			"E f′²": {c.DerivSecondMoment.Div(s).Div(s), base.DerivSecondMoment},
			"c_b":   {c.Given.DerivSlope.Div(s).Div(s), base.Given.DerivSlope},
		} {
			require.False(t, pair[0].Intersect(pair[1]).IsEmpty(), "%s of %s·tanh: %v, not %v", name, scale, pair[0], pair[1])
			require.LessOrEqual(t, pair[0].Width(), 1e-11, "%s of %s·tanh", name, scale)
		}
		for i, r := range c.Roots {
			for name, x := range r.list() {
				require.False(t, x.Intersect(base.Roots[i].list()[name]).IsEmpty(), "%s of %s·tanh", name, scale)
				require.LessOrEqual(t, x.Width(), 1e-11, "%s of %s·tanh", name, scale)
			}
		}
	}
}

// Quotients of which both parts vanish at one point, against their values by a
// polynomial of the quotient's own.
func TestRemovableQuotients(t *testing.T) {
	removed := 0
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.SampledFrom([]string{"x", "(x-1)", "(x+0.5)", "(2*x-3)", "(x-0.3)", "(3*x-1)", "(x-pi/9)", "(exp(x)-1.4)"}).Draw(t, "zero")
		order := rapid.IntRange(1, 3).Draw(t, "order")
		f := rapid.SampledFrom([]string{"exp(x)", "2+sin(3*x)", "1/(1+x^2)", "tanh(x)-2"}).Draw(t, "f")
		g := rapid.SampledFrom([]string{"1", "2+cos(x)", "exp(-x/2)"}).Draw(t, "g")
		power := map[int]string{1: "", 2: "^2", 3: "^3"}[order]
		p := parse(t, "("+at+power+"*("+f+"))/("+at+power+"*("+g+"))")
		q := parse(t, "("+f+")/("+g+")")
		m, n := newMachine(p, 3), newMachine(q, 3)
		lo := rapid.SampledFrom([]float64{0, 1, -0.5, 1.5, 0.25, 0.25}).Draw(t, "lo")
		x := interval.Interval{Lo: lo, Hi: lo + rapid.SampledFrom([]float64{0.25, 0x1p-8, 0x1p-20}).Draw(t, "w")}
		a, b := m.run(x, 1), n.run(x, 1)
		if !a.Status().Analytic() { // too wide for the zero
			return
		}
		for k := range 4 {
			require.False(t, a.Coefficient(k).Intersect(b.Coefficient(k)).IsEmpty(), "coefficient %d of %v: %v and %v", k, p, a.Coefficient(k),
				b.Coefficient(k))
		}
		if len(m.met) == 0 { // the zero is beside the panel, where the quotient is one of numbers
			return
		}
		removed++
		v := b.Value()
		require.LessOrEqual(t, a.Value().Width(), 20*v.Width()+40*(x.Hi-x.Lo)*math.Max(1, v.Magnitude())+1e-12)
	})
	require.Positive(t, removed)
}

// In floats a removed singularity is a polynomial, with value and slope to nearly all digits.
func TestPatches(t *testing.T) {
	for text, same := range map[string]string{
		"sin(x)/x": "sinxoverx(x)", "sin(x-1)/(x-1)": "sinxoverx(x-1)", "sin(40*x)/x": "40*sinxoverx(40*x)", "sin(x)^2/x^2": "sinxoverx(x)^2",
		"sin(x-0.1)/(x-0.1)": "sinxoverx(x-0.1)", "(1-cos(x-pi/3))/(x-pi/3)^2": "sinxoverx((x-pi/3)/2)^2/2",
		"x==0.3 ? 1 : sin(x-0.3)/(x-0.3)": "sinxoverx(x-0.3)",
	} {
		p, want := parse(t, text), parse(t, same)
		list := Removable(p)
		require.Len(t, list, 1, text)
		patched := p.Patched(Patches(list))
		require.IsType(t, (*expr.Program)(nil), patched)
		for _, x := range []float64{0, 1e-300, 1e-17, -1e-9, 1e-6, 1e-4, -0.003, 0.01, 0.1, 0.1 + 1e-15, 0.1001, 0.3, math.Pi / 3,
			0.03, 0.06, 0.07, 0.2, 1, 1 + 1e-10, 2} {
			v, d := patched.Value(x)
			wv, wd := want.Value(x)
			require.InDelta(t, wv, v, 1e-13*(1+math.Abs(wv)), "%s at %v", text, x)
			require.InDelta(t, wd, d, 1e-9*(1+math.Abs(wd)), "slope of %s at %v", text, x)
		}
	}
	require.Empty(t, Removable(parse(t, "x/(1+abs(x))")))
}
