package interval

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A unary series operation, its reference, and arguments inside its domain.
type unary struct {
	name   string
	op     func(s, v *Series)
	ref    func(num) num
	lo, hi float64
}

func unaries() []unary {
	p := Point(0.3)
	refPow := func(x num) num { return refExp(mul(fromFloat(0.3, x.Prec()), refLog(x))) }
	two := NewSeries(40)
	two.Constant(Point(2))
	refPowInt := func(n int) func(num) num {
		return func(x num) num {
			y := one(x)
			for range max(n, -n) {
				y = mul(y, x)
			}
			if n < 0 {
				y = quo(one(y), y)
			}
			return y
		}
	}
	powInt := func(n int) func(s, v *Series) { return func(s, v *Series) { s.PowInt(v, n) } }
	return []unary{
		{"exp", (*Series).Exp, refExp, -3, 3},
		{"expm1", (*Series).Expm1, refExpm1, -2, 2},
		{"log", (*Series).Log, refLog, 0.5, 9},
		{"log1p", (*Series).Log1p, refLog1p, -0.5, 4},
		{"sqrt", (*Series).Sqrt, refSqrt, 0.5, 7},
		{"sin", (*Series).Sin, refSin, -9, 9},
		{"cos", (*Series).Cos, refCos, -9, 9},
		{"tan", (*Series).Tan, refTan, -1.2, 1.2},
		{"atan", (*Series).Atan, refAtan, -3, 3},
		{"sinh", (*Series).Sinh, refSinh, -3, 3},
		{"cosh", (*Series).Cosh, refCosh, -3, 3},
		{"tanh", (*Series).Tanh, refTanh, -4, 4},
		{"erf", (*Series).Erf, refErf, -3, 3},
		{"erfc", (*Series).Erfc, refErfc, -3, 3},
		{"Phi", (*Series).Phi, refPhi, -4, 4},
		{"density", (*Series).Density, refDensity, -4, 4},
		{"sigmoid", (*Series).Sigmoid, refSigmoid, -6, 6},
		{"softplus", (*Series).Softplus, refSoftplus, -6, 6},
		{"asinh", (*Series).Asinh, refAsinh, -3, 3},
		{"acosh", (*Series).Acosh, refAcosh, 1.5, 6},
		{"atanh", (*Series).Atanh, refAtanh, -0.7, 0.7},
		{"asin", (*Series).Asin, refAsin, -0.7, 0.7},
		{"acos", (*Series).Acos, refAcos, -0.7, 0.7},
		{"sinc near 0", (*Series).Sinc, refSinc, -2, 2},
		{"sinc", (*Series).Sinc, refSinc, 0.9, 7},
		{"tri rising", (*Series).Tri, refTri, 3.1, 4.9},
		{"tri falling", (*Series).Tri, refTri, -2.9, -1.1},
		{"pow 0.3", func(s, v *Series) { s.Pow(v, p) }, refPow, 0.5, 5},
		{"powInt 7", powInt(7), refPowInt(7), -2, 2},
		{"powInt 4", powInt(4), refPowInt(4), -2, 2},
		{"powInt -3", powInt(-3), refPowInt(-3), 0.5, 4},
		{"sqr", (*Series).Sqr, refSqr, -2, 2},
		{"neg", (*Series).Neg, neg, -2, 2},
		{"2/v", func(s, v *Series) { s.Div(two, v) }, func(x num) num { return quo(shift(one(x), 1), x) }, 0.5, 4},
		{"v/2", func(s, v *Series) { s.Div(v, two) }, func(x num) num { return shift(x, -1) }, 0.5, 4},
		{"abs +", (*Series).Abs, abs, 0.1, 4},
		{"abs -", (*Series).Abs, abs, -4, -0.1},
	}
}

// inner builds v = m + r(x + x²), whose values stay in a part of [lo, hi] for
// |x| ≤ ½.
type inner struct{ m, r float64 }

func drawInner(t *rapid.T, u unary) inner {
	f := rapid.Float64Range(0.05, 0.95).Draw(t, "size")
	r := (u.hi - u.lo) * f / 1.3
	slack := (u.hi - u.lo) * (1 - f)
	return inner{u.lo + 0.5*r + slack*rapid.Float64Range(0, 1).Draw(t, "place"), r}
}

