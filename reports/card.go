package reports

import (
	"fmt"
	"math"

	"bsnn/gpnorm"
	"bsnn/theorem"
)

// A Card is what is known of one activation. The JSON names are fixed.
type Card struct {
	Expression             string        `json:"expression"`
	GPNormalized           bool          `json:"gp_normalized"`          // of the function as it is
	GPUndecided            bool          `json:"gp_undecided,omitempty"` // the enclosures are too wide to tell
	Mean                   Number        `json:"mean"`
	SecondMoment           Range         `json:"second_moment"`
	DerivativeSecondMoment Range         `json:"derivative_second_moment"`
	A                      Number        `json:"a"`
	B                      Number        `json:"b"`
	Roots                  []Root        `json:"roots"`
	Lipschitz              Number        `json:"lipschitz"`            // null when infinite
	DerivativeLipschitz    Number        `json:"derivative_lipschitz"` // null when infinite
	Theorems               Theorems      `json:"theorems"`
	Gains                  theorem.Gains `json:"gains"`             // of normal weights, for the function as it is
	PoincareQuotient       Range         `json:"poincare_quotient"` // E f′²/Var f
	Stable                 bool          `json:"stable"`
	RootRule               string        `json:"root_rule"` // why this b
	Published              *Published    `json:"published,omitempty"`
	Proof                  Proof         `json:"proof"`
	Maps                   *Maps         `json:"maps,omitempty"`
	// Answers of theory to the three questions, for networks of some depth; absent without maps.
	Answers  *theorem.Answers `json:"answers,omitempty"`
	Warnings []string         `json:"warnings"`
}

// Answer adds what theory says of plain networks with a function, which p describes, of some
// depth, once the card has maps. It fails where an integral does.
func (c *Card) Answer(a gpnorm.Activation, p gpnorm.Profile, depth int) error {
	if c.Maps == nil {
		return nil
	}
	merged := float64(c.Maps.LayersUntil.Layers)
	if p.Trend() == gpnorm.Growing { // lengths do not stay, and with them the count has no meaning
		merged = math.NaN()
	}
	answers, err := theorem.AnswersOf(a, p, depth, merged, float64(c.Maps.LayersUntil.Distance))
	c.Answers = &answers
	return err
}

// Published are the constants that the authors of the paper gave, in four decimals, and what
// they make of the function.
type Published struct {
	A                      Number `json:"a"`
	B                      Number `json:"b"`
	Of                     string `json:"of,omitempty"` // the built-in function that they belong to, if that is another
	SecondMoment           Number `json:"second_moment"`
	DerivativeSecondMoment Number `json:"derivative_second_moment"`
}

// newPublished is nil where there are none.
func newPublished(j gpnorm.Judgement) *Published {
	c := j.Raw.Published()
	if c == nil {
		return nil
	}
	p := j.RawProfile
	return &Published{A: Number(c.A), B: Number(c.B), Of: c.Of,
		SecondMoment:           Number(c.A*c.A*p.SecondMoment.Value + 2*c.A*c.B*p.Mean.Value + c.B*c.B),
		DerivativeSecondMoment: Number(c.A * c.A * p.DerivSecondMoment.Value)}
}

// A Proof holds proven enclosures; those of the variances are of the
// normalised functions, the others of the function as it is.
type Proof struct {
	Mean                   Range       `json:"mean"`
	SecondMoment           Range       `json:"second_moment"`
	DerivativeSecondMoment Range       `json:"derivative_second_moment"`
	A                      Range       `json:"a"`
	Roots                  []RootProof `json:"roots"`
	Lipschitz              string      `json:"lipschitz"`
	DerivativeLipschitz    string      `json:"derivative_lipschitz"`
	Panels                 int         `json:"panels"`           // evaluated
	IntegratedUpTo         Number      `json:"integrated_up_to"` // beyond it the tails are bounded analytically
}

