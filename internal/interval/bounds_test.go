package interval

import (
	"flag"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// points is the number of arguments per function and family; raise it to
// measure anew: go test ./internal/interval -run Assumed -v -points 100000.
var points = flag.Int("points", 150, "arguments per function and family in the accuracy test")

// A primitive is one function of package math that bounds.go relies on.
type primitive struct {
	name     string
	f        func(float64) float64
	ref      func(num) num
	steps    float64
	families []func(r *rand.Rand) float64
}

// around draws a neighbour, within a few steps, of a value.
func around(values ...float64) func(*rand.Rand) float64 {
	return func(r *rand.Rand) float64 {
		v := values[r.IntN(len(values))]
		return stepUp(v, r.Int64N(9)-4)
	}
}

func uniform(lo, hi float64) func(*rand.Rand) float64 {
	return func(r *rand.Rand) float64 { return lo + (hi-lo)*r.Float64() }
}

// scaled draws ±2^e with e uniform.
func scaled(lo, hi float64, signs ...float64) func(*rand.Rand) float64 {
	return func(r *rand.Rand) float64 {
		return signs[r.IntN(len(signs))] * math.Exp2(lo+(hi-lo)*r.Float64())
	}
}

func primitives() []primitive {
	type fam = []func(*rand.Rand) float64
	small := scaled(-1073, -1, 1, -1)
	return []primitive{
		{"exp", math.Exp, refExp, stepsExp, fam{uniform(-expRange, expRange), uniform(-1, 1), small,
			around(699.9999, -699.9999, 0.34657359027997264, -1, 1)}},
		{"expm1", math.Expm1, refExpm1, stepsExpm1, fam{uniform(-60, expRange), uniform(-2, 2), small, scaled(-60, 3, 1, -1),
			around(0.34657359027997264, 1.0397207708399179, -0.34657359027997264, 38.816242111356935, -38.8, 0.5, -0.5)}},
		{"log", math.Log, refLog, stepsLog, fam{scaled(-1021, 1023, 1), uniform(0.5, 2), around(1, math.Sqrt2, math.Sqrt2/2, 2, 0.5),
			scaled(-2, 2, 1),
			around(0x1p-1021, math.MaxFloat64/2)}},
		{"log1p", math.Log1p, refLog1p, stepsLog1p, fam{uniform(-1, 1), small, scaled(-60, 1000, 1),
			scaled(-60, 0, -1), around(-0.2928932188134524, 0.41421356237309503, -0.5, 1, 0x1p53, 0x1p-29, 0x1p-54)}},
		{"sin", math.Sin, refSin, stepsSin, fam{uniform(-reduced, reduced), small}},
		{"cos", math.Cos, refCos, stepsCos, fam{uniform(-reduced, reduced), small}},
		{"atan", math.Atan, refAtan, stepsAtan, fam{uniform(-3, 3), scaled(-1070, 1020, 1, -1), scaled(-4, 4, 1, -1),
			around(0.66, 2.414213562373095, 1)}},
		{"erf", math.Erf, refErf, stepsErf, fam{uniform(-6.1, 6.1), scaled(-1070, 2, 1, -1), uniform(-1.5, 1.5),
			around(0.84375, 1.25, 1/0.35, 6, 0x1p-28, 0x1p-1014)}},
		{"erfc", math.Erfc, refErfc, stepsErfc, fam{uniform(-6.1, 6), uniform(0, 27.3), scaled(-60, 3, 1, -1), uniform(26, 27.3),
			around(0.84375, 0.25, 1.25, 1/0.35, -6, 28, 26.543, 27.226)}},
	}
}

// errorInSteps is |y − v| in units of the gap between y and its neighbour on
// the side of v.
func errorInSteps(y float64, v num) float64 {
	if math.IsInf(y, 0) {
		y = math.Copysign(math.MaxFloat64, y)
		if v.Cmp(fromFloat(math.MaxFloat64, 60)) >= 0 && y > 0 {
			return 0
		}
	}
	d := sub(v, fromFloat(y, v.Prec()))
	n := stepUp(y, 1)
	if d.Sign() < 0 {
		n = stepDown(y, 1)
	}
	if math.IsInf(n, 0) {
		n = stepDown(y, 1)
	}
	gap := abs(sub(fromFloat(n, 60), fromFloat(y, 60)))
	e, _ := quo(abs(d), gap).Float64()
	return e
}

// The errors of package math stay below a third of what bounds.go assumes.
func TestAssumedAccuracy(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	for _, p := range primitives() {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(seed, 1))
			worst, where := 0.0, 0.0
			for _, family := range p.families {
				for range *points {
					x := family(r)
					if e := errorInSteps(p.f(x), p.ref(fromFloat(x, digits))); e > worst {
						worst, where = e, x
					}
				}
			}
			t.Logf("%s: largest error %.3f steps at %v, assumed %v", p.name, worst, where, p.steps)
			require.LessOrEqual(t, worst, p.steps/3)
		})
	}
}

