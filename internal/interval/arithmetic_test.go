package interval

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// An operation with its exact counterpart over the rationals; nil where it is
// undefined.
type operation struct {
	name  string
	f     func(x, y Interval) Interval
	exact func(x, y *big.Rat) *big.Rat
}

func operations() []operation {
	rat := func() *big.Rat { return new(big.Rat) }
	powInt := func(n int) operation {
		return operation{"pow", func(x, _ Interval) Interval { return PowInt(x, n) }, func(x, _ *big.Rat) *big.Rat {
			p := big.NewRat(1, 1)
			for range max(n, -n) {
				p.Mul(p, x)
			}
			if n >= 0 {
				return p
			}
			if p.Sign() == 0 {
				return nil
			}
			return p.Inv(p)
		}}
	}
	return []operation{
		{"+", Interval.Add, func(x, y *big.Rat) *big.Rat { return rat().Add(x, y) }},
		{"-", Interval.Sub, func(x, y *big.Rat) *big.Rat { return rat().Sub(x, y) }},
		{"*", Interval.Mul, func(x, y *big.Rat) *big.Rat { return rat().Mul(x, y) }},
		{"/", Interval.Div, func(x, y *big.Rat) *big.Rat {
			if y.Sign() == 0 {
				return nil
			}
			return rat().Quo(x, y)
		}},
		{"min", Interval.Min, func(x, y *big.Rat) *big.Rat {
			if x.Cmp(y) < 0 {
				return x
			}
			return y
		}},
		{"max", Interval.Max, func(x, y *big.Rat) *big.Rat {
			if x.Cmp(y) > 0 {
				return x
			}
			return y
		}},
		{"neg", func(x, _ Interval) Interval { return x.Neg() }, func(x, _ *big.Rat) *big.Rat { return rat().Neg(x) }},
		{"abs", func(x, _ Interval) Interval { return x.Abs() }, func(x, _ *big.Rat) *big.Rat { return rat().Abs(x) }},
		{"sqr", func(x, _ Interval) Interval { return x.Sqr() }, func(x, _ *big.Rat) *big.Rat { return rat().Mul(x, x) }},
		{"sign", func(x, _ Interval) Interval { return x.Sign() }, func(x, _ *big.Rat) *big.Rat { return big.NewRat(int64(x.Sign()), 1) }},
		{"scale", func(x, _ Interval) Interval { return x.Scale(-1.7) }, func(x, _ *big.Rat) *big.Rat {
			return rat().Mul(x, rat().SetFloat64(-1.7))
		}},
		powInt(0), powInt(1), powInt(2), powInt(3), powInt(4), powInt(5), powInt(-1), powInt(-2), powInt(-3),
	}
}

func atMost(a float64, v *big.Rat) bool {
	return math.IsInf(a, -1) || !math.IsInf(a, 1) && new(big.Rat).SetFloat64(a).Cmp(v) <= 0
}

func containsRat(x Interval, v *big.Rat) bool {
	return !x.IsEmpty() && atMost(x.Lo, v) && atMost(-x.Hi, new(big.Rat).Neg(v))
}

// Every operation contains the exact result for all members of its arguments.
func TestOperationsContainExactResults(t *testing.T) {
	for _, op := range operations() {
		t.Run(op.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				x, y := anyInterval().Draw(t, "x"), anyInterval().Draw(t, "y")
				z := op.f(x, y)
				for _, a := range membersOf(t, x) {
					for _, b := range membersOf(t, y) {
						v := op.exact(new(big.Rat).SetFloat64(a), new(big.Rat).SetFloat64(b))
						if v != nil && !containsRat(z, v) {
							t.Fatalf("%v %s %v = %v misses %v %s %v", x, op.name, y, z, a, op.name, b)
						}
					}
				}
			})
		})
	}
}

// A part of the arguments gives a part of the result, exactly.
func TestOperationsKeepInclusion(t *testing.T) {
	for _, op := range operations() {
		t.Run(op.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				x, y := anyInterval().Draw(t, "x"), anyInterval().Draw(t, "y")
				px, py := partOf(t, x), partOf(t, y)
				if whole, part := op.f(x, y), op.f(px, py); !whole.ContainsInterval(part) {
					t.Fatalf("%v %s %v = %v but %v %s %v = %v", x, op.name, y, whole, px, op.name, py, part)
				}
			})
		})
	}
}

// On points + − × ÷ are the two neighbouring floats of the exact result, or
// that result alone when it is a float64.
func TestOperationsAreOptimalOnPoints(t *testing.T) {
	for _, op := range operations()[:4] {
		t.Run(op.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				a, b := anyFloat().Draw(t, "a"), anyFloat().Draw(t, "b")
				v := op.exact(new(big.Rat).SetFloat64(a), new(big.Rat).SetFloat64(b))
				if v == nil {
					return
				}
				z := op.f(Point(a), Point(b))
				nearest, exact := v.Float64()
				if m := math.Abs(nearest); m > math.MaxFloat64/2 || m < 0x1p-900 && v.Sign() != 0 || a != 0 && math.Abs(a) < 0x1p-900 || b != 0 &&
					math.Abs(b) < 0x1p-900 {
					return // near overflow and underflow a step more is allowed
				}
				if exact {
					require.Equal(t, Point(nearest), z)
				} else {
					require.Equal(t, z.Hi, stepUp(z.Lo, 1))
				}
			})
		})
	}
}

