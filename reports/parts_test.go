package reports

import (
	"path/filepath"
	"testing"

	"bsnn/internal/journal"
	"bsnn/internal/parts"
	"bsnn/internal/provenance"

	"github.com/stretchr/testify/require"
)

// Whatever the number of parts, in whatever order they are computed, and wherever one is
// stopped: merged, they are the report of one run, cells that fail included.
func TestPartsMakeTheReportOfOneRun(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	spec := tinySpec()
	whole, err := Run(t.Context(), spec, Options{})
	require.NoError(t, err)
	want := bits(t, whole)
	run := parts.Sweep{Run: provenance.Run{Kind: "report", Asked: spec}, Units: spec.Units()}
	for _, n := range []int{1, 3, 40} {
		dir := t.TempDir()
		for i := n; i >= 1; i-- {
			part, err := parts.Open(dir, run, i, n, journal.Same)
			require.NoError(t, err)
			require.NoError(t, Measure(t.Context(), spec, part.Pieces, Options{Journal: part.Journal}))
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
