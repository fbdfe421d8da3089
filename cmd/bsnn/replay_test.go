package main

import (
	"testing"

	"bsnn/reports"

	"github.com/stretchr/testify/require"
)

func TestReplayNamesEverything(t *testing.T) {
	spec := reports.DefaultSpec()
	spec.Seed, spec.Input, spec.Weights = 5, "mnist", "gaussian"
	spec.LayerTolerance, spec.DepthTolerance, spec.Limit = 0.07, 0.6, 0.2
	q := reports.Question{Subject: reports.Subject{Activation: "gelu", OtherRoot: true}, Width: 4096, Depth: 1, Trials: 99, Alpha: 1e-6}
	require.Equal(t, "bsnn verify --activation gelu --other-root --data mnist:DIR --weights gaussian --widths 4096 --depth 1 "+
		"--tolerance 0.6 --layer-tolerance 0.07 --limit 0.2 --trials 99 --alpha 2e-06 --seed 5", replays(spec)(q), "two claims about one layer")
	spec.Input, spec.Weights = "synthetic", "haar"
	q = reports.Question{Subject: reports.Subject{Activation: "b*tanh(a*x) + x", Parameters: map[string]string{"b": "2", "a": "1e-3"}, AsIs: true},
		Width: 64, Depth: 100, Trials: 7, Alpha: 1e-6}
	require.Equal(t, "bsnn verify --activation 'b*tanh(a*x) + x' --set a=1e-3 --set b=2 --as-is --weights haar --widths 64 --depth 100 "+
		"--tolerance 0.6 --layer-tolerance 0.07 --limit 0.2 --trials 7 --alpha 4e-06 --seed 5", replays(spec)(q), "four over depth")
}
