package reports

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"bsnn/internal/journal"
	"bsnn/internal/parts"
	"bsnn/internal/provenance"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/properties"

	"github.com/stretchr/testify/require"
)

// Whatever the number of parts, in whatever order they are computed: merged, they are the
// report of one run.
func TestPartsMakeTheReportOfOneRun(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	spec := tinySpec()
	whole, err := Run(t.Context(), spec, Options{})
	require.NoError(t, err)
	want := bits(t, whole)
	units, err := Units(spec, Options{})
	require.NoError(t, err)
	run := parts.Sweep{Run: provenance.Run{Kind: "report", Asked: spec}, Units: units}
	for _, n := range []int{1, 3, 40} {
		dir := t.TempDir()
		folder, err := run.In(dir, n, journal.Same)
		require.NoError(t, err)
		for i := n; i >= 1; i-- {
			part, err := folder.Open(i)
			require.NoError(t, err)
			require.NoError(t, part.Measure(t.Context(), 1+i%2, nil))
			require.NoError(t, part.Finish())
		}
		all, err := parts.Read(dir, journal.Same)
		require.NoError(t, err)
		require.NoError(t, all.Of(run, journal.Same))
		merged, err := Merge(t.Context(), spec, Options{Journal: all})
		require.NoError(t, err)
		require.Equal(t, want, bits(t, merged), "%d parts in %s", n, filepath.Base(dir))
		require.Empty(t, merged.Failures)
	}
}

// A cell that failed in a part, whole or with some of its trials, is a failure of the report, and
// is not tried again.
func TestCellsThatFailInParts(t *testing.T) {
	spec := tinySpec()
	bad := func(e properties.Ensemble) bool { return e.Width == 16 && e.Depth == 4 }
	s, err := newSweep(spec, Options{})
	require.NoError(t, err)
	s.describe = func(context.Context, Subject, resolved) (description, error) { return description{}, nil }
	s.sample = func(ctx context.Context, e properties.Ensemble, p montecarlo.Plan, x montecarlo.Experiment) ([]network.Norms, error) {
		if bad(e) {
			return nil, errors.New("out of luck")
		}
		return sampleNetworks(ctx, e, p, x)
	}
	run := parts.Sweep{Run: provenance.Run{Kind: "report", Asked: spec}, Units: s.units()}
	for _, n := range []int{1, 40} {
		dir := t.TempDir()
		folder, err := run.In(dir, n, journal.Same)
		require.NoError(t, err)
		for i := 1; i <= n; i++ {
			part, err := folder.Open(i)
			require.NoError(t, err)
			require.NoError(t, part.Measure(t.Context(), 1, nil))
			require.NoError(t, part.Finish())
		}
		all, err := parts.Read(dir, journal.Same)
		require.NoError(t, err)
		merged, err := Merge(t.Context(), spec, Options{Journal: all})
		require.NoError(t, err)
		require.Equal(t, []Failure{{"tanh", 16, 4, "out of luck"}, {"bang", 16, 4, "out of luck"}}, merged.Failures, "%d parts", n)
	}
}
