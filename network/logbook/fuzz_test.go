package logbook

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"bsnn/network/training"

	"github.com/stretchr/testify/require"
)

// realRun is the folder of a small run as bsnn train keeps it.
func realRun(f *testing.F) (dir string, spec training.Spec, data Data) {
	data = Data{Source: "synthetic", TrainSize: 64, TestSize: 16, Seed: 1}
	e, data, err := data.Open(f.Context())
	require.NoError(f, err)
	spec = training.Default()
	spec.Inputs, spec.Classes, spec.Width, spec.Depth, spec.Batch, spec.Epochs = e.Train.Inputs(), e.Train.Classes(), 4, 2, 32, 1
	dir = filepath.Join(f.TempDir(), "run")
	s, err := New(dir, spec, data, e, Options{})
	require.NoError(f, err)
	_, err = s.Train(f.Context(), training.Options{Workers: 1})
	require.NoError(f, err)
	require.NoError(f, s.Close())
	return dir, spec, data
}

// Whatever a training.json holds, it is refused or describes a run with sizes that
// are accepted and records of its layers.
func FuzzDocument(f *testing.F) {
	dir, _, _ := realRun(f)
	real, err := os.ReadFile(filepath.Join(dir, DocumentName))
	require.NoError(f, err)
	f.Add(real)
	for _, change := range [][2]string{
		{`"depth": 2`, `"depth": 9223372036854775807`}, {`"width": 4`, `"width": -1`}, {`"workers": 1`, `"workers": 1000000000`},
		{`"train_rows": 64`, `"train_rows": -9`}, {`"layer": 1`, `"layer": -1`}, {`"layer": 2`, `"layer": 7`}, {`"complete"`, `"diverged"`},
		{`"records": [`, `"records": [null,`}, {`"step": 2`, `"step": -2`}, {`"epoch": 1`, `"epoch": 1e999`}, {`"name": "synthetic"`, `"name": "\u001b"`},
	} {
		f.Add(bytes.ReplaceAll(real, []byte(change[0]), []byte(change[1])))
	}
	f.Add(real[:len(real)/2])
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := decode("training.json", data)
		if err != nil {
			return
		}
		require.NoError(t, d.Spec.CheckSizes())
		for _, r := range d.all() {
			for _, l := range r.Layers {
				require.True(t, 1 <= l.Layer && l.Layer <= d.Spec.Depth)
			}
		}
	})
}
