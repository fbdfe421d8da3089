package reports

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"bsnn/internal/limits"
	"bsnn/internal/words"
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

	// Tolerances are about norms, not squared norms. Claimed is that in at most
	// a fraction Limit of the networks a ratio of norms is off 1 by ε or more; the
	// width needed is the one from which on that is so.
	LayerTolerance float64 `json:"layer_tolerance"` // ε for one layer
	DepthTolerance float64 `json:"depth_tolerance"` // ε for the deep networks
	Limit          float64 `json:"limit"`
	Alpha          float64 `json:"alpha"` // error probability of all verdicts together

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
		LayerTolerance: 0.05, DepthTolerance: 0.25, Limit: 0.1, Alpha: 1e-4,
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
	case len(s.Subjects) > limits.Functions:
		return fmt.Errorf("%d activations; want %d or fewer", len(s.Subjects), limits.Functions)
	case len(s.Widths) > limits.Sizes:
		return fmt.Errorf("%d widths; want %d or fewer", len(s.Widths), limits.Sizes)
	case s.Trials < 0 || s.Trials > limits.Trials:
		return fmt.Errorf("%d trials; want 1 to %d, or 0 to let the width decide", s.Trials, limits.Trials)
	case !slices.Contains(inputNames(), s.Input):
		return fmt.Errorf("input %q; want one of %s", words.Shorten(s.Input, 60), strings.Join(inputNames(), ", "))
	case !(s.Alpha > 0 && s.Alpha < 1):
		return fmt.Errorf("alpha %v; want a probability above 0 and below 1", s.Alpha)
	case !(s.LayerTolerance > 0) || math.IsInf(s.LayerTolerance, 1):
		return fmt.Errorf("layer tolerance %v (norms); want a finite number above 0", s.LayerTolerance)
	case !(s.DepthTolerance > 0) || math.IsInf(s.DepthTolerance, 1):
		return fmt.Errorf("depth tolerance %v (norms); want a finite number above 0", s.DepthTolerance)
	}
	if err := s.Effort.validate(); err != nil {
		return err
	}
	for i, n := range s.Widths {
		if badWidth(n) != "" || i > 0 && n <= s.Widths[i-1] {
			return fmt.Errorf("widths %s; want ascending numbers from %d to %d", words.Shorten(fmt.Sprint(s.Widths), 60), MinWidth, MaxWidth)
		}
	}
	if err := limits.Whole("depth", s.Depth, 1, limits.Depth); err != nil {
		return err
	}
	if work := s.totalWork(); work > limits.Work {
		return fmt.Errorf("%.2g neurons times layers in all; want less, by fewer networks, smaller widths or a smaller depth", 1024*work)
	}
	seen := map[string]bool{}
	for _, x := range s.Subjects {
		if err := x.validate(); err != nil {
			return fmt.Errorf("activation %q: %w", words.Shorten(x.Title, 60), err)
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

func (e Effort) validate() error {
	if err := limits.Whole("effort: layer", e.Layer, 1, limits.Work); err != nil {
		return err
	}
	if err := limits.Whole("effort: depth", e.Depth, 1, limits.Work); err != nil {
		return err
	}
	if err := limits.Whole("effort: least", e.Least, 1, limits.Trials); err != nil {
		return err
	}
	return limits.Whole("effort: most", e.Most, e.Least, limits.Trials)
}

// inputNames are what Input may be.
func inputNames() []string { return []string{"synthetic", "mnist", "cifar10"} }

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
