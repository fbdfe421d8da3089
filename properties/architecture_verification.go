package properties

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/theorem"
)

// An ArchitectureVerification asks two questions about the random networks of an
// architecture: whether they keep norms, and whether they are what theory predicts.
type ArchitectureVerification struct {
	Architecture network.Architecture
	Explicit     bool
	Inputs       int // at once; 0 means 1

	Tolerance float64 // on norms: a network keeps them within 1 ± Tolerance
	Limit     float64 // largest acceptable fraction of networks that do not

	// Budget.Alpha is for all verdicts together.
	Budget Budget

	// Prediction is what the networks are compared with; nil means that of theory for
	// the architecture, which has none for explicit weights.
	Prediction *theorem.Prediction

	// Watch, if set, is told what is known after each batch of networks but the last: verdicts are valid at every time
	// at once. What it does never changes a result.
	Watch func(ArchitectureResult)
}

// An ArchitectureResult is what a verification found. It is what the command line
// prints as JSON.
type ArchitectureResult struct {
	Input       int                  `json:"input"`
	Output      int                  `json:"output"`
	Inputs      int                  `json:"inputs_at_once"`
	Seed        uint64               `json:"seed"`
	Alpha       float64              `json:"alpha"` // of all verdicts together
	Networks    int                  `json:"networks"`
	Assumptions []theorem.Assumption `json:"assumptions"`

	Kept   []FactorResult `json:"kept"`   // forward and backward
	Blocks []BlockResult  `json:"blocks"` // the outermost ones

	// Exact are the claims about blocks whose law at these widths is known.
	Exact []ExactResult `json:"exact,omitempty"`

	// Outcome is that of the claims that norms are kept, Theory that of all
	// predictions.
	Outcome montecarlo.Outcome `json:"outcome"`
	Theory  montecarlo.Outcome `json:"theory"`
}

// A BlockResult is about what reaches from the input to behind a block, and from
// the output back to in front of it.
type BlockResult struct {
	Name     string       `json:"name"`
	In       int          `json:"in"`
	Out      int          `json:"out"`
	Signal   FactorResult `json:"signal"`
	Gradient FactorResult `json:"gradient"`
}

// An ExactResult is about the factor of the squared signal from the input to behind a
// block, whose moments at these widths are known (proven).
type ExactResult struct {
	Block   int                  `json:"block"` // index among the outermost
	Name    string               `json:"name"`
	Claim   string               `json:"claim"`
	Mean    float64              `json:"mean"`
	SD      float64              `json:"sd"`
	SeenAs  *MeanSD              `json:"measured,omitempty"`
	Outcome montecarlo.Outcome   `json:"outcome"`
	Tests   []montecarlo.Verdict `json:"tests"`
}

// MeanSD are a mean and a standard deviation.
type MeanSD struct {
	Mean float64 `json:"mean"`
	SD   float64 `json:"sd"`
}

// A FactorResult is about a factor of squared norms.
type FactorResult struct {
	Direction string `json:"direction"`
	Claim     string `json:"claim,omitempty"` // that norms are kept

	Predicted    *float64       `json:"predicted,omitempty"` // the limit for wide networks
	PredictedLog theorem.LogLaw `json:"predicted_log"`       // of one network, asymptotic

	Median  *float64 `json:"median,omitempty"` // measured
	Q05     *float64 `json:"q05,omitempty"`
	Q95     *float64 `json:"q95,omitempty"`
	LogMean *float64 `json:"log_mean,omitempty"` // of the logarithm
	LogSD   *float64 `json:"log_sd,omitempty"`

	Kept       *montecarlo.Verdict  `json:"verdict,omitempty"` // that norms are kept
	Prediction montecarlo.Outcome   `json:"prediction"`        // that the law is the predicted one; undecided where there is none
	Tests      []montecarlo.Verdict `json:"prediction_tests,omitempty"`
	Theory     string               `json:"prediction_claim,omitempty"`
}

// Address names the experiment of an architecture: with the seed it determines
// every trial.
func (e ArchitectureEnsemble) Address() string {
	return fmt.Sprintf("architecture %d→%d, %d inputs", e.Prepared.Architecture().Input, e.Prepared.Output(), e.inputs())
}

// architectureQuestions are the claims of a verification under test.
type architectureQuestions struct {
	prediction             theorem.Prediction
	kept, predicted, exact []*architectureTest
}

