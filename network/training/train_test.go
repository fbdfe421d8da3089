package training

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	"bsnn/internal/gemm"
)

// small is a problem that a few hundred steps solve.
func small() (Spec, *teacher, *teacher) {
	s := Default()
	s.Inputs, s.Classes, s.Width, s.Depth, s.Batch, s.Epochs = 20, 3, 48, 20, 25, 4
	s.Optimizer.LearningRate = 1e-3
	all := newTeacher(3, 1500, 20, 3)
	train := &teacher{all.rows[:1000], all.labels[:1000], 3}
	test := &teacher{all.rows[1000:], all.labels[1000:], 3}
	return s, train, test
}

func TestLossFallsOnATeacher(t *testing.T) {
	for _, dtype := range []DType{Float64, Float32} {
		s, train, test := small()
		s.DType = dtype
		run, err := New(s, train, test)
		require.NoError(t, err)
		before, err := run.Measure(context.Background(), 3, 0)
		require.NoError(t, err)
		require.InDelta(t, 1, float64(before.Layers[0].X), 0.2)
		summary, err := run.Train(context.Background(), Options{})
		require.NoError(t, err)
		require.True(t, summary.Complete)
		require.Equal(t, 4, summary.Epochs)
		require.Equal(t, 160, summary.Steps)
		require.Len(t, run.Records(), 4)
		require.Less(t, float64(summary.Test.Loss), 0.6*float64(before.Train.Loss))
		require.Greater(t, summary.Test.Accuracy, 0.8)
		score, err := run.Evaluate(context.Background(), test)
		require.NoError(t, err)
		require.Equal(t, *summary.Test, score)
		speed := summary.Speed
		require.Equal(t, 160, speed.Steps)
		require.InDelta(t, 1, speed.Shares.Gemm+speed.Shares.Activation+speed.Shares.Update+speed.Shares.Other, 1e-9)
		require.InEpsilon(t, speed.StepRate/speed.GemmRate, speed.Efficiency, 1e-12)
	}
}

// The precisions see the same weights and samples: over a few steps their
// norms and losses differ by rounding only.
func TestFloat32AgreesWithFloat64(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSpec(t)
		if s.BatchNorm {
			s.Inputs, s.Width, s.Batch = max(s.Inputs, 8), max(s.Width, 33), 9
		}
		data := drawData(t, s)
		var records []EpochRecord
		for _, dtype := range []DType{Float64, Float32} {
			s.DType = dtype
			run, err := New(s, data, nil)
			require.NoError(t, err)
			record, err := run.Measure(context.Background(), 1, 0)
			require.NoError(t, err)
			records = append(records, record)
		}
		a, b := records[0], records[1]
		// Rounding is amplified by the layers, most by the batch normalisation
		// of a nearly constant neuron, which wide data make unlikely.
		close := func(x, y Real, what string) {
			require.InDelta(t, float64(x), float64(y), 1e-3*(1e-2+math.Abs(float64(x))), what)
		}
		close(a.Train.Loss, b.Train.Loss, "loss")
		for l := range a.Layers {
			close(a.Layers[l].X, b.Layers[l].X, "x")
			if !s.BatchNorm {
				close(a.Layers[l].D, b.Layers[l].D, "d")
				close(a.Layers[l].Gradient, b.Layers[l].Gradient, "gradient")
			}
		}
	})
}

func TestRetractionsKeepWeightsOrthogonal(t *testing.T) {
	for _, dtype := range []DType{Float64, Float32} {
		for _, constraint := range []Constraint{Free, QR, Cayley, Polar} {
			s, train, test := small()
			s.Depth, s.DType, s.Constraint, s.Epochs = 4, dtype, constraint, 1
			run, err := New(s, train, test)
			require.NoError(t, err)
			start := run.Weights(2)
			_, err = run.Train(context.Background(), Options{})
			require.NoError(t, err)
			bound := map[DType]float64{Float64: 1e-12, Float32: 1e-5}[dtype]
			for _, l := range run.Records()[0].Layers {
				if constraint == Free {
					require.Greater(t, float64(l.Orthogonality), 10*bound)
				} else {
					require.Less(t, float64(l.Orthogonality), bound, "%s %s", dtype, constraint)
				}
			}
			var moved mat.Dense
			moved.Sub(run.Weights(2), start)
			require.Greater(t, mat.Norm(&moved, 2), 1e-3, "%s %s", dtype, constraint)
		}
	}
}

func TestDivergenceIsLocated(t *testing.T) {
	s, train, _ := small()
	s.Activation, s.AsIs, s.DType, s.Depth = "1e4*x", true, Float32, 20
	run, err := New(s, train, nil)
	require.NoError(t, err)
	_, err = run.Train(context.Background(), Options{})
	var d *DivergenceError
	require.ErrorAs(t, err, &d)
	// ‖x‖² grows by 1e8 in each layer from 48: x overflows float32 (3.4e38)
	// in layer 10, as 1e40 times entries of order 1.
	require.Equal(t, 1, d.Step)
	require.Equal(t, 1, d.Epoch)
	require.Equal(t, 20, d.Depth)
	require.Equal(t, "x", d.What)
	require.InDelta(t, 10, d.Layer, 1)
	require.ErrorContains(t, err, "step 1")
	record, err := run.Measure(context.Background(), 1, 0)
	require.NoError(t, err)
	require.False(t, finite(float64(record.Layers[15].X)))

	s, train, _ = small()
	s.Activation, s.Optimizer.LearningRate = "leakyrelu", 1e30
	run, err = New(s, train, nil)
	require.NoError(t, err)
	summary, err := run.Train(context.Background(), Options{})
	require.ErrorAs(t, err, &d)
	require.Equal(t, summary.Steps+1, d.Step)
	require.False(t, summary.Complete)
}

