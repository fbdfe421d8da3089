package properties

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"bsnn/gpnorm"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/theorem"
)

// A Verification tests claims about one activation over several widths.
type Verification struct {
	Activation gpnorm.Activation
	Weights    network.Weights
	Sampler    Sampler
	Widths     []int // ascending
	Claims     []Claim
	Input      func(width int) (Vector, error) // nil: OnShell at every width

	// Budget.Alpha is for all verdicts together, Budget.Trials for each
	// ensemble. Budget.Progress is not used.
	Budget Budget

	// Progress, if set, is told after every trial how far the run is. Calls
	// do not overlap.
	Progress func(Progress)
}

// Progress is how far a verification is. Work is counted in neurons times
// layers, which is proportional to time.
type Progress struct {
	Width, Depth int // of the networks under way
	Networks     int // done
	Restored     int // of them, taken from the journal
	Done         int // work; that of tests which ended early counts as done
	Saved        int // of it, work that this process did not have to do
	Total        int // work, at most
}

// A VerificationResult is what a verification found. It is what the command
// line prints as JSON.
type VerificationResult struct {
	Activation  string               `json:"activation"`
	Weights     string               `json:"weights"`
	Seed        uint64               `json:"seed"`
	Alpha       float64              `json:"alpha"` // of all verdicts together
	Assumptions []theorem.Assumption `json:"assumptions"`
	Claims      []ClaimResult        `json:"claims"`
	Outcome     montecarlo.Outcome   `json:"outcome"`
}

// A ClaimResult is the answer to one claim; its Outcome joins those of the
// widths as [OutcomeOverWidths] does.
type ClaimResult struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Claim string `json:"claim"`
	Depth int    `json:"depth"`
	// Tolerance is the ε of the claim: how far a norm, not its square, may be off.
	Tolerance float64 `json:"tolerance"`
	// LimitLawWidth is the width from which on the claim holds by the limit law;
	// absent where none does, or nothing is predicted. Asymptotic.
	LimitLawWidth int                `json:"limit_law_width,omitempty"`
	Widths        []WidthResult      `json:"widths"`
	Outcome       montecarlo.Outcome `json:"outcome"`
}

// A WidthResult is the answer at one width, beside what theory says. Mean and SD are
// those of the statistic, a ratio of squared norms; outside of the tolerance is what
// the verdict counts. Absent numbers do not exist: there is no limit law, or no bound
// is known.
type WidthResult struct {
	Width            int                `json:"width"`
	Networks         int                `json:"networks"`
	Mean             *float64           `json:"mean,omitempty"`
	SD               *float64           `json:"sd,omitempty"`
	PredictedSD      *float64           `json:"predicted_sd,omitempty"`      // asymptotic
	PredictedOutside *float64           `json:"predicted_outside,omitempty"` // asymptotic
	Bound            *float64           `json:"bound,omitempty"`             // proven
	Verdict          montecarlo.Verdict `json:"verdict"`

	// Replay is the command that repeats this verdict. It is for callers to
	// fill in that are commands.
	Replay string `json:"replay,omitempty"`
}

// Run tests all claims. On cancellation it returns what is known so far
// together with an error that wraps ctx.Err().
func (v Verification) Run(ctx context.Context) (VerificationResult, error) {
	if err := v.validate(); err != nil {
		return VerificationResult{}, err
	}
	profile, err := gpnorm.Describe(v.Activation)
	if err != nil {
		return VerificationResult{}, err
	}
	out := VerificationResult{
		Activation: v.Activation.Name, Weights: v.Weights.String(), Seed: v.Budget.Seed, Alpha: v.Budget.Alpha,
		Assumptions: assumptions(v.Claims, v.Weights, v.Activation, profile),
	}
	for _, c := range v.Claims {
		asked, err := c.LimitLawWidth(v.Weights, profile)
		if err != nil {
			return out, err
		}
		out.Claims = append(out.Claims, ClaimResult{ID: c.Statement.ID, Name: c.Statement.Name, Claim: c.String(), Depth: c.Depth,
			Tolerance: c.Tolerance, LimitLawWidth: asked})
	}
	err = v.sweep(ctx, profile, out.Claims)
	answers := make([]montecarlo.Outcome, len(out.Claims))
	for i := range out.Claims {
		out.Claims[i].Outcome, _ = OutcomeOverWidths(out.Claims[i].outcomes(len(v.Widths)))
		answers[i] = out.Claims[i].Outcome
	}
	out.Outcome = JointOutcome(answers)
	return out, err
}

func (v Verification) validate() error {
	switch {
	case len(v.Claims) == 0:
		return errors.New("no claims to verify; want at least one")
	case len(v.Widths) == 0:
		return errors.New("no widths; want at least one")
	case !slices.IsSorted(v.Widths):
		return fmt.Errorf("widths %v; want them ascending", v.Widths)
	}
	return v.fitsMemory()
}

func (v Verification) sweep(ctx context.Context, profile gpnorm.Profile, out []ClaimResult) error {
	all, groups := v.ensembles()
	meter := v.newMeter(all)
	for k, e := range all {
		group := groups[k]
		budget := v.Budget
		budget.Alpha /= float64(len(v.Claims) * len(v.Widths))
		budget.Progress, budget.Journal = meter.begin(e)
		var err error
		if v.Input != nil {
			if e.Input, err = v.Input(e.Width); err != nil {
				return err
			}
		}
		results, err := Test(ctx, e, pick(v.Claims, group), budget)
		for i, r := range results {
			w, e := newWidthResult(r, profile)
			if e != nil {
				return e
			}
			out[group[i]].Widths = append(out[group[i]].Widths, w)
		}
		if err != nil {
			return err
		}
		meter.end(e)
	}
	return nil
}

// byDepth groups the indices of claims that can share their trials.
func byDepth(claims []Claim) [][]int {
	var out [][]int
	for i, c := range claims {
		found := false
		for g := range out {
			if claims[out[g][0]].Depth == c.Depth {
				out[g], found = append(out[g], i), true
				break
			}
		}
		if !found {
			out = append(out, []int{i})
		}
	}
	return out
}

func pick(claims []Claim, indices []int) []Claim {
	out := make([]Claim, len(indices))
	for i, j := range indices {
		out[i] = claims[j]
	}
	return out
}

func newWidthResult(r Result, profile gpnorm.Profile) (WidthResult, error) {
	w := WidthResult{
		Width: r.Ensemble.Width, Networks: r.Sample.Count,
		Mean: existing(r.Sample.Mean), SD: existing(r.Sample.SD()), Verdict: r.Verdict,
	}
	p, err := Predict(r.Claim, r.Ensemble, profile)
	if err != nil {
		return w, err
	}
	w.PredictedSD, w.PredictedOutside, w.Bound = existing(p.SD), existing(p.Outside), existing(p.Bound)
	return w, nil
}

// existing is nil for what is not a finite number.
func existing(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}

// assumptions of all claims, each once.
func assumptions(claims []Claim, w network.Weights, a gpnorm.Activation, p gpnorm.Profile) []theorem.Assumption {
	var out []theorem.Assumption
	seen := map[string]bool{}
	for _, c := range claims {
		for _, x := range c.Assumptions(w, a, p) {
			if !seen[x.Name] {
				seen[x.Name] = true
				out = append(out, x)
			}
		}
	}
	return out
}

// outcomes at all widths asked for; those that were not reached are
// undecided.
func (c ClaimResult) outcomes(widths int) []montecarlo.Outcome {
	out := make([]montecarlo.Outcome, widths)
	for i, w := range c.Widths {
		out[i] = w.Verdict.Outcome
	}
	return out
}
