package theorem

import (
	"fmt"
	"math"

	"bsnn/gpnorm"
)

// An Assumption of a Statement about the activation, judged for one.
type Assumption struct {
	Name   string `json:"name"` // in the paper's numbering where it has one
	Holds  bool   `json:"holds"`
	Reason string `json:"reason"` // the measured value, or what fails
}

func secondMoment(p gpnorm.Profile) Assumption {
	return moment("3: E φ(g)² = 1", p.SecondMoment)
}

func derivativeSecondMoment(p gpnorm.Profile) Assumption {
	return moment("3: E φ′(g)² = 1", p.DerivSecondMoment)
}

func moment(name string, e gpnorm.Estimate) Assumption {
	holds := math.Abs(e.Value-1) <= NormalizedTolerance
	sign := "="
	if !holds {
		sign = "≠ 1: it is"
	}
	return Assumption{name, holds, fmt.Sprintf("the moment %s %.10g (quadrature error %.1g)", sign, e.Value, e.Error)}
}

func lipschitz(a gpnorm.Activation) Assumption {
	return constant("4: φ Lipschitz", "φ", a.Lipschitz)
}

func derivativeLipschitz(a gpnorm.Activation) Assumption {
	return constant("4: φ′ Lipschitz", "φ′", a.DerivLipschitz)
}

func constant(name, function string, value float64) Assumption {
	switch {
	case math.IsNaN(value):
		return Assumption{name, false, "no Lipschitz constant of " + function + " is known"}
	case math.IsInf(value, 1):
		return Assumption{name, false, function + " is not Lipschitz"}
	}
	return Assumption{name, true, fmt.Sprintf("constant %.6g", value)}
}

// stableSlope is not in the paper: without it the norms are kept by each
// layer and lost over depth.
func stableSlope(p gpnorm.Profile) Assumption {
	name := "length-map slope κ ≤ 1"
	switch p.Trend() {
	case gpnorm.Fading:
		return Assumption{name, true, fmt.Sprintf("κ = %.6g: deviations decay", p.Slope)}
	case gpnorm.Summing:
		return Assumption{name, true, "κ = 1: deviations add up like a random walk"}
	}
	return Assumption{name, false, fmt.Sprintf("κ = %.6g: deviations from the shell grow by this factor in every layer", p.Slope)}
}

// steadySpread is what κ = 1 needs in addition on the way back.
func steadySpread(p gpnorm.Profile) Assumption {
	name := "κ < 1, or E φ′(√q·g)² constant near q = 1"
	switch {
	case p.Trend() == gpnorm.Fading:
		return Assumption{name, true, fmt.Sprintf("κ = %.6g", p.Slope)}
	case math.Abs(p.DerivSlope) <= flat:
		return Assumption{name, true, "c_b = 0: the gain of D does not depend on the length"}
	}
	return Assumption{name, false, fmt.Sprintf("κ = %.6g and c_b = %.6g: the forward random walk enters every layer's D", p.Slope,
		p.DerivSlope)}
}
