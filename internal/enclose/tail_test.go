package enclose

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bsnn/internal/expr/exprtest"
	"bsnn/internal/interval"
)

// quadAt encloses a quad at y, everything where it is no bound.
func quadAt(q quad, x interval.Interval) interval.Interval {
	if !q.known() {
		return interval.Entire()
	}
	return interval.Point(q.a).Mul(x).Add(interval.Point(q.b)).Mul(x).Add(interval.Point(q.c))
}

func rateAt(l rate, x interval.Interval) interval.Interval {
	if !l.known() {
		return interval.Entire()
	}
	z := quadAt(quad{l.a, l.b, l.c}, x)
	return z.Add(interval.Point(l.k).Mul(interval.Log(x)))
}

// violated names the form of the bound that excludes every value of x at y.
func (v bound) violated(x, y interval.Interval) string {
	switch {
	case v.lo.known() && x.Hi < quadAt(v.lo, y).Lo:
		return "lower quadratic"
	case v.hi.known() && x.Lo > quadAt(v.hi, y).Hi:
		return "upper quadratic"
	case v.up.zero() && x.Mignitude() > 0:
		return "zero"
	case v.up.known() && x.Mignitude() > 0 && interval.Log(interval.Point(x.Mignitude())).Lo > rateAt(v.up, y).Hi:
		return "upper rate"
	case v.low.known() && (x.Lo == 0 && x.Hi == 0 || x.Magnitude() < math.Inf(1) &&
		interval.Log(interval.Point(x.Magnitude())).Hi < rateAt(v.low, y).Lo):
		return "lower rate"
	}
	return ""
}

// growing draws functions that exprtest.Smooth leaves out.
func growing() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		u := exprtest.Kinked().Draw(t, "inner")
		form := rapid.SampledFrom([]string{
			"exp(0.1*(%s))", "(%s)^3", "(%s)^2", "x^2*(%s)", "x^3 - (%s)", "exp(0.05*x^2)*(%s)", "exp(-x^2 + (%s))", "sinh(0.3*(%s))",
			"log(3 + (%s)^2)", "sqrt(2 + (%s)^4)", "(1 + (%s)^2)^0.7", "(1 + (%s)^2)^(-1.5)", "log(cosh(%s))", "exp(%s)/(2 + exp(%s))",
			"x/(1 + abs(%s))", "expm1(-abs(%s))", "log1p(abs(%s))", "(%s)*exp(-abs(x))", "(%s)/x^2", "(2 + cos(%s))^x", "x^20*exp(-0.2*x^2)*(%s)",
			"tanh(x^3 + (%s))", "x*erfc(x + sin(%s))", "x*Phi(-x^2) + (%s)", "max(x^2, %s)", "min(exp(x), %s)", "x > 12 ? (%s) : 1/x",
			"cosh(0.2*(%s))/cosh(x)", "-exp(x)*(%s)", "(%s)/(1.5 - exp(-x^2))", "-3*(%s) - 2*x", "(x - 2)*(x + 3)*(%s)", "1/(exp(x) - 2)",
			"softplus(-x^2)*(%s)",
		}).Draw(t, "form")
		text := ""
		for i := 0; i < len(form); i++ {
			if i+1 < len(form) && form[i:i+2] == "%s" {
				text += u
				i++
				continue
			}
			text += form[i : i+1]
		}
		return text
	})
}

// Every bound of every node holds at random far points.
func TestGrowthBoundsHold(t *testing.T) {
	checked, sharp := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(exprtest.Smooth(), exprtest.Kinked(), growing(), exprtest.Wild()).Draw(t, "text")
		p, err := exprtest.Grammar().Parse(text, nil)
		if err != nil {
			return
		}
		sign := rapid.SampledFrom([]float64{-1, 1}).Draw(t, "side")
		r := rapid.SampledFrom([]float64{9, 10, 15, 38, 1000, horizon}).Draw(t, "R")
		f := newTailMachine(p, sign, r)
		m := newMachine(p, 2)
		for _, factor := range []float64{1, rapid.Float64Range(1, 1.2).Draw(t, "near"), rapid.Float64Range(1, 50).Draw(t, "far")} {
			y := r * factor
			m.run(interval.Point(sign*y), 1)
			for i := range f.code {
				s := m.regs[i]
				if f.code[i].Op.Condition() || f.state[i].lost > 0 || !s.Status().Defined() {
					continue
				}
				j := f.jets[i]
				for k, v := range []bound{j.v, j.d, j.dd} {
					if k > 0 && !s.Status().Analytic() {
						break
					}
					x := s.Coefficient(k).Scale([]float64{1, 1, 2}[k])
					if x.IsEmpty() || !x.IsBounded() {
						continue
					}
					checked++
					if v.up.known() {
						sharp++
					}
					what := v.violated(x, interval.Point(y))
					require.Empty(t, what, "%s: derivative %d of %v is %v at %v, bounds %+v, R = %v", text, k, f.code[i].Op, x, sign*y, v, r)
				}
			}
		}
	})
	t.Logf("%d values checked, %d with a known rate", checked, sharp)
	require.Greater(t, sharp, checked/4)
}

// mass against the value of the integral in a case with a closed form:
// E e^{by}·1{y ≥ R} = e^{b²/2}·Φ(b − R).
func TestMassBoundsExponential(t *testing.T) {
	for _, r := range []float64{9, 12, 20} {
		for _, b := range []float64{-3, 0, 1, 4} {
			exact := interval.Exp(interval.Point(b * b / 2)).Mul(interval.Phi(interval.Point(b - r)))
			m := newTail(r).mass(rate{b: b})
			require.GreaterOrEqual(t, m, exact.Lo)
			require.LessOrEqual(t, m, 1.2*exact.Hi, "R = %v, b = %v", r, b)
		}
		for k := range 8 {
			exact := gaussianTail(r, k)
			m := newTail(r).mass(rate{k: float64(k)})
			require.GreaterOrEqual(t, m, exact.Lo)
			require.LessOrEqual(t, m, 1.3*exact.Hi, "R = %v, k = %d", r, k)
		}
	}
	require.Equal(t, math.Inf(1), newTail(9).mass(rate{a: 0.5}))
	require.Equal(t, math.Inf(1), newTail(9).mass(rate{a: 0.6}))
}

// gaussianTail encloses ∫ xᵏ dμ over [a, ∞) for the standard normal law μ, a ≥ 0:
// T₀ = Φ(−a), T₁ = ρ(a), T_k = a^{k−1}ρ(a) + (k−1)T_{k−2} by parts.
func gaussianTail(a float64, k int) interval.Interval {
	x := interval.Point(a)
	density := interval.Density(x)
	tail := interval.Phi(x.Neg())
	if k%2 == 1 {
		tail = density
	}
	for j := 2 + k%2; j <= k; j += 2 {
		tail = interval.PowInt(x, j-1).Mul(density).Add(tail.Scale(float64(j - 1)))
	}
	return tail
}
