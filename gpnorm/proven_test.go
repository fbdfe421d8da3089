package gpnorm_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bsnn/gpnorm"
)

func judge(t require.TestingT, spec string) gpnorm.Judgement {
	j, err := gpnorm.Judge(spec, nil)
	require.NoError(t, err, spec)
	return j
}

// Features narrower than the nodes of a quadrature: the values are those of the
// certificates, to twelve digits and more.
func TestNarrowFeaturesAreSeen(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		spec        string
		a, b, kappa float64
	}{
		{"x+0.03*exp(-1e5*(x-0.3)^2)", 0.938200725541902, 0.345980778251186, 0.880186},
		{"tanh(3000*x)", 0.0250331196594473, 0.999686705716737, 8.33333e-08},
		{"exp(-1e6*x^2)", 0.0447213679352504, 0.999967877725126, -3.21217e-05},
		{"relu(x)+0.1*exp(-((x-0.3)/0.003)^2)", 0.691144930433629, 0.639117615824158, 0.414952},
		{"sin(1000*x)", 0.00141421356237, 0.9999995, 0},
	} {
		j := judge(t, c.spec)
		digits := 1e-12
		if c.spec == "sin(1000*x)" {
			digits = 1e-9
		}
		require.InEpsilon(t, c.a, j.A, digits, c.spec)
		require.InDelta(t, c.b, j.B, 1e-8, c.spec)
		require.InDelta(t, c.kappa, j.Roots[j.Chosen].Slope, 1e-6, c.spec)
		require.Len(t, j.Roots, 2, c.spec)
		inside(t, j)
	}
}

// What is certified is answered, whatever float64 makes of it, and what does not
// exist is not a number.
func TestCertifiedFunctionsAreAnswered(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes more than a second")
	}
	for spec, b := range map[string]float64{
		"sin(400*x)": 0.9999968749952, "tanh(1e8*x)": 0.99999999060015, "exp(-1e12*(x-pi/3)^2)": 0.9999999992,
		"1e100*tanh(x)": 0.38854167006713, "x^9": 8. / 9, "x^99": 98. / 99, "2*x*abs(x)": 0.5, "exp(5*x)": -0.9797966424442,
	} {
		j := judge(t, spec)
		require.InDelta(t, b, j.B, 1e-8, spec)
		inside(t, j)
	}
	for _, spec := range []string{"1e10+tanh(x)", "1+1e-10*sin(x)"} {
		j := judge(t, spec)
		require.InDelta(t, judge(t, map[bool]string{true: "tanh", false: "sin"}[spec[0:2] == "1e"]).Roots[0].Slope, j.Roots[0].Slope, 1e-6, spec)
	}
	j := judge(t, "exp(x^2/8)")
	require.InDelta(t, -3.48288340295, j.B, 1e-9)
	require.True(t, math.IsNaN(j.Roots[j.Chosen].ForwardVariance))
	require.True(t, math.IsNaN(j.Roots[j.Chosen].DepthVariance))
	require.Contains(t, fmt.Sprint(j.Warnings), "E f⁴ or E f′⁴ is infinite")
}

// inside asserts that every number of a judgement lies in its enclosure.
func inside(t require.TestingT, j gpnorm.Judgement) {
	c, name := j.Certificate, j.Expression.Name()
	in := func(what string, x float64, i gpnorm.Interval) {
		if math.IsNaN(x) || i.IsEmpty() {
			return
		}
		require.True(t, i.Contains(x), "%s: %s = %v, but [%v, %v] is proven", name, what, x, i.Lo, i.Hi)
	}
	in("a", j.A, c.A)
	in("E f", j.RawProfile.Mean.Value, c.Mean)
	in("E f²", j.RawProfile.SecondMoment.Value, c.SecondMoment)
	in("E f′²", j.RawProfile.DerivSecondMoment.Value, c.DerivSecondMoment)
	for _, r := range j.Roots {
		best := c.Roots[0]
		for _, e := range c.Roots {
			if math.Abs(e.B.Mid()-r.B) < math.Abs(best.B.Mid()-r.B) {
				best = e
			}
		}
		in("b", r.B, best.B)
		in("κ", r.Slope, best.Slope)
		in("c_b", r.DerivSlope, best.DerivSlope)
		in("V_f", r.ForwardVariance, best.ForwardVariance)
		in("V_b", r.BackwardVariance, best.BackwardVariance)
		in("C", r.Cross, best.Cross)
		in("V", r.DepthVariance, best.DepthVariance)
	}
}

