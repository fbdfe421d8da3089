package training

import (
	"runtime"
	"testing"

	"bsnn/internal/limits"

	"github.com/stretchr/testify/require"
)

// What cannot fit is refused before anything is allocated, with what would fit.
func TestFeasible(t *testing.T) {
	s, train, _ := small()
	s.Width, s.Depth, s.Weights = limits.TrainedWidth, limits.TrainedDepth, Gaussian // 3.4 petabytes
	_, err := New(s, train, nil)
	var e *SpecError
	require.ErrorAs(t, err, &e)
	require.Contains(t, []string{"width", "depth"}, e.Field)
	s.Width = 8192
	_, err = New(s, train, nil)
	require.ErrorContains(t, err, "of memory, and this machine has")
	require.ErrorContains(t, err, "want a smaller")
	s.Width, s.Depth = 500, 200
	require.NoError(t, s.Feasible(0))
}

// The estimate is what a run really allocates, within a tenth and a few
// workspaces.
func TestMemoryIsThatOfARun(t *testing.T) {
	s, train, _ := small()
	s.Weights = Gaussian
	for _, size := range [][2]int{{200, 30}, {16, 2000}} {
		for _, norm := range []bool{false, true} {
			s.Width, s.Depth, s.BatchNorm, s.Batch = size[0], size[1], norm, 64
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			run, err := newRun(s, train, nil)
			require.NoError(t, err)
			dismiss, err := run.hire(2, GoProducts)
			require.NoError(t, err)
			runtime.ReadMemStats(&after)
			dismiss()
			got := float64(after.TotalAlloc - before.TotalAlloc)
			require.InEpsilon(t, got, s.Memory(2), 0.25, "width %d, depth %d: %s, estimated %s", s.Width, s.Depth, limits.Bytes(got),
				limits.Bytes(s.Memory(2)))
		}
	}
}

func TestWorkersAreLimited(t *testing.T) {
	s, train, _ := small()
	run, err := New(s, train, nil)
	require.NoError(t, err)
	for _, workers := range []int{-1, limits.Workers + 1, 1 << 30} {
		_, err := run.Train(t.Context(), Options{Workers: workers})
		require.ErrorContains(t, err, "workers")
		_, err = run.Measure(t.Context(), 1, workers)
		require.ErrorContains(t, err, "workers")
	}
}

// The size of a checkpoint is known before there is one.
func TestCheckpointSize(t *testing.T) {
	s, train, _ := small()
	s.Width, s.Depth, s.Weights = 100, 5, Gaussian
	for _, dtype := range []DType{Float32, Float64} {
		s.DType = dtype
		run, err := newRun(s, train, nil)
		require.NoError(t, err)
		require.InEpsilon(t, float64(sizeOf(run.state())), s.CheckpointSize(), 0.05, dtype)
	}
}
