package theorem

import (
	"fmt"
	"math"

	"bsnn/gpnorm"
	"bsnn/internal/words"
	"bsnn/network"
)

// A Cause is why norms or inputs are not kept, with its number and its cure.
type Cause struct {
	Kind   string  `json:"kind"`   // "weights", "growth", "centring", "mean", "bias", "merging", "width"
	Factor float64 `json:"factor"` // its number, as the text says
	Text   string  `json:"text"`
	Cure   string  `json:"cure"`

	same   string  // causes of a kind that agree here are one
	weight float64 // the heaviest of them is told
}

const (
	notable     = 2    // a factor over the whole network, or its inverse, that is worth a word
	layerChange = 0.01 // a relative change in one layer that is
)

// diagnose names causes, those of the largest effect in the order of the blocks.
func (c *composer) diagnose(p Prediction) []Cause {
	var list []Cause
	at := map[string]int{}
	add := func(x Cause, when bool) {
		if !when {
			return
		}
		if i, seen := at[x.Kind+x.same]; seen {
			if x.weight > list[i].weight {
				list[i] = x
			}
			return
		}
		at[x.Kind+x.same] = len(list)
		list = append(list, x)
	}
	for i, f := range c.facts {
		switch b := f.block.(type) {
		case network.Linear:
			add(biasCause(b, f, p))
			if next := c.activationAfter(i); next != nil {
				add(c.weightsCause(i, b, f, *next))
			}
		case network.Activation:
			add(c.growthCause(b, f))
			add(c.centringCause(i, b, f))
		case network.Shortcut:
			add(meanCause(b, f))
		}
	}
	add(c.mergingCause(p))
	add(widthCause(p))
	return list
}

// after is the fact that follows fact i, nil if there is none.
func (c *composer) after(i int) *fact {
	if i+1 < len(c.facts) {
		return &c.facts[i+1]
	}
	return nil
}

// activationAfter is the fact of the activation that follows fact i.
func (c *composer) activationAfter(i int) *fact {
	next := c.after(i)
	if next != nil {
		if _, is := next.block.(network.Activation); is {
			return next
		}
	}
	return nil
}

// unsettled says whether a factor, so many times, changes a norm notably.
func unsettled(factor, times float64) bool {
	total := times * math.Abs(math.Log(factor))
	return math.Abs(factor-1) > layerChange && total > math.Log(notable)
}

// weightsCause compares a linear map and its activation with what would keep norms.
func (c *composer) weightsCause(i int, l network.Linear, f, next fact) (Cause, bool) {
	a := next.block.(network.Activation)
	signal := math.Exp(f.signalLog + next.signalLog)
	gradient := math.Exp(f.gradientLog + next.gradientLog)
	if n := c.after(i + 1); n != nil {
		if b, is := n.block.(network.Normalization); is {
			if b.Kind != network.RMS {
				return Cause{}, false // centring says
			}
			signal, gradient = 1, gradient*math.Exp(n.gradientLog)
		}
	}
	if !unsettled(signal, f.times) && !unsettled(gradient, f.times) {
		return Cause{}, false
	}
	fn := c.functions[a.Key()]
	if fn == nil {
		return Cause{}, false
	}
	used := profileOf(fn, a)
	gains := GainsOf(used)
	cure := fmt.Sprintf("normalise the function, %.6g·%s%+.6g, with Haar weights; or, for it as it is, normal weights of variance 1/n "+
		"need gain %s for signals and %s for gradients", fn.A, a.Spec, fn.B, words.Number(gains.Forward, 4),
		words.Number(gains.Backward, 4))
	if !a.AsIs {
		cure = "Haar weights of gain 1 without bias: the function is normalised already"
	}
	return Cause{
		Kind: "weights", Factor: gradient, same: l.Weights.String() + a.String(), weight: f.times,
		Text: fmt.Sprintf("%s (variance %s/n) with %s: each layer multiplies the squared signal by %s and the squared gradient by %s, "+
			"in %s",
			l.Weights, words.Number(l.Scale()*l.Scale()*l.Weights.Variance(f.effect.in, f.effect.out), 3), a,
			words.Number(signal, 3), words.Number(gradient, 3), meanOf(f.times)),
		Cure: cure,
	}, true
}

func profileOf(f *function, a network.Activation) gpnorm.Profile {
	if a.AsIs {
		return f.RawProfile
	}
	return f.Roots[f.Chosen].Profile
}

func wholeNumber(v float64) string { return fmt.Sprintf("%.10g", v) }

func layersOf(v float64) string {
	if v == 1 {
		return "one layer"
	}
	return wholeNumber(v) + " layers"
}

// meanOf says of how many layers a factor is the geometric mean.
func meanOf(times float64) string {
	if times == 1 {
		return layersOf(times)
	}
	return "the mean of " + layersOf(times)
}

// biasCause: a bias holds the length up while what depends on the input fades.
func biasCause(l network.Linear, f fact, p Prediction) (Cause, bool) {
	bias := l.BiasVariance(f.effect.in)
	share := bias / f.least
	return Cause{
		Kind: "bias", Factor: share, weight: share,
		Text: fmt.Sprintf("%s %% of the squared signal behind a linear map is its bias, the same for every input: "+
			"its length says nothing of the input; at the end two inputs are %s apart (1 − ρ)", words.Number(100*share, 3),
			words.Number(p.Separation, 3)),
		Cure: "start with zero biases",
	}, share > 0.01
}

