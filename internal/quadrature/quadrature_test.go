package quadrature_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bsnn/internal/quadrature"
)

// scalar makes an Integrand of functions of one number.
func scalar(fs ...func(float64) float64) quadrature.Integrand {
	return func(out [][]float64, x []float64) {
		for k, f := range fs {
			for i, t := range x {
				out[k][i] = f(t)
			}
		}
	}
}

func TestClosedForms(t *testing.T) {
	for _, c := range []struct {
		name   string
		f      func(float64) float64
		lo, hi float64
		breaks []float64
		want   float64
	}{
		{"exp", math.Exp, 0, 1, nil, math.E - 1},
		{"gauss", func(x float64) float64 { return math.Exp(-x * x / 2) }, -12, 12, nil, math.Sqrt(2 * math.Pi)},
		{"many waves", func(x float64) float64 { return math.Cos(50 * x) }, 0, 10, nil, math.Sin(500) / 50},
		{"narrow peak", func(x float64) float64 { return 1 / (1e-6 + x*x) }, -1, 1, nil, 2e3 * math.Atan(1e3)},
		{"root", math.Sqrt, 0, 1, nil, 2. / 3},
		{"declared kink", math.Abs, -1, 2, []float64{0}, 2.5},
		{"hidden kink", func(x float64) float64 { return math.Abs(x - 1./3) }, 0, 1, nil, 5. / 18},
		{"hidden jump", func(x float64) float64 { return math.Copysign(1, x-1./3) }, 0, 1, nil, 1. / 3},
		{"empty", math.Exp, 1, 1, nil, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := quadrature.Integrate(1, scalar(c.f), c.lo, c.hi, c.breaks, quadrature.Options{})
			require.NoError(t, err)
			require.InDelta(t, c.want, r.Value[0], 1e-14*r.Scale[0])
			require.LessOrEqual(t, math.Abs(r.Value[0]-c.want), r.Error[0], "the estimate covers the error")
			require.LessOrEqual(t, r.Error[0], 1.2e-14*r.Scale[0])
		})
	}
}

// A declared break costs far fewer evaluations than finding it by bisection.
func TestBreaksAreUsed(t *testing.T) {
	kink := scalar(func(x float64) float64 { return math.Abs(x - 1./3) })
	with, err := quadrature.Integrate(1, kink, 0, 1, []float64{7, 1. / 3, -5}, quadrature.Options{})
	require.NoError(t, err)
	require.Equal(t, 2*3*16, with.Evaluations)
	without, err := quadrature.Integrate(1, kink, 0, 1, nil, quadrature.Options{})
	require.NoError(t, err)
	require.Greater(t, without.Evaluations, 5*with.Evaluations)
}

// Bisection reuses the halves of a panel as the whole of its children: a smooth
// wave of length 1/8 over [0, 10] takes 32 panels of 16 nodes on each half.
func TestBisectionIsThrifty(t *testing.T) {
	r, err := quadrature.Integrate(1, scalar(func(x float64) float64 { return math.Cos(50 * x) }), 0, 10, nil, quadrature.Options{})
	require.NoError(t, err)
	require.LessOrEqual(t, r.Evaluations, 16*(1+2*(1+2+4+8+16+32)))
}