// nearestRoot is the middle of the enclosed root that is nearest to b.
func nearestRoot(c gpnorm.Certificate, b float64) float64 {
	best := c.Roots[0].B.Mid()
	for _, r := range c.Roots {
		if math.Abs(r.B.Mid()-b) < math.Abs(best-b) {
			best = r.B.Mid()
		}
	}
	return best
}

// narrow draws a function with a feature of any width from 1 to 1e-10 and any height
// from 1 to 1e-6.
func narrow(t *rapid.T) string {
	base := rapid.SampledFrom([]string{"x", "tanh(x)", "relu(x)", "gelu(x)", "0.5*x+sin(x)", "leakyrelu(x)"}).Draw(t, "base")
	shape := rapid.SampledFrom([]string{"exp(-(%s)^2)", "tanh(%s)", "1/(1+(%s)^2)", "exp(-abs(%s))", "atan(%s)"}).Draw(t, "shape")
	width := math.Pow(10, -rapid.Float64Range(0, 10).Draw(t, "width"))
	height := math.Pow(10, -rapid.Float64Range(0, 6).Draw(t, "height"))
	place := rapid.Float64Range(-2, 2).Draw(t, "place")
	return fmt.Sprintf("%s+%.6g*%s", base, height, fmt.Sprintf(shape, fmt.Sprintf("(x-%.6g)/%.6g", place, width)))
}

// No number of a judgement contradicts its proof, whatever the function hides, and
// what is computed later from the activation agrees as well.
func TestNoNumberContradictsItsProof(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes more than a second")
	}
	rapid.Check(t, func(t *rapid.T) {
		j, err := gpnorm.Judge(narrow(t), nil)
		if err != nil {
			return // not certified; that is an answer too
		}
		inside(t, j)
		p, err := gpnorm.Describe(j.Activation)
		if err != nil {
			return
		}
		width := (j.Certificate.A.Hi - j.Certificate.A.Lo) / j.A
		require.InDelta(t, 1, p.DerivSecondMoment.Value, 1e-6+4*width, j.Expression.Name())
		require.InDelta(t, 1, p.SecondMoment.Value, 1e-6+4*width, j.Expression.Name())
	})
}

// A function in Go has no proof; sampling finds what is wider than a thousandth.
func TestFeaturesOfGoFunctions(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes more than a second")
	}
	rapid.Check(t, func(t *rapid.T) {
		width := math.Pow(10, -rapid.Float64Range(1, 2.7).Draw(t, "width"))
		height := width * rapid.Float64Range(0.5, 3).Draw(t, "slope")
		place := math.Round(1e6*rapid.Float64Range(-3, 3).Draw(t, "place")) / 1e6 // a number that a formula may hold
		a, err := gpnorm.FromFunc("bump",
			func(x float64) float64 { u := (x - place) / width; return x + height*math.Exp(-u*u) },
			func(x float64) float64 { u := (x - place) / width; return 1 - 2*u*height/width*math.Exp(-u*u) })
		require.NoError(t, err)
		n, err := gpnorm.Normalize(a)
		require.NoError(t, err)
		formula, err := gpnorm.Parse(fmt.Sprintf("x+%v*exp(-((x-%v)/%v)^2)", height, place, width), nil)
		require.NoError(t, err)
		proof, err := gpnorm.Certify(formula)
		require.NoError(t, err)
		require.InEpsilon(t, proof.A.Mid(), n.A, 1e-9)
		require.InDelta(t, n.B, nearestRoot(proof, n.B), 1e-6)
	})
}

// A narrow feature is proven with few panels: what rounding leaves of the width of a
// panel is not refined.
func TestNarrowFeaturesTakeFewPanels(t *testing.T) {
	for _, spec := range []string{"x+0.03*exp(-1e5*(x-0.3)^2)", "x+1e-4*sin((x-0.3)/1e-6)*exp(-((x-0.3)/1e-6)^2)", "tanh(3000*x)"} {
		f, err := gpnorm.Parse(spec, nil)
		require.NoError(t, err)
		c, err := gpnorm.Certify(f)
		require.NoError(t, err)
		require.Less(t, c.Panels, 1000, spec)
		require.Less(t, c.A.Width(), 1e-12*c.A.Mid()+1e-12, spec)
	}
}