func (q architectureQuestions) all() []*architectureTest {
	return slices.Concat(q.kept, q.predicted, q.exact)
}

// prepare finds out what is asked of which networks.
func (v ArchitectureVerification) prepare(ctx context.Context) (e ArchitectureEnsemble, q architectureQuestions, err error) {
	if !(v.Tolerance > 0 && v.Tolerance < 1) {
		return e, q, fmt.Errorf("tolerance %v (norms); want a number above 0 and below 1", v.Tolerance)
	}
	if q.prediction, err = v.prediction(ctx); err != nil {
		return e, q, err
	}
	e = ArchitectureEnsemble{Explicit: v.Explicit, Inputs: v.Inputs}
	if e.Prepared, err = v.Architecture.Prepare(); err != nil {
		return e, q, err
	}
	if err := e.Validate(); err != nil {
		return e, q, err
	}
	if err := e.fitsMemory(e.Memory(v.Budget.Workers, v.Budget.Trials)); err != nil {
		return e, q, err
	}
	if e.inputs() > 1 {
		q.prediction = ofSeveral(q.prediction)
	}
	kept, predicted := KeptNorms(v.Tolerance, v.Limit), AsPredicted(q.prediction)
	laws, err := theorem.ExactSignals(v.Architecture)
	if err != nil {
		return e, q, err
	}
	if e.inputs() > 1 {
		laws = nil // they are of one input; a batch is seen in its mean
	}
	tests, err := v.begin(slices.Concat(kept, predicted, Exactly(laws)))
	if err != nil {
		return e, q, err
	}
	first := len(kept) + len(predicted)
	q.kept, q.predicted, q.exact = tests[:len(kept)], tests[len(kept):first], tests[first:]
	return e, q, nil
}

// Run tests all claims on common networks, until all are decided or the trials are spent. On
// cancellation it returns what is known so far together with an error that wraps
// ctx.Err().
func (v ArchitectureVerification) Run(ctx context.Context) (ArchitectureResult, error) {
	e, q, err := v.prepare(ctx)
	if err != nil {
		return ArchitectureResult{}, err
	}
	count, err := v.sample(ctx, e, q)
	return v.known(e, q, count), err
}

// known is what so many networks have said.
func (v ArchitectureVerification) known(e ArchitectureEnsemble, q architectureQuestions, count int) ArchitectureResult {
	out := ArchitectureResult{
		Input: v.Architecture.Input, Output: e.Prepared.Output(), Inputs: e.inputs(), Seed: v.Budget.Seed, Alpha: v.Budget.Alpha,
		Networks: count, Assumptions: []theorem.Assumption{theorem.HaarWeights(v.Architecture)},
	}
	out.fill(q.prediction, q.kept, q.predicted, q.exact)
	return out
}

// ofSeveral is what is predicted of the mean over several inputs: a factor that varies from input to input
// varies less in the mean, by how much is not known.
func ofSeveral(p theorem.Prediction) theorem.Prediction {
	p.Blocks = slices.Clone(p.Blocks)
	laws := []*theorem.LogLaw{&p.ForwardLog, &p.BackwardLog}
	for i := range p.Blocks {
		laws = append(laws, &p.Blocks[i].SignalLog, &p.Blocks[i].GradientLog)
	}
	for _, l := range laws {
		if !(l.SD < exactly) {
			*l = theorem.LogLaw{Mean: math.NaN(), SD: math.NaN()}
		}
	}
	return p
}

func (v ArchitectureVerification) prediction(ctx context.Context) (theorem.Prediction, error) {
	if v.Prediction != nil {
		return *v.Prediction, nil
	}
	p, err := theorem.Predict(ctx, v.Architecture, theorem.Question{})
	var without *theorem.ExplicitError
	if errors.As(err, &without) {
		return theorem.Unpredicted(v.Architecture)
	}
	return p, err
}

