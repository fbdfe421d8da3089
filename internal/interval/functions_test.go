package interval

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A function of one interval with its reference, the arguments to try, the
// largest width on a point in steps of relative accuracy or, if abs is set,
// in that absolute amount, and whether it is monotone.
type function struct {
	name     string
	f        func(Interval) Interval
	ref      func(num) num
	lo, hi   float64
	steps    int64
	abs      float64
	monotone bool
}

func functions() []function {
	pow := func(p float64) func(Interval) Interval {
		return func(x Interval) Interval { return Pow(x, Point(p)) }
	}
	refPow := func(p float64) func(num) num {
		return func(x num) num {
			w := prec(x, 600)
			return prec(refExp(mul(fromFloat(p, 600), refLog(w))), digits)
		}
	}
	return []function{
		{"exp", Exp, refExp, -750, 712, 50, 0, true},
		{"exp, overflowing", Exp, refExp, 708.9, 709.9, 50, 0, true},
		{"exp, underflowing", Exp, refExp, -746, -707, 50, 0, true},
		{"expm1, overflowing", Expm1, refExpm1, 708.9, 709.9, 50, 0, true},
		{"sinh, overflowing", Sinh, refSinh, 708.9, 710.5, 60, 0, true},
		{"cosh, overflowing", Cosh, refCosh, 708.9, 710.5, 60, 0, true},
		{"erfc, underflowing", Erfc, refErfc, 26, 27.3, 36, 0, true},
		{"expm1", Expm1, refExpm1, -750, 712, 50, 0, true},
		{"log", Log, refLog, tiny, math.MaxFloat64, 12, 0, true},
		{"log near 1", Log, refLog, 0.5, 2, 8, 0, true},
		{"log subnormal", Log, refLog, tiny, 0x1p-1020, 12, 0, true},
		{"log1p", Log1p, refLog1p, stepUp(-1, 1), 1e10, 10, 0, true},
		{"sqrt", Sqrt, refSqrt, 0x1p-950, math.MaxFloat64, 1, 0, true},
		{"sqrt tiny", Sqrt, refSqrt, 0, 0x1p-950, 2, 0, true},
		{"sin", Sin, refSin, -30, 30, 0, 2 * absTrig, false},
		{"sin far", Sin, refSin, -1e14, 1e14, 0, 2 * absTrig, false},
		{"sin near 0", Sin, refSin, -0.7, 0.7, 8, 0, true},
		{"cos", Cos, refCos, -30, 30, 0, 2 * absTrig, false},
		{"tan", Tan, refTan, -1.5, 1.5, 1 << 9, 0, true},
		{"tan near 0", Tan, refTan, -0.7, 0.7, 48, 0, true},
		{"atan", Atan, refAtan, -1e3, 1e3, 10, 0, true},
		{"sinh", Sinh, refSinh, -711, 711, 60, 0, true},
		{"cosh", Cosh, refCosh, -711, 711, 60, 0, false},
		{"tanh", Tanh, refTanh, -22, 22, 40, 0, true},
		{"sech²", SechSqr, refSechSqr, -340, 340, 70, 0, false},
		{"erf", Erf, refErf, -6, 6, 10, 0, true},
		{"erfc", Erfc, refErfc, -6, 27.5, 36, 0, true},
		{"Phi", Phi, refPhi, -38.6, 10, 60, 0, true},
		{"density", Density, refDensity, -38.6, 38.6, 120, 0, false},
		{"sigmoid", Sigmoid, refSigmoid, -745, 40, 70, 0, true},
		{"softplus", Softplus, refSoftplus, -745, 800, 70, 0, true},
		{"asinh", Asinh, refAsinh, -1e4, 1e4, 40, 0, true},
		{"asinh far", Asinh, refAsinh, -1e300, 1e300, 40, 0, true},
		{"asinh near 0", Asinh, refAsinh, -1e-3, 1e-3, 40, 0, true},
		{"acosh", Acosh, refAcosh, 1, 1e3, 40, 0, true},
		{"acosh near 1", Acosh, refAcosh, 1, 1.0001, 40, 0, true},
		{"acosh far", Acosh, refAcosh, 1, 1e300, 40, 0, true},
		{"atanh", Atanh, refAtanh, -0.999, 0.999, 40, 0, true},
		{"atanh near 1", Atanh, refAtanh, 0.999, stepDown(1, 1), 40, 0, true},
		{"atanh near 0", Atanh, refAtanh, -1e-5, 1e-5, 40, 0, true},
		{"asin", Asin, refAsin, -1, 1, 40, 0, true},
		{"acos", Acos, refAcos, -1, 1, 40, 0, true},
		{"acos near 1", Acos, refAcos, 0.99999, 1, 40, 0, true},
		{"sinc", Sinc, refSinc, -3, 3, 0, 8 * absTrig, false},
		{"sinc far", Sinc, refSinc, -1e5, 1e5, 0, 8 * absTrig, false},
		{"tri", Tri, refTri, -9, 9, 0, 0x1p-1000, false},
		{"x^0.3", pow(0.3), refPow(0.3), 0x1p-1000, 1e300, 8000, 0, true},
		{"x^0.3 near 1", pow(0.3), refPow(0.3), 0.1, 10, 40, 0, true},
		{"x^-1.5", pow(-1.5), refPow(-1.5), 0x1p-600, 1e200, 10, 0, true},
		{"x^2.5", pow(2.5), refPow(2.5), 0x1p-300, 1e100, 10, 0, true},
	}
}

