package properties

import (
	"context"
	"errors"
	"fmt"
	"math"

	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/theorem"
)

const (
	mergedDistance = 0.01 // 1 − ρ at which inputs count as merged
	mergedShare    = 0.9  // of the networks that have merged them
	mergedAlpha    = 0.05 // of the interval for the depth at which they have

	// So many networks the depth is taken from, or all if there are fewer. The number is fixed
	// beforehand, which the interval needs.
	mergedNetworks = 256
)

// An AngleVerification asks what becomes of the angle between two inputs in the random networks
// of an architecture, and between what comes back for them. That norms are kept is
// another question.
type AngleVerification struct {
	Architecture network.Architecture
	Explicit     bool
	Inputs       int // at once; 0 means 2. The claims are about the first two
	theorem.AngleQuestion

	Merged float64 // 1 − ρ at which inputs count as merged; 0 means 0.01
	Limit  float64 // largest acceptable fraction of networks off the merging law

	// Budget.Alpha is for all verdicts together.
	Budget Budget

	// Prediction is what the networks are compared with; nil means that of theory for the
	// architecture.
	Prediction *theorem.Angles
}

// AngleResults are what an AngleVerification found. It is what the command line prints as JSON.
type AngleResults struct {
	Input               int     `json:"input"`
	Output              int     `json:"output"`
	Inputs              int     `json:"inputs_at_once"`
	Correlation         float64 `json:"correlation"`
	GradientCorrelation float64 `json:"gradient_correlation"`
	Seed                uint64  `json:"seed"`
	Alpha               float64 `json:"alpha"` // of all verdicts together
	Networks            int     `json:"networks"`
	Depth               int     `json:"depth"` // linear maps

	Angles []AngleResult `json:"angles"` // behind 1, 2, 5, … layers, and of lengths and gradients
	// Merging is the law by which inputs merge, absent where there is none; NoMerging says why
	// it is not claimed.
	Merging   *AngleResult `json:"merging,omitempty"`
	NoMerging string       `json:"no_merging,omitempty"`
	Merged    MergedResult `json:"merged"`

	// NoLaw says why theory predicts no law here.
	NoLaw string `json:"no_law,omitempty"`

	Outcome montecarlo.Outcome `json:"outcome"` // of all claims

	// Replay is the command that repeats the verdicts. It is for callers to fill in that are commands.
	Replay string `json:"replay,omitempty"`
}

// An AngleResult is about one number of two inputs.
type AngleResult struct {
	Name   string  `json:"name"`
	Layers float64 `json:"layers"` // linear maps
	Claim  string  `json:"claim,omitempty"`

	Predicted    *float64 `json:"predicted,omitempty"` // the limit for wide networks
	PredictedQ05 *float64 `json:"predicted_q05,omitempty"`
	PredictedQ95 *float64 `json:"predicted_q95,omitempty"`
	PredictedSD  *float64 `json:"predicted_sd,omitempty"` // of one network, asymptotic; of the logarithm but for a cosine

	Median *float64 `json:"median,omitempty"`
	Q05    *float64 `json:"q05,omitempty"`
	Q95    *float64 `json:"q95,omitempty"`
	SD     *float64 `json:"sd,omitempty"`

	Outcome montecarlo.Outcome   `json:"outcome"`
	Tests   []montecarlo.Verdict `json:"tests,omitempty"`
}

// A MergedResult says by which depth a share of the networks has brought the inputs closer than a
// distance. Depths are linear maps; absent ones are deeper than the network, or not
// predicted.
type MergedResult struct {
	Distance  float64  `json:"distance"` // 1 − ρ
	Share     float64  `json:"share"`
	Networks  int      `json:"networks"`
	Alpha     float64  `json:"alpha"` // of the interval
	Lo        *float64 `json:"lo,omitempty"`
	Hi        *float64 `json:"hi,omitempty"`
	Depth     *float64 `json:"depth,omitempty"`
	Predicted *float64 `json:"predicted,omitempty"`
}

// prepare finds out which networks are asked about.
func (v AngleVerification) prepare() (e ArchitectureEnsemble, err error) {
	switch merged := v.merged(); {
	case !(merged > 0 && merged < 2):
		return e, fmt.Errorf("distance %v at which inputs count as merged; want a number above 0 and below 2", merged)
	case !(v.Limit > 0 && v.Limit < 1):
		return e, fmt.Errorf("limit %v; want a probability above 0 and below 1", v.Limit)
	}
	e = ArchitectureEnsemble{Explicit: v.Explicit, Inputs: v.Inputs, Correlation: v.Correlation, GradientCorrelation: v.GradientCorrelation}
	if e.Prepared, err = v.Architecture.Prepare(); err != nil {
		return e, err
	}
	if e.Inputs == 0 {
		e.Inputs = 2
	}
	if err := e.validatePairs(); err != nil {
		return e, err
	}
	return e, e.fitsMemory(e.pairMemory(v.Budget.Workers, v.Budget.Trials))
}

// merged is the distance at which inputs count as merged.
func (v AngleVerification) merged() float64 {
	if v.Merged == 0 {
		return mergedDistance
	}
	return v.Merged
}

