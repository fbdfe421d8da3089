package experiment

import (
	"encoding/json"
	"io"
	"testing"

	"bsnn/network/logbook"
	"bsnn/network/training"

	"github.com/stretchr/testify/require"
)

// Whatever a cell of a journal holds, it is refused or can be shown: table, CSV
// and pictures.
func FuzzCells(f *testing.F) {
	norms, accuracy := DefaultNorms(), DefaultAccuracy()
	norms.Depth, norms.Networks, norms.Activations, norms.Weights = 2, 1, []string{"tanh"}, norms.Weights[:1]
	accuracy.Activations, accuracy.Remedies, accuracy.Depth = norms.Activations, []Remedy{NoRemedy}, 2
	bands := []Band{{1, 1, 1}, {1, 1, 1}}
	add := func(of bool, v any) {
		data, err := json.Marshal(v)
		require.NoError(f, err)
		f.Add(of, data)
	}
	good := NormsCell{Activation: "tanh", Weights: training.Haar, Forward: append(bands, bands[0]), Backward: bands, Gradient: bands,
		Ratio: []training.Real{1}}
	add(true, Cell[NormsCell]{Key: "tanh-haar", Result: &good})
	for _, spoil := range []func(c *NormsCell){
		func(c *NormsCell) { c.Forward = nil }, func(c *NormsCell) { c.Backward = nil }, func(c *NormsCell) { c.Gradient = bands[:1] },
		func(c *NormsCell) { c.Ratio = nil }, func(c *NormsCell) { c.Weights = "\x1b" }, func(c *NormsCell) { c.Activation = "=1" },
	} {
		bad := good
		spoil(&bad)
		add(true, Cell[NormsCell]{Key: "tanh-haar", Result: &bad})
	}
	add(false, Cell[AccuracyCell]{Key: "tanh-haar-none", Result: &AccuracyCell{Activation: "tanh", Weights: training.Haar, Remedy: NoRemedy,
		Status: logbook.Complete, Rate: 1}})
	add(false, Cell[AccuracyCell]{Key: "tanh-haar-none", Result: &AccuracyCell{Activation: "tanh", Weights: training.Haar, Remedy: NoRemedy,
		Status: logbook.Diverged, Rate: 1}})
	f.Add(true, []byte(`{"key":"tanh-haar"}`))
	f.Add(false, []byte(`null`))
	f.Fuzz(func(t *testing.T, of bool, data []byte) {
		if of {
			k := norms.cells()[0]
			var c Cell[NormsCell]
			if json.Unmarshal(data, &c) != nil || c.check(k.key(), func(c NormsCell) error { return norms.check(k, c) }) != nil {
				return
			}
			r := NormsResults{Spec: norms, Cells: []Cell[NormsCell]{c}}
			_ = r.WriteTable(io.Discard)
			_, err := r.csv()
			require.NoError(t, err)
			for _, figure := range r.figures() {
				_ = figure.Document()
			}
			return
		}
		k := accuracy.cells()[0]
		var c Cell[AccuracyCell]
		if json.Unmarshal(data, &c) != nil || c.check(k.key(), func(c AccuracyCell) error { return accuracy.check(k, c) }) != nil {
			return
		}
		r := AccuracyResults{Spec: accuracy, Cells: []Cell[AccuracyCell]{c}}
		_ = r.WriteTable(io.Discard)
		_, err := r.csv()
		require.NoError(t, err)
		_, _ = r.accuracyFigure().Document(), r.gradientFigure().Document()
	})
}
