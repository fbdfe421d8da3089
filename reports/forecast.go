package reports

import (
	"fmt"
	"math"

	"bsnn/network"
	"bsnn/properties"
	"bsnn/theorem"
)

// A forecast is what theory says of one claim at one width; NaN stands for
// what it does not say.
type forecast struct {
	properties.Prediction
	exact moments // at this width
	law   float64 // 95 % quantile of |statistic − 1|: asymptotic
	bound float64 // P(|statistic − 1| ≥ bound) ≤ 5 %: proven
}

// forecasts are those of all claims about the depth of an ensemble, in order.
func (s Spec) forecasts(e properties.Ensemble, res resolved) ([]forecast, error) {
	var out []forecast
	for _, c := range s.claims() {
		if c.Depth != e.Depth {
			continue
		}
		f, err := newForecast(c, e, res)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.Statement.Name, err)
		}
		out = append(out, f)
	}
	return out, nil
}

// newForecast asks the statement of the claim.
func newForecast(c properties.Claim, e properties.Ensemble, res resolved) (forecast, error) {
	f := forecast{law: math.NaN(), bound: math.NaN()}
	var err error
	if f.Prediction, err = properties.Predict(c, e, res.profile); err != nil {
		return f, err
	}
	if f.exact, err = exactMoments(c, e); err != nil {
		return f, fmt.Errorf("exact moments: %w", err)
	}
	if res.profile.Normalized(theorem.NormalizedTolerance) {
		law, err := c.Statement.PredictionFor(res.profile, e.Weights, e.Width, e.Depth)
		if err != nil {
			return f, fmt.Errorf("limit law of the deviation: %w", err)
		}
		if law.Known() {
			f.law, err = smallestDeviation(func(eps float64) (float64, error) { return law.Outside(eps), nil })
		}
		if err != nil {
			return f, err
		}
	}
	if e.Weights != network.Haar { // nothing is proven
		return f, nil
	}
	if e.Depth > 1 { // an inversion of the bound for deep networks takes seconds
		return f, nil
	}
	f.bound, err = smallestDeviation(func(eps float64) (float64, error) {
		b, err := c.Statement.Bound(e.Activation, e.Width, e.Depth, 1-eps, 1+eps)
		if b.Status != theorem.Proven {
			return 1, err
		}
		return b.Probability, err
	})
	if err != nil {
		return f, fmt.Errorf("bound on the deviation: %w", err)
	}
	return f, nil
}

// moments are mean and standard deviation of a statistic, NaN where unknown.
type moments struct{ mean, sd float64 }

// exactMoments are those at the width of the ensemble, up to the error of
// quadrature: for one layer with Haar or normal weights, x on the shell and, backward,
// y uniform on a sphere.
func exactMoments(c properties.Claim, e properties.Ensemble) (moments, error) {
	none := moments{math.NaN(), math.NaN()}
	if e.Depth == 1 && e.Weights == network.Gaussian {
		m, err := theorem.NormalMoments(e.Activation, e.Width)
		if err != nil || c.Statement.Direction == theorem.Forward {
			return moments{m.Forward.Mean, m.Forward.SD}, err
		}
		return moments{m.Backward.Mean, m.Backward.SD}, nil
	}
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
