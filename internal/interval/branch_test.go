package interval

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const branchOrder = 3

// over is the variable over [lo, hi].
func over(lo, hi float64) *Series { return variable(Interval{lo, hi}, branchOrder) }

func apply(op func(s, v *Series), v *Series) *Series {
	s := NewSeries(branchOrder)
	op(s, v)
	return s
}

func affine(v *Series, slope, shift float64) *Series {
	return apply(func(s, v *Series) { s.Shift(v, Point(shift)) },
		apply(func(s, v *Series) { s.Scale(v, Point(slope)) }, v))
}

// What each operation says about intervals inside, across and touching the
// places where it branches or ends.
func TestStatus(t *testing.T) {
	inf := math.Inf(1)
	constant := func(x Interval) *Series {
		s := NewSeries(branchOrder)
		s.Constant(x)
		return s
	}
	leaky := func(cond *Series, atZero bool, x *Series) *Series {
		s := NewSeries(branchOrder)
		s.Select(cond, atZero, x, affine(x, 0.5, 0))
		return s
	}
	flat := apply((*Series).Abs, over(-1, 1)) // Kinked
	for _, c := range []struct {
		name   string
		s      *Series
		status Status
		value  Interval
		slope  Interval
	}{
		{"abs, positive", apply((*Series).Abs, over(0, 2)), 0, Interval{0, 2}, Point(1)},
		{"abs, negative", apply((*Series).Abs, over(-2, 0)), 0, Interval{0, 2}, Point(-1)},
		{"abs, across", apply((*Series).Abs, over(-1, 2)), Kinked, Interval{0, 2}, Interval{-1, 1}},
		{"sign, positive", apply((*Series).Sign, over(1, 2)), 0, Point(1), Point(0)},
		{"sign, touching", apply((*Series).Sign, over(0, 2)), Edge, Point(1), Point(0)},
		{"sign, touching from below", apply((*Series).Sign, over(-2, 0)), Edge, Point(-1), Point(0)},
		{"sign, across", apply((*Series).Sign, over(-1, 2)), Kinked | Jump, Interval{-1, 1}, Point(0)},
		{"sign of |x|", apply((*Series).Sign, flat), Kinked | Jump, Interval{0, 1}, Point(0)},
		{"sign of 0", apply((*Series).Sign, constant(Point(0))), Edge, Point(0), Point(0)},
		{"min, decided", func() *Series {
			s := NewSeries(branchOrder)
			s.Min(over(0, 1), affine(over(0, 1), 0.5, 1))
			return s
		}(), 0, Interval{0, 1}, Point(1)},
		{"min, undecided", func() *Series {
			s := NewSeries(branchOrder)
			s.Min(over(0, 2), affine(over(0, 2), 0.5, 1))
			return s
		}(), Kinked, Interval{0, 2}, Interval{0.5, 1}},
		{"max, undecided", func() *Series {
			s := NewSeries(branchOrder)
			s.Max(over(0, 2), affine(over(0, 2), 0.5, 0.25))
			return s
		}(), Kinked, Interval{0.25, 2}, Interval{0.5, 1}},
		{"max with an unused kink", func() *Series {
			s := NewSeries(branchOrder)
			s.Max(over(2, 3), flat)
			return s
		}(), 0, Interval{2, 3}, Point(1)},
		{"min with an undefined branch", func() *Series {
			s := NewSeries(branchOrder)
			s.Min(over(-2, 0), apply((*Series).Sqrt, over(-2, 0)))
			return s
		}(), Partial, Interval{-2, 0}, Entire()},
		{"select yes", leaky(over(1, 2), false, over(1, 2)), 0, Interval{1, 2}, Point(1)},
		{"select no", leaky(over(-2, -1), false, over(-2, -1)), 0, Interval{-1, -0.5}, Point(0.5)},
		{"select, touching", leaky(over(0, 2), false, over(0, 2)), Edge, Interval{0, 2}, Point(1)},
		{"select, touching from below", leaky(over(-2, 0), true, over(-2, 0)), Edge, Interval{-1, 0}, Point(0.5)},
		{"select, across", leaky(over(-2, 2), false, over(-2, 2)), Kinked | Jump, Interval{-2, 2}, Interval{0.5, 1}},
		{"select by max(x, 0), which is flat at 0", func() *Series {
			x := over(-1, 1)
			cond := NewSeries(branchOrder)
			cond.Max(x, constant(Point(0)))
			return leaky(cond, false, x)
		}(), Kinked | Jump, Interval{-1, 1}, Interval{0.5, 1}},
		{"select x² ≥ 0", leaky(apply((*Series).Sqr, over(-1, 1)), true, over(-1, 1)), Edge, Interval{-1, 1}, Point(1)},
		{"select x² > 0", leaky(apply((*Series).Sqr, over(-1, 1)), false, over(-1, 1)), Kinked | Jump, Interval{-1, 1}, Interval{0.5, 1}},
		{"select 0 ≥ 0", leaky(constant(Point(0)), true, over(1, 2)), Edge, Interval{1, 2}, Point(1)},
		{"select 0 > 0", leaky(constant(Point(0)), false, over(1, 2)), Edge, Interval{0.5, 1}, Point(0.5)},
		{"select ignores the other branch", func() *Series {
			s := NewSeries(branchOrder)
			s.Select(over(-2, -1), false, apply((*Series).Log, over(-2, -1)), over(-2, -1))
			return s
		}(), 0, Interval{-2, -1}, Point(1)},
		{"select with one branch undefined", func() *Series {
			s := NewSeries(branchOrder)
			s.Select(over(-1, 1), false, apply((*Series).Log, over(-2, -1)), over(-1, 1))
			return s
		}(), Kinked | Jump | Partial, Interval{-1, 1}, Entire()},
		{"log", apply((*Series).Log, over(1, 2)), 0, Log(Interval{1, 2}), Interval{0.5, 1}},
		{"log, partly", apply((*Series).Log, over(-1, 1)), Partial, Interval{-inf, 0}, Entire()},
		{"log at 0", apply((*Series).Log, over(0, 1)), Partial, Interval{-inf, 0}, Entire()},
		{"log, nowhere", apply((*Series).Log, over(-2, -1)), Undefined, Empty(), Entire()},
		{"log1p, partly", apply((*Series).Log1p, over(-2, 0)), Partial, Interval{-inf, 0}, Entire()},
		{"sqrt at 0", apply((*Series).Sqrt, over(0, 4)), Singular, Interval{0, 2}, Entire()},
		{"sqrt, partly", apply((*Series).Sqrt, over(-1, 4)), Partial, Interval{0, 2}, Entire()},
		{"sqrt, nowhere", apply((*Series).Sqrt, over(-2, -1)), Undefined, Empty(), Entire()},
		{"pow at 0", apply(func(s, v *Series) { s.Pow(v, Point(1.5)) }, over(0, 4)), Bent, Interval{0, 8}, Interval{0, 3}},
		{"pow 0.5… at 0", apply(func(s, v *Series) { s.Pow(v, Point(0.75)) }, over(0, 1)), Singular, Interval{0, 1}, Entire()},
		{"pow of 0", apply(func(s, v *Series) { s.Pow(v, Point(0.75)) }, constant(Point(0))), 0, Point(0), Point(0)},
		{"pow < 0 at 0", apply(func(s, v *Series) { s.Pow(v, Point(-0.5)) }, over(0, 4)), Partial, Interval{0.5, inf}, Entire()},
		{"1/x across", apply(func(s, v *Series) { s.PowInt(v, -1) }, over(-1, 4)), Partial, Entire(), Entire()},
		{"1/0", apply(func(s, v *Series) { s.Div(constant(Point(1)), v) }, constant(Point(0))), Undefined, Empty(), Entire()},
		{"1/x away", apply(func(s, v *Series) { s.Div(constant(Point(1)), v) }, over(1, 2)), 0, Interval{0.5, 1}, Interval{-1, -0.25}},
		{"tan with a pole", apply((*Series).Tan, over(1, 2)), Partial, Entire(), Entire()},
		{"a kink passed on", apply((*Series).Neg, flat), Kinked, Interval{-1, 0}, Interval{-1, 1}},
		{"of nothing", apply((*Series).Exp, apply((*Series).Log, over(-2, -1))), Undefined, Empty(), Entire()},
		{"shifted by nothing", apply(func(s, v *Series) { s.Shift(v, Empty()) }, over(1, 2)), Undefined, Empty(), Entire()},
		{"scaled by nothing", apply(func(s, v *Series) { s.Scale(v, Empty()) }, over(1, 2)), Undefined, Empty(), Entire()},
		{"constant empty", constant(Empty()), Undefined, Empty(), Entire()},
	} {
		require.Equal(t, c.status, c.s.Status(), "%s: %v", c.name, c.s.Status())
		if c.value.IsEmpty() {
			require.True(t, c.s.Value().IsEmpty(), c.name)
		} else {
			require.Equal(t, c.value, c.s.Value(), c.name)
		}
		require.Equal(t, c.slope, c.s.Coefficient(1), c.name)
		if !c.s.Status().Analytic() {
			require.Equal(t, Entire(), c.s.Coefficient(2), "%s: nothing is known of the second derivative", c.name)
		}
	}
}