// The product of intervals is the hull of the four products of the ends.
func TestMulIsTight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := within(-3, 5).Draw(t, "x"), within(-7, 2).Draw(t, "y")
		z := x.Mul(y)
		lo, hi := math.Inf(1), math.Inf(-1)
		for _, a := range []float64{x.Lo, x.Hi} {
			for _, b := range []float64{y.Lo, y.Hi} {
				lo, hi = min(lo, a*b), max(hi, a*b)
			}
		}
		require.GreaterOrEqual(t, z.Lo, stepDown(lo, 1))
		require.LessOrEqual(t, z.Hi, stepUp(hi, 1))
	})
}

func TestExceptionalOperands(t *testing.T) {
	inf := math.Inf(1)
	all, none := Entire(), Empty()
	for _, c := range []struct {
		name      string
		got, want Interval
	}{
		{"max + max", Point(math.MaxFloat64).Add(Point(math.MaxFloat64)), Interval{math.MaxFloat64, inf}},
		{"max · max", Point(math.MaxFloat64).Sqr(), Interval{math.MaxFloat64, inf}},
		{"0 · entire", Point(0).Mul(all), Point(0)},
		{"1/[0,2]", Interval{0, 2}.Inv(), Interval{0.5, inf}},
		{"1/[-2,0]", Interval{-2, 0}.Inv(), Interval{-inf, -0.5}},
		{"1/[-1,1]", Interval{-1, 1}.Inv(), all},
		{"1/[1,inf]", Interval{1, inf}.Inv(), Interval{0, 1}},
		{"0/[-1,1]", Point(0).Div(Interval{-1, 1}), Point(0)},
		{"1/0", Point(0).Inv(), none},
		{"sqrt[-1,4]", Sqrt(Interval{-1, 4}), Interval{0, 2}},
		{"sqrt(-1)", Sqrt(Point(-1)), none},
		{"log[-1,1]", Log(Interval{-1, 1}), Interval{-inf, 0}},
		{"log(0)", Log(Point(0)), none},
		{"log1p(-1)", Log1p(Point(-1)), none},
		{"exp entire", Exp(all), Interval{0, inf}},
		{"sin entire", Sin(all), Interval{-1, 1}},
		{"cos [0,inf]", Cos(Interval{0, inf}), Interval{-1, 1}},
		{"tan, far out", Tan(Interval{0x1p51, 0x1p51 + 1}), all},
		{"sin, far out", Sin(Interval{0x1p51, 0x1p51 + 1}), Interval{-1, 1}},
		{"tan [1,2]", Tan(Interval{1, 2}), all},
		{"pow(0,0)", Pow(Point(0), Point(0)), Point(1)},
		{"pow(-1,.3)", Pow(Point(-1), Point(.3)), none},
		{"pow(0,.3)", Pow(Point(0), Point(.3)), Point(0)},
		{"pow([0,1],-.3)", Pow(Interval{0, 1}, Point(-.3)), Interval{1, inf}},
		{"Point(inf)", Point(inf), Interval{math.MaxFloat64, inf}},
		{"disjoint", Interval{1, 2}.Intersect(Interval{3, 4}), none},
	} {
		if c.want.IsEmpty() {
			require.True(t, c.got.IsEmpty(), "%s: %v", c.name, c.got)
			continue
		}
		require.Equal(t, c.want, c.got, c.name)
	}
}

// Every function of the empty set is empty.
func TestEmptyPropagates(t *testing.T) {
	e := Empty()
	for _, op := range operations() {
		if op.name == "pow" && !op.f(Point(0), e).IsEmpty() {
			require.True(t, op.f(e, Point(1)).IsEmpty(), op.name)
			continue
		}
		require.True(t, op.f(e, Point(1)).IsEmpty(), op.name)
	}
	for _, f := range functions() {
		z := f.f(e)
		require.True(t, math.IsNaN(z.Lo) && math.IsNaN(z.Hi), "%s: %v", f.name, z)
	}
	require.True(t, Point(1).Add(e).IsEmpty() && Point(0).Mul(e).IsEmpty() && e.Hull(e).IsEmpty())
	require.True(t, math.IsNaN(e.Mid()) && math.IsNaN(e.Width()) && math.IsNaN(e.Mignitude()))
}

func TestMeasuresOfIntervals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := anyInterval().Draw(t, "x")
		require.True(t, x.Contains(x.Mid()), "%v: %v", x, x.Mid())
		y := anyInterval().Draw(t, "y")
		h := x.Hull(y)
		require.True(t, h.ContainsInterval(x) && h.ContainsInterval(y))
		for _, v := range membersOf(t, x) {
			require.Equal(t, y.Contains(v), x.Intersect(y).Contains(v))
			require.True(t, x.Mignitude() <= math.Abs(v) && math.Abs(v) <= x.Magnitude())
		}
		if x.IsBounded() {
			w := new(big.Rat).Sub(new(big.Rat).SetFloat64(x.Hi), new(big.Rat).SetFloat64(x.Lo))
			require.True(t, atMost(-x.Width(), w.Neg(w)))
		}
	})
}
