package properties

import (
	"fmt"
	"math"

	"bsnn/gpnorm"
	"bsnn/network"
	"bsnn/theorem"
)

// A Prediction is what theory says of a claim at one width. NaN stands for
// what theory does not say.
type Prediction struct {
	// Of the limit law, asymptotic: mean, standard deviation, 5 and 95 %
	// quantiles of the statistic, P(|√statistic − 1| ≥ ε).
	Mean, SD, Q05, Q95, Outside float64
	// Bound on P(|√statistic − 1| ≥ ε), proven.
	Bound float64
}

// Predict asks theory about a claim. The theory is about normalised functions,
// inputs on the shell and, backward through one layer, output gradients uniform on a
// sphere. For other functions it predicts nothing, though a bound may still exist;
// bounds are about Haar weights, while limit laws are known for independent entries of
// variance 1/n too. profile is that of the
// ensemble's activation.
func Predict(c Claim, e Ensemble, profile gpnorm.Profile) (Prediction, error) {
	nan := math.NaN()
	p := Prediction{nan, nan, nan, nan, nan, nan}
	if profile.Normalized(theorem.NormalizedTolerance) {
		law, err := c.Statement.PredictionFor(profile, e.Weights, e.Width, e.Depth)
		if err != nil {
			return p, fmt.Errorf("%s: %w", c.Statement.Name, err)
		}
		p.Mean, p.SD, p.Outside = law.Mean, law.SD, law.NormOutside(c.Tolerance)
		p.Q05, p.Q95 = law.Quantile(0.05), law.Quantile(0.95)
	}
	if e.Weights != network.Haar {
		return p, nil
	}
	lo, hi := theorem.NormWindow(c.Tolerance)
	bound, err := c.Statement.Bound(e.Activation, e.Width, e.Depth, lo, hi)
	if err != nil {
		return p, fmt.Errorf("%s: %w", c.Statement.Name, err)
	}
	if bound.Status == theorem.Proven {
		p.Bound = bound.Probability
	}
	return p, nil
}
