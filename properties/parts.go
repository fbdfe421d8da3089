package properties

import (
	"context"

	"bsnn/internal/journal"
	"bsnn/internal/parts"
	"bsnn/montecarlo"
	"bsnn/network"
)

// Seconds is about how long one network of the ensemble takes one processor, for dividing
// runs into parts of roughly equal cost.
func (e Ensemble) Seconds() float64 {
	n, layers := float64(e.Width), float64(e.Depth)
	if e.Sampler == Lazy && e.Weights.Simulated() == nil {
		return layers * (1e-6 + 6e-9*n)
	}
	return layers * formedSeconds(n, n)
}

// formedSeconds is about how long it takes to draw a matrix and to use it once each way.
func formedSeconds(in, out float64) float64 { return in * out * (1e-9 + 1.5e-10*max(in, out)) }

// Seconds is about how long one network of the ensemble takes one processor.
func (e ArchitectureEnsemble) Seconds() float64 {
	a := e.Prepared.Architecture()
	inputs := float64(e.inputs())
	width := float64(a.Input)
	formed := formedBehind(a.Blocks, &width, e.Explicit)
	numbers := e.Memory(1, 1) / 8
	if !e.Explicit && inputs > 1 {
		numbers *= inputs // a matrix that is drawn lazily remembers what it was asked
	}
	return formed + 2e-8*numbers
}

// formedBehind is about how long the matrices of blocks take that are formed: all of them, or
// those that cannot be drawn lazily. width is that of what enters, and becomes that of what leaves.
func formedBehind(blocks []network.Block, width *float64, all bool) (sum float64) {
	for _, b := range blocks {
		switch b := b.(type) {
		case network.Linear:
			if all || b.Weights.Simulated() != nil {
				sum += formedSeconds(*width, float64(b.To))
			}
			*width = float64(b.To)
		case network.Shortcut:
			sum += formedBehind(b.Blocks, width, all)
		case network.Repeat:
			sum += float64(b.Times) * formedBehind(b.Blocks, width, all)
		}
	}
	return sum
}

// draws are networks of one experiment that a run may look at, and of which a journal keeps
// something. Those of one process stop as soon as everything is decided; parts cannot know.
type draws struct {
	name    string
	trials  int
	seconds float64 // about, of one
	collect func(ctx context.Context, j Journal, p montecarlo.Plan) error
}

// unit is what parts of a run share of the draws.
func (d draws) unit(workers int) parts.Unit {
	return parts.Unit{Name: d.name, Cost: d.seconds * float64(d.trials), Trials: d.trials,
		Measure: func(ctx context.Context, j *journal.Journal, p parts.Piece, progress func(float64)) error {
			return d.collect(ctx, j, montecarlo.Plan{First: p.First, Trials: p.Trials, Workers: workers,
				Progress: func(done, total int) { progress(float64(done) / float64(total)) }})
		}}
}

// recording draws networks for what their trial puts into a journal.
func recording[W any](worker func(montecarlo.Plan) func() (W, error),
	trial func(Journal) func(context.Context, W, int) ([]float64, error)) func(context.Context, Journal, montecarlo.Plan) error {
	return func(ctx context.Context, j Journal, p montecarlo.Plan) error {
		_, err := montecarlo.Collect(ctx, p, worker(p), trial(j))
		return err
	}
}

// each makes the same worker for any plan.
func each[W any](worker func() (W, error)) func(montecarlo.Plan) func() (W, error) {
	return func(montecarlo.Plan) func() (W, error) { return worker }
}

// ensembles are what a verification runs, in the order in which it does.
func (v Verification) ensembles() (out []Ensemble, claims [][]int) {
	groups := byDepth(v.Claims)
	for _, width := range v.Widths {
		for _, group := range groups {
			out = append(out, Ensemble{
				Activation: v.Activation, Width: width, Depth: v.Claims[group[0]].Depth, Weights: v.Weights, Sampler: v.Sampler,
			})
			claims = append(claims, group)
		}
	}
	return out, claims
}

// Units are what a verification can be divided into: networks of each width and depth, as
// many as there may be.
func (v Verification) Units() (units []parts.Unit, err error) {
	if err := v.validate(); err != nil {
		return nil, err
	}
	all, groups := v.ensembles()
	for k, e := range all {
		d := draws{e.Address(), v.Budget.Trials, e.Seconds(), func(ctx context.Context, j Journal, p montecarlo.Plan) (err error) {
			if v.Input != nil {
				if e.Input, err = v.Input(e.Width); err != nil {
					return err
				}
			}
			_, err = montecarlo.Collect(ctx, p, e.runners(p), e.statistics(pick(v.Claims, groups[k]), v.Budget.with(j)))
			return err
		}}
		units = append(units, d.unit(v.Budget.Workers))
	}
	return units, nil
}

// with is the budget with another journal.
func (b Budget) with(j Journal) Budget {
	b.Journal = j
	return b
}

// Units are what the verification can be divided into.
func (v ArchitectureVerification) Units(ctx context.Context) ([]parts.Unit, error) {
	e, q, err := v.prepare(ctx)
	if err != nil {
		return nil, err
	}
	return []parts.Unit{draws{e.Address(), v.Budget.Trials, e.Seconds(), recording(each(e.passers()), func(j Journal) passing {
		return v.trial(v.Budget.with(j), e, q.all())
	})}.unit(v.Budget.Workers)}, nil
}

// Units are what the verification can be divided into.
func (v AngleVerification) Units(ctx context.Context) ([]parts.Unit, error) {
	e, err := v.prepare()
	if err != nil {
		return nil, err
	}
	var aside AngleResults
	tests, _, err := v.begin(ctx, &aside)
	if err != nil {
		return nil, err
	}
	return []parts.Unit{draws{v.section(e), v.Budget.Trials, e.Seconds(), recording(each(e.pairPassers()),
		func(j Journal) func(context.Context, *pairPasser, int) ([]float64, error) {
			return v.trial(v.Budget.with(j), e, tests)
		})}.unit(v.Budget.Workers)}, nil
}

// Units are what the verification can be divided into, and with along what [SpectrumVerification.Along]
// can.
func (v SpectrumVerification) Units(ctx context.Context, along bool) (units []parts.Unit, err error) {
	e, err := v.prepare()
	if err != nil {
		return nil, err
	}
	prediction, err := v.prediction(ctx)
	if err != nil {
		return nil, err
	}
	first, second, err := v.begin(prediction)
	if err != nil {
		return nil, err
	}
	units = append(units, draws{v.section(e), v.Budget.Trials, e.Seconds() * float64(1+v.probes()) / 2, recording(each(memory),
		func(j Journal) func(context.Context, *network.Drawn, int) ([]float64, error) {
			return v.trial(v.Budget.with(j), e, first, second)
		})}.unit(v.Budget.Workers))
	if !v.Explicit {
		return units, nil
	}
	units = append(units, v.decompositions(e, "").unit(v.Budget.Workers))
	if !along {
		return units, nil
	}
	architectures, layers := prefixes(v.Architecture)
	for i, a := range architectures {
		prepared, err := a.Prepare()
		if err != nil {
			return nil, err
		}
		shorter := ArchitectureEnsemble{Prepared: prepared, Explicit: true}
		units = append(units, v.decompositions(shorter, behind(layers[i])).unit(v.Budget.Workers))
	}
	return units, nil
}
