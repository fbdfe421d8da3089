package gpnorm_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/integrate/quad"
	"pgregory.net/rapid"

	"bsnn/gpnorm"
)

// drawMixture draws Σ c_i·φ_i(s_i·x + t_i) of one to three built-ins, smooth ones
// only if asked. The weights keep it away from constants.
func drawMixture(t *rapid.T, smooth bool) gpnorm.Activation {
	names := gpnorm.Names()
	if smooth {
		names = []string{"identity", "tanh", "erf", "sin", "sigmoid", "softplus", "gelu", "silu"}
	}
	m := gpnorm.Activation{
		Name:  "mixture",
		Value: func(dst, x []float64) { clear(dst) },
		Deriv: func(dst, x []float64) { clear(dst) },
	}
	for i := range rapid.IntRange(1, 3).Draw(t, "terms") {
		label := func(s string) string { return fmt.Sprintf("%s %d", s, i) }
		name := rapid.SampledFrom(names).Draw(t, label("term"))
		c := rapid.Float64Range(0.2, 2).Draw(t, label("weight"))
		s := rapid.Float64Range(0.3, 1.5).Draw(t, label("scale"))
		u := rapid.Float64Range(-1, 1).Draw(t, label("shift"))
		m = plus(m, term(t, name, c, s, u))
	}
	return m
}

// term is c·φ(s·x + u).
func term(t require.TestingT, name string, c, s, u float64) gpnorm.Activation {
	a, err := gpnorm.Lookup(name)
	require.NoError(t, err)
	inner := func(x []float64) []float64 {
		y := make([]float64, len(x))
		for i, v := range x {
			y[i] = s*v + u
		}
		return y
	}
	scaled := a.Affine(c, 0)
	f := gpnorm.Activation{
		Name:  name,
		Value: func(dst, x []float64) { scaled.Value(dst, inner(x)) },
		Deriv: func(dst, x []float64) {
			scaled.Deriv(dst, inner(x))
			for i := range dst {
				dst[i] *= s
			}
		},
	}
	for _, k := range a.Kinks {
		f.Kinks = append(f.Kinks, (k-u)/s)
	}
	return f
}

func plus(a, b gpnorm.Activation) gpnorm.Activation {
	add := func(f, g gpnorm.Func) gpnorm.Func {
		return func(dst, x []float64) {
			y := make([]float64, len(x))
			f(y, x)
			g(dst, x)
			for i, v := range y {
				dst[i] += v
			}
		}
	}
	return gpnorm.Activation{
		Name: a.Name, Value: add(a.Value, b.Value), Deriv: add(a.Deriv, b.Deriv),
		Kinks: append(append([]float64(nil), a.Kinks...), b.Kinks...),
	}
}

// trapezoid computes E f(g) by a rule that shares nothing with the package: the
// trapezoid sum of step 1/16 over |x| ≤ 14. For f analytic in a strip
// |Im x| < 0.9 the discretisation error is below exp(−2π·0.9·16) ≈ 1e-39.
func trapezoid(f func(x float64) float64) float64 {
	s := 0.0
	for i := -14 * 16; i <= 14*16; i++ {
		x := float64(i) / 16
		s += f(x) * math.Exp(-x*x/2)
	}
	return s / 16 / math.Sqrt(2*math.Pi)
}

// Smooth mixtures, both roots: E φ² = E φ′² = 1 and κ by the independent rule. The
// poles of tanh(s·x) stay |Im x| ≥ π/2/1.5 > 0.9 away.
func TestNormalizedMoments(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, err := gpnorm.Normalize(drawMixture(t, true))
		require.NoError(t, err)
		for i, root := range n.Roots {
			phi, err := n.WithRoot(i)
			require.NoError(t, err)
			second := trapezoid(func(x float64) float64 { return math.Pow(value(phi.Activation, x), 2) })
			dsecond := trapezoid(func(x float64) float64 { return math.Pow(deriv(phi.Activation, x), 2) })
			slope := trapezoid(func(x float64) float64 { return x * value(phi.Activation, x) * deriv(phi.Activation, x) })
			byValue := trapezoid(func(x float64) float64 { return (x*x - 1) / 2 * math.Pow(value(phi.Activation, x), 2) })
			tol := 1e-12 * math.Max(1, math.Pow(n.A, 2)*n.RawProfile.SecondMoment.Value)
			require.InDelta(t, 1, second, tol, "E φ²")
			require.InDelta(t, 1, dsecond, tol, "E φ′²")
			require.True(t, root.Normalized(tol))
			require.InDelta(t, slope, root.Slope, tol, "κ = E[gφφ′]")
			require.InDelta(t, byValue, root.Slope, tol, "κ = ½E[(g²−1)φ²]")
		}
	})
}