// On a kinked interval, coefficient 1 contains every difference quotient, also
// through further operations.
func TestKinkedSlopeContainsDifferenceQuotients(t *testing.T) {
	f := func(x float64) float64 { return math.Tanh(math.Abs(x)) * max(x, 0.25*x+0.1) }
	rapid.Check(t, func(t *rapid.T) {
		x := within(-1, 1).Draw(t, "x")
		v := variable(x, branchOrder)
		s, m := NewSeries(branchOrder), NewSeries(branchOrder)
		m.Max(v, affine(v, 0.25, 0.1))
		s.Mul(apply((*Series).Tanh, apply((*Series).Abs, v)), m)
		require.True(t, s.Status().Lipschitz() && s.Status().Defined())
		p, q := partOf(t, x), partOf(t, x)
		require.True(t, s.Value().Lo <= f(p.Lo)+1e-15 && f(p.Lo) <= s.Value().Hi+1e-15)
		if d := p.Lo - q.Hi; math.Abs(d) > 1e-6 {
			quotient := (f(p.Lo) - f(q.Hi)) / d
			c := s.Coefficient(1)
			require.True(t, c.Lo <= quotient+1e-8 && quotient <= c.Hi+1e-8, "%v over %v, not %v", c, x, quotient)
		}
	})
}

// A derivative of a kinked series may jump, of a singular one is not defined
// everywhere.
func TestStatusOfDerivative(t *testing.T) {
	for _, c := range []struct {
		op    func(s, v *Series)
		v     *Series
		want  Status
		value Interval
	}{
		{(*Series).Abs, over(-1, 1), Kinked | Jump, Interval{-1, 1}},
		{(*Series).Sqrt, over(0, 1), Singular | Partial, Entire()},
		{(*Series).Abs, over(0, 1), 0, Point(1)},
		{(*Series).Log, over(-2, -1), Undefined | Partial, Empty()},
	} {
		d := NewSeries(branchOrder - 1)
		d.Derivative(apply(c.op, c.v), 1)
		require.Equal(t, c.want, d.Status(), "%v", d.Status())
		if !c.value.IsEmpty() {
			require.Equal(t, c.value, d.Value())
		}
	}
}

func TestWhatAStatusPromises(t *testing.T) {
	require.True(t, Edge.Analytic() && !Kinked.Analytic() && Kinked.Lipschitz() && !(Kinked|Jump).Lipschitz())
	require.True(t, Singular.Defined() && !Partial.Defined() && !Undefined.Defined())
}