func (in inner) series(x *Series) *Series {
	order := x.Order()
	a, b, c, d := NewSeries(order), NewSeries(order), NewSeries(order), NewSeries(order)
	a.Sqr(x)
	b.Add(a, x)
	c.Scale(b, Point(in.r))
	d.Shift(c, Point(in.m))
	return d
}

func (in inner) ref(x num) num {
	p := x.Prec()
	return add(fromFloat(in.m, p), mul(fromFloat(in.r, p), add(x, mul(x, x))))
}

// variable is a series for the variable itself.
func variable(centre Interval, order int) *Series {
	x := NewSeries(order)
	x.Variable(centre, 1)
	return x
}

// dividedDifferences are f⁽ᵏ⁾(x)/k!, k = 0 … n, as Δᵏf/(k!hᵏ) with h = 2^-100:
// point values only, and enough digits to lose n·100 bits. The relative error
// is about n²·h.
func dividedDifferences(f func(num) num, x float64, n int) []num {
	const step = 100
	p := uint(step*n + 400)
	h := shift(smallInt(1, p), -step)
	d := make([]num, n+1)
	v := fromFloat(x, p)
	for i := range d {
		d[i] = f(v)
		v = add(v, h)
	}
	c := make([]num, n+1)
	for k := range c {
		c[k] = d[0]
		for i := 0; i+1 < len(d)-k; i++ {
			d[i] = quo(shift(sub(d[i+1], d[i]), step), smallInt(k+1, p))
		}
	}
	return c
}

// near reports whether v, known to 2^-80 of size, may be a member of x.
func near(x Interval, v num, size float64) bool {
	s := prec(fromFloat(size, 60), 1000)
	slack := shift(s, -80)
	return !x.IsEmpty() && fromFloat(x.Lo, 1000).Cmp(add(prec(v, 1000), slack)) <= 0 &&
		fromFloat(x.Hi, 1000).Cmp(sub(prec(v, 1000), slack)) >= 0
}

func sizeOf(c []num) float64 {
	m := 1.0
	for _, v := range c {
		f, _ := abs(v).Float64()
		m = max(m, f)
	}
	return m
}

// The coefficients at a point, and those over an interval around it, contain
// the Taylor coefficients found from values alone.
func TestSeriesContainTaylorCoefficients(t *testing.T) {
	const n = 7
	for _, u := range unaries() {
		t.Run(u.name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				in := drawInner(t, u)
				x := rapid.Float64Range(-0.5, 0.5).Draw(t, "x")
				whole := Interval{max(-0.5, x-rapid.Float64Range(0, 0.2).Draw(t, "left")), min(0.5, x+rapid.Float64Range(0, 0.2).Draw(t, "right"))}
				c := dividedDifferences(func(x num) num { return u.ref(in.ref(x)) }, x, n)
				size := sizeOf(c)
				for _, centre := range []Interval{Point(x), whole} {
					s := NewSeries(n)
					u.op(s, in.series(variable(centre, n)))
					for k, v := range c {
						if !near(s.Coefficient(k), v, size) {
							t.Fatalf("coefficient %d over %v is %v, misses %.20g at %v", k, centre, s.Coefficient(k), v, x)
						}
					}
				}
			})
		})
	}
}

// One operation after another, over a point and an interval.
func TestSeriesOfCompositions(t *testing.T) {
	const n = 7
	middles := map[string]unary{}
	var names []string
	for _, u := range unaries() {
		names = append(names, u.name)
		middles[u.name] = u
	}
	bounded := []unary{middles["sin"], middles["tanh"], middles["erf"], middles["cos"]}
	rapid.Check(t, func(t *rapid.T) {
		u := middles[rapid.SampledFrom(names).Draw(t, "outer")]
		b := bounded[rapid.IntRange(0, len(bounded)-1).Draw(t, "inner")]
		in := drawInner(t, b)
		x := rapid.Float64Range(-0.4, 0.4).Draw(t, "x")
		w := rapid.Float64Range(0, 0.02).Draw(t, "w")
		mid, reach := (u.lo+u.hi)/2, 0.45*(u.hi-u.lo)
		c := dividedDifferences(func(x num) num {
			v := b.ref(in.ref(x))
			return u.ref(add(fromFloat(mid, v.Prec()), mul(fromFloat(reach, v.Prec()), v)))
		}, x, n)
		for _, centre := range []Interval{Point(x), {x - w, x + w}} {
			a, s, p, z := NewSeries(n), NewSeries(n), NewSeries(n), NewSeries(n)
			b.op(a, in.series(variable(centre, n)))
			s.Scale(a, Point(reach))
			p.Shift(s, Point(mid))
			u.op(z, p)
			if w > 0 && !z.Status().Analytic() {
				continue // the enclosure of the inner function left the domain
			}
			for k, v := range c {
				require.True(t, near(z.Coefficient(k), v, sizeOf(c)), "%s after %s: coefficient %d over %v is %v, not %.20g",
					u.name, b.name, k, centre, z.Coefficient(k), v)
			}
		}
	})
}