// Every function contains its values at the members of its argument.
func TestFunctionsContainValues(t *testing.T) {
	for _, f := range functions() {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				x := within(f.lo, f.hi).Draw(t, "x")
				z := f.f(x)
				for _, v := range []float64{x.Lo, x.Hi, x.Mid(), min(x.Hi, max(x.Lo, x.Lo+0.618*(x.Hi-x.Lo)))} {
					if y := f.ref(fromFloat(v, digits)); !holds(z, y) {
						t.Fatalf("%s(%v) = %v misses the value %.25g at %v", f.name, x, z, y, v)
					}
				}
			})
		})
	}
}

// A point gives an enclosure of a few steps; so does an interval around the
// true values at its ends, when the function is monotone.
func TestFunctionsAreTight(t *testing.T) {
	for _, f := range functions() {
		t.Run(f.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				x := within(f.lo, f.hi).Draw(t, "x")
				lo, hi := f.f(Point(x.Lo)), f.f(Point(x.Hi))
				for _, z := range []Interval{lo, hi} {
					if f.abs > 0 {
						require.LessOrEqual(t, z.Width(), f.abs*(1+8*unit)+2*unit, "%v", z)
					} else if z.Hi <= math.MaxFloat64 {
						require.LessOrEqual(t, z.Hi, stepUp(z.Lo, f.steps), "at %v or %v", x.Lo, x.Hi)
					}
				}
				if f.monotone {
					h, z := lo.Hull(hi), f.f(x)
					require.True(t, stepUp(h.Hi, f.steps) >= z.Hi && stepDown(h.Lo, f.steps) <= z.Lo, "%v: %v, ends %v", x, z, h)
				}
			})
		})
	}
}

// A part of the argument gives a part of the result, up to the steps by
// which the functions of package math fail to be monotone.
func TestFunctionsKeepInclusion(t *testing.T) {
	for _, f := range functions() {
		t.Run(f.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				x := within(f.lo, f.hi).Draw(t, "x")
				y := partOf(t, x)
				big, small := f.f(x), f.f(y)
				const slack = 4
				big = Interval{stepDown(big.Lo, slack) - f.abs/4, stepUp(big.Hi, slack) + f.abs/4}
				require.True(t, big.ContainsInterval(small), "%s%v = %v but %v gives %v", f.name, x, big, y, small)
			})
		})
	}
}

