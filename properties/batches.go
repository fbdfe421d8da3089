package properties

import (
	"context"
	"fmt"

	"bsnn/montecarlo"
	"bsnn/network"
)

// batches draws networks in batches of fixed size, so that results do not depend on the number of
// workers, as long as there are open questions and trials; add takes the statistics of each, and
// count says how many there were. worker makes what each worker goes through networks with.
func batches[W any](ctx context.Context, b Budget, worker func() (W, error), count *int, open func() bool,
	trial func(context.Context, W, int) ([]float64, error), add func([]float64)) error {
	for size := 64; *count < b.Trials && open(); size *= 2 {
		first := *count
		plan := montecarlo.Plan{First: first, Trials: min(size, b.Trials-first), Workers: b.Workers}
		if b.Progress != nil {
			plan.Progress = func(done, _ int) { b.Progress(first+done, b.Trials) }
		}
		values, err := montecarlo.Collect(ctx, plan, worker, trial)
		for _, v := range values {
			add(v)
		}
		*count += len(values)
		if err != nil {
			return err
		}
	}
	return nil
}

// memory is what a worker draws one network after the other in.
func memory() (*network.Drawn, error) { return new(network.Drawn), nil }

// remembered are the statistics of one network, perhaps from the journal.
func (b Budget) remembered(address string, trial, statistics int, of func() ([]float64, error)) ([]float64, error) {
	if b.Journal != nil {
		if v, ok := b.Journal.Lookup(address, trial); ok {
			if len(v) != statistics {
				return nil, fmt.Errorf("the journal holds %d statistics; want %d, one for each claim", len(v), statistics)
			}
			return v, nil
		}
	}
	v, err := of()
	if err != nil {
		return nil, err
	}
	if b.Journal != nil {
		b.Journal.Record(address, trial, v)
	}
	return v, nil
}