// A product, quotient, sum and difference of two different series.
func TestSeriesOfTwoArguments(t *testing.T) {
	const n = 7
	for _, c := range []struct {
		name string
		op   func(s, a, b *Series)
		ref  func(a, b num) num
	}{
		{"+", (*Series).Add, add}, {"-", (*Series).Sub, sub}, {"*", (*Series).Mul, mul}, {"/", (*Series).Div, quo},
		{"compose", func(s, a, b *Series) { // a series as both factor and argument
			e := NewSeries(s.Order())
			e.Tanh(a)
			s.Mul(e, b)
		}, func(a, b num) num { return mul(refTanh(a), b) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				x := rapid.Float64Range(-1, 1).Draw(t, "x")
				w := rapid.Float64Range(0, 0.2).Draw(t, "w")
				d := dividedDifferences(func(x num) num { return c.ref(refSin(x), refExp(x)) }, x, n)
				for _, centre := range []Interval{Point(x), {x - w, x + w}} {
					v := variable(centre, n)
					a, b, s := NewSeries(n), NewSeries(n), NewSeries(n)
					a.Sin(v)
					b.Exp(v)
					c.op(s, a, b)
					for k := range d {
						require.True(t, near(s.Coefficient(k), d[k], sizeOf(d)), "coefficient %d over %v is %v, not %.20g", k, centre, s.Coefficient(k), d[k])
					}
				}
			})
		})
	}
}

// The polynomial at the middle and the remainder over the panel contain
// every value on the panel, up to order 22.
func TestSeriesRemainder(t *testing.T) {
	for _, u := range unaries() {
		t.Run(u.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				in := drawInner(t, u)
				lo := rapid.Float64Range(-0.5, 0.4).Draw(t, "lo")
				p, err := NewPanel(lo, lo+rapid.Float64Range(1e-6, 0.5-lo).Draw(t, "w"))
				require.NoError(t, err)
				order := rapid.IntRange(1, 22).Draw(t, "order")
				x, w := NewSeries(order), NewSeries(order)
				p.Variable(x, w)
				point, whole := NewSeries(order), NewSeries(order)
				u.op(point, in.series(x))
				u.op(whole, in.series(w))
				for _, v := range []float64{p.Lo, p.Hi, p.Lo + 0.3*(p.Hi-p.Lo)} {
					at := Point(v).Sub(Point(p.Mid)).Div(Point(p.Scale))
					z := point.polynomial(at, order).Add(whole.Coefficient(order).Mul(PowInt(at, order)))
					y := u.ref(in.ref(fromFloat(v, digits)))
					require.True(t, holds(z, y), "%v at %v, got %v, want %.20g", p, v, z, y)
				}
			})
		})
	}
}

// Over a part of an interval every coefficient is a part.
func TestSeriesKeepInclusion(t *testing.T) {
	const n = 12
	for _, u := range unaries() {
		t.Run(u.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				in := drawInner(t, u)
				x := within(-0.5, 0.5).Draw(t, "x")
				y := partOf(t, x)
				big, small := NewSeries(n), NewSeries(n)
				u.op(big, in.series(variable(x, n)))
				u.op(small, in.series(variable(y, n)))
				for k := range n + 1 {
					b, s := big.Coefficient(k), small.Coefficient(k)
					// The functions of package math are monotone only up to
					// their accuracy, which the recurrences carry along.
					slack := 1e-13 * b.Magnitude()
					if k == 0 {
						slack = 1e-15 * (1 + b.Magnitude())
					}
					require.True(t, Interval{b.Lo - slack, b.Hi + slack}.ContainsInterval(s), "%d: %v over %v, %v over %v", k, b, x, s, y)
				}
			})
		})
	}
}