// A gradient that overflows on the way back is found in the highest layer where
// it does: sin(1e12·x) is bounded, and its derivative multiplies d by about 1e12
// in each layer, until it leaves float32 in the fourth from the top.
func TestBackwardDivergenceIsLocated(t *testing.T) {
	s, train, _ := small()
	s.Activation, s.AsIs, s.DType, s.Depth = "sin(1e12*x)", true, Float32, 8
	run, err := New(s, train, nil)
	require.NoError(t, err)
	_, err = run.Train(context.Background(), Options{})
	var d *DivergenceError
	require.ErrorAs(t, err, &d)
	require.Equal(t, "d", d.What)
	require.InDelta(t, 5, d.Layer, 1)
	require.Equal(t, 1, d.Step)
}

func TestNothingIsAllocatedInASteadyState(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector makes pools forget")
	}
	for _, dtype := range []DType{Float64, Float32} {
		for _, products := range []Products{GoProducts, BLASProducts} {
			if _, none := blas64.Implementation().(gemm.Float64); none && products == BLASProducts {
				continue // no library: that one calls up goroutines of its own
			}
			batchNorm := products == GoProducts
			s, train, _ := small()
			s.DType, s.BatchNorm, s.Bias, s.Shortcut = dtype, batchNorm, batchNorm, ScaledShortcut
			s.Epochs = 1000
			run, err := New(s, train, nil)
			require.NoError(t, err)
			dismiss := run.machine.hire(2, products)
			session := session{Run: run}
			step := func() {
				run.step %= 39 // within an epoch
				_, err := session.advance()
				require.NoError(t, err)
			}
			step()
			require.Zero(t, testing.AllocsPerRun(20, step), "%s, %s", dtype, products)
			dismiss()
		}
	}
}

func TestEpochErrorEndsTheRun(t *testing.T) {
	s, train, test := small()
	run, err := New(s, train, test)
	require.NoError(t, err)
	stop := errors.New("enough")
	summary, err := run.Train(context.Background(), Options{Epoch: func(EpochRecord) error { return stop }})
	require.ErrorIs(t, err, stop)
	require.Equal(t, 1, summary.Epochs)
}

func TestStepsCapTheRun(t *testing.T) {
	s, train, _ := small()
	s.Steps = 55
	run, err := New(s, train, nil)
	require.NoError(t, err)
	var records []EpochRecord
	var progress []Progress
	summary, err := run.Train(context.Background(), Options{
		Epoch:            func(r EpochRecord) error { records = append(records, r); return nil },
		Progress:         func(p Progress) { progress = append(progress, p) },
		ProgressInterval: 1,
	})
	require.NoError(t, err)
	require.Equal(t, 55, summary.Steps)
	require.True(t, summary.Complete)
	require.Equal(t, 1, summary.Epochs)
	require.Len(t, records, 2)
	require.Equal(t, 40, records[0].Steps)
	require.Equal(t, 15, records[1].Steps)
	require.Equal(t, 2, records[1].Epoch)
	require.Len(t, run.Records(), 1)
	require.Equal(t, 55, progress[len(progress)-1].Step)
	require.Equal(t, 55, progress[0].Steps)
	require.Zero(t, progress[len(progress)-1].Remaining)
}

func TestShuffleIsAPermutationOfItsAddress(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 300).Draw(t, "n")
		seed, epoch := rapid.Uint64().Draw(t, "seed"), rapid.IntRange(1, 1000).Draw(t, "epoch")
		a, b := make([]int, n), make([]int, n)
		shuffle(a, seed, 0, epoch)
		shuffle(b, seed, 0, epoch)
		require.Equal(t, a, b)
		if n >= 20 { // false alarm: 1/20! < 1e-18
			shuffle(b, seed, 0, epoch+1)
			require.NotEqual(t, a, b)
			shuffle(b, seed, 1, epoch)
			require.NotEqual(t, a, b)
		}
		slices.Sort(a)
		for i, v := range a {
			require.Equal(t, i, v)
		}
	})
}

func TestSchedules(t *testing.T) {
	constant := Schedule{Kind: Constant, Warmup: 4}
	for step, want := range []float64{0.25, 0.5, 0.75, 1, 1, 1} {
		require.Equal(t, want, constant.factor(step, 6, 3))
	}
	down := Schedule{Kind: StepDown, Every: 2, Factor: 0.1}
	for step, want := range []float64{1, 1, 1, 1, 1, 1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.01} {
		require.InEpsilon(t, want, down.factor(step, 13, 3), 1e-12)
	}
	cosine := Schedule{Kind: Cosine, Final: 0.2}
	require.Equal(t, 1.0, cosine.factor(0, 10, 3))
	require.InDelta(t, 0.6, cosine.factor(5, 10, 3), 1e-12)
	require.InDelta(t, 0.2, cosine.factor(10, 10, 3), 1e-12)
}
