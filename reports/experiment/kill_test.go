package experiment

import (
	"context"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"bsnn/internal/disk/disktest"
	"bsnn/network/training"

	"github.com/stretchr/testify/require"
)

// Whenever the process dies, the same call goes on, and ends with the same files
// but for what was measured of time.
func TestKilledAnywhere(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	times := regexp.MustCompile(`"(seconds|samples_per_second)": ?[^,\n}]+|"speed": ?\{[^}]*\}`)
	columns := regexp.MustCompile(`(,[^,\n]*){3}\n`)
	result := func(t *testing.T, dir string) string {
		return disktest.Files(t, dir, func(name string, data []byte) string {
			switch {
			case strings.HasSuffix(name, ".journal"): // has the times of the cells
				return "kept"
			case strings.HasSuffix(name, "training.json"):
				return "read by others"
			case name == "grid/results.csv": // the columns before the last are times
				return columns.ReplaceAllString(string(data), "")
			case strings.HasSuffix(name, ".json"):
				return times.ReplaceAllString(string(data), "")
			}
			return string(data)
		})
	}
	norms := DefaultNorms()
	norms.Depth, norms.Width, norms.Networks, norms.Batch = 2, 4, 1, 4
	norms.Activations, norms.Weights = []string{"tanh"}, []training.Weights{training.Haar}
	accuracy := DefaultAccuracy()
	accuracy.Data.TrainSize, accuracy.Data.TestSize, accuracy.Depth, accuracy.Width, accuracy.Batch = 16, 8, 1, 4, 8
	accuracy.Activations, accuracy.Remedies = []string{"tanh"}, []Remedy{NoRemedy}
	accuracy.Rates, accuracy.PilotSteps = []float64{0.01, 0.1}, 1
	for _, attempt := range []func(dir string) error{
		func(dir string) error {
			_, err := Norms(context.Background(), filepath.Join(dir, "grid"), norms, Options{Workers: 1})
			return err
		},
		func(dir string) error {
			_, err := Accuracy(context.Background(), filepath.Join(dir, "grid"), accuracy, Options{Workers: 1})
			return err
		},
	} {
		n := disktest.Case{Attempt: attempt, Result: result, Every: 10}.Everywhere(t)
		require.Greater(t, n, 40)
	}
}