// growthCause: κ > 1 for a normalised function.
func (c *composer) growthCause(a network.Activation, f fact) (Cause, bool) {
	kept := f.effect.kept()
	total := kept
	if f.times > 1 {
		total = math.Pow(kept, f.times)
	}
	return Cause{
		Kind: "growth", Factor: kept,
		Text: fmt.Sprintf("κ = %s > 1 for %s: a deviation of the squared length is multiplied by it in every layer, by %s over %s layers",
			words.Number(kept, 4), a, words.Number(total, 3), wholeNumber(f.times)),
		Cure: "the other root b, or a function with κ ≤ 1 (bsnn activation says)",
	}, gpnorm.TrendOf(kept) == gpnorm.Growing && f.times > 1 && !unsettled(f.out.square/f.in.square, f.times)
}

// centringCause: normalisation that takes the mean away lets gradients grow.
func (c *composer) centringCause(i int, a network.Activation, f fact) (Cause, bool) {
	fn := c.functions[a.Key()]
	kind, centred := c.centredAfter(i)
	if fn == nil || !centred {
		return Cause{}, false
	}
	quotient := PoincareQuotient(profileOf(fn, a))
	total := f.times / 2 * math.Log10(quotient)
	return Cause{
		Kind: "centring", Factor: quotient,
		Text: fmt.Sprintf("%s normalisation takes the mean away: gradients grow by √P = %s a layer, P = E f′²/Var f the Poincaré quotient "+
			"of %s, by 10^%.1f over %s%s; no constants a, b can mend this", kind, words.Number(math.Sqrt(quotient), 4), a.Spec,
			total, layersOf(f.times), ofBatches(kind)),
		Cure: "rms normalisation, or a rotated shortcut with β² = 1/L",
	}, unsettled(quotient, f.times)
}

// ofBatches says of which batches the rate is true.
func ofBatches(kind network.Norm) string {
	if kind == network.Batch {
		return ", in the limit of large batches"
	}
	return ""
}

// centredAfter says whether what an activation puts out is centred before the next
// one: at once, or behind the next linear map, where only a batch has a mean.
func (c *composer) centredAfter(i int) (network.Norm, bool) {
	passed := false
	for _, f := range c.facts[i+1:] {
		switch b := f.block.(type) {
		case network.Normalization:
			return b.Kind, b.Kind == network.Batch || b.Kind == network.Layer && !passed
		case network.Linear:
			if passed {
				return 0, false
			}
			passed = true
		default:
			return 0, false
		}
	}
	// A repetition begins again with what it ended with: look from its start.
	for _, f := range c.facts[:i] {
		if b, is := f.block.(network.Normalization); is && f.times == c.facts[i].times {
			return b.Kind, b.Kind == network.Batch
		}
	}
	return 0, false
}

// meanCause: the means of plain branches add up.
func meanCause(s network.Shortcut, f fact) (Cause, bool) {
	growth := f.out.square / f.in.square
	switch {
	case s.Plain && math.Abs(s.Alpha*s.Alpha+s.Beta*s.Beta-1) > 1e-9 && unsettled(growth, f.times):
		return Cause{
			Kind: "mean", Factor: growth,
			Text: fmt.Sprintf("shortcuts with α² + β² = %s add to the squared signal: × %s in the first of %s",
				words.Number(s.Alpha*s.Alpha+s.Beta*s.Beta, 4), words.Number(growth, 4), wholeNumber(f.times)),
			Cure: "rotated shortcuts with α² + β² = 1 and β² = 1/L",
		}, true
	case s.Plain && f.out.mean*f.out.mean > 1e-12*f.out.square:
		return Cause{
			Kind: "mean", Factor: f.out.mean,
			Text: fmt.Sprintf("plain shortcuts share the mean direction with their branches: a mean of %s behind the first, "+
				"for entries of mean square %s; means add up over %s of them, and the squared signal with them",
				words.Number(f.out.mean, 3), words.Number(f.out.square, 3), wholeNumber(f.times)),
			Cure: "rotated shortcuts (a second Haar map behind the branch), or an odd function",
		}, true
	}
	return Cause{}, false
}

// mergingCause: inputs become equal before the end.
func (c *composer) mergingCause(p Prediction) (Cause, bool) {
	return Cause{
		Kind: "merging", Factor: p.MergeDepth,
		Text: fmt.Sprintf("inputs merge: after %s of %s linear maps two inputs are closer than 1 − ρ = %g", wholeNumber(p.MergeDepth),
			wholeNumber(p.Layers), p.MergeDistance),
		Cure: "fewer layers, a function nearer to a line (smaller E f″²), or rotated shortcuts with β² = c/L, with which inputs stay apart",
	}, p.MergeDepth < p.Layers
}

// widthCause: networks of this width differ from each other.
func widthCause(p Prediction) (Cause, bool) {
	sd := math.Max(p.ForwardLog.SD, p.BackwardLog.SD)
	return Cause{
		Kind: "width", Factor: sd,
		Text: fmt.Sprintf("networks of these widths differ: the logarithm of the squared norm has a standard deviation of %s forward and "+
			"%s backward", words.Number(p.ForwardLog.SD, 3), words.Number(p.BackwardLog.SD, 3)),
		Cure: "wider layers (the variance falls as 1/n), fewer of them, or rotated shortcuts with β² = 1/L, with which it does not grow with " +
			"depth",
	}, sd > 0.5
}