// Run tests all claims on common networks, until all are decided or the trials are spent. On
// cancellation it returns what is known so far together with an error that wraps
// ctx.Err().
func (v AngleVerification) Run(ctx context.Context) (AngleResults, error) {
	e, err := v.prepare()
	if err != nil {
		return AngleResults{}, err
	}
	out := AngleResults{Input: v.Architecture.Input, Output: e.Prepared.Output(), Inputs: e.Inputs, Correlation: v.Correlation,
		GradientCorrelation: v.GradientCorrelation, Seed: v.Budget.Seed, Alpha: v.Budget.Alpha,
		Depth: e.Prepared.Linears()}
	tests, angles, err := v.begin(ctx, &out)
	if err != nil {
		return out, err
	}
	merged, err := v.sample(ctx, e, tests, &out)
	out.fill(tests)
	out.Merged = v.mergedResult(merged, angles)
	return out, err
}

// begin makes the claims.
func (v AngleVerification) begin(ctx context.Context, out *AngleResults) (tests []angleTest, angles theorem.Angles, err error) {
	if v.Prediction != nil {
		angles = *v.Prediction
	} else {
		angles, err = theorem.PredictAngles(ctx, v.Architecture, v.AngleQuestion)
	}
	var none *theorem.AnglesError
	if errors.As(err, &none) {
		out.NoLaw = none.Error()
		err = nil
		angles.Path = nil
	}
	if err != nil {
		return nil, angles, err
	}
	claims := AngleClaims(angles)
	if len(angles.Path) == 0 {
		claims = v.unpredicted(ctx)
	} else {
		law, is, err := mergingOf(v.Architecture)
		if err != nil {
			return nil, angles, err
		}
		if is {
			var c AngleClaim
			if c, out.NoMerging = law.claim(angles, v.Limit); out.NoMerging == "" {
				claims = append(claims, c)
				out.Merging = &AngleResult{}
			}
		}
	}
	for _, c := range claims {
		t, err := c.begin(v.Budget.Alpha/float64(len(claims)), v.Budget.Trials)
		if err != nil {
			return nil, angles, err
		}
		tests = append(tests, t)
	}
	return tests, angles, nil
}

// unpredicted is what is looked at where there is no law: how far the inputs are apart at the end.
func (v AngleVerification) unpredicted(ctx context.Context) []AngleClaim {
	c := AngleClaim{Name: "1 − ρ", Limit: math.NaN(), Mean: math.NaN(), SD: math.NaN(), Log: true, value: func(p Pair) float64 {
		return math.Log(p.Distances[len(p.Distances)-1])
	}}
	if p, err := theorem.Predict(ctx, v.Architecture, theorem.Question{Correlation: v.Correlation}); err == nil {
		c.Limit, c.Layers = p.Separation, p.Layers
	}
	return []AngleClaim{c}
}

// sample draws networks, and returns behind how many linear maps the first of them had merged the
// inputs.
func (v AngleVerification) sample(ctx context.Context, e ArchitectureEnsemble, tests []angleTest, out *AngleResults) (merged []float64,
	err error) {
	wanted := min(mergedNetworks, v.Budget.Trials)
	open := func() bool {
		for _, t := range tests {
			if !t.decided() {
				return true
			}
		}
		return out.Networks < wanted
	}
	return merged, batches(ctx, v.Budget, e.pairPassers(), &out.Networks, open, v.trial(v.Budget, e, tests), func(values []float64) {
		if len(merged) < wanted {
			merged = append(merged, values[0])
		}
		for k, t := range tests {
			t.add(values[k+1], values[k+1])
		}
	})
}

// section is where a journal has what networks are asked about.
func (v AngleVerification) section(e ArchitectureEnsemble) string { return e.Address() + ", angles" }

// trial finds behind how many linear maps one network has merged the inputs, and what claims are about.
func (v AngleVerification) trial(b Budget, e ArchitectureEnsemble, tests []angleTest) func(context.Context, *pairPasser, int) ([]float64,
	error) {
	x := montecarlo.NewExperiment(b.Seed, e.Address())
	return func(ctx context.Context, through *pairPasser, i int) ([]float64, error) {
		return b.remembered(v.section(e), i, len(tests)+1, func() ([]float64, error) {
			p, err := e.pair(ctx, x.Trial(i), through)
			values := []float64{p.Merged(v.merged())}
			for _, t := range tests {
				values = append(values, t.claim.Value(p))
			}
			return values, err
		})
	}
}

// fill writes down what was found.
func (r *AngleResults) fill(tests []angleTest) {
	var all []montecarlo.Outcome
	for k, t := range tests {
		found := t.result()
		if len(t.tests) > 0 {
			all = append(all, found.Outcome)
		}
		if r.Merging != nil && k == len(tests)-1 {
			r.Merging = &found
			continue
		}
		r.Angles = append(r.Angles, found)
	}
	r.Outcome = JointOutcome(all)
}

func (v AngleVerification) mergedResult(depths []float64, angles theorem.Angles) MergedResult {
	r := MergedResult{Distance: v.merged(), Share: mergedShare, Networks: len(depths), Alpha: mergedAlpha,
		Predicted: existing(angles.Merged(mergedShare, v.merged()))}
	if len(depths) == 0 {
		return r
	}
	r.Depth = existing(montecarlo.NewSample(depths).Quantile(mergedShare))
	if lo, hi, err := montecarlo.QuantileInterval(depths, mergedShare, mergedAlpha); err == nil {
		r.Lo, r.Hi = existing(lo), existing(hi)
	}
	return r
}
