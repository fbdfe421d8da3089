package gpnorm_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bsnn/gpnorm"
)

// Reference values in 300-bit arithmetic, from the power series alone.

const bits = 300

func number300(x float64) *big.Float { return new(big.Float).SetPrec(bits).SetFloat64(x) }

func ratio(a, b *big.Float) *big.Float { return number300(0).Quo(a, b) }
func product(a, b *big.Float) *big.Float {
	return number300(0).Mul(a, b)
}
func sum(a, b *big.Float) *big.Float { return number300(0).Add(a, b) }

// bigExp sums the series at x/2¹⁰ and squares ten times.
func bigExp(x *big.Float) *big.Float {
	y := number300(0).SetMantExp(x, -10)
	term, total := number300(1), number300(1)
	for k := 1; k < 80; k++ {
		term = ratio(product(term, y), number300(float64(k)))
		total = sum(total, term)
	}
	for range 10 {
		total = product(total, total)
	}
	return total
}

// bigLog1p is the root y of exp y = 1 + e, by Newton's method from float64.
func bigLog1p(e *big.Float) *big.Float {
	start, _ := e.Float64()
	y := number300(math.Log1p(start))
	for range 4 {
		ratio := ratio(sum(number300(1), e), bigExp(y))
		y = sum(y, sum(ratio, number300(-1)))
	}
	return y
}

// bigErf sums the Maclaurin series; up to |x| = 7, 40 of the 90 digits are lost.
func bigErf(x *big.Float) *big.Float {
	square := product(x, x)
	term := number300(0).Set(x)
	total := number300(0).Set(x)
	for k := 1; k < 500; k++ {
		term = ratio(product(term, square), number300(float64(-k)))
		total = sum(total, ratio(term, number300(float64(2*k+1))))
	}
	return product(total, ratio(number300(2), bigRootPi))
}

var bigRootPi = func() *big.Float {
	pi, _, err := big.ParseFloat("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803482534211706798",
		10, bits, big.ToNearestEven)
	if err != nil {
		panic(err)
	}
	return pi.Sqrt(pi)
}()

var bigReference = map[string]func(x *big.Float) (v, d *big.Float){
	"tanh": func(x *big.Float) (v, d *big.Float) {
		e := bigExp(product(x, number300(2)))
		v = ratio(sum(e, number300(-1)), sum(e, number300(1)))
		return v, sum(number300(1), product(product(v, v), number300(-1)))
	},
	"sigmoid": bigSigmoid,
	"silu": func(x *big.Float) (v, d *big.Float) {
		s, slope := bigSigmoid(x)
		return product(x, s), sum(s, product(x, slope))
	},
	"mish": func(x *big.Float) (v, d *big.Float) {
		square := sum(number300(1), bigExp(x))
		square = product(square, square)
		below := sum(square, number300(1))
		w := ratio(sum(square, number300(-1)), below)
		s, _ := bigSigmoid(x)
		slope := product(ratio(product(square, number300(4)), product(below, below)), s) // (1 − w²)·σ
		return product(x, w), sum(w, product(x, slope))
	},
	"softplus": func(x *big.Float) (v, d *big.Float) {
		d, _ = bigSigmoid(x)
		return bigLog1p(bigExp(x)), d
	},
	"erf": func(x *big.Float) (v, d *big.Float) {
		d = ratio(number300(2), product(bigRootPi, bigExp(product(x, x))))
		return bigErf(x), d
	},
	"gelu": func(x *big.Float) (v, d *big.Float) {
		root := number300(0).Sqrt(number300(2))
		cdf := product(sum(number300(1), bigErf(ratio(x, root))), number300(0.5))
		density := ratio(number300(1), product(product(bigRootPi, root), bigExp(product(product(x, x), number300(0.5)))))
		return product(x, cdf), sum(cdf, product(x, density))
	},
	"elu": func(x *big.Float) (v, d *big.Float) {
		if x.Sign() > 0 {
			return x, number300(1)
		}
		d = bigExp(x)
		return sum(d, number300(-1)), d
	},
}

func bigSigmoid(x *big.Float) (v, d *big.Float) {
	e := bigExp(number300(0).Neg(x))
	v = ratio(number300(1), sum(number300(1), e))
	return v, product(v, product(v, e))
}

// Values and derivatives are within 2⁻⁵⁰ of themselves, everywhere; a
// derivative that passes through zero, of its larger summand.
func TestPrecision(t *testing.T) {
	worst := map[string]float64{}
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom([]string{"tanh", "sigmoid", "silu", "mish", "softplus", "erf", "gelu", "elu"}).Draw(t, "name")
		x := rapid.Float64Range(-7, 7).Draw(t, "x")
		switch rapid.IntRange(0, 2).Draw(t, "zone") {
		case 0: // near zero
			x = math.Copysign(math.Pow(10, -rapid.Float64Range(0, 12).Draw(t, "log10")), x)
		case 1: // next to the seams of the tables
			x = math.Nextafter(math.Round(x*256)/256, x)
		}
		if math.Abs(x) < 1e-12 { // the reference loses digits
			x = 0.1
		}
		a, err := gpnorm.Lookup(name)
		require.NoError(t, err)
		wantV, wantD := bigReference[name](number300(x))
		v, d := value(a, x), deriv(a, x)
		size, _ := wantD.Float64()
		if name == "silu" || name == "gelu" || name == "mish" {
			size = math.Max(math.Abs(size), math.Abs(v/x))
		}
		unitsV, unitsD := units(v, wantV, math.Inf(1)), units(d, wantD, size)
		worst[name] = math.Max(worst[name], unitsV)
		worst[name+"′"] = math.Max(worst[name+"′"], unitsD)
		require.LessOrEqual(t, unitsV, 4.0, "%s(%v) = %v, want %v", name, x, v, wantV)
		require.LessOrEqual(t, unitsD, 4.0, "%s′(%v) = %v, want %v", name, x, d, wantD)
	})
	t.Logf("largest errors in units of 2⁻⁵² of the value: %.3v", worst)
}

// units is the error in multiples of 2⁻⁵² of the value, or of size if larger
// and finite.
func units(got float64, want *big.Float, size float64) float64 {
	w, _ := want.Float64()
	if math.IsInf(size, 1) || math.Abs(w) > math.Abs(size) {
		size = w
	}
	if size == 0 {
		return math.Abs(got) / math.SmallestNonzeroFloat64
	}
	difference, _ := sum(number300(got), number300(0).Neg(want)).Float64()
	return math.Abs(difference) / math.Abs(size) * 0x1p52
}

// Not-a-number in, not-a-number out; no table is indexed with it.
func TestNotANumber(t *testing.T) {
	for _, name := range gpnorm.Names() {
		a, err := gpnorm.Lookup(name)
		require.NoError(t, err)
		x, d := []float64{math.NaN()}, []float64{0}
		require.NotPanics(t, func() { a.Both(x, d, x) }, name)
		require.True(t, math.IsNaN(x[0]) || name == "relu", name)
	}
}
