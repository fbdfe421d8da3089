package enclose

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bsnn/internal/expr"
	"bsnn/internal/expr/exprtest"
	"bsnn/internal/interval"
)

// A mean is an expectation by tanh–sinh quadrature between kinks, which
// shares nothing with the code under test but the float evaluation of the
// program: other nodes, other weights, no derivatives beyond the first.
type mean struct{ value, size, err float64 }

// independent computes E g(x, f, f′) for several g, on pieces that end at the
// kinks. err compares two step sizes.
func independent(p *expr.Program, kinks []float64, gs []func(x, f, d float64) float64) []mean {
	ends := []float64{-13}
	for _, k := range kinks {
		if k > -13 && k < 13 {
			ends = append(ends, k)
		}
	}
	ends = append(ends, 13)
	coarse, fine := make([]mean, len(gs)), make([]mean, len(gs))
	for i, lo := range ends[:len(ends)-1] {
		hi := ends[i+1]
		pieces := int(math.Ceil(hi - lo))
		for j := range pieces {
			a := lo + (hi-lo)*float64(j)/float64(pieces)
			b := lo + (hi-lo)*float64(j+1)/float64(pieces)
			doubleExponential(p, a, b, 1.0/8, gs, coarse)
			doubleExponential(p, a, b, 1.0/16, gs, fine)
		}
	}
	for k := range fine {
		fine[k].err = math.Abs(fine[k].value-coarse[k].value) + 1e-14*fine[k].size
	}
	return fine
}

// doubleExponential adds the integrals over [a, b] by x = tanh(½π·sinh s).
func doubleExponential(p *expr.Program, a, b, h float64, gs []func(x, f, d float64) float64, sum []mean) {
	n := int(3.2 / h)
	var x, w []float64
	for k := -n; k <= n; k++ {
		s := float64(k) * h
		u := math.Pi / 2 * math.Sinh(s)
		c := math.Cosh(u)
		q := math.Exp(-math.Abs(u)) / c / 2 // half the distance to the nearer end
		at := a + (b-a)*q
		if u > 0 {
			at = b - (b-a)*q
		}
		x = append(x, at)
		w = append(w, (b-a)/2*h*math.Pi/2*math.Cosh(s)/(c*c)*math.Exp(-at*at/2)/math.Sqrt(2*math.Pi))
	}
	f, d := make([]float64, len(x)), make([]float64, len(x))
	p.ValuesDerivs(f, d, x)
	for k, g := range gs {
		for i := range x {
			v := w[i] * g(x[i], f[i], d[i])
			sum[k].value += v
			sum[k].size += math.Abs(v)
		}
	}
}

var moments9 = []func(x, f, d float64) float64{
	func(_, f, _ float64) float64 { return f },
	func(_, f, _ float64) float64 { return f * f },
	func(_, _, d float64) float64 { return d },
	func(_, _, d float64) float64 { return d * d },
	func(x, f, d float64) float64 { return x * f * d },
	func(x, _, d float64) float64 { return (x*x - 1) * d * d },
	func(_, f, _ float64) float64 { return f * f * f * f },
	func(_, _, d float64) float64 { return d * d * d * d },
	func(_, f, d float64) float64 { return f * f * d * d },
}

// contains reports whether an enclosure is compatible with a value that has an
// error.
func contains(x interval.Interval, value, slack float64) bool {
	return x.Lo <= value+slack && value-slack <= x.Hi
}