func (v ArchitectureVerification) begin(claims []ArchitectureClaim) ([]*architectureTest, error) {
	var out []*architectureTest
	for _, c := range claims {
		t, err := c.begin(v.Budget.Alpha/float64(len(claims)), v.Budget.Trials)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

// sample draws networks, and returns how many.
func (v ArchitectureVerification) sample(ctx context.Context, e ArchitectureEnsemble, q architectureQuestions) (count int, err error) {
	tests := q.all()
	open := func() bool {
		more := waiting(tests)
		if more && count > 0 && v.Watch != nil {
			v.Watch(v.known(e, q, count))
		}
		return more
	}
	err = batches(ctx, v.Budget, e.passers(), &count, open, v.trial(v.Budget, e, tests), func(factors []float64) {
		for i, t := range tests {
			t.add(factors[i])
		}
	})
	if err != nil {
		err = fmt.Errorf("%s: %w", e.Address(), err)
	}
	return count, err
}

// A passing finds statistics of one network.
type passing = func(context.Context, *passer, int) ([]float64, error)

// trial finds the factors of one network that claims are about.
func (v ArchitectureVerification) trial(b Budget, e ArchitectureEnsemble, tests []*architectureTest) passing {
	x := montecarlo.NewExperiment(b.Seed, e.Address())
	return func(_ context.Context, p *passer, i int) ([]float64, error) {
		return b.remembered(e.Address(), i, len(tests), func() ([]float64, error) {
			f, err := e.factors(x.Trial(i), p)
			if err != nil {
				return nil, err
			}
			values := make([]float64, len(tests))
			for k, t := range tests {
				values[k] = t.claim.Value(f)
			}
			return values, nil
		})
	}
}

func waiting(tests []*architectureTest) bool {
	for _, t := range tests {
		if !t.decided() {
			return true
		}
	}
	return false
}

// fill writes down what is predicted and what was found.
func (r *ArchitectureResult) fill(p theorem.Prediction, kept, predicted, exact []*architectureTest) {
	var all []montecarlo.Outcome
	find := func(d theorem.Direction, block int, law theorem.LogLaw, limit float64) FactorResult {
		f := FactorResult{Direction: d.String(), Predicted: existing(limit), PredictedLog: law}
		for _, t := range predicted {
			if t.claim.Direction == d && t.claim.Block == block {
				f.measure(t)
				f.Prediction, f.Tests, f.Theory = t.outcome(), t.verdicts(), t.claim.Text
				if len(t.tests) > 0 {
					all = append(all, f.Prediction)
				}
			}
		}
		return f
	}
	laws, limits := []theorem.LogLaw{p.ForwardLog, p.BackwardLog}, []float64{p.ForwardFactor, p.BackwardFactor}
	var outcomes []montecarlo.Outcome
	for i, t := range kept {
		f := find(t.claim.Direction, -1, laws[i], limits[i])
		f.measure(t)
		verdict := t.verdicts()[0]
		f.Claim, f.Kept = t.claim.Text, &verdict
		outcomes = append(outcomes, verdict.Outcome)
		r.Kept = append(r.Kept, f)
	}
	r.Blocks = make([]BlockResult, len(p.Blocks))
	gradient := 1.
	for i := len(p.Blocks) - 1; i >= 0; i-- {
		b := p.Blocks[i]
		gradient *= b.Gradient
		r.Blocks[i] = BlockResult{
			Name: b.Name, In: b.In, Out: b.Out,
			Signal:   find(theorem.Forward, i, b.SignalLog, b.Square),
			Gradient: find(theorem.Backward, i, b.GradientLog, gradient),
		}
	}
	for _, t := range exact {
		x := ExactResult{
			Block: t.claim.Block, Name: p.Blocks[t.claim.Block].Name, Claim: t.claim.Text, Mean: t.claim.exact.Mean, SD: t.claim.exact.SD,
			Outcome: t.outcome(), Tests: t.verdicts(),
		}
		if t.seen.Count > 1 && existing(t.seen.Mean) != nil && existing(t.seen.SD()) != nil {
			x.SeenAs = &MeanSD{t.seen.Mean, t.seen.SD()}
		}
		all = append(all, x.Outcome)
		r.Exact = append(r.Exact, x)
	}
	r.Outcome, r.Theory = JointOutcome(outcomes), JointOutcome(all)
}

// measure takes what was seen.
func (f *FactorResult) measure(t *architectureTest) {
	if t.seen.Count == 0 {
		return
	}
	quantile := func(p float64) *float64 { return existing(math.Exp(t.seen.Quantile(p))) }
	f.Median, f.Q05, f.Q95 = quantile(0.5), quantile(0.05), quantile(0.95)
	f.LogMean, f.LogSD = existing(t.seen.Mean), existing(t.seen.SD())
}
