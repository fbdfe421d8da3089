package properties

import (
	"fmt"
	"math"

	"bsnn/montecarlo"

	"gonum.org/v1/gonum/integrate/quad"
)

// A positiveLaw is the law of y, a positive estimate over its mean, in so far as the test of
// that mean needs it.
type positiveLaw interface {
	// folded is E factor·y/(1 + factor·y).
	folded(factor float64) float64
}

// logNormalLaw is exp(ξ − spread/2), ξ ~ N(0, spread): a squared norm in one network.
type logNormalLaw struct{ spread float64 }

func (l logNormalLaw) folded(factor float64) float64 {
	return overScales(l.spread, func(scale float64) float64 { return 1 / (1 + 1/(factor*scale)) })
}

// squareLaw is Z²·exp(ξ − spread/2) with an independent standard normal Z: the square of an inner
// product.
type squareLaw struct{ spread float64 }

func (l squareLaw) folded(factor float64) float64 {
	return overScales(l.spread, func(scale float64) float64 { return foldedSquare(factor * scale) })
}

// overScales is the mean over exp(ξ − spread/2).
func overScales(spread float64, of func(scale float64) float64) float64 {
	const nodes = 24
	var x, w [nodes]float64
	quad.Legendre{}.FixedLocations(x[:], w[:], -7, 7)
	sum, mass := 0., 0.
	for i, g := range x {
		weight := w[i] * math.Exp(-g*g/2)
		mass += weight
		sum += weight * of(math.Exp(math.Sqrt(spread)*g-spread/2))
	}
	return sum / mass
}

// foldedSquare is E θZ²/(1 + θZ²) = 1 − √(π/(2θ))·exp(1/(2θ))·erfc(1/√(2θ)).
func foldedSquare(theta float64) float64 {
	t := 1 / (2 * theta)
	if t > 500 { // where the product overflows: its expansion
		return theta * (1 - 3*theta)
	}
	return 1 - math.Sqrt(math.Pi*t)*math.Exp(t)*math.Erfc(math.Sqrt(t))
}

// A momentTest asks whether the mean of a positive quantity that has no bound is what theory
// predicts, within a tolerance. It looks at y/(1 + y), y the quantity over its predicted mean, whose mean
// grows with that of y, and which lies between 0 and 1.
type momentTest struct {
	what                           string
	limit, finite, mean, tolerance float64
	law                            positiveLaw

	test *montecarlo.MeanTest
	seen montecarlo.Moments
}

func (t *momentTest) begin(alpha float64, trials int) (err error) {
	t.test, err = montecarlo.NewMeanTest(montecarlo.MeanClaim{
		Lo: t.law.folded(1 - t.tolerance), Hi: t.law.folded(1 + t.tolerance), Min: 0, Max: 1,
	}, alpha, trials)
	return err
}

// bounded is what the test looks at: the mean over the values.
func (t *momentTest) bounded(values ...float64) float64 {
	sum := 0.
	for _, v := range values {
		y := v / t.mean
		if math.IsInf(y, 1) {
			y = math.MaxFloat64
		}
		sum += y / (1 + y)
	}
	return sum / float64(len(values))
}

func (t *momentTest) add(value, bounded float64) {
	t.seen.Add(value)
	t.test.Add(bounded)
}

func (t *momentTest) result() SpectrumMoment {
	m := SpectrumMoment{
		Claim:     fmt.Sprintf("|%s/%.4g − 1| ≤ %g", t.what, t.mean, t.tolerance),
		Predicted: existing(t.limit), Verdict: t.test.Verdict(),
	}
	if t.finite > 0 {
		m.Finite = existing(t.finite)
	}
	if n := t.seen.Count; n > 0 {
		m.Estimate, m.Error = existing(t.seen.Mean), existing(t.seen.SD()/math.Sqrt(float64(n)))
		lo, hi := t.test.Interval()
		m.Lo, m.Hi = existing(t.mean*t.unfolded(lo)), existing(t.mean*t.unfolded(hi))
	}
	return m
}

// unfolded is the factor with which y/(1 + y) has a mean.
func (t *momentTest) unfolded(mean float64) float64 {
	lo, hi := -40., 40. // of its logarithm
	switch {
	case mean <= t.law.folded(math.Exp(lo)):
		return 0
	case mean >= t.law.folded(math.Exp(hi)):
		return math.Inf(1)
	}
	for range 60 {
		if mid := (lo + hi) / 2; t.law.folded(math.Exp(mid)) < mean {
			lo = mid
		} else {
			hi = mid
		}
	}
	return math.Exp((lo + hi) / 2)
}