// The same for the piecewise built-ins, by Gauss–Legendre with 200 nodes on
// each side of the kink.
func TestNormalizedMomentsWithKink(t *testing.T) {
	const n = 200
	x, w := make([]float64, 2*n), make([]float64, 2*n)
	quad.Legendre{}.FixedLocations(x[:n], w[:n], -14, 0)
	quad.Legendre{}.FixedLocations(x[n:], w[n:], 0, 14)
	for _, name := range []string{"relu", "leakyrelu(0.3)", "leakyrelu(-1)", "elu", "selu"} {
		phi := normalized(t, name)
		var second, dsecond float64
		for i, t := range x {
			g := w[i] * math.Exp(-t*t/2) / math.Sqrt(2*math.Pi)
			second += g * math.Pow(value(phi.Activation, t), 2)
			dsecond += g * math.Pow(deriv(phi.Activation, t), 2)
		}
		require.InDelta(t, 1, second, 1e-13, name)
		require.InDelta(t, 1, dsecond, 1e-13, name)
	}
}

// κ is the slope of the length map at 1. The symmetric difference with
// extrapolation is off by O(h⁴).
func TestSlopeIsThatOfTheLengthMap(t *testing.T) {
	const h = 1e-3
	for _, name := range gpnorm.Names() {
		n := normalized(t, name)
		for i, root := range n.Roots {
			phi, err := n.WithRoot(i)
			require.NoError(t, err)
			q := func(q float64) float64 {
				v, err := gpnorm.LengthMap(phi.Activation, q)
				require.NoError(t, err)
				return v
			}
			require.InDelta(t, 1, q(1), 1e-12, "%s: Q(1)", name)
			d := (8*(q(1+h)-q(1-h)) - (q(1+2*h) - q(1-2*h))) / (12 * h)
			require.InDelta(t, root.Slope, d, 1e-10, "%s: Q′(1)", name)
		}
	}
}

// The constants that the paper's experiments use.
func TestRootRule(t *testing.T) {
	for name, sign := range map[string]float64{
		"tanh": 1, "relu": 0, "leakyrelu": 0, "elu": 1, "selu": 1, "gelu": -1, "silu": -1, "sin": 1, "erf": 1, "identity": 0,
	} {
		n := normalized(t, name)
		require.True(t, n.Stable, name)
		require.Empty(t, n.Warnings, name)
		require.Equal(t, sign, signOf(n.B), "%s: b = %v", name, n.B)
		require.Equal(t, n.B, n.Roots[n.Chosen].B)
		for i := 1; i < len(n.Roots); i++ {
			require.LessOrEqual(t, math.Abs(n.Roots[i-1].B), math.Abs(n.Roots[i].B)+1e-9, "%s: ascending |b|", name)
		}
	}
	tanh := normalized(t, "tanh")
	require.Greater(t, tanh.Roots[0].B, 0.0, "positive first on a tie")
	require.InDelta(t, 0, tanh.Roots[0].B+tanh.Roots[1].B, 1e-14)
}

func signOf(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}

func TestWithRoot(t *testing.T) {
	n := normalized(t, "gelu")
	require.Equal(t, 1, n.Chosen)
	other, err := n.WithRoot(0)
	require.NoError(t, err)
	require.False(t, other.Stable)
	require.Len(t, other.Warnings, 1)
	require.Contains(t, other.Warnings[0], "κ = 1.11349 > 1")
	require.Contains(t, other.Warnings[0], "b = -0.909506")
	require.InDelta(t, n.Roots[0].B, other.B, 0)
	require.InDelta(t, n.A*value(n.Raw, 0.7)+other.B, value(other.Activation, 0.7), 1e-15)
	require.True(t, n.Stable, "the receiver is unchanged")
	for _, i := range []int{-1, 2} {
		_, err := n.WithRoot(i)
		require.ErrorContains(t, err, "want 0 to 1")
	}
}

