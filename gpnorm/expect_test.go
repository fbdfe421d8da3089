package gpnorm_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bsnn/gpnorm"
)

// pointwise makes a Func of a function of one number.
func pointwise(f func(float64) float64) gpnorm.Func {
	return func(dst, x []float64) { each(dst, x, f) }
}

func TestExpectClosedForms(t *testing.T) {
	doubleFactorial := 1.0
	for k := 1; k <= 12; k++ {
		doubleFactorial *= float64(2*k - 1)
		e, err := gpnorm.Expect(pointwise(func(x float64) float64 { return math.Pow(x, float64(2*k)) }), nil)
		require.NoError(t, err)
		require.InEpsilon(t, doubleFactorial, e.Value, 1e-14, "E g^%d", 2*k)
		require.LessOrEqual(t, math.Abs(e.Value-doubleFactorial), e.Error)
	}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.Float64Range(-15, 15).Draw(t, "s")
		e, err := gpnorm.Expect(pointwise(func(x float64) float64 { return math.Exp(s * x) }), nil)
		require.NoError(t, err)
		// Rounding of s·x inside the exponential is amplified by |s·x| ≈ s².
		require.InEpsilon(t, math.Exp(s*s/2), e.Value, 1e-14*(1+s*s), "E exp(sg)")
	})
	rapid.Check(t, func(t *rapid.T) { // a jump
		c := rapid.Float64Range(-5, 5).Draw(t, "c")
		step := pointwise(func(x float64) float64 {
			if x > c {
				return 1
			}
			return 0
		})
		e, err := gpnorm.Expect(step, []float64{c})
		require.NoError(t, err)
		require.InDelta(t, math.Erfc(c/math.Sqrt2)/2, e.Value, 1e-14, "P(g > c)")
	})
}

func TestExpectErrors(t *testing.T) {
	for want, f := range map[string]gpnorm.Func{
		"the function is nil":               nil,
		"f is NaN at x = -":                 pointwise(math.Sqrt),
		"f is -Inf at x = ":                 pointwise(func(x float64) float64 { return math.Log(math.Max(0, math.Abs(x)-0.05)) }),
		"f is +Inf at x =":                  pointwise(func(x float64) float64 { return math.Exp(x * x * x * x) }),
		"E f does not converge: at x = -36": pointwise(func(x float64) float64 { return math.Exp(0.499 * x * x) }),
		"at x = 36":                         pointwise(func(x float64) float64 { return math.Exp(0.499 * x * math.Max(x, 0)) }),
	} {
		_, err := gpnorm.Expect(f, nil)
		require.ErrorContains(t, err, want)
	}
}

// A function that is noisy beyond the tolerance has an expectation with a larger
// error estimate, as long as the noise is small.
func TestExpectOfNoise(t *testing.T) {
	noisy := func(amplitude float64) gpnorm.Func {
		return pointwise(func(x float64) float64 { return x*x + amplitude*math.Sin(1e9*x) })
	}
	e, err := gpnorm.Expect(noisy(1e-11), nil)
	require.NoError(t, err)
	require.InDelta(t, 1, e.Value, 1e-11)
	require.Greater(t, e.Error, 1e-13)
	_, err = gpnorm.Expect(noisy(1e-3), nil)
	require.ErrorContains(t, err, "tolerance not reached")
}

func TestLengthMapClosedForms(t *testing.T) {
	closed := map[string]func(q float64) float64{
		"identity": func(q float64) float64 { return q },
		"relu":     func(q float64) float64 { return q / 2 },
		"sin":      func(q float64) float64 { return -math.Expm1(-2*q) / 2 },
		"erf":      func(q float64) float64 { return 2 / math.Pi * math.Asin(2*q/(1+2*q)) },
		"elu": func(q float64) float64 { // E(e^{rg}−1)² over g < 0, r = √q
			half := func(s float64) float64 { return math.Exp(s*s/2) * math.Erfc(s/math.Sqrt2) / 2 }
			return q/2 + half(2*math.Sqrt(q)) - 2*half(math.Sqrt(q)) + 0.5
		},
	}
	rapid.Check(t, func(t *rapid.T) {
		q := math.Pow(10, rapid.Float64Range(-1.5, 1.5).Draw(t, "log10 q"))
		for name, want := range closed {
			a, err := gpnorm.Lookup(name)
			require.NoError(t, err)
			got, err := gpnorm.LengthMap(a, q)
			require.NoError(t, err)
			require.InEpsilon(t, want(q), got, 1e-12, "%s at %v", name, q)
		}
	})
	rapid.Check(t, func(t *rapid.T) { // a jump where no node would see it: the kinks are scaled with the argument
		root := rapid.Float64Range(0.1, 10).Draw(t, "√q")
		at := root * rapid.Float64Range(-0.005, 0).Draw(t, "jump / √q")
		step := gpnorm.Activation{Name: "step", Kinks: []float64{at}, Deriv: constant(0), Value: pointwise(func(x float64) float64 {
			if x > at {
				return 1
			}
			return 0
		})}
		got, err := gpnorm.LengthMap(step, root*root)
		require.NoError(t, err)
		require.InDelta(t, math.Erfc(at/(root*math.Sqrt2))/2, got, 1e-13)
	})
	a, err := gpnorm.Lookup("softplus")
	require.NoError(t, err)
	zero, err := gpnorm.LengthMap(a, 0)
	require.NoError(t, err)
	require.InEpsilon(t, math.Ln2*math.Ln2, zero, 1e-14)
	relu, err := gpnorm.Lookup("relu")
	require.NoError(t, err)
	zero, err = gpnorm.LengthMap(relu, 0)
	require.NoError(t, err)
	require.Zero(t, zero)
	for _, q := range []float64{-1, math.NaN(), math.Inf(1)} {
		_, err := gpnorm.LengthMap(relu, q)
		require.ErrorContains(t, err, "finite number ≥ 0")
	}
	_, err = gpnorm.LengthMap(gpnorm.Activation{Name: "f"}, 1)
	require.ErrorContains(t, err, `"f" has no Value`)
}

func TestHermiteErrors(t *testing.T) {
	for _, order := range []int{-1, 1001} {
		_, err := gpnorm.Hermite(square, order)
		require.ErrorContains(t, err, "want 0 to 1000")
	}
	_, err := gpnorm.Hermite(gpnorm.Activation{}, 3)
	require.ErrorContains(t, err, "no Value")
	alpha, err := gpnorm.Hermite(square, 300)
	require.NoError(t, err)
	require.InDelta(t, 1, alpha[0], 1e-14)
	require.InDelta(t, math.Sqrt2, alpha[2], 1e-14)
	alpha[0], alpha[2] = 0, 0
	for k, a := range alpha {
		require.InDelta(t, 0, a, 1e-12, "k = %d", k)
	}
}
