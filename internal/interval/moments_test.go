package interval

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func anyPanel(lo, hi, width float64) *rapid.Generator[Panel] {
	return rapid.Custom(func(t *rapid.T) Panel {
		a := rapid.Float64Range(lo, hi).Draw(t, "lo")
		w := rapid.Float64Range(1e-9, width).Draw(t, "width")
		if rapid.Bool().Draw(t, "dyadic") {
			a, w = math.Round(a*8)/8, 0.125
		}
		p, err := NewPanel(a, a+w)
		require.NoError(t, err)
		return p
	})
}

// setLebesgue sets m to the moments of dx, which has integrals with a known
// primitive.
func (m *Moments) setLebesgue(p Panel) {
	m.panel = p
	lebesgue(m.m, p)
}

// ∫ f over a panel contains F(hi) − F(lo) for functions with a known primitive,
// and is narrow.
func TestLebesgueIntegrals(t *testing.T) {
	for _, c := range []struct {
		name      string
		op        func(s, v *Series)
		primitive func(num) num
		lo, hi    float64
		width     float64
	}{
		{"exp", (*Series).Exp, refExp, -3, 3, 0.5},
		{"cos", (*Series).Cos, refSin, -5, 5, 0.5},
		{"density", (*Series).Density, refPhi, -5, 5, 0.25},
		{"1/v", func(s, v *Series) { s.PowInt(v, -1) }, refLog, 1, 9, 0.25},
		{"v⁹", func(s, v *Series) { s.PowInt(v, 9) }, func(x num) num {
			y := mul(mul(x, x), x)
			y = mul(mul(y, y), y)
			return quo(mul(y, x), smallInt(10, x.Prec()))
		}, -2, 2, 0.5},
	} {
		t.Run(c.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				const n = 20
				p := anyPanel(c.lo, c.hi, c.width).Draw(t, "panel")
				m := NewMoments(n)
				m.setLebesgue(p)
				x, w, point, whole := NewSeries(n), NewSeries(n), NewSeries(n), NewSeries(n)
				p.Variable(x, w)
				c.op(point, x)
				c.op(whole, w)
				want := sub(c.primitive(fromFloat(p.Hi, digits)), c.primitive(fromFloat(p.Lo, digits)))
				for _, degree := range []int{0, 2, 8, n} {
					z := m.Integrate(point, whole, degree)
					require.True(t, holds(z, want), "degree %d: %v misses %.20g", degree, z, want)
				}
				z := m.Integrate(point, whole, n)
				require.LessOrEqual(t, z.Width(), 3e-14*(p.Hi-p.Lo)*(1+whole.Value().Magnitude()))
			})
		})
	}
}

// Gaussian moments contain the true ones, known in closed form for k ≤ 2, and
// are narrow.
func TestGaussianMoments(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.SampledFrom([]int{2, 4, 20}).Draw(t, "order")
		p := anyPanel(-9, 9, 0.3).Draw(t, "panel")
		m := NewMoments(n)
		m.Gaussian(p)
		lo, hi, mid := fromFloat(p.Lo, digits), fromFloat(p.Hi, digits), fromFloat(p.Mid, digits)
		// Moments of x: Φ, −ρ, Φ − xρ.
		x0 := sub(refPhi(hi), refPhi(lo))
		x1 := sub(refDensity(lo), refDensity(hi))
		x2 := add(x0, sub(mul(lo, refDensity(lo)), mul(hi, refDensity(hi))))
		s := fromFloat(p.Scale, digits)
		t1 := quo(sub(x1, mul(mid, x0)), s)
		t2 := quo(add(sub(x2, shift(mul(mid, x1), 1)), mul(mul(mid, mid), x0)), mul(s, s))
		for k, v := range []num{x0, t1, t2} {
			slack := shift(x0, -250)
			z := m.Moment(k)
			require.True(t, holds(z, add(v, slack)) || holds(z, sub(v, slack)) || holds(z, v), "moment %d of %v: %v, want %.20g", k, p, z, v)
		}
		if n < 20 || math.Abs(p.Mid) > 5 {
			return // Lagrange's remainder is not below rounding
		}
		total := m.Moment(0).Magnitude()
		for k := range n + 1 {
			require.LessOrEqual(t, m.Moment(k).Width(), 2e-13*total, "moment %d: %v", k, m.Moment(k))
		}
	})
}

// E over panels that cover [−12, 12] of functions whose Gaussian mean is known.
func TestGaussianExpectations(t *testing.T) {
	const n = 20
	for _, c := range []struct {
		name string
		op   func(s, v *Series)
		want float64
	}{
		{"x²", (*Series).Sqr, 1},
		{"x⁴", func(s, v *Series) { s.PowInt(v, 4) }, 3},
		{"cos", (*Series).Cos, math.Exp(-0.5)},
		{"Phi", (*Series).Phi, 0.5},
		{"|x|", (*Series).Abs, math.Sqrt(2 / math.Pi)},
	} {
		x, w, point, whole := NewSeries(n), NewSeries(n), NewSeries(n), NewSeries(n)
		m := NewMoments(n)
		var total Interval
		for i := -48; i < 48; i++ {
			p, err := NewPanel(float64(i)/4, float64(i+1)/4)
			require.NoError(t, err)
			m.Gaussian(p)
			p.Variable(x, w)
			c.op(point, x)
			c.op(whole, w)
			total = total.Add(m.Integrate(point, whole, n))
		}
		total = total.Add(Interval{-1e-25, 1e-25}) // beyond ±12
		require.True(t, Interval{total.Lo - 1e-15, total.Hi + 1e-15}.Contains(c.want), "%s: %v", c.name, total)
		require.LessOrEqual(t, total.Width(), 2e-13, c.name)
	}
}

// At a kink the integral is contained too, with a width that falls with the
// square of the panel's.
func TestIntegralOverKink(t *testing.T) {
	const n = 8
	for _, h := range []float64{0x1p-2, 0x1p-6, 0x1p-12} {
		p, err := NewPanel(-h, h/2)
		require.NoError(t, err)
		x, w, point, whole := NewSeries(n), NewSeries(n), NewSeries(n), NewSeries(n)
		m := NewMoments(n)
		m.setLebesgue(p)
		p.Variable(x, w)
		point.Abs(x)
		whole.Abs(w)
		require.Equal(t, Kinked, whole.Status())
		z := m.Integrate(point, whole, n)
		require.True(t, z.Contains((h*h+h*h/4)/2), "%v", z)
		require.LessOrEqual(t, z.Width(), 2*h*h)
	}
}

func TestIntegrateWithoutProof(t *testing.T) {
	const n = 4
	p, err := NewPanel(-1, 1)
	require.NoError(t, err)
	m := NewMoments(n)
	m.setLebesgue(p)
	x, w, point, whole := NewSeries(n), NewSeries(n), NewSeries(n), NewSeries(n)
	p.Variable(x, w)
	point.Log(x)
	whole.Log(w)
	require.Equal(t, Entire(), m.Integrate(point, whole, n))
	point.Sign(x)
	whole.Sign(w)
	z := m.Integrate(point, whole, n)
	require.True(t, z.ContainsInterval(Interval{-2, 2}), "%v", z)
	require.Panics(t, func() { m.Integrate(point, whole, 3) })
	for _, bad := range [][2]float64{{1, 1}, {2, 1}, {0, math.Inf(1)}, {math.NaN(), 1}, {0, tiny}} {
		_, err := NewPanel(bad[0], bad[1])
		require.Error(t, err)
	}
}
