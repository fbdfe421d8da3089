package vector

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// ulps is the distance of got from want in units in the last place of size, for
// numbers of the given digits and least exponent.
func ulps(got float64, want, size *big.Float, single bool) float64 {
	precision, least, largest := 53, -1074, math.MaxFloat64
	if single {
		precision, least, largest = 24, -149, math.MaxFloat32
	}
	w, _ := want.Float64()
	if math.Abs(w) > largest {
		if math.IsInf(got, int(math.Copysign(1, w))) || math.Abs(got) == largest {
			return 0
		}
		return math.Inf(1)
	}
	if math.IsNaN(got) || math.IsInf(got, 0) {
		return math.Inf(1)
	}
	unit := least
	if size.Sign() != 0 {
		unit = max(least, size.MantExp(nil)-precision)
	}
	e := num(0).SetMantExp(sub(num(got), want), -unit)
	u, _ := e.Float64()
	return math.Abs(u)
}

// arguments64 are where functions go wrong: all sizes, and both ends.
func arguments64(rng *rand.Rand, n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		switch i % 5 {
		case 0:
			x[i] = 4 * rng.NormFloat64()
		case 1:
			x[i] = math.Ldexp(1+rng.Float64(), -rng.IntN(1000))
		case 2:
			x[i] = 760 * rng.Float64()
		case 3:
			x[i] = 40 * rng.Float64()
		case 4:
			x[i] = math.Exp(-8 + 16*rng.Float64())
		}
		if rng.IntN(2) == 0 {
			x[i] = -x[i]
		}
	}
	return x
}

func TestAccuracy(t *testing.T) {
	rng := rand.New(rand.NewPCG(rand.Uint64(), 1))
	count := 60
	if testing.Short() {
		count = 15
	}
	x := arguments64(rng, count)
	for name, reference := range references {
		var parameters []float64
		if name == "elu" {
			parameters = []float64{1}
		}
		a, ok := Lookup[float64](name, parameters...)
		if !ok {
			t.Fatal(name)
		}
		v, d := make([]float64, len(x)), make([]float64, len(x))
		a.Both(v, d, x)
		b, _ := Lookup[float32](name, parameters...)
		x32, v32, d32 := make([]float32, len(x)), make([]float32, len(x)), make([]float32, len(x))
		for i := range x {
			x32[i] = float32(x[i])
		}
		b.Both(v32, d32, x32)
		var worst [4]float64
		var where [4]float64
		note := func(k int, u, at float64) {
			if u > worst[k] {
				worst[k], where[k] = u, at
			}
		}
		for i := range x {
			wantV, wantD, size := reference(x[i])
			note(0, ulps(v[i], wantV, wantV, false), x[i])
			note(1, ulps(d[i], wantD, size, false), x[i])
			wantV, wantD, size = reference(float64(x32[i]))
			note(2, ulps(float64(v32[i]), wantV, wantV, true), float64(x32[i]))
			note(3, ulps(float64(d32[i]), wantD, size, true), float64(x32[i]))
		}
		t.Logf("%-9s φ %.2f φ′ %.2f, float32 φ %.2f φ′ %.2f", name, worst[0], worst[1], worst[2], worst[3])
		for k, u := range worst {
			if !(u <= 4) {
				t.Errorf("%s: %.3g ulp (%d) at %v", name, u, k, where[k])
			}
		}
	}
}

// The functions of expressions, within the same.
func TestAccuracyOfFunctions(t *testing.T) {
	rng := rand.New(rand.NewPCG(rand.Uint64(), 1))
	count := 60
	if testing.Short() {
		count = 15
	}
	x := arguments64(rng, count)
	for i, v := range x[:5] {
		x = append(x, math.Ldexp(v, 1000), math.Ldexp(v, -1000), -1+math.Ldexp(math.Abs(v), -10-i*8)) // the last for log1p
	}
	for _, f := range []struct {
		name      string
		f         func(dst, x []float64)
		reference func(x *big.Float) *big.Float
		least     float64 // where it is real
	}{
		{"exp", Exp, clamped(bigExp), math.Inf(-1)},
		{"expm1", Expm1, clamped(bigExpm1), math.Inf(-1)},
		{"log", Log, bigLog, 0},
		{"log1p", Log1p, bigLog1p, -1},
		{"sqrt", Sqrt, func(x *big.Float) *big.Float { return num(0).Sqrt(x) }, 0},
		{"Φ", NormalCDF, clamped(bigCDF), math.Inf(-1)},
		{"density", NormalDensity, clamped(bigDensity), math.Inf(-1)},
	} {
		got := make([]float64, len(x))
		f.f(got, x)
		var worst, where float64
		for i, v := range x {
			if v <= f.least {
				continue
			}
			want := f.reference(num(v))
			if u := ulps(got[i], want, want, false); !(u <= worst) {
				worst, where = u, v
			}
		}
		t.Logf("%-7s %.2f", f.name, worst)
		if !(worst <= 4) {
			t.Errorf("%s: %.3g ulp at %v", f.name, worst, where)
		}
	}
}

// clamped looks no farther than where float64 ends.
func clamped(f func(x *big.Float) *big.Float) func(x *big.Float) *big.Float {
	return func(x *big.Float) *big.Float {
		v, _ := x.Float64()
		return f(num(max(-800, min(800, v))))
	}
}
