package reports

import (
	"errors"
	"fmt"

	"bsnn/network"
	"bsnn/properties"
)

// A Spec determines every number of a report.
type Spec struct {
	Seed     uint64    `json:"seed"`
	Subjects []Subject `json:"subjects"`
	Widths   []int     `json:"widths"` // ascending
	Depth    int       `json:"depth"`  // of the deep networks; one layer is always measured too

	// Trials for each cell; 0 lets the width decide, as Spec.TrialsAt says.
	Trials int    `json:"trials"`
	Effort Effort `json:"effort"` // what TrialsAt makes of it

	LayerTolerance float64 `json:"layer_tolerance"` // ε for one layer
	DepthTolerance float64 `json:"depth_tolerance"` // ε for the deep networks
	Limit          float64 `json:"limit"`           // claimed: P(|statistic − 1| ≥ ε) ≤ Limit
	Alpha          float64 `json:"alpha"`           // error probability of all verdicts together

	// The width needed is the one from which on a fraction Confidence of the
	// networks keep the norm, not its square, within NormTolerance.
	NormTolerance float64 `json:"norm_tolerance"`
	Confidence    float64 `json:"confidence"`

	Weights string `json:"weights"` // "haar" or "gaussian"
	Input   string `json:"input"`   // "synthetic", "mnist" or "cifar10"
}

// Effort is how many networks a cell gets when the width decides: as many as
// the work allows, counted in neurons times layers, within limits.
type Effort struct {
	Layer int `json:"layer"` // work of a cell of one layer
	Depth int `json:"depth"` // work of a cell of deep networks
	Least int `json:"least"` // networks
	Most  int `json:"most"`
}

// DefaultSpec is the sweep that runs when nothing else is asked for.
func DefaultSpec() Spec {
	s := Spec{
		Seed: 1, Subjects: DefaultSubjects(), Depth: 50,
		Effort:         Effort{Layer: 11_500_000, Depth: 72_000_000, Least: 24, Most: 400},
		LayerTolerance: 0.1, DepthTolerance: 0.5, Limit: 0.1, Alpha: 1e-4,
		NormTolerance: 0.1, Confidence: 0.9,
		Weights: "haar", Input: "synthetic",
	}
	for n := 64; n <= 65536; n *= 2 {
		s.Widths = append(s.Widths, n)
	}
	return s
}

// TrialsAt is the number of networks in the cell of one width and depth. It
// falls with the width, so that cells cost about the same once the networks
// are large.
func (s Spec) TrialsAt(width, depth int) int {
	if s.Trials > 0 {
		return s.Trials
	}
	work := s.Effort.Depth
	if depth == 1 {
		work = s.Effort.Layer
	}
	return min(max(work/(width*depth), s.Effort.Least), s.Effort.Most)
}

// Validate says what is wrong with a specification.
func (s Spec) Validate() error {
	switch {
	case len(s.Subjects) == 0:
		return errors.New("no activations; want at least one")
	case len(s.Widths) == 0:
		return errors.New("no widths; want at least one")
	case s.Depth < 1:
		return fmt.Errorf("depth %d; want 1 or more", s.Depth)
	case s.Trials < 0:
		return fmt.Errorf("%d trials; want 1 or more, or 0 to let the width decide", s.Trials)
	case s.Effort.Least < 1 || s.Effort.Most < s.Effort.Least || s.Effort.Layer < 1 || s.Effort.Depth < 1:
		return fmt.Errorf("effort %+v; want work of 1 or more, and from 1 network up, most not below least", s.Effort)
	case !(s.Alpha > 0 && s.Alpha < 1):
		return fmt.Errorf("alpha %v; want a probability above 0 and below 1", s.Alpha)
	case !(s.NormTolerance > 0 && s.NormTolerance < 1):
		return fmt.Errorf("norm tolerance %v; want a number above 0 and below 1", s.NormTolerance)
	case !(s.Confidence > 0 && s.Confidence < 1):
		return fmt.Errorf("confidence %v; want a probability above 0 and below 1", s.Confidence)
	}
	for i, n := range s.Widths {
		if n < 4 || i > 0 && n <= s.Widths[i-1] {
			return fmt.Errorf("widths %v; want ascending numbers from 4 up", s.Widths)
		}
	}
	seen := map[string]bool{}
	for _, x := range s.Subjects {
		if err := x.validate(); err != nil {
			return fmt.Errorf("activation %q: %w", x.Title, err)
		}
		if seen[x.Key] {
			return fmt.Errorf("activation %q has the key of another, %q; want each once, or give it another key", x.Title, x.Key)
		}
		seen[x.Key] = true
	}
	weights, err := network.ParseWeights(s.Weights)
	if err == nil {
		err = weights.Simulated()
	}
	if err != nil {
		return err
	}
	for _, c := range s.claims() {
		if err := c.Validate(); err != nil {
			return err
		}
	}
	return nil
}

// claims are the claims of the sweep.
func (s Spec) claims() []properties.Claim {
	return properties.Claims(s.Depth, s.LayerTolerance, s.DepthTolerance, s.Limit)
}

// Depths are those of the networks that the claims speak of.
func (s Spec) Depths() []int {
	if s.Depth == 1 {
		return []int{1}
	}
	return []int{1, s.Depth}
}

// alphaPerVerdict splits α over all verdicts of the sweep.
func (s Spec) alphaPerVerdict() float64 {
	return s.Alpha / float64(len(s.Subjects)*len(s.Widths)*len(s.claims()))
}
