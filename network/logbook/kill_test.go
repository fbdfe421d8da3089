package logbook_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"bsnn/internal/disk/disktest"
	"bsnn/network/logbook"
	"bsnn/network/training"

	"github.com/stretchr/testify/require"
)

// Whenever the process dies, the same command begins the run again or, where that
// is refused because the folder holds one, --resume goes on with it; the end is the
// same, and nothing else is in the folder.
func TestKilledAnywhere(t *testing.T) {
	spec, data := small(t, 1)
	spec.Depth, spec.Width, spec.Batch, spec.Epochs = 1, 4, 8, 1
	data.TrainSize, data.TestSize = 16, 8
	rows, data, err := data.Open(t.Context())
	require.NoError(t, err)
	spec.Inputs, spec.Classes = rows.Train.Inputs(), rows.Train.Classes()
	every := 1
	if testing.Short() {
		every = 5
	}
	weights := ""
	attempt := func(dir string) error {
		dir = filepath.Join(dir, "runs", "run")
		s, err := logbook.New(dir, spec, data, rows, logbook.Options{})
		var occupied *logbook.OccupiedError
		if errors.As(err, &occupied) && occupied.Problem == "holds a training run" {
			s, err = logbook.Resume(dir, spec, data, rows, logbook.Options{})
		}
		if err != nil {
			return err
		}
		if _, err := s.Train(context.Background(), training.Options{Workers: 1, CheckpointSteps: 1}); err != nil {
			return errors.Join(err, s.Close())
		}
		weights = ""
		for l := range spec.Depth + 2 {
			for _, w := range s.Run().Weights(l).RawMatrix().Data {
				weights += fmt.Sprintf("%x ", math.Float64bits(w))
			}
		}
		return s.Close()
	}
	n := disktest.Case{Attempt: attempt, Every: every, Result: func(t *testing.T, dir string) string {
		dir = filepath.Join(dir, "runs", "run")
		d, err := logbook.Read(dir)
		require.NoError(t, err)
		text := fmt.Sprintln(weights, d.Status)
		for _, r := range append([]training.EpochRecord{*d.Start}, d.Records...) {
			r.Seconds, r.SamplesPerSecond = 0, 0
			line, err := json.Marshal(r)
			require.NoError(t, err)
			text += string(line) + "\n"
		}
		entries, err := os.ReadDir(dir)
		require.NoError(t, err)
		return fmt.Sprintln(text, entries)
	}}.Everywhere(t)
	require.Greater(t, n, 40)
}
