package theorem

import (
	"context"
	"fmt"
	"math"

	"bsnn/network"
)

// Law is that of the factor itself; it predicts nothing where the numbers are NaN.
func (l LogLaw) Law() Law {
	if math.IsNaN(l.SD) {
		return NoLaw("no fluctuations are predicted")
	}
	return logNormalLaw(l.Mean, l.SD*l.SD)
}

// atScale is the law in networks whose widths are all so many times as large:
// variances, and by how much the mean of a logarithm is below the logarithm of the
// limit, are inversely proportional to the width.
func (l LogLaw) atScale(limit, scale float64) LogLaw {
	return LogLaw{math.Log(limit) - (math.Log(limit)-l.Mean)/scale, l.SD / math.Sqrt(scale)}
}

// Tolerances are those on norms that a fraction confidence of the networks keeps, by the
// limit laws (asymptotic): of the signal from the input to the output, and of the
// gradient from the last linear map to the first. NaN where there is no law, or no
// tolerance up to 0.99.
func (p Prediction) Tolerances(confidence float64) (t Tolerances, err error) {
	for _, d := range []struct {
		law LogLaw
		out *float64
	}{{p.ForwardLog, &t.Forward}, {p.BackwardLog, &t.Backward}} {
		*d.out = math.NaN()
		if math.IsNaN(d.law.SD) {
			continue
		}
		if *d.out, err = smallestTolerance(confidence, d.law.Law().Beyond); err != nil {
			return t, err
		}
	}
	return t, nil
}

// Scales are by how much all widths must be multiplied for a fraction confidence of
// the networks to keep norms within the tolerance, by the limit laws (asymptotic): below 1
// where narrower networks do as well, +Inf where no width is enough, as for norms that
// change in the limit itself, NaN where there is no law. Relative widths stay as
// they are, of inputs and outputs as well.
func (p Prediction) Scales(tolerance, confidence float64) (forward, backward float64, err error) {
	if !(tolerance > 0 && tolerance < 1) {
		return 0, 0, fmt.Errorf("tolerance %v (norms), want a number between 0 and 1", tolerance)
	}
	if !(confidence > 0 && confidence < 1) {
		return 0, 0, fmt.Errorf("confidence %v, want a number between 0 and 1", confidence)
	}
	scale := func(l LogLaw, limit float64) float64 {
		if math.IsNaN(l.SD) {
			return math.NaN()
		}
		enough := func(log float64) bool {
			return l.atScale(limit, math.Exp(log)).Law().Beyond(NormWindow(tolerance)) <= 1-confidence
		}
		const widest, narrowest = 40, -20 // logarithms
		switch {
		case !enough(widest):
			return math.Inf(1)
		case enough(narrowest):
			return 0
		}
		lo, hi := float64(narrowest), float64(widest)
		for hi-lo > toleranceDigits {
			if mid := (lo + hi) / 2; enough(mid) {
				hi = mid
			} else {
				lo = mid
			}
		}
		return math.Exp(hi)
	}
	return scale(p.ForwardLog, p.ForwardFactor), scale(p.BackwardLog, p.BackwardFactor), nil
}

// referenceWidth is the width of which limit laws of other widths are multiples.
const referenceWidth = 1024

// WidthOf are the widths from which on, by the limit laws, a fraction confidence of the
// networks keeps norms within the tolerance, for architectures of one width:
// asymptotic. 0 where no width up to WidestWidth is enough, or there is no law.
func WidthOf(ctx context.Context, of func(width int) (network.Architecture, error), tolerance, confidence float64) (Widths, error) {
	a, err := of(referenceWidth)
	if err != nil {
		return Widths{}, err
	}
	p, err := Predict(ctx, a, Question{})
	if err != nil {
		return Widths{}, err
	}
	forward, backward, err := p.Scales(tolerance, confidence)
	if err != nil {
		return Widths{}, err
	}
	width := func(scale float64) int {
		if n := math.Ceil(referenceWidth * scale); n <= float64(WidestWidth) {
			return max(int(n), MinWidth)
		}
		return 0 // also for NaN
	}
	return Widths{width(forward), width(backward)}, nil
}
