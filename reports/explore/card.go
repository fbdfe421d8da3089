package explore

import (
	"fmt"
	"math"

	"bsnn/gpnorm"
	"bsnn/internal/words"
	"bsnn/reports"
	"bsnn/theorem"
)

// A cardView is what is known of a function, in rows.
type cardView struct {
	Expression string
	Rows       []cardRow
	Warnings   []string
}

// A cardRow is one quantity.
type cardRow struct {
	Name, About string // About explains it; "" where the name does
	Value       string
	Proven      bool // that the value is within half a unit of its last digit, or between those that it names
}

// What the rows are called, whether they are estimated or proven.
const (
	rowAsIs       = "as it is"
	rowMean       = "E f(g)"
	rowSecond     = "E f(g)²"
	rowDeriv      = "E f′(g)²"
	rowA          = "a"
	rowB          = "b"
	rowSlope      = "κ"
	rowVariance   = "V"
	rowOther      = "the other b"
	rowGains      = "gains"
	rowPoincare   = "Poincaré quotient"
	rowForward    = "theorem 1, signals"
	rowBackward   = "theorem 2, gradients"
	rowLipschitz  = "Lipschitz constants"
	rowMerging    = "merging"
	aboutMean     = "g is a standard normal number, as the entries in front of an activation are in wide layers"
	aboutSecond   = "how much of the squared signal one layer keeps, as f is"
	aboutDeriv    = "how much of the squared gradient one layer keeps, as f is"
	aboutA        = "φ = a·f + b is Gaussian–Poincaré normalised: E φ² = E φ′² = 1"
	aboutSlope    = "what a layer makes of a deviation of the squared length: above 1 they grow with depth"
	aboutVariance = "n/L times the variance of log ‖gradient‖² over L layers of width n; it exists for κ < 1"
	aboutGains    = "what to multiply normal weights of variance 1/n by, for f as it is"
	aboutPoincare = "E f′²/Var f: behind layer and batch normalisation gradients grow by its root in every layer"
	aboutMerging  = "layers until two inputs with ρ = 0 are closer than 1 − ρ = 0.01"
)

// rounding is what quadrature leaves of 0.
const rounding = 1e-13

// estimatedCard has what quadrature says.
func estimatedCard(j gpnorm.Judgement) cardView {
	raw, root := j.RawProfile, j.Roots[j.Chosen]
	digits := func(x float64) string {
		if math.Abs(x) < rounding {
			x = 0
		}
		return words.Number(x, 6)
	}
	gains := theorem.GainsOf(raw)
	v := cardView{Expression: j.Expression.Name(), Warnings: j.Warnings}
	add := func(name, about, value string) {
		v.Rows = append(v.Rows, cardRow{Name: name, About: about, Value: value})
	}
	add(rowAsIs, "", normalizedWord(raw.Normalized(theorem.NormalizedTolerance), false))
	add(rowMean, aboutMean, digits(raw.Mean.Value))
	add(rowSecond, aboutSecond, digits(raw.SecondMoment.Value))
	add(rowDeriv, aboutDeriv, digits(raw.DerivSecondMoment.Value))
	add(rowA, aboutA, digits(j.A))
	add(rowB, "", digits(root.B))
	add(rowSlope, aboutSlope, digits(root.Slope)+stabilityWord(j.Stable))
	add(rowVariance, aboutVariance, digits(root.DepthVariance))
	for i, r := range j.Roots {
		if i != j.Chosen {
			add(rowOther, "", fmt.Sprintf("%s, κ = %s", digits(r.B), digits(r.Slope)))
		}
	}
	add(rowGains, aboutGains, gainWords(gains))
	add(rowPoincare, aboutPoincare, digits(theorem.PoincareQuotient(raw)))
	return v
}