// A polynomial of degree up to 31 is integrated exactly by 16 nodes, every
// component independently of the others and the intervals add up.
func TestPolynomialsAndAdditivity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		coef := rapid.SliceOfN(rapid.Float64Range(-1, 1), 1, 32).Draw(t, "coefficients")
		lo := rapid.Float64Range(-2, 1).Draw(t, "lo")
		hi := lo + rapid.Float64Range(0.1, 2).Draw(t, "width")
		mid := lo + rapid.Float64Range(0, 1).Draw(t, "fraction")*(hi-lo)
		p := func(x float64) float64 { return horner(coef, x) }
		primitive := make([]float64, len(coef)+1)
		for i, c := range coef {
			primitive[i+1] = c / float64(i+1)
		}
		f := scalar(p, func(x float64) float64 { return -2 * p(x) }, math.Sin)
		opt := quadrature.Options{AbsTol: 1e-15} // a short interval at a zero of p holds rounding only
		whole, err := quadrature.Integrate(3, f, lo, hi, nil, opt)
		require.NoError(t, err)
		magnitude := func(x float64) float64 { // rounding of the closed form
			s := 0.0
			for i, c := range primitive {
				s += math.Abs(c) * math.Pow(math.Abs(x), float64(i))
			}
			return s
		}
		want := horner(primitive, hi) - horner(primitive, lo)
		slack := 64 * 0x1p-52 * (magnitude(lo) + magnitude(hi))
		require.InDelta(t, want, whole.Value[0], slack+whole.Error[0])
		require.InDelta(t, -2*whole.Value[0], whole.Value[1], 1e-300, "scaling by a power of two is exact, underflow apart")

		left, err := quadrature.Integrate(3, f, lo, mid, nil, opt)
		require.NoError(t, err)
		right, err := quadrature.Integrate(3, f, mid, hi, nil, opt)
		require.NoError(t, err)
		for k := range 3 {
			require.InDelta(t, whole.Value[k], left.Value[k]+right.Value[k],
				whole.Error[k]+left.Error[k]+right.Error[k])
		}
	})
}

func horner(c []float64, x float64) float64 {
	s := 0.0
	for i := len(c) - 1; i >= 0; i-- {
		s = s*x + c[i]
	}
	return s
}

func TestDeterministic(t *testing.T) {
	f := scalar(func(x float64) float64 { return math.Abs(math.Sin(7 * x)) })
	a, err := quadrature.Integrate(1, f, 0, 3, nil, quadrature.Options{})
	require.NoError(t, err)
	b, err := quadrature.Integrate(1, f, 0, 3, nil, quadrature.Options{})
	require.NoError(t, err)
	require.Equal(t, a, b)
}

func TestErrors(t *testing.T) {
	id := func(x float64) float64 { return x }
	for _, c := range []struct {
		name   string
		dim    int
		f      func(float64) float64
		lo, hi float64
		breaks []float64
		opt    quadrature.Options
		want   string
	}{
		{"no components", 0, id, 0, 1, nil, quadrature.Options{}, "at least 1"},
		{"descending", 1, id, 1, 0, nil, quadrature.Options{}, "ascending"},
		{"infinite end", 1, id, 0, math.Inf(1), nil, quadrature.Options{}, "finite"},
		{"NaN break", 1, id, 0, 1, []float64{math.NaN()}, quadrature.Options{}, "break at NaN"},
		{"negative tolerance", 1, id, 0, 1, nil, quadrature.Options{RelTol: -1}, "negative"},
		{"NaN value", 1, func(x float64) float64 { return math.Sqrt(x) }, -2, -1, nil, quadrature.Options{}, "component 0 is NaN at x = -"},
		{"infinite value", 1, func(x float64) float64 { return math.Exp(1e3 * x) }, 0, 1, nil, quadrature.Options{}, "+Inf at x = 0."},
		{"overflow of the sum", 1, func(float64) float64 { return math.MaxFloat64 }, 0, 8, nil, quadrature.Options{}, "overflows"},
		{"panels", 1, func(x float64) float64 { return math.Cos(1e4 * x) }, 0, 10, nil, quadrature.Options{MaxPanels: 10},
			"10 panels do not suffice"},
		{"resolution", 1, func(x float64) float64 {
			if x == 1+0x1p-52 {
				return 1
			}
			return 0
		}, 1, 1 + 0x1p-51, nil, quadrature.Options{}, "does not converge near x = 1"},
		{"pole", 1, func(x float64) float64 { return 1 / math.Abs(x-1./3) }, 0, 1, nil, quadrature.Options{}, "near x"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := quadrature.Integrate(c.dim, scalar(c.f), c.lo, c.hi, c.breaks, c.opt)
			require.ErrorContains(t, err, c.want)
		})
	}
}

func BenchmarkGaussianMoment(b *testing.B) {
	breaks := []float64{-8, -6, -4, -2, 0, 2, 4, 6, 8}
	f := scalar(func(x float64) float64 { return math.Exp(-x * x / 2) })
	for b.Loop() {
		if _, err := quadrature.Integrate(1, f, -10, 10, breaks, quadrature.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