// Sine and cosine over an interval are the hull of their values there.
func TestTrigonometricRange(t *testing.T) {
	for _, c := range []struct {
		f   func(Interval) Interval
		ref func(float64) float64
	}{{Sin, math.Sin}, {Cos, math.Cos}} {
		rapid.Check(t, func(t *rapid.T) {
			lo := rapid.Float64Range(-1e6, 1e6).Draw(t, "lo")
			w := rapid.Float64Range(0, 7).Draw(t, "w")
			x := Interval{lo, lo + w}
			const samples = 400
			h := Point(c.ref(lo))
			for i := 1; i <= samples; i++ {
				h = h.Hull(Point(c.ref(min(x.Hi, lo+w*float64(i)/samples))))
			}
			z := c.f(x)
			require.True(t, z.ContainsInterval(h), "%v: %v, sampled %v", x, z, h)
			slack := w*w/(8*samples*samples) + 1e-14 // |f″| ≤ 1 between samples
			require.True(t, z.Lo >= h.Lo-slack && z.Hi <= h.Hi+slack, "%v: %v, sampled %v", x, z, h)
		})
	}
}

// The range of the triangle wave is exact: it is attained at an end or an odd number.
func TestTriRange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := within(-20, 20).Draw(t, "x")
		h := Point(TriAt(x.Lo)).Hull(Point(TriAt(x.Hi)))
		for n := -21.; n <= 21; n += 2 {
			if x.Contains(n) {
				h = h.Hull(Point(TriAt(n)))
			}
		}
		require.Equal(t, h, Tri(x))
	})
}

// Large arguments, near multiples of π/2 above all.
func TestTrigonometricFarOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := math.Floor(math.Exp2(rapid.Float64Range(0, 52).Draw(t, "log k")))
		turn := mul(shift(refPi(digits), -1), fromFloat(k, digits))
		near, _ := turn.Float64()
		x := Interval{stepDown(near, rapid.Int64Range(0, 3).Draw(t, "below")), stepUp(near, rapid.Int64Range(0, 3).Draw(t, "above"))}
		if holds(x, turn) { // the multiple of π/2, where sine and cosine are 0 or ±1
			c, s := []float64{1, 0, -1, 0}, []float64{0, 1, 0, -1}
			i := int(math.Mod(k, 4))
			require.True(t, Sin(x).Contains(s[i]) && Cos(x).Contains(c[i]), "%v: %v %v", x, Sin(x), Cos(x))
			require.True(t, i%2 == 0 || Tan(x) == Entire(), "%v: %v", x, Tan(x))
		}
		for v := x.Lo; v <= x.Hi; v = stepUp(v, 1) {
			s, c := refSinCos(fromFloat(v, digits))
			require.True(t, holds(Sin(x), s) && holds(Cos(x), c), "%v at %v: %v %v", x, v, Sin(x), Cos(x))
			require.True(t, holds(Tan(x), quo(s, c)), "%v at %v: %v", x, v, Tan(x))
		}
	})
}

// Exact arguments give exact values.
func TestExactValues(t *testing.T) {
	zero, unity := Point(0), Point(1)
	for name, f := range map[string]func(Interval) Interval{
		"expm1": Expm1, "log1p": Log1p, "sin": Sin, "tan": Tan, "atan": Atan, "sinh": Sinh, "tanh": Tanh, "erf": Erf, "sqrt": Sqrt,
		"asinh": Asinh, "atanh": Atanh, "asin": Asin, "tri": Tri,
	} {
		require.Equal(t, zero, f(zero), name)
	}
	for name, f := range map[string]func(Interval) Interval{
		"exp": Exp, "cos": Cos, "cosh": Cosh, "sech²": SechSqr, "erfc": Erfc, "sinc": Sinc,
	} {
		require.Equal(t, unity, f(zero), name)
	}
	require.Equal(t, zero, Log(unity))
	require.Equal(t, zero, Acosh(unity))
	require.Equal(t, zero, Acos(unity))
	require.Equal(t, unity, Tri(Point(5)))
	require.Equal(t, Point(0.5), Sigmoid(zero))
	require.Equal(t, Point(0.5), Phi(zero))
}