// cosh(1.5x) grows too fast for either root: both have κ > 1. The rule
// takes the smaller slope and says so.
func TestNoStableRoot(t *testing.T) {
	n, err := gpnorm.Normalize(gpnorm.Activation{
		Name:  "cosh",
		Value: func(dst, x []float64) { each(dst, x, func(v float64) float64 { return math.Cosh(1.5*v) / 10 }) },
		Deriv: func(dst, x []float64) { each(dst, x, func(v float64) float64 { return 1.5 * math.Sinh(1.5*v) / 10 }) },
	})
	require.NoError(t, err)
	require.Len(t, n.Roots, 2)
	require.Greater(t, n.Roots[0].Slope, 1.0)
	require.Greater(t, n.Roots[1].Slope, 1.0)
	require.False(t, n.Stable)
	require.Less(t, n.Roots[n.Chosen].Slope, n.Roots[1-n.Chosen].Slope)
	require.Contains(t, n.Warnings[0], "no root is stable")
}

func each(dst, x []float64, f func(float64) float64) {
	for i, v := range x {
		dst[i] = f(v)
	}
}

// Normalising c·f + s gives the same φ for every c > 0 and s, and −f and f(−x)
// have the mirrored constants.
func TestInvariances(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawMixture(t, false)
		c := math.Pow(10, rapid.Float64Range(-6, 6).Draw(t, "log10 c"))
		n, err := gpnorm.Normalize(f)
		require.NoError(t, err)
		tol := 1e-11 * (1 + math.Abs(n.B) + n.A*math.Abs(n.RawProfile.Mean.Value))

		s := rapid.Float64Range(-3, 3).Draw(t, "shift / c")
		moved, err := gpnorm.Normalize(f.Affine(c, c*s))
		require.NoError(t, err)
		require.InEpsilon(t, n.A/c, moved.A, 1e-12)
		require.Len(t, moved.Roots, len(n.Roots))
		for _, r := range moved.Roots {
			back := n.Roots[rootNear(n, r.B+moved.A*c*s)]
			require.InDelta(t, back.B, r.B+moved.A*c*s, tol*(1+n.A*math.Abs(s)))
			require.InDelta(t, back.Slope, r.Slope, tol*(1+n.A*math.Abs(s)))
		}

		negated, err := gpnorm.Normalize(f.Affine(-1, 0))
		require.NoError(t, err)
		mirrored, err := gpnorm.Normalize(mirror(f))
		require.NoError(t, err)
		for i, r := range n.Roots {
			require.InDelta(t, r.B, -negated.Roots[rootNear(negated, -r.B)].B, tol)
			m := mirrored.Roots[rootNear(mirrored, r.B)]
			require.InDelta(t, r.B, m.B, tol)
			require.InDelta(t, r.Slope, m.Slope, tol)
			require.InDelta(t, r.ForwardVariance, m.ForwardVariance, tol*(10+r.ForwardVariance), "root %d", i)
		}
	})
}

// mirror is x ↦ f(−x).
func mirror(f gpnorm.Activation) gpnorm.Activation {
	flip := func(g gpnorm.Func, sign float64) gpnorm.Func {
		return func(dst, x []float64) {
			y := make([]float64, len(x))
			for i, v := range x {
				y[i] = -v
			}
			g(dst, y)
			for i := range dst {
				dst[i] *= sign
			}
		}
	}
	m := gpnorm.Activation{Name: "mirrored", Value: flip(f.Value, 1), Deriv: flip(f.Deriv, -1)}
	for _, k := range f.Kinks {
		m.Kinks = append(m.Kinks, -k)
	}
	return m
}