// A RootProof encloses what Root holds.
type RootProof struct {
	B                Range `json:"b"`
	LengthMapSlope   Range `json:"length_map_slope"`
	ForwardVariance  Range `json:"forward_variance"`
	BackwardVariance Range `json:"backward_variance"`
	DepthVariance    Range `json:"depth_variance"` // null unless κ < 1
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

// NewCard is the card of a function; tol is how near 1 the moments of the
// function as it is must be for it to count as normalised. The pairs lo, hi are
// proven.
func NewCard(j gpnorm.Judgement, tol float64) Card {
	proof := newProof(j.Certificate)
	c := Card{
		Expression:             j.Expression.Name(),
		GPNormalized:           near1(proof.SecondMoment, tol) && near1(proof.DerivativeSecondMoment, tol),
		Mean:                   Number(j.RawProfile.Mean.Value),
		SecondMoment:           proof.SecondMoment,
		DerivativeSecondMoment: proof.DerivativeSecondMoment,
		A:                      Number(j.A),
		B:                      Number(j.B),
		Lipschitz:              scaledUp(j.Certificate.A, j.Certificate.Lipschitz.Bound, j.Activation.Lipschitz),
		DerivativeLipschitz:    scaledUp(j.Certificate.A, j.Certificate.DerivLipschitz.Bound, j.Activation.DerivLipschitz),
		Theorems: Theorems{
			Forward:  applicability(theorem.Theorem1(), j.Activation, j.Roots[j.Chosen].Profile),
			Backward: applicability(theorem.Theorem2(), j.Activation, j.Roots[j.Chosen].Profile),
		},
		Gains:            theorem.GainsOf(j.RawProfile),
		PoincareQuotient: rangeOf(j.Certificate.PoincareQuotient),
		Stable:           j.Stable,
		RootRule:         rootRule(j.Normalized),
		Published:        newPublished(j),
		Proof:            proof,
		Warnings:         append([]string{}, j.Warnings...),
	}
	if d := j.Raw.Misplaced(); d != nil {
		c.Warnings = append(c.Warnings, fmt.Sprintf("%g and %g were published for %s and belong to the built-in %s: of %s they are others (bsnn "+
			"activation %s)", d.Published.A, d.Published.B, d.Title, d.Published.Of, d.Name, d.Name))
	}
	c.GPUndecided = !c.GPNormalized && !apart1(proof.SecondMoment, tol) && !apart1(proof.DerivativeSecondMoment, tol)
	for _, r := range j.Roots {
		c.Roots = append(c.Roots, Root{
			B: Number(r.B), LengthMapSlope: Number(r.Slope),
			ForwardVariance: Number(r.ForwardVariance), BackwardVariance: Number(r.BackwardVariance),
			DepthVariance: Number(r.DepthVariance),
		})
	}
	return c
}

// scaledUp is a proven upper bound on a times a Lipschitz constant, with room
// for printing it in decimals; otherwise, where none is proven, what is known.
func scaledUp(a, constant gpnorm.Interval, otherwise float64) Number {
	if math.IsInf(otherwise, 1) || !(a.Hi*constant.Hi < math.Inf(1)) || constant.Hi == 0 {
		return Number(otherwise)
	}
	up := a.Hi * constant.Hi
	for range 3 {
		up = math.Nextafter(up, math.Inf(1))
	}
	return Number(up)
}

// apart1 says whether no point of the range is within tol of 1.
func apart1(r Range, tol float64) bool { return float64(r.Lo) > 1+tol || float64(r.Hi) < 1-tol }

// near1 says whether every point of the range is within tol of 1.
func near1(r Range, tol float64) bool {
	return math.Abs(float64(r.Lo)-1) <= tol && math.Abs(float64(r.Hi)-1) <= tol
}

func newProof(c gpnorm.Certificate) Proof {
	p := Proof{
		Mean: rangeOf(c.Mean), SecondMoment: rangeOf(c.SecondMoment), DerivativeSecondMoment: rangeOf(c.DerivSecondMoment),
		A: rangeOf(c.A), Lipschitz: c.Lipschitz.String(), DerivativeLipschitz: c.DerivLipschitz.String(),
		Panels: c.Panels, IntegratedUpTo: Number(c.Reach),
	}
	for _, r := range c.Roots {
		p.Roots = append(p.Roots, RootProof{
			B: rangeOf(r.B), LengthMapSlope: rangeOf(r.Slope), ForwardVariance: rangeOf(r.ForwardVariance),
			BackwardVariance: rangeOf(r.BackwardVariance), DepthVariance: rangeOf(r.DepthVariance),
		})
	}
	return p
}

func rangeOf(i gpnorm.Interval) Range { return Range{Number(i.Lo), Number(i.Hi)} }

// rootRule says in words why a root was chosen.
func rootRule(n gpnorm.Normalized) string {
	stable := 0
	for _, r := range n.Roots {
		if r.Trend() != gpnorm.Growing {
			stable++
		}
	}
	switch {
	case len(n.Roots) == 1:
		return "the only root: the function is affine"
	case stable == 0:
		return "neither root is stable: the one with the smaller κ, the positive one on a tie"
	case stable == 1:
		return "the only root with κ ≤ 1"
	}
	return "both roots have κ ≤ 1: the one of smaller |b|, the positive one on a tie"
}

func applicability(s theorem.Statement, a gpnorm.Activation, p gpnorm.Profile) Applicability {
	applies, reason := s.Applies(a, p)
	return Applicability{applies, reason}
}

// judgeAsIs makes the card speak of the function itself where it spoke of
// its normalised form, for networks that use it as it is.
func (c *Card) judgeAsIs(r resolved) {
	c.Lipschitz, c.DerivativeLipschitz = Number(r.activation.Lipschitz), Number(r.activation.DerivLipschitz)
	c.Theorems = Theorems{
		Forward:  applicability(theorem.Theorem1(), r.activation, r.profile),
		Backward: applicability(theorem.Theorem2(), r.activation, r.profile),
	}
}