// At a point coefficients are accurate to rounding; over a narrow interval
// their width is in proportion to it.
func TestSeriesAreTight(t *testing.T) {
	const n = 20
	for _, u := range unaries() {
		t.Run(u.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				c := rapid.Float64Range(u.lo, u.hi).Draw(t, "x")
				scale := math.Exp2(-2)
				for _, w := range []float64{0, 1e-9} {
					x, s := NewSeries(n), NewSeries(n)
					x.Variable(Interval{c - w, c + w}, scale)
					u.op(s, x)
					size := 0.0
					for k := range n + 1 {
						size = max(size, s.Coefficient(k).Magnitude())
					}
					for k := range n + 1 {
						require.LessOrEqual(t, s.Coefficient(k).Width(), (1e-13+400*w)*size, "%d: %v", k, s.Coefficient(k))
					}
				}
			})
		})
	}
}

// The derivative of a series is the series of the derivative.
func TestSeriesDerivative(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const n = 14
		scale := math.Exp2(float64(rapid.IntRange(-6, 3).Draw(t, "scale")))
		x, s, c, d := NewSeries(n+1), NewSeries(n+1), NewSeries(n), NewSeries(n)
		x.Variable(within(-3, 3).Draw(t, "x"), scale)
		s.Sin(x)
		c.Cos(x)
		d.Derivative(s, scale)
		for k := range n + 1 {
			require.False(t, d.Coefficient(k).Intersect(c.Coefficient(k)).IsEmpty(), "%d: %v %v", k, d.Coefficient(k), c.Coefficient(k))
		}
	})
	require.Panics(t, func() { NewSeries(3).Derivative(NewSeries(3), 1) })
}

// Once a receiver has been used, nothing is allocated.
func TestSeriesAllocateNothing(t *testing.T) {
	const n = 20
	p, err := NewPanel(0.5, 0.75)
	require.NoError(t, err)
	x, w := NewSeries(n), NewSeries(n)
	p.Variable(x, w)
	for _, u := range unaries() {
		s := NewSeries(n)
		f := func() { u.op(s, w) }
		f()
		require.Zero(t, testing.AllocsPerRun(5, f), u.name)
	}
	m := NewMoments(n)
	s, r := NewSeries(n), NewSeries(n)
	f := func() {
		m.Gaussian(p)
		s.Tanh(x)
		r.Tanh(w)
		m.Integrate(s, r, n)
	}
	f()
	require.Zero(t, testing.AllocsPerRun(5, f))
}

func TestSeriesMisuse(t *testing.T) {
	a, low := NewSeries(4), NewSeries(3)
	require.Panics(t, func() { a.Exp(a) })
	require.Panics(t, func() { a.Exp(low) })
	require.NotPanics(t, func() { low.Exp(a) })
}

// polynomial encloses Σ c_k uᵏ over k < terms and u in t, by Horner's scheme.
func (s *Series) polynomial(t Interval, terms int) Interval {
	var z Interval
	for k := min(terms, s.n) - 1; k >= 0; k-- {
		z = z.Mul(t).Add(s.c[k])
	}
	return z
}

// Where eᵛ is below all floats the bounds of its coefficients hold the exact ones, which
// may be reached only by factors far beyond the floats.
func TestSeriesOfTinyExponentials(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "order")
		v := NewSeries(n)
		c := make([]num, n+1)
		for k := range c {
			x := rapid.Float64Range(-1, 1).Draw(t, "c") * math.Pow(10, rapid.Float64Range(0, 40).Draw(t, "size"))
			if k == 0 {
				x = -1000 - math.Pow(10, rapid.Float64Range(0, 12).Draw(t, "depth"))
			}
			v.c[k], c[k] = Point(x), fromFloat(x, digits)
		}
		v.n = n + 1
		s := NewSeries(n)
		s.Exp(v)
		u := []num{refExp(c[0])}
		for k := 1; k <= n; k++ {
			sum := new(big.Float)
			for j := 1; j <= k; j++ {
				sum = add(sum, mul(mul(smallInt(j, digits), c[j]), u[k-j]))
			}
			u = append(u, quo(sum, smallInt(k, digits)))
			require.True(t, holds(s.c[k], u[k]), "coefficient %d is %v, not %.5g", k, s.c[k], u[k])
		}
	})
}
