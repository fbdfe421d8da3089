package page_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bsnn/internal/replay"
	"bsnn/network"
	"bsnn/properties"
	"bsnn/reports"
	"bsnn/reports/page"

	"github.com/stretchr/testify/require"
)

func architectureReport(t *testing.T, s network.Stack) *reports.ArchitectureReport {
	t.Helper()
	seed := replay.Seed(t)
	s.Activation.Spec = "tanh"
	a, err := s.Tower(40, 12)
	require.NoError(t, err)
	r, err := reports.RunArchitecture(t.Context(), "a <tower>", "", properties.ArchitectureVerification{
		Architecture: a, Inputs: 4, Tolerance: 0.3, Limit: 0.1, Budget: properties.Budget{Seed: seed, Trials: 20, Alpha: 0.1},
	})
	require.NoError(t, err)
	return r
}

// A page about an architecture says what the numbers are, shows every block, and takes
// the place of a former one, and of a page about activations.
func TestArchitecturePage(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "report")
	write := func(r *reports.ArchitectureReport) string {
		o, err := page.Claim(dir)
		require.NoError(t, err)
		defer o.Close()
		require.NoError(t, o.WriteArchitecture(r))
		text, err := os.ReadFile(filepath.Join(dir, "index.html"))
		require.NoError(t, err)
		return string(text)
	}
	first := architectureReport(t, network.Stack{Shortcut: "rotated"})
	text := write(first)
	require.Contains(t, text, "survive a &lt;tower&gt;?")
	require.Contains(t, text, "12 times")
	require.NotContains(t, text, "NaN")
	require.Len(t, first.Signal, 12, "repetitions are written out")
	require.Equal(t, 2, strings.Count(text, `role="img"`))
	description, err := os.ReadFile(filepath.Join(dir, "network.yaml"))
	require.NoError(t, err)
	again, err := network.ReadArchitecture("network.yaml", description)
	require.NoError(t, err)
	require.Equal(t, 40, again.Input)
	data, err := os.ReadFile(filepath.Join(dir, "network.json"))
	require.NoError(t, err)
	var read reports.ArchitectureReport
	require.NoError(t, json.Unmarshal(data, &read))
	require.Equal(t, first.Result.Networks, read.Result.Networks)
	numbers, err := os.ReadFile(filepath.Join(dir, "along.csv"))
	require.NoError(t, err)
	require.Equal(t, 1+2*12, strings.Count(string(numbers), "\n"))

	// Without laws and with causes.
	batch := network.Batch
	second := architectureReport(t, network.Stack{Norm: &batch})
	text = write(second)
	require.Contains(t, text, "what would mend it")
	require.Contains(t, text, "no law")
}
