package properties

import (
	"context"
	"errors"
	"fmt"

	"bsnn/montecarlo"
	"bsnn/network"
)

// Budget is what a test may spend.
type Budget struct {
	Seed    uint64
	Trials  int     // for each ensemble
	Alpha   float64 // for each claim
	Workers int     // 0 means one for each usable core

	// Progress, if set, is told how many of at most total trials are done.
	Progress func(done, total int)

	// Journal, if set, keeps the statistics of finished trials and saves
	// repeating those it already has. It never changes a result.
	Journal Journal
}

// A Journal remembers the statistics of finished trials from one process to
// the next. It belongs to one set of claims about one activation: trials are
// told apart by [Ensemble.Address] and their number only. Its methods are
// called from several goroutines.
type Journal interface {
	// Lookup returns what a former process recorded of a trial.
	Lookup(address string, trial int) (statistics []float64, ok bool)
	// Record keeps the statistics of a trial that Lookup does not know.
	Record(address string, trial int, statistics []float64)
}

// A Result is the answer to one claim about one ensemble.
type Result struct {
	Claim    Claim
	Ensemble Ensemble
	Seed     uint64
	Verdict  montecarlo.Verdict
	Sample   *montecarlo.Sample // the statistic over the trials that were run
}

// Address names the experiment of an ensemble: with the seed it determines
// every trial. Activations and representations share their random numbers,
// so that comparing them is not comparing luck.
func (e Ensemble) Address() string {
	return fmt.Sprintf("%s n=%d L=%d", e.Weights, e.Width, e.Depth)
}

// Test puts claims about one ensemble, all of its depth, to the test on common trials and stops
// as soon as all of them are decided. The error probability of each verdict
// is at most b.Alpha. The trials are run in batches of fixed size, so results
// do not depend on the number of workers.
//
// On cancellation it returns the results so far together with an error that
// wraps ctx.Err().
func Test(ctx context.Context, e Ensemble, claims []Claim, b Budget) ([]Result, error) {
	results, tests, err := begin(e, claims, b)
	if err != nil {
		return nil, err
	}
	trial := e.statistics(claims, b)
	for first, size := 0, 64; first < b.Trials && undecided(tests); first, size = first+size, 2*size {
		plan := montecarlo.Plan{First: first, Trials: min(size, b.Trials-first), Workers: b.Workers}
		if b.Progress != nil {
			plan.Progress = func(done, _ int) { b.Progress(first+done, b.Trials) }
		}
		values, err := montecarlo.Collect(ctx, plan, e.runners(plan), trial)
		for _, v := range values {
			for i, c := range claims {
				results[i].Sample.Add(v[i])
				tests[i].Add(c.Violated(v[i]))
			}
		}
		if err != nil {
			return finish(results, tests), fmt.Errorf("%s: %w", e.Address(), err)
		}
	}
	return finish(results, tests), nil
}

func begin(e Ensemble, claims []Claim, b Budget) ([]Result, []*montecarlo.RateTest, error) {
	if len(claims) == 0 {
		return nil, nil, errors.New("no claims to test")
	}
	results, tests := make([]Result, len(claims)), make([]*montecarlo.RateTest, len(claims))
	for i, c := range claims {
		if c.Depth != e.Depth {
			return nil, nil, fmt.Errorf("%s speaks of depth %d, the ensemble has %d", c.Statement.Name, c.Depth, e.Depth)
		}
		if err := c.Validate(); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", c.Statement.Name, err)
		}
		test, err := montecarlo.NewRateTest(c.Limit, b.Alpha, b.Trials)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", c.Statement.Name, err)
		}
		results[i] = Result{Claim: c, Ensemble: e, Seed: b.Seed, Sample: montecarlo.NewSample(nil)}
		tests[i] = test
	}
	return results, tests, nil
}

// statistics is the trial that finds the statistics of the claims on one
// network, or knows them from the journal.
func (e Ensemble) statistics(claims []Claim, b Budget) func(context.Context, runner, int) ([]float64, error) {
	address := e.Address()
	x := montecarlo.NewExperiment(b.Seed, address)
	return e.kept(b.Journal, address, x, len(claims), func(norms network.Norms) []float64 {
		v := make([]float64, len(claims))
		for j, c := range claims {
			v[j] = c.Value(norms, e.Width)
		}
		return v
	})
}

// kept is the trial of an experiment that finds some statistics of one network,
// or knows them from the journal, if there is one, by the address.
func (e Ensemble) kept(j Journal, address string, x montecarlo.Experiment, count int,
	of func(network.Norms) []float64) func(context.Context, runner, int) ([]float64, error) {
	return func(ctx context.Context, r runner, i int) ([]float64, error) {
		return Budget{Journal: j}.remembered(address, i, count, func() ([]float64, error) {
			norms := network.NewNorms(e.Depth)
			if err := e.trial(ctx, r, x.Trial(i), i, norms); err != nil {
				return nil, err
			}
			return of(norms), nil
		})
	}
}

func undecided(tests []*montecarlo.RateTest) bool {
	for _, t := range tests {
		if !t.Decided() {
			return true
		}
	}
	return false
}

func finish(results []Result, tests []*montecarlo.RateTest) []Result {
	for i, t := range tests {
		results[i].Verdict = t.Verdict()
	}
	return results
}
