package properties

import (
	"context"
	"errors"
	"fmt"
	"math"

	"bsnn/internal/limits"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/theorem"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

const (
	leastProbes = 2   // of which an inner product is taken
	mostProbes  = 512 // a lazily drawn matrix remembers each
)

// ExplicitSpectrum is the largest width of the Jacobians whose singular values are all found.
const ExplicitSpectrum = 2048

// Probes are what random vectors found of the Jacobian J of one network at one input.
//
// A vector v with ‖v‖² = n_out in a random direction has E‖Jᵀv‖² = tr JJᵀ, and two independent ones have
// E⟨Jᵀv, Jᵀw⟩² = tr (JJᵀ)²: both means are without bias at every width (proven). Each costs one
// backward pass.
type Probes struct {
	First  float64 // mean of ‖Jᵀv‖²/n_in, an estimate of τ(JᵀJ)
	Second float64 // mean of ⟨Jᵀv, Jᵀw⟩²/n_in over the pairs, one of τ((JᵀJ)²)

	squares, pairs []float64 // of which these are the means
}

// Probe sends an input through one network, and random vectors back.
func (e ArchitectureEnsemble) Probe(address montecarlo.Trial, probes int) (Probes, error) {
	if err := e.validateProbes(probes); err != nil {
		return Probes{}, err
	}
	return e.probe(address, probes, new(network.Drawn))
}

func (e ArchitectureEnsemble) validateProbes(probes int) error {
	if err := e.Validate(); err != nil {
		return err
	}
	switch {
	case e.inputs() > 1:
		return fmt.Errorf("the Jacobian at %d inputs; want one input", e.inputs())
	case probes < leastProbes || probes > mostProbes:
		return fmt.Errorf("%d probes; want %d to %d", probes, leastProbes, mostProbes)
	}
	return nil
}

func (e ArchitectureEnsemble) probe(address montecarlo.Trial, probes int, net *network.Drawn) (Probes, error) {
	trace, err := e.forward(address, net, network.Observer{})
	var overflow *network.OverflowError
	if errors.As(err, &overflow) {
		nan := []float64{math.NaN()}
		return Probes{math.NaN(), math.NaN(), nan, nan}, nil
	}
	if err != nil {
		return Probes{}, err
	}
	s := address.Layer(e.Prepared.Matrices() + 1)
	back, err := trace.Probe(e.columns(e.Prepared.Output(), probes, &s, 0))
	if err != nil {
		return Probes{}, err
	}
	return ProbesOf(back), nil
}

// ProbesOf are the estimates from the columns Jᵀv of independent v.
func ProbesOf(back *mat.Dense) (p Probes) {
	in, probes := back.Dims()
	n, rows := float64(in), mat.DenseCopyOf(back.T())
	for i := range probes {
		p.squares = append(p.squares, floats.Dot(rows.RawRowView(i), rows.RawRowView(i))/n)
		for j := range i {
			c := floats.Dot(rows.RawRowView(i), rows.RawRowView(j))
			p.pairs = append(p.pairs, c*c/n)
		}
	}
	p.First, p.Second = floats.Sum(p.squares)/float64(probes), floats.Sum(p.pairs)/float64(len(p.pairs))
	return p
}

// SingularValues are all those of the Jacobian of one network, descending. What is below 2⁻⁵²
// of the largest is rounding. It takes n³ operations a layer.
func (e ArchitectureEnsemble) SingularValues(address montecarlo.Trial) ([]float64, error) {
	if err := e.validateProbes(leastProbes); err != nil {
		return nil, err
	}
	in, out := e.Prepared.Architecture().Input, e.Prepared.Output()
	if widest := max(in, out); widest > ExplicitSpectrum {
		return nil, fmt.Errorf("all singular values at width %d; want %d or less, or probes", widest, ExplicitSpectrum)
	}
	trace, err := e.forward(address, new(network.Drawn), network.Observer{})
	if err != nil {
		return nil, err
	}
	unit := mat.NewDense(out, out, nil)
	for i := range out {
		unit.Set(i, i, 1)
	}
	j, err := trace.Probe(unit)
	if err != nil {
		return nil, err
	}
	var svd mat.SVD
	if !svd.Factorize(j, mat.SVDNone) {
		return nil, errors.New("the singular values of the Jacobian did not converge")
	}
	return svd.Values(nil), nil
}

// A SpectrumVerification asks how far the Jacobian of random networks is from an isometry: whether
// the moments of JᵀJ are what theory predicts.
type SpectrumVerification struct {
	Architecture network.Architecture
	Explicit     bool    // form all matrices, and find all singular values
	Probes       int     // in each network; 0 means 4
	Tolerance    float64 // by how much τ((JᵀJ)²) may be off the prediction, relatively; 0 means 0.2

	// Budget.Alpha is for all verdicts together.
	Budget Budget

	// Prediction is what the networks are compared with; nil means that of theory for the
	// architecture.
	Prediction *theorem.Spectrum
}

// SpectrumResults are what a SpectrumVerification found. It is what the command line prints as
// JSON.
type SpectrumResults struct {
	Input    int     `json:"input"`
	Output   int     `json:"output"`
	Probes   int     `json:"probes"`
	Seed     uint64  `json:"seed"`
	Alpha    float64 `json:"alpha"`
	Networks int     `json:"networks"`

	First  SpectrumMoment `json:"first"`  // τ(JᵀJ)
	Second SpectrumMoment `json:"second"` // τ((JᵀJ)²)

	// Quantiles are those of the squared singular values of a network.
	Quantiles []SpectrumQuantile `json:"quantiles,omitempty"`

	Outcome montecarlo.Outcome `json:"outcome"` // of the claims about both moments

	// Replay is the command that repeats the verdicts. It is for callers to fill in that are commands.
	Replay string `json:"replay,omitempty"`
}

// A SpectrumMoment is a moment of JᵀJ. Estimate is without bias, and its standard error that of a mean over
// networks. Lo and Hi enclose the mean at all times with confidence 1 − Alpha of the verdict; that
// inner products of probes are normal makes them asymptotic. Absent numbers are not
// predicted.
type SpectrumMoment struct {
	Claim     string             `json:"claim"`
	Predicted *float64           `json:"predicted,omitempty"` // the limit for wide networks
	Finite    *float64           `json:"finite,omitempty"`    // with the terms of order L/n
	Estimate  *float64           `json:"estimate,omitempty"`
	Error     *float64           `json:"error,omitempty"`
	Lo        *float64           `json:"lo,omitempty"`
	Hi        *float64           `json:"hi,omitempty"`
	Verdict   montecarlo.Verdict `json:"verdict"` // on the mean of y/(1 + y), y the square of a probe over its predicted mean
}

// A SpectrumQuantile says that a fraction P of the squared singular values is at most so large.
type SpectrumQuantile struct {
	P         float64  `json:"p"`
	Predicted *float64 `json:"predicted,omitempty"`
	Median    *float64 `json:"median,omitempty"` // over the networks whose singular values were found
	Networks  int      `json:"networks,omitempty"`
}

// spectrumLevels are the quantiles that are shown.
var spectrumLevels = []float64{0.05, 0.25, 0.5, 0.75, 0.95}

// decomposed is how many networks' singular values are all found.
const decomposed = 8

// probes is how many there are in each network.
func (v SpectrumVerification) probes() int {
	if v.Probes == 0 {
		return 4
	}
	return v.Probes
}

// prepare finds out which networks are asked about.
func (v SpectrumVerification) prepare() (e ArchitectureEnsemble, err error) {
	if v.Tolerance != 0 && !(v.Tolerance > 0 && v.Tolerance < 1) {
		return e, fmt.Errorf("tolerance %v of a moment; want a number above 0 and below 1", v.Tolerance)
	}
	e.Explicit = v.Explicit
	if e.Prepared, err = v.Architecture.Prepare(); err != nil {
		return e, err
	}
	if err := e.validateProbes(v.probes()); err != nil {
		return e, err
	}
	if widest := max(v.Architecture.Input, e.Prepared.Output()); v.Explicit && widest > ExplicitSpectrum {
		return e, fmt.Errorf("all singular values at width %d; want %d or less, or networks that are drawn lazily", widest, ExplicitSpectrum)
	}
	return e, e.fitsProbes(v)
}

func (v SpectrumVerification) prediction(ctx context.Context) (theorem.Spectrum, error) {
	if v.Prediction != nil {
		return *v.Prediction, nil
	}
	return theorem.PredictSpectrum(ctx, v.Architecture)
}

// Run tests the claims on common networks, until both are decided or the trials are spent. On
// cancellation it returns what is known so far together with an error that wraps ctx.Err().
func (v SpectrumVerification) Run(ctx context.Context) (SpectrumResults, error) {
	e, err := v.prepare()
	if err != nil {
		return SpectrumResults{}, err
	}
	prediction, err := v.prediction(ctx)
	if err != nil {
		return SpectrumResults{}, err
	}
	out := SpectrumResults{Input: v.Architecture.Input, Output: e.Prepared.Output(), Probes: v.probes(), Seed: v.Budget.Seed,
		Alpha: v.Budget.Alpha}
	first, second, err := v.begin(prediction)
	if err != nil {
		return out, err
	}
	err = v.sample(ctx, e, first, second, &out)
	out.First, out.Second = first.result(), second.result()
	out.Outcome = JointOutcome([]montecarlo.Outcome{out.First.Verdict.Outcome, out.Second.Verdict.Outcome})
	if err != nil {
		return out, err
	}
	out.Quantiles, err = v.quantiles(ctx, e, prediction, "")
	return out, err
}

// fitsProbes refuses what would end the process, before anything is drawn: a lazily drawn network
// remembers every probe.
func (e ArchitectureEnsemble) fitsProbes(v SpectrumVerification) error {
	bytes := e.Memory(v.Budget.Workers, v.Budget.Trials) * float64(1+v.probes())
	return limits.Fit(fmt.Sprintf("%d probes through a network %d→%d:", v.probes(), v.Architecture.Input, e.Prepared.Output()), bytes,
		"fewer probes, fewer workers or a smaller network")
}

func (v SpectrumVerification) begin(p theorem.Spectrum) (first, second *momentTest, err error) {
	alpha, tolerance := v.Budget.Alpha/2, v.Tolerance
	if tolerance == 0 {
		tolerance = 0.2
	}
	mean := p.FiniteSecond
	if math.IsNaN(mean) {
		mean = p.Second
	}
	scale, probe := p.Scale, p.Probe
	if math.IsNaN(scale) {
		scale, probe = 0, 0
	}
	first = &momentTest{what: "τ(JᵀJ)", limit: p.First, mean: p.First, tolerance: tolerance, law: logNormalLaw{probe}}
	second = &momentTest{what: "τ((JᵀJ)²)", limit: p.Second, finite: p.FiniteSecond, mean: mean, tolerance: tolerance,
		law: squareLaw{spread: 4 * scale}}
	if err = first.begin(alpha, v.Budget.Trials); err == nil {
		err = second.begin(alpha, v.Budget.Trials)
	}
	return first, second, err
}

func (v SpectrumVerification) sample(ctx context.Context, e ArchitectureEnsemble, first, second *momentTest, out *SpectrumResults) error {
	open := func() bool { return !first.test.Decided() || !second.test.Decided() }
	err := batches(ctx, v.Budget, memory, &out.Networks, open, v.trial(v.Budget, e, first, second), func(values []float64) {
		first.add(values[0], values[2])
		second.add(values[1], values[3])
	})
	if err != nil {
		err = fmt.Errorf("%s: %w", e.Address(), err)
	}
	return err
}

// section is where a journal has what probes found.
func (v SpectrumVerification) section(e ArchitectureEnsemble) string {
	return fmt.Sprintf("%s, %d probes", e.Address(), v.probes())
}

// trial sends probes through one network.
func (v SpectrumVerification) trial(b Budget, e ArchitectureEnsemble, first, second *momentTest) func(context.Context, *network.Drawn,
	int) ([]float64, error) {
	x := v.experiment(e)
	return func(_ context.Context, net *network.Drawn, i int) ([]float64, error) {
		return b.remembered(v.section(e), i, 4, func() ([]float64, error) {
			p, err := e.probe(x.Trial(i), v.probes(), net)
			if err != nil {
				return nil, err
			}
			return []float64{p.First, p.Second, first.bounded(p.squares...), second.bounded(p.pairs...)}, nil
		})
	}
}

// quantiles are those of theory, beside those of networks whose matrices are formed; where says which
// part of the networks it is.
func (v SpectrumVerification) quantiles(ctx context.Context, e ArchitectureEnsemble, p theorem.Spectrum,
	where string) ([]SpectrumQuantile, error) {
	out := make([]SpectrumQuantile, len(spectrumLevels))
	for k, level := range spectrumLevels {
		out[k] = SpectrumQuantile{P: level, Predicted: existing(p.Quantile(level))}
	}
	if !v.Explicit {
		if out[0].Predicted == nil {
			return nil, nil
		}
		return out, nil
	}
	d := v.decompositions(e, where)
	plan := montecarlo.Plan{Trials: d.trials, Workers: v.Budget.Workers}
	all, err := montecarlo.Collect(ctx, plan, nothing, v.decomposition(v.Budget, e, d.name))
	for k := range out {
		sample := montecarlo.NewSample(nil)
		for _, q := range all {
			sample.Add(q[k])
		}
		out[k].Median, out[k].Networks = existing(sample.Quantile(0.5)), sample.Count
	}
	return out, err
}

// nothing is what workers need who make all for each network.
func nothing() (struct{}, error) { return struct{}{}, nil }

// decompositions are the networks whose singular values are all found.
func (v SpectrumVerification) decompositions(e ArchitectureEnsemble, where string) draws {
	name := e.Address() + ", quantiles" + where
	a := e.Prepared.Architecture()
	square := float64(max(a.Input, e.Prepared.Output()))
	seconds := e.Seconds() + 1e-8*square*square*square
	return draws{name, min(decomposed, v.Budget.Trials), seconds, recording(each(nothing), func(j Journal) func(context.Context, struct{},
		int) ([]float64, error) {
		return v.decomposition(v.Budget.with(j), e, name)
	})}
}

// decomposition finds quantiles of all squared singular values of one network.
func (v SpectrumVerification) decomposition(b Budget, e ArchitectureEnsemble, section string) func(context.Context, struct{},
	int) ([]float64, error) {
	x := v.experiment(e)
	return func(_ context.Context, _ struct{}, i int) ([]float64, error) {
		return b.remembered(section, i, len(spectrumLevels), func() ([]float64, error) {
			values, err := e.SingularValues(x.Trial(i))
			return squaredQuantiles(values, e.Prepared.Architecture().Input), err
		})
	}
}

// squaredQuantiles of the squares of singular values, those that are 0 because the output is
// narrower than the input included.
func squaredQuantiles(values []float64, in int) []float64 {
	if len(values) == 0 {
		return nil
	}
	squares := montecarlo.NewSample(nil)
	for i := range in {
		s := 0.
		if i < len(values) {
			s = values[i]
		}
		squares.Add(s * s)
	}
	var out []float64
	for _, p := range spectrumLevels {
		out = append(out, squares.Quantile(p))
	}
	return out
}
