package reports

import (
	"fmt"
	"math"

	"bsnn/gpnorm"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/properties"
	"bsnn/theorem"
)

// A Deviation says how far a statistic lies from 1 at one width, on one scale
// for what is measured, exact, asymptotic and proven. NaN stands for what does
// not exist.
type Deviation struct {
	Q05 Number `json:"q05"` // quantiles of |statistic − 1| over the networks
	Q50 Number `json:"q50"`
	Q95 Number `json:"q95"`
	RMS Number `json:"rms"` // root mean square of statistic − 1

	Exact Number `json:"exact"` // what RMS estimates, exact at this width
	Law   Number `json:"law"`   // 95 % quantile of |statistic − 1| by the limit law: asymptotic
	Bound Number `json:"bound"` // P(|statistic − 1| ≥ Bound) ≤ 5 %: proven; one layer only
}

// newDeviation measures the deviation of the values and asks theory about it.
func newDeviation(c properties.Claim, e properties.Ensemble, profile gpnorm.Profile, values []float64, exact moments) (Deviation, error) {
	s, squares := montecarlo.NewSample(nil), montecarlo.NewSample(nil)
	for _, v := range values {
		s.Add(math.Abs(v - 1))
		squares.Add((v - 1) * (v - 1))
	}
	d := Deviation{
		Q05: Number(s.Quantile(0.05)), Q50: Number(s.Quantile(0.5)), Q95: Number(s.Quantile(0.95)),
		RMS: Number(math.Sqrt(squares.Mean)), Exact: Number(math.Hypot(exact.mean-1, exact.sd)),
		Law: Number(math.NaN()), Bound: Number(math.NaN()),
	}
	if e.Weights != network.Haar {
		return d, nil
	}
	if profile.Normalized(properties.NormalizedTolerance) {
		law, err := c.Statement.PredictionFor(profile, e.Width, e.Depth)
		if err != nil {
			return d, fmt.Errorf("limit law of the deviation: %w", err)
		}
		x, err := smallestDeviation(func(eps float64) (float64, error) { return law.Outside(eps), nil })
		if err != nil {
			return d, err
		}
		d.Law = Number(x)
	}
	if e.Depth == 1 {
		x, err := smallestDeviation(func(eps float64) (float64, error) {
			b, err := c.Statement.Bound(e.Activation, e.Width, e.Depth, eps)
			if b.Status != theorem.Proven {
				return 1, err
			}
			return b.Probability, err
		})
		if err != nil {
			return d, fmt.Errorf("bound on the deviation: %w", err)
		}
		d.Bound = Number(x)
	}
	return d, nil
}

// smallestDeviation is an ε with outside(ε) ≤ 5 %, at most a thousandth above
// the smallest one, for an outside that falls; NaN if there is none up to 100.
func smallestDeviation(outside func(eps float64) (float64, error)) (float64, error) {
	lo, hi := math.Log(1e-6), math.Log(100)
	if p, err := outside(math.Exp(hi)); err != nil || !(p <= 0.05) {
		return math.NaN(), err
	}
	for hi-lo > 1e-3 {
		mid := (lo + hi) / 2
		p, err := outside(math.Exp(mid))
		if err != nil {
			return math.NaN(), err
		}
		if p <= 0.05 {
			hi = mid
		} else {
			lo = mid
		}
	}
	return math.Exp(hi), nil
}

// moments are mean and standard deviation of a statistic, NaN where unknown.
type moments struct{ mean, sd float64 }

// exactMoments are those at the width of the ensemble, up to the error of
// quadrature: for one layer with Haar weights, x on the shell and, backward, y
// uniform on a sphere.
func exactMoments(c properties.Claim, e properties.Ensemble) (moments, error) {
	none := moments{math.NaN(), math.NaN()}
	if e.Depth != 1 || e.Weights != network.Haar {
		return none, nil
	}
	m, err := theorem.SphereMoments(e.Activation, e.Width, 1)
	if err != nil {
		return none, err
	}
	if c.Statement.Direction == theorem.Forward {
		return moments{m.Forward.Mean, math.Sqrt(m.Forward.AverageVariance)}, nil
	}
	return moments{m.Backward.Mean, math.Sqrt(m.UniformBackwardVariance())}, nil
}