// For f = x + ε·tanh x the distance of the roots is ε times that of the residual
// of tanh, exactly: 1 − a²Var f = a²ε²(E r′² − E r²). Computed as written it would
// be lost below ε = 1e-8.
func TestNearlyAffine(t *testing.T) {
	residual := func() float64 {
		n := normalized(t, "tanh")
		half := (n.Roots[0].B - n.Roots[1].B) / 2
		return half / n.A
	}()
	rapid.Check(t, func(t *rapid.T) {
		eps := math.Pow(10, rapid.Float64Range(-11, 0).Draw(t, "log10 ε"))
		n, err := gpnorm.Normalize(plus(term(t, "identity", 1, 1, 0), term(t, "tanh", eps, 1, 0)))
		require.NoError(t, err)
		require.Len(t, n.Roots, 2)
		want := n.A * eps * residual
		require.InEpsilon(t, want, n.Roots[0].B, 1e-12+1e-14/eps)
		require.InEpsilon(t, -want, n.Roots[1].B, 1e-12+1e-14/eps)
	})
}

// Affine functions have one root, whatever their slope and offset, although the
// rounding of the sum leaves a residual that is not affine.
func TestAffineFunctionsHaveOneRoot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := rapid.Float64Range(0.1, 1).Draw(t, "first slope")
		second := rapid.Float64Range(0.1, 1).Draw(t, "second slope")
		shift := rapid.Float64Range(-100, 100).Draw(t, "shift")
		scale := math.Copysign(math.Pow(10, rapid.Float64Range(-6, 6).Draw(t, "log10 scale")), rapid.Float64Range(-1, 1).Draw(t, "sign"))
		f := plus(term(t, "identity", first, 1, 0), term(t, "identity", second, 1, shift)).Affine(scale, 0)
		n, err := gpnorm.Normalize(f)
		require.NoError(t, err)
		require.Len(t, n.Roots, 1)
		require.InDelta(t, 0, n.B/n.A+n.RawProfile.Mean.Value, 1e-12*math.Abs(scale)*(1+math.Abs(shift)))
		require.InDelta(t, math.Copysign(1.7, scale), value(n.Activation, 1.7), 1e-12*(1+math.Abs(shift)))
	})
}

// Both roots of an odd function have the same κ, so that rounding alone tells them
// apart: the positive one is chosen, whatever the scale.
func TestTiesTakeThePositiveRoot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scale := math.Pow(10, rapid.Float64Range(-9, 9).Draw(t, "log10 scale"))
		p, q := rapid.Float64Range(1.2, 9).Draw(t, "p"), rapid.Float64Range(1.2, 9).Draw(t, "q")
		share := rapid.Float64Range(0, 1).Draw(t, "share")
		odd := func(x float64) float64 {
			y := math.Abs(x)
			return math.Copysign(scale*(math.Pow(y, p)+share*math.Pow(y, q)), x)
		}
		slope := func(x float64) float64 {
			y := math.Abs(x)
			return scale * (p*math.Pow(y, p-1) + share*q*math.Pow(y, q-1))
		}
		n, err := gpnorm.Normalize(gpnorm.Activation{Name: "odd", Value: pointwise(odd), Deriv: pointwise(slope), Kinks: []float64{0}})
		require.NoError(t, err)
		require.Len(t, n.Roots, 2)
		require.False(t, n.Stable)
		require.Positive(t, n.B)
		require.Zero(t, n.Chosen)
	})
}

// The authors' constants are the exact ones of the functions that they belong to, rounded;
// for GELU they are those of another function.
func TestPublishedConstants(t *testing.T) {
	found := 0
	for _, d := range gpnorm.Definitions() {
		c := d.Published
		if c == nil {
			continue
		}
		found++
		name := d.Name
		if c.Of != "" {
			name = c.Of
			require.Greater(t, math.Abs(normalized(t, d.Name).A-c.A), 0.01)
			a, err := gpnorm.Lookup(d.Name)
			require.NoError(t, err)
			require.Equal(t, d.Name, a.Affine(c.A, c.B).Misplaced().Name)
		}
		n := normalized(t, name)
		require.InDelta(t, n.A, c.A, 5e-5, name)
		require.InDelta(t, n.B, c.B, 6e-5, name) // tanh has 0.3885 for 0.38854, and GELU −0.9097
		require.Equal(t, c.A, n.Raw.Published().A)
		require.Nil(t, n.Misplaced())
	}
	require.Equal(t, 7, found)
	leaky, err := gpnorm.Lookup("leakyrelu(0.2)")
	require.NoError(t, err)
	require.Nil(t, leaky.Published(), "theirs has the slope 0.01")
}
