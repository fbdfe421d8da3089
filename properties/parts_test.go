package properties_test

import (
	"context"
	"encoding/json"
	"testing"

	"bsnn/gpnorm"
	"bsnn/internal/journal"
	"bsnn/internal/parts"
	"bsnn/internal/provenance"
	"bsnn/network"
	"bsnn/properties"

	"github.com/stretchr/testify/require"
)

// complete is a journal that must have whatever is looked up.
type complete struct {
	*parts.Parts
	t *testing.T
}

func (c complete) Lookup(section string, index int) ([]float64, bool) {
	v, ok := c.Parts.Lookup(section, index)
	if !ok {
		c.t.Errorf("%s: network %d is in no part", section, index)
	}
	return v, ok
}

// Whoever has all parts draws no network, and finds what one process does.
func TestPartsHaveAllNetworks(t *testing.T) {
	a := tower(t, 8, 3, network.Stack{Activation: network.Activation{Spec: "tanh"}, Linear: network.Linear{Gain: 1}})
	b := properties.Budget{Seed: 1, Trials: 12, Alpha: 1e-6, Workers: 1}
	architecture := properties.ArchitectureVerification{Architecture: a, Tolerance: 0.3, Limit: 0.1, Budget: b}
	angle := properties.AngleVerification{Architecture: a, Limit: 0.1, Budget: b}
	spectrum := properties.SpectrumVerification{Architecture: a, Explicit: true, Budget: b}
	j, err := gpnorm.Judge("tanh", nil)
	require.NoError(t, err)
	tolerance := properties.ToleranceQuestion{Activation: j.Activation, Width: 16, Depths: []int{1, 2}, Confidence: 0.9}
	m := properties.ToleranceMeasurement{Seed: 1, Trials: 30, Alpha: 1e-3, Workers: 1, MaxWork: 1e9}
	for name, c := range map[string]struct {
		units func(ctx context.Context) ([]parts.Unit, error)
		run   func(ctx context.Context, j properties.Journal) (any, error)
	}{
		"architecture": {architecture.Units, func(ctx context.Context, j properties.Journal) (any, error) {
			architecture.Budget.Journal = j
			return architecture.Run(ctx)
		}},
		"angles": {angle.Units, func(ctx context.Context, j properties.Journal) (any, error) {
			angle.Budget.Journal = j
			return angle.Run(ctx)
		}},
		"spectrum": {func(ctx context.Context) ([]parts.Unit, error) { return spectrum.Units(ctx, false) },
			func(ctx context.Context, j properties.Journal) (any, error) {
				spectrum.Budget.Journal = j
				return spectrum.Run(ctx)
			}},
		"tolerance": {func(context.Context) ([]parts.Unit, error) { return tolerance.Units(m) },
			func(ctx context.Context, j properties.Journal) (any, error) {
				m.Journal = j
				return tolerance.Answer(ctx, &m)
			}},
	} {
		want, err := c.run(t.Context(), nil)
		require.NoError(t, err, name)
		units, err := c.units(t.Context())
		require.NoError(t, err, name)
		dir := t.TempDir()
		folder, err := parts.Sweep{Run: provenance.Run{Kind: name, Asked: 1}, Units: units}.In(dir, 3, journal.Same)
		require.NoError(t, err)
		for i := range 3 {
			part, err := folder.Open(3 - i)
			require.NoError(t, err)
			require.NoError(t, part.Measure(t.Context(), 1, nil), name)
			require.NoError(t, part.Finish())
		}
		all, err := parts.Read(dir, journal.Same)
		require.NoError(t, err)
		got, err := c.run(t.Context(), complete{all, t})
		require.NoError(t, err, name)
		require.Equal(t, fmtJSON(t, want), fmtJSON(t, got), name)
	}
}

func fmtJSON(t *testing.T, v any) string {
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return string(text)
}
