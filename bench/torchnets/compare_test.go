package main

import (
	"bytes"
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"bsnn/internal/replay"
)

// Without PyTorch every network is named as skipped, and counted.
func TestWithoutPyTorch(t *testing.T) {
	var text bytes.Buffer
	refuted, err := run(&text, "", 20, 1, "", false)
	require.NoError(t, err)
	require.False(t, refuted)
	require.Contains(t, text.String(), "skipped: mlp: no Python with PyTorch\n")
	require.Contains(t, text.String(), "compared: 0, skipped: 7\n")
	_, err = run(&text, "", 20, 1, "mlp,nothing", false)
	require.EqualError(t, err, `no network "nothing"`)
}

// Networks with the predicted laws agree; gradients that are e⁴ times as large, and
// signals that vary an eighth as much or four times, are refuted.
func TestOtherLawsAreRefuted(t *testing.T) {
	r := rand.New(rand.NewPCG(replay.Seed(t), 0))
	a, p, err := cases[1].predict(context.Background())
	require.NoError(t, err)
	judged := func(factor, spread float64) bool {
		drawn := make([]squares, 20)
		for i := range drawn {
			s := squares{Signal: []float64{1}, Gradient: make([]float64, len(p.Blocks)+1)}
			for _, b := range p.Blocks {
				s.Signal = append(s.Signal, math.Exp(b.SignalLog.Mean+spread*b.SignalLog.SD*r.NormFloat64()))
			}
			s.Gradient[len(p.Blocks)] = 1
			for l := len(p.Blocks) - 1; l >= 0; l-- {
				law := p.Blocks[l].GradientLog
				s.Gradient[l] = math.Exp(law.Mean + law.SD*r.NormFloat64())
				if l < 5 {
					s.Gradient[l] *= factor
				}
			}
			drawn[i] = s
		}
		t := compare(a, p, drawn, false)
		return t.refuted()
	}
	require.False(t, judged(1, 1))
	require.True(t, judged(math.Exp(4), 1))
	require.True(t, judged(1, 1./8))
	require.True(t, judged(1, 4))
}
