package training

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/floats"
)

// A network in which nothing arrives ends in words at its first step, in both precisions,
// in front and on the way back; others do not.
func TestDeadSignals(t *testing.T) {
	for name, c := range map[string]struct {
		change   func(*Spec)
		gradient bool
		cause    string
	}{
		"lost": {func(s *Spec) { s.Activation, s.AsIs, s.Depth = "relu", true, 80 }, false, "the activation as it is"},
		"lost, float64": {func(s *Spec) { s.Activation, s.AsIs, s.Depth, s.DType = "relu", true, 130, Float64 }, false,
			"the activation as it is"},
		"underflown":      {func(s *Spec) { s.Activation, s.AsIs, s.Depth = "gelu", true, 200 }, false, "the activation as it is"},
		"does not return": {func(s *Spec) { s.Activation, s.AsIs, s.Depth = "0.01*sigmoid(x)+1", true, 12 }, true, "the activation as it is"},
	} {
		t.Run(name, func(t *testing.T) {
			s, train, _ := small()
			c.change(&s)
			s.Steps = 2
			run, err := New(s, train, nil)
			require.NoError(t, err)
			summary, err := run.Train(context.Background(), Options{})
			var dead *DeadSignalError
			require.ErrorAs(t, err, &dead)
			require.False(t, summary.Complete)
			require.Equal(t, c.gradient, dead.Gradient)
			require.Equal(t, 1, dead.Step)
			require.ErrorContains(t, err, c.cause)
			require.NotContains(t, err.Error(), "\n")
			require.Greater(t, dead.From, 1)
			require.Less(t, dead.From, s.Depth)

			again, err := New(s, train, nil)
			require.NoError(t, err)
			_, err = again.Train(context.Background(), Options{IgnoreDead: true})
			require.NoError(t, err)
			again, err = New(s, train, nil)
			require.NoError(t, err)
			_, err = again.Train(context.Background(), Options{IgnoreDeadGradient: true})
			require.Equal(t, c.gradient, err == nil, "what learns near the output may go on")
		})
	}
	for _, change := range []func(*Spec){
		func(s *Spec) { s.Activation, s.AsIs, s.Depth, s.BatchNorm = "relu", true, 40, true },
		func(s *Spec) { s.Depth = 200 },
		func(s *Spec) { s.Activation, s.AsIs, s.Depth = "tanh", true, 200 },
	} {
		s, train, _ := small()
		change(&s)
		s.Steps = 2
		run, err := New(s, train, nil)
		require.NoError(t, err)
		_, err = run.Train(context.Background(), Options{})
		require.NoError(t, err)
	}
}

// A divergence names what is likely to be at fault: before the first step the network,
// and later the rate.
func TestDivergencesNameTheirCause(t *testing.T) {
	for cause, change := range map[string]func(*Spec){
		"the activation as it is": func(s *Spec) { s.Activation, s.AsIs, s.Depth = "x*x", true, 30 },
		"the shortcuts":           func(s *Spec) { s.Activation, s.Depth, s.Shortcut = "selu", 400, PlainShortcut },
		"the weights":             func(s *Spec) { s.Activation, s.Depth, s.Weights = "relu", 400, He },
		"the learning rate, 1e+10: want a smaller one": func(s *Spec) { s.Activation, s.Depth, s.Optimizer.LearningRate = "relu", 8, 1e10 },
	} {
		s, train, _ := small()
		change(&s)
		run, err := New(s, train, nil)
		require.NoError(t, err)
		_, err = run.Train(context.Background(), Options{})
		var diverged *DivergenceError
		require.ErrorAs(t, err, &diverged, cause)
		require.ErrorContains(t, err, "the likely cause is "+cause)
	}
}

// Biases at the ends are PyTorch's: uniform between ±1/√(number of inputs).
func TestBiasesAtTheEnds(t *testing.T) {
	s, train, _ := small()
	s.TrainEmbedding, s.EndBiases, s.DType = true, true, Float64
	run, err := New(s, train, nil)
	require.NoError(t, err)
	e, ok := run.machine.(*engine[float64])
	require.True(t, ok)
	for _, end := range []struct {
		bias  []float64
		fanIn int
	}{{e.embedBias.w, s.Inputs}, {e.outBias.w, s.Width}} {
		require.LessOrEqual(t, floats.Norm(end.bias, math.Inf(1)), 1/math.Sqrt(float64(end.fanIn)))
	}
	require.Greater(t, floats.Norm(e.embedBias.w, math.Inf(1)), 0.5/math.Sqrt(float64(s.Inputs)), "of 48 draws one is above half of the bound")
	s.TrainEmbedding = false
	require.ErrorContains(t, s.Validate(), "end_biases")
}