// provenCard has what is proven, as the card of a report.
func provenCard(c reports.Card) cardView {
	v := cardView{Expression: c.Expression, Warnings: c.Warnings}
	add := func(name, about, value string) {
		v.Rows = append(v.Rows, cardRow{Name: name, About: about, Value: value})
	}
	prove := func(name, about string, r reports.Range, more string) {
		value, proven := enclosed(r)
		v.Rows = append(v.Rows, cardRow{name, about, value + more, proven})
	}
	add(rowAsIs, "", normalizedWord(c.GPNormalized, c.GPUndecided))
	v.Rows[0].Proven = !c.GPUndecided
	prove(rowMean, aboutMean, c.Proof.Mean, "")
	prove(rowSecond, aboutSecond, c.SecondMoment, "")
	prove(rowDeriv, aboutDeriv, c.DerivativeSecondMoment, "")
	prove(rowA, aboutA, c.Proof.A, "")
	chosen := nearest(c.Proof.Roots, c.B)
	for i, r := range c.Proof.Roots {
		if i == chosen {
			prove(rowB, c.RootRule, r.B, "")
			prove(rowSlope, aboutSlope, r.LengthMapSlope, stabilityWord(c.Stable))
			prove(rowVariance, aboutVariance, r.DepthVariance, "")
		}
	}
	for i, r := range c.Proof.Roots {
		if i != chosen {
			kappa, _ := enclosed(r.LengthMapSlope)
			prove(rowOther, "", r.B, ", κ = "+kappa)
		}
	}
	add(rowGains, aboutGains, gainWords(c.Gains))
	prove(rowPoincare, aboutPoincare, c.PoincareQuotient, "")
	add(rowForward, "", appliesWords(c.Theorems.Forward))
	add(rowBackward, "", appliesWords(c.Theorems.Backward))
	add(rowLipschitz, "", fmt.Sprintf("of φ %s, of φ′ %s", constantWord(c.Lipschitz), constantWord(c.DerivativeLipschitz)))
	if c.Maps != nil {
		layers := "never"
		if n := c.Maps.LayersUntil.Layers; n.Finite() {
			layers = words.Number(float64(n), 8) + " layers"
		}
		add(rowMerging, aboutMerging, layers)
	}
	return v
}

// nearest is the index of the root that b is one of.
func nearest(roots []reports.RootProof, b reports.Number) int {
	best, least := 0, math.Inf(1)
	for i, r := range roots {
		if d := math.Abs(float64(r.B.Lo+r.B.Hi)/2 - float64(b)); d < least {
			best, least = i, d
		}
	}
	return best
}

// enclosed writes a proven enclosure: six digits where they are proven, else its ends.
func enclosed(r reports.Range) (text string, proven bool) {
	lo, hi := float64(r.Lo), float64(r.Hi)
	switch {
	case !(hi-lo < math.Inf(1)):
		return words.NoNumber, false
	case hi-lo <= 1e-6*max(math.Abs(lo), math.Abs(hi)):
		return words.Number(lo/2+hi/2, 6), true
	case lo <= 0 && 0 <= hi && hi-lo < 1e-9:
		return "0", true
	}
	return fmt.Sprintf("between %s and %s", words.Number(lo, 6), words.Number(hi, 6)), true
}

func normalizedWord(is, undecided bool) string {
	switch {
	case is:
		return "Gaussian–Poincaré normalised"
	case undecided:
		return "undecided"
	}
	return "not normalised"
}

func stabilityWord(stable bool) string {
	if stable {
		return ", stable"
	}
	return ", unstable"
}

func gainWords(g theorem.Gains) string {
	return fmt.Sprintf("%s for signals, %s for gradients", words.Number(g.Forward, 6), words.Number(g.Backward, 6))
}

func appliesWords(a reports.Applicability) string {
	if a.Applies {
		return "applies"
	}
	return "does not apply: " + a.Reason
}

func constantWord(x reports.Number) string {
	if math.IsInf(float64(x), 1) {
		return "none"
	}
	return words.Number(float64(x), 6)
}
