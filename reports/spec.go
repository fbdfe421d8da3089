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
	Trials int `json:"trials"`

	LayerTolerance float64 `json:"layer_tolerance"` // ε for one layer
	DepthTolerance float64 `json:"depth_tolerance"` // ε for the deep networks
	Limit          float64 `json:"limit"`           // claimed: P(|statistic − 1| ≥ ε) ≤ Limit
	Alpha          float64 `json:"alpha"`           // error probability of all verdicts together

	Weights string `json:"weights"` // "haar" or "gaussian"
	Input   string `json:"input"`   // "synthetic", "mnist" or "cifar10"
}

// A Subject is an activation under test.
type Subject struct {
	Key        string            `json:"key"`                  // for file names and links: "gelu-unstable"
	Title      string            `json:"title"`                // for people: "GELU, unstable root"
	Activation string            `json:"activation"`           // a name or an expression, as gpnorm.Resolve reads it
	Parameters map[string]string `json:"parameters,omitempty"` // of the expression
	AsIs       bool              `json:"as_is"`                // not normalised
	OtherRoot  bool              `json:"other_root"`           // normalised with the root that the rule rejects
	Control    bool              `json:"control"`              // a negative control: expected to fail
	Note       string            `json:"note"`                 // why it is here, one sentence
}

// DefaultSpec is the sweep that runs when nothing else is asked for.
func DefaultSpec() Spec {
	s := Spec{
		Seed: 1, Subjects: DefaultSubjects(), Depth: 50,
		LayerTolerance: 0.1, DepthTolerance: 0.5, Limit: 0.1, Alpha: 1e-4,
		Weights: "haar", Input: "synthetic",
	}
	for n := 64; n <= 65536; n *= 2 {
		s.Widths = append(s.Widths, n)
	}
	return s
}

// Work per cell when the width decides: neurons times layers times trials.
const (
	layerWork = 12_000_000
	depthWork = 80_000_000
	minTrials = 24
	maxTrials = 400
)

// TrialsAt is the number of networks in the cell of one width and depth. It
// falls with the width, so that cells cost about the same once the networks
// are large.
func (s Spec) TrialsAt(width, depth int) int {
	if s.Trials > 0 {
		return s.Trials
	}
	work := depthWork
	if depth == 1 {
		work = layerWork
	}
	return min(max(work/(width*depth), minTrials), maxTrials)
}

// Validate says what is wrong with a specification.
func (s Spec) Validate() error {
	switch {
	case len(s.Subjects) == 0:
		return errors.New("reports: no activations; want at least one")
	case len(s.Widths) == 0:
		return errors.New("reports: no widths; want at least one")
	case s.Depth < 1:
		return fmt.Errorf("reports: depth %d; want 1 or more", s.Depth)
	case s.Trials < 0:
		return fmt.Errorf("reports: %d trials; want 1 or more, or 0 to let the width decide", s.Trials)
	case !(s.Alpha > 0 && s.Alpha < 1):
		return fmt.Errorf("reports: alpha %v; want a probability above 0 and below 1", s.Alpha)
	}
	for i, n := range s.Widths {
		if n < 4 || i > 0 && n <= s.Widths[i-1] {
			return fmt.Errorf("reports: widths %v; want ascending numbers from 4 up", s.Widths)
		}
	}
	seen := map[string]bool{}
	for _, x := range s.Subjects {
		if x.Key == "" || seen[x.Key] {
			return fmt.Errorf("reports: activation %q appears twice or has no key; want each once", x.Title)
		}
		seen[x.Key] = true
	}
	if _, err := network.ParseWeights(s.Weights); err != nil {
		return fmt.Errorf("reports: %w", err)
	}
	for _, c := range s.claims() {
		if err := c.Validate(); err != nil {
			return fmt.Errorf("reports: %w", err)
		}
	}
	return nil
}

// claims are the claims of the sweep.
func (s Spec) claims() []properties.Claim {
	return properties.Claims(s.Depth, s.LayerTolerance, s.DepthTolerance, s.Limit)
}

// depths are the depths of the networks that the claims speak of.
func (s Spec) depths() []int {
	if s.Depth == 1 {
		return []int{1}
	}
	return []int{1, s.Depth}
}

// alphaPerVerdict splits α over all verdicts of the sweep.
func (s Spec) alphaPerVerdict() float64 {
	return s.Alpha / float64(len(s.Subjects)*len(s.Widths)*len(s.claims()))
}