// The enclosures contain independent values, also those of low degree and few
// panels, which are wide enough to be wrong visibly.
func TestEnclosuresContainIndependentValues(t *testing.T) {
	skipIfSlow(t)
	compared, drawn, refused := 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(exprtest.Smooth(), exprtest.Kinked(), growing()).Draw(t, "text")
		p, err := exprtest.Grammar().Parse(text, nil)
		if err != nil {
			return
		}
		opt := Options{
			Tolerance: rapid.SampledFrom([]float64{1, 1e-3, 1e-6, 1e-14}).Draw(t, "tolerance"),
			MaxPanels: 200, momentsOnly: true,
			// Close to 0 the tails are most of the integral.
			Reach:   rapid.SampledFrom([]float64{0, 1, 2.5, 4, 12}).Draw(t, "reach"),
			perturb: rapid.SampledFrom([]float64{0, 0, 1e-8, -1e-5, 1e-3}).Draw(t, "perturb"),
			degree:  rapid.SampledFrom([]int{2, 4, 6, 10, 20}).Draw(t, "degree"),
		}
		drawn++
		c, err := Certify(p, opt)
		if err != nil {
			refused++
			return
		}
		kinks, err := p.Kinks(-13, 13)
		if err != nil {
			return
		}
		m := independent(p, kinks, moments9)
		for _, v := range m {
			if !finite(v.value, v.size) || v.err > 1e-6*v.size {
				return
			}
		}
		compared++
		g := c.Given
		e2, d2 := m[1], m[3]
		scale4 := m[6].size + e2.size*e2.size
		for _, k := range []struct {
			what  string
			x     interval.Interval
			value float64
			slack float64
		}{
			{"E f", c.Mean, m[0].value, m[0].err},
			{"E f²", c.SecondMoment, e2.value, e2.err},
			{"E f′", c.DerivMean, m[2].value, m[2].err},
			{"E f′²", c.DerivSecondMoment, d2.value, d2.err},
			{"κ", g.Slope, m[4].value, m[4].err},
			{"c_b", g.DerivSlope, m[5].value, m[5].err},
			{"V_f", g.ForwardVariance, m[6].value - e2.value*e2.value - 2*m[4].value*m[4].value,
				m[6].err + 4*e2.size*e2.err + 4*m[4].size*m[4].err + 1e-13*scale4},
			{"V_b", g.BackwardVariance, 3*m[7].value - 3*d2.value*d2.value - m[5].value*m[5].value/2,
				3*m[7].err + 6*d2.size*d2.err + 2*m[5].size*m[5].err + 1e-13*m[7].size},
			{"C", g.Cross, m[8].value - e2.value*d2.value - m[4].value*m[5].value,
				m[8].err + 2*e2.size*d2.err + 2*d2.size*e2.err + 2*m[4].err*m[5].size + 2*m[5].err*m[4].size + 1e-13*(m[8].size+e2.size*d2.size)},
		} {
			require.False(t, k.x.IsEmpty(), "%s of %s", k.what, text)
			require.True(t, contains(k.x, k.value, 3*k.slack), "%s of %s: %v does not contain %v ± %v (%+v)", k.what, text, k.x, k.value,
				k.slack, opt)
		}
		checkRoots(t, text, c, p, kinks)
	})
	t.Logf("%d of %d draws compared, %d refused", compared, drawn, refused)
	require.Greater(t, compared, drawn/4)
}

// checkRoots computes the moments of a·f + b afresh.
func checkRoots(t *rapid.T, text string, c Certificate, p *expr.Program, kinks []float64) {
	for i, r := range c.Roots {
		if len(c.Roots) == 1 || c.FourthMoment != nil || relativeWidth(r.B) > 1e-9 || relativeWidth(c.A) > 1e-9 {
			continue // a and b are not known well enough
		}
		a, b := c.A.Mid(), r.B.Mid()
		var gs []func(x, f, d float64) float64
		for _, g := range moments9 {
			gs = append(gs, func(x, f, d float64) float64 { return g(x, a*f+b, a*d) })
		}
		m := independent(p, kinks, gs)
		loss := 1 + math.Abs(b) + b*b // digits lost in a·f + b
		slack := func(ks ...int) float64 {
			s := 0.0
			for _, k := range ks {
				s += 10*m[k].err + 1e-7*m[k].size*(relativeWidth(r.B)/1e-9+1e-4)*loss
			}
			return s
		}
		require.InDelta(t, 1, m[1].value, slack(1), "E φ² of %s", text)
		require.InDelta(t, 1, m[3].value, slack(3), "E φ′² of %s", text)
		cf, cb := m[4].value, m[5].value
		for _, k := range []struct {
			what         string
			x            interval.Interval
			value, slack float64
		}{
			{"κ", r.Slope, cf, slack(4)},
			{"V_f", r.ForwardVariance, m[6].value - 1 - 2*cf*cf, slack(6, 4, 4)},
			{"V_b", r.BackwardVariance, 3*m[7].value - 3 - cb*cb/2, slack(7, 7, 7, 5)},
			{"C", r.Cross, m[8].value - 1 - cf*cb, slack(8, 4, 5)},
		} {
			require.False(t, k.x.IsEmpty(), "%s of root %d of %s", k.what, i, text)
			require.True(t, contains(k.x, k.value, k.slack), "%s of root %d of %s: %v does not contain %v ± %v", k.what, i, text, k.x, k.value,
				k.slack)
		}
	}
}