// hardTrig draws arguments near multiples of π/2 of every size, and others.
func hardTrig(r *rand.Rand) float64 {
	switch r.IntN(4) {
	case 0:
		k := math.Floor(math.Exp2(50 * r.Float64()))
		v, _ := mul(shift(refPi(digits), -1), fromFloat(k, digits)).Float64()
		return stepUp(v, r.Int64N(5)-2)
	case 1:
		return math.Exp2(1023*r.Float64()) * float64(1-2*r.IntN(2))
	case 2:
		return math.Exp2(32*r.Float64()) * float64(1-2*r.IntN(2))
	}
	return 200 * (r.Float64() - 0.5)
}

// The absolute errors of sin and cos stay below a third of what bounds.go
// assumes.
func TestAssumedTrigonometricError(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 2))
	worst, where := 0.0, 0.0
	for range 4 * *points {
		x := hardTrig(r)
		s, c := refSinCos(fromFloat(x, digits))
		for _, e := range []num{sub(s, fromFloat(math.Sin(x), digits)), sub(c, fromFloat(math.Cos(x), digits))} {
			if f, _ := abs(e).Float64(); f > worst {
				worst, where = f, x
			}
		}
	}
	t.Logf("largest error %.3f × 2^-53 at %v, assumed %v × 2^-53", worst/unit, where, absTrig/unit)
	require.LessOrEqual(t, worst, absTrig/3)
}

// The enclosures of constants contain them and are one step wide.
func TestConstants(t *testing.T) {
	p := refPi(digits)
	two := smallInt(2, digits)
	for _, c := range []struct {
		x Interval
		v num
	}{
		{pi, p}, {halfPi, quo(p, two)}, {ln2, refLn2(digits)}, {twoOverSqrtPi, quo(two, root(p))},
		{invSqrt2Pi, quo(one(p), root(mul(two, p)))},
		{invSqrt2Tail, sub(quo(one(p), root(two)), fromFloat(invSqrt2Head, digits))},
	} {
		require.True(t, holds(c.x, c.v), "%v does not contain %v", c.x, c.v)
		require.LessOrEqual(t, c.x.Hi, stepUp(c.x.Lo, 2))
	}
	rest := sub(quo(two, p), add(fromFloat(twoOverPiHead, digits), fromFloat(twoOverPiTail, digits)))
	require.Less(t, magnitude(rest), -106)
}

// holds reports whether v, known to 2^-300 relative, may be a member of x.
func holds(x Interval, v num) bool {
	if v.IsInf() || x.IsEmpty() {
		return false
	}
	slack := shift(abs(v), -300)
	return new(big.Float).SetFloat64(x.Lo).Cmp(add(v, slack)) <= 0 &&
		new(big.Float).SetFloat64(x.Hi).Cmp(sub(v, slack)) >= 0
}
