package experiment_test

import (
	"encoding/json"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"bsnn/network/training"
	"bsnn/reports/experiment"
)

// TestNormsOnAnyCores: the norms of networks as they are drawn are the same, to
// the last bit, whatever the number of cores.
func TestNormsOnAnyCores(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	s := experiment.DefaultNorms()
	s.Depth, s.Width, s.Networks, s.Batch = 3, 70, 2, 16
	s.Activations, s.Weights = []string{"tanh", "gelu"}, []training.Weights{training.Haar, training.Gaussian}
	var first string
	for _, cores := range []int{1, 2, 5} {
		runtime.GOMAXPROCS(cores)
		r, err := experiment.Norms(t.Context(), t.TempDir(), s, experiment.Options{})
		require.NoError(t, err)
		for i := range r.Cells {
			require.NotNil(t, r.Cells[i].Result, r.Cells[i].Problem)
			r.Cells[i].Seconds = 0
		}
		text, err := json.Marshal(r.Cells)
		require.NoError(t, err)
		if first == "" {
			first = string(text)
		}
		require.Equal(t, first, string(text), "%d cores", cores)
	}
}
