package montecarlo_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync/atomic"
	"testing"

	"bsnn/montecarlo"

	"github.com/stretchr/testify/require"
)

func noWorkspace() (struct{}, error) { return struct{}{}, nil }

func TestCollectDoesNotDependOnWorkers(t *testing.T) {
	run := func(workers int) []float64 {
		e := montecarlo.NewExperiment(7, "workers")
		out, err := montecarlo.Collect(t.Context(), montecarlo.Plan{Trials: 100, Workers: workers}, noWorkspace,
			func(_ context.Context, _ struct{}, i int) (float64, error) {
				s := e.Trial(i).Layer(1)
				return rand.New(&s).NormFloat64(), nil
			})
		require.NoError(t, err)
		return out
	}
	one := run(1)
	require.Len(t, one, 100)
	require.Equal(t, one, run(2))
	require.Equal(t, one, run(7))
}

func TestCollectStartsAtFirst(t *testing.T) {
	out, err := montecarlo.Collect(t.Context(), montecarlo.Plan{First: 5, Trials: 3}, noWorkspace,
		func(_ context.Context, _ struct{}, i int) (int, error) { return i, nil })
	require.NoError(t, err)
	require.Equal(t, []int{5, 6, 7}, out)
}

func TestCollectReportsProgressInOrder(t *testing.T) {
	var reports [][2]int // in goroutines of the workers, one at a time
	p := montecarlo.Plan{Trials: 50, Workers: 4, Progress: func(done, total int) { reports = append(reports, [2]int{done, total}) }}
	_, err := montecarlo.Collect(t.Context(), p, noWorkspace, func(context.Context, struct{}, int) (int, error) { return 0, nil })
	require.NoError(t, err)
	require.Len(t, reports, 50)
	for i, r := range reports {
		require.Equal(t, [2]int{i + 1, 50}, r)
	}
}

func TestCollectStopsOnCancellation(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var ran atomic.Int64
	out, err := montecarlo.Collect(ctx, montecarlo.Plan{Trials: 1 << 20, Workers: 3}, noWorkspace,
		func(trial context.Context, _ struct{}, i int) (int, error) {
			switch n := ran.Add(1); {
			case n == 100:
				cancel()
			case n > 100: // the hundredth may be slow to cancel, and that to reach the trials
				<-trial.Done()
			}
			return i, nil
		})
	require.ErrorIs(t, err, context.Canceled)
	require.Less(t, ran.Load(), int64(1000))
	require.GreaterOrEqual(t, len(out), 97, "all but the trials under way are kept")
	for i, v := range out {
		require.Equal(t, i, v)
	}
}

func TestCollectNamesTheFailingTrial(t *testing.T) {
	broken := errors.New("broken")
	for _, workers := range []int{1, 5} {
		out, err := montecarlo.Collect(t.Context(), montecarlo.Plan{Trials: 40, Workers: workers}, noWorkspace,
			func(ctx context.Context, _ struct{}, i int) (int, error) {
				if i == 17 {
					return 0, broken
				}
				if i > 17 && workers > 1 {
					<-ctx.Done()
					return 0, ctx.Err()
				}
				return i, nil
			})
		require.ErrorIs(t, err, broken)
		require.ErrorContains(t, err, "trial 17")
		require.Len(t, out, 17)
	}
	_, err := montecarlo.Collect(t.Context(), montecarlo.Plan{Trials: 4}, func() (int, error) { return 0, broken },
		func(context.Context, int, int) (int, error) { return 0, nil })
	require.ErrorIs(t, err, broken)
	_, err = montecarlo.Collect(t.Context(), montecarlo.Plan{Trials: -1}, noWorkspace,
		func(context.Context, struct{}, int) (int, error) { return 0, nil })
	require.Error(t, err)
}