// A smaller tolerance gives a part of the enclosure.
func TestEnclosuresNest(t *testing.T) {
	skipIfSlow(t)
	strict := 0
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(exprtest.Smooth(), exprtest.Kinked()).Draw(t, "text")
		p := parse(t, text)
		degree := rapid.SampledFrom([]int{4, 10, 20}).Draw(t, "degree")
		var outer Certificate
		for i, tol := range []float64{1e-1, 1e-4, 1e-6} {
			c, err := Certify(p, Options{Tolerance: tol, MaxPanels: 250, Reach: 6, degree: degree, momentsOnly: true})
			if err != nil || c.Panels >= 250-1 { // the budget may end at different places
				return
			}
			if i > 0 && len(c.Roots) == len(outer.Roots) {
				x, y := outer.list(), c.list()
				require.True(t, rootsNest(outer.Roots, c.Roots), "roots of %s: %v are not inside %v", text, c.Roots, outer.Roots)
				for name, in := range y {
					require.True(t, x[name].ContainsInterval(in), "%s of %s: %v is not inside %v", name, text, in, x[name])
					if in != x[name] {
						strict++
					}
				}
			}
			outer = c
		}
	})
	require.Positive(t, strict)
}

// rootsNest says whether each root lies, in all that is enclosed of it, in a root
// of its own of the wider certificate. Which comes first is not compared: wide
// enclosures may not tell the order of |b|, and of two large b not even the b.
func rootsNest(outer, inner []Root) bool {
	in := func(o, r Root) bool {
		if !o.B.ContainsInterval(r.B) {
			return false
		}
		wide := o.list()
		for name, v := range r.list() {
			if !wide[name].ContainsInterval(v) {
				return false
			}
		}
		return true
	}
	if len(inner) == 1 {
		return in(outer[0], inner[0])
	}
	return in(outer[0], inner[0]) && in(outer[1], inner[1]) || in(outer[0], inner[1]) && in(outer[1], inner[0])
}

// The float64 constants around which the integrals are centred affect widths
// only.
func TestCentringDoesNotMatter(t *testing.T) {
	skipIfSlow(t)
	for name, text := range formulas {
		p := parse(t, text)
		exact, err := Certify(p, Options{momentsOnly: true})
		require.NoError(t, err)
		for _, e := range []float64{1e-9, -1e-6, 1e-4} {
			c, err := Certify(p, Options{perturb: e, momentsOnly: true})
			require.NoError(t, err)
			x, y := exact.list(), c.list()
			if len(c.Roots) == len(exact.Roots) {
				for i := range c.Roots {
					for k, v := range exact.Roots[i].list() {
						x[k+string(rune('0'+i))], y[k+string(rune('0'+i))] = v, c.Roots[i].list()[k]
					}
				}
			}
			for k := range x {
				require.False(t, x[k].Intersect(y[k]).IsEmpty(), "%s of %s: %v and %v with constants wrong by %v", k, name, x[k], y[k], e)
			}
		}
	}
}
