package reports

import (
	"bsnn/gpnorm"
	"bsnn/theorem"
)

// A Card is what is known of one activation. The JSON names are fixed.
type Card struct {
	Expression             string   `json:"expression"`
	GPNormalized           bool     `json:"gp_normalized"` // of the function as given
	Mean                   Number   `json:"mean"`
	SecondMoment           Range    `json:"second_moment"`
	DerivativeSecondMoment Range    `json:"derivative_second_moment"`
	A                      Number   `json:"a"`
	B                      Number   `json:"b"`
	Roots                  []Root   `json:"roots"`
	Lipschitz              Number   `json:"lipschitz"`            // null when infinite
	DerivativeLipschitz    Number   `json:"derivative_lipschitz"` // null when infinite
	Theorems               Theorems `json:"theorems"`
	Stable                 bool     `json:"stable"`
	Proven                 bool     `json:"proven"` // whether the lo/hi pairs are proven enclosures
	Warnings               []string `json:"warnings"`
}

// A Range encloses a number.
type Range struct {
	Lo Number `json:"lo"`
	Hi Number `json:"hi"`
}

// A Root is one solution b of E(af + b)² = 1 and what follows from it.
type Root struct {
	B                Number `json:"b"`
	LengthMapSlope   Number `json:"length_map_slope"`
	ForwardVariance  Number `json:"forward_variance"`
	BackwardVariance Number `json:"backward_variance"`
	DepthVariance    Number `json:"depth_variance"` // null unless κ < 1
}

// Theorems says which direction's theorem covers the normalised function.
type Theorems struct {
	Forward  Applicability `json:"forward"`
	Backward Applicability `json:"backward"`
}

// Applicability of a theorem, with the assumption that decides it.
type Applicability struct {
	Applies bool   `json:"applies"`
	Reason  string `json:"reason"`
}

// NewCard is the card of a function and of its normalised form; tol is how
// near 1 the moments of the function as given must be.
func NewCard(n gpnorm.Normalized, tol float64) Card {
	p := n.RawProfile
	c := Card{
		Expression:             n.Raw.Name,
		GPNormalized:           p.Normalized(tol),
		Mean:                   Number(p.Mean.Value),
		SecondMoment:           rangeOf(p.SecondMoment),
		DerivativeSecondMoment: rangeOf(p.DerivSecondMoment),
		A:                      Number(n.A),
		B:                      Number(n.B),
		Lipschitz:              Number(n.Activation.Lipschitz),
		DerivativeLipschitz:    Number(n.Activation.DerivLipschitz),
		Theorems: Theorems{
			Forward:  applicability(theorem.Theorem1(), n),
			Backward: applicability(theorem.Theorem2(), n),
		},
		Stable:   n.Stable,
		Warnings: append([]string{}, n.Warnings...),
	}
	for _, r := range n.Roots {
		c.Roots = append(c.Roots, Root{
			B: Number(r.B), LengthMapSlope: Number(r.Slope),
			ForwardVariance: Number(r.ForwardVariance), BackwardVariance: Number(r.BackwardVariance),
			DepthVariance: Number(r.DepthVariance),
		})
	}
	return c
}

func applicability(s theorem.Statement, n gpnorm.Normalized) Applicability {
	applies, reason := s.Applies(n.Activation, n.Roots[n.Chosen].Profile)
	return Applicability{applies, reason}
}

func rangeOf(e gpnorm.Estimate) Range {
	return Range{Number(e.Value - e.Error), Number(e.Value + e.Error)}
}
