package suite

import (
	"fmt"
	"math"

	"bsnn/montecarlo"
)

// A mean is a claim lo ≤ E X ≤ hi about a statistic that never leaves
// [min, max].
type mean struct {
	what     string
	lo, hi   float64
	min, max float64
	scale    float64 // what resolutions are relative to
	unit     string  // name of the scale
}

// exactly is the claim that E X is value, up to the error of its computation.
func exactly(what string, value, err, min, max, scale float64, unit string) mean {
	err += 1e-10 * (math.Abs(value) + math.Abs(scale)) // rounding of the sums behind X
	return mean{what, value - err, value + err, min, max, scale, unit}
}

// means tests several claims on common trials; next fills x[k] with the
// statistic of claim k in the given trial. It stops at the first refutation.
func (d *Draw) means(about string, trials int, claims []mean, next func(trial int, x []float64) error) error {
	tests, x := make([]*montecarlo.MeanTest, len(claims)), make([]float64, len(claims))
	for k, c := range claims {
		alpha, err := d.pay()
		if err != nil {
			return err
		}
		tests[k], err = montecarlo.NewMeanTest(montecarlo.MeanClaim{Lo: c.lo, Hi: c.hi, Min: c.min, Max: c.max}, alpha, trials)
		if err != nil {
			return fmt.Errorf("%s: %s: %w", about, c.what, err)
		}
	}
	for i := range trials {
		if err := next(i, x); err != nil {
			return fmt.Errorf("%s: trial %d: %w", about, i, err)
		}
		d.trials++
		for k, c := range claims {
			slack := 1e-9 * (math.Abs(c.min) + math.Abs(c.max))
			if !(x[k] >= c.min-slack && x[k] <= c.max+slack) {
				return refute(about, fmt.Sprintf("%s lies in [%.6g, %.6g]", c.what, c.min, c.max), "%v in trial %d", x[k], i)
			}
			if tests[k].Add(math.Max(c.min, math.Min(c.max, x[k]))) == montecarlo.Refuted {
				lo, hi := tests[k].Interval()
				return &Refutation{about, fmt.Sprintf("E[%s] = %.8g", c.what, (c.lo+c.hi)/2), fmt.Sprintf("it lies in [%.8g, %.8g]", lo, hi),
					d.alpha, i + 1}
			}
		}
	}
	for k, c := range claims {
		lo, hi := tests[k].Interval()
		d.resolve((hi-lo)/2/c.scale, c.unit)
	}
	return nil
}

// rate tests that an event has at most the given probability.
func (d *Draw) rate(about, event string, limit float64, trials int, next func(trial int) (bool, error)) error {
	return d.probability(about, event, limit, false, trials, next)
}

// fair tests that an event has exactly the given probability.
func (d *Draw) fair(about, event string, probability float64, trials int, next func(trial int) (bool, error)) error {
	return d.probability(about, event, probability, true, trials, next)
}

func (d *Draw) probability(about, event string, limit float64, exact bool, trials int, next func(trial int) (bool, error)) error {
	alpha, err := d.pay()
	if err != nil {
		return err
	}
	if !(limit < 1) {
		return nil // every probability is at most 1
	}
	if limit <= 0 {
		limit = 1e-300 // what has probability 0 happens with less than this
	}
	test, err := montecarlo.NewRateTest(limit, alpha, trials)
	if err != nil {
		return fmt.Errorf("%s: %w", about, err)
	}
	for i := range trials {
		happened, err := next(i)
		if err != nil {
			return fmt.Errorf("%s: trial %d: %w", about, i, err)
		}
		d.trials++
		outcome := test.Add(happened)
		if outcome == montecarlo.Undecided {
			continue
		}
		if outcome == montecarlo.Refuted || exact {
			claimed := fmt.Sprintf("P(%s) ≤ %.6g", event, limit)
			if exact {
				claimed = fmt.Sprintf("P(%s) = %.6g", event, limit)
			}
			v := test.Verdict()
			return &Refutation{about, claimed, fmt.Sprintf("%d times in %d trials, so it lies in [%.6g, %.6g]", v.Events, v.Trials, v.Lo, v.Hi),
				alpha, v.Trials}
		}
		break
	}
	lo, hi := test.Interval()
	d.resolve((hi-lo)/2, "of probability")
	return nil
}

// law tests that a statistic has the distribution function cdf, which may be
// wrong by slack.
func (d *Draw) law(about, what string, cdf func(float64) float64, slack float64, trials int, next func(trial int) (float64, error)) error {
	alpha, err := d.pay()
	if err != nil {
		return err
	}
	test, err := montecarlo.NewLawTest(montecarlo.LawClaim{CDF: cdf, Slack: slack}, alpha, trials)
	if err != nil {
		return fmt.Errorf("%s: %w", about, err)
	}
	for i := range trials {
		x, err := next(i)
		if err != nil {
			return fmt.Errorf("%s: trial %d: %w", about, i, err)
		}
		d.trials++
		test.Add(x)
	}
	v := test.Verdict()
	if v.Outcome == montecarlo.Refuted {
		return &Refutation{about, fmt.Sprintf("%s has the predicted law up to %.3g in its distribution function", what, slack),
			fmt.Sprintf("%+v", v), alpha, trials}
	}
	d.resolve(test.Resolution()+slack, "of the distribution function")
	return nil
}
