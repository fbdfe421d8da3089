package training

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestBestRateIsThatOfTheLowestLoss(t *testing.T) {
	nan := Real(math.NaN())
	require.Equal(t, 0.01, BestRate([]Pilot{{0.1, nan}, {0.001, 2}, {0.01, 1}}))
	require.Equal(t, 0.001, BestRate([]Pilot{{0.1, nan}, {0.001, nan}, {0.01, nan}}))
	require.Equal(t, 0.5, BestRate([]Pilot{{0.5, 3}}))
}

// A rate is judged by the last third of its steps; one that diverges has no loss.
func TestTryRate(t *testing.T) {
	s, train, _ := small()
	s.Steps = 9
	var losses []float64
	p, err := TryRate(context.Background(), s, train, Options{Progress: func(p Progress) { losses = append(losses, p.Loss) }})
	require.NoError(t, err)
	require.Len(t, losses, 9)
	require.Equal(t, s.Optimizer.LearningRate, p.Rate)
	require.InDelta(t, (losses[6]+losses[7]+losses[8])/3, float64(p.Loss), 1e-12)
	s.Activation, s.Optimizer.LearningRate = "relu", 1e30
	p, err = TryRate(context.Background(), s, train, Options{})
	require.NoError(t, err)
	require.True(t, math.IsNaN(float64(p.Loss)))
}
