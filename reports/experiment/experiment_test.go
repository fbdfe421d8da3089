package experiment

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bsnn/internal/replay"
	"bsnn/network/dataset"
	"bsnn/network/logbook"
	"bsnn/network/training"

	"github.com/stretchr/testify/require"
)

func smallNorms(seed uint64) NormsSpec {
	s := DefaultNorms()
	s.Seed, s.Depth, s.Width, s.Networks, s.Batch, s.Activations = seed, 40, 48, 3, 16, []string{"tanh", "relu"}
	return s
}

func smallAccuracy(seed uint64) AccuracySpec {
	s := DefaultAccuracy()
	s.Seed, s.Depth, s.Width, s.Batch, s.PilotSteps = seed, 6, 16, 32, 3
	s.Data.TrainSize, s.Data.TestSize, s.Activations = 256, 64, []string{"tanh"}
	return s
}

// pictures requires well-formed SVG files with the given names.
func pictures(t *testing.T, dir string, names ...string) {
	for _, name := range names {
		raw, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		d := xml.NewDecoder(bytes.NewReader(raw))
		for {
			_, err := d.Token()
			if err == io.EOF {
				break
			}
			require.NoError(t, err, name)
		}
		require.NotContains(t, string(raw), "NaN")
	}
}

func TestNormsSeeWhatTheoryKnows(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "norms")
	s := smallNorms(replay.Seed(t))
	s.DType = training.Float64
	r, err := Norms(t.Context(), dir, s, Options{})
	require.NoError(t, err)
	require.Empty(t, Failed(r.Cells))
	require.Len(t, r.Cells, 8)
	for _, c := range r.Cells {
		x := c.Result
		require.Len(t, x.Forward, 41)
		require.Len(t, x.Gradient, 40)
		require.Len(t, x.Ratio, 3)
		require.InDelta(t, 1, float64(x.Forward[0].Median), 1e-9, "the sphere")
		out := last(x.Forward)
		switch {
		case x.Activation == "tanh" && !x.AsIs && x.Weights == training.Haar:
			// One sample has standard deviation 0.13 around 1 by the limit law; the
			// mean over a batch has less, and 0.65 is 5 of them.
			require.InDelta(t, 1, out, 0.65, c.Key)
		case x.Activation == "tanh" && x.AsIs && x.Weights == training.Haar:
			require.Less(t, out, 1/(1+40*2/3.0)+1e-9, "at most this is left of any signal")
		case x.Activation == "relu" && x.AsIs:
			// Halved in each layer; the median of three is beyond 10⁵ times that
			// with probability below 3e-10 by Markov's inequality.
			require.Less(t, out, 1e5*math.Exp2(-40), c.Key)
		}
	}
	pictures(t, dir, "norms-forward.svg", "norms-backward.svg", "norms-gradient.svg")
	table, err := os.Open(filepath.Join(dir, csvName))
	require.NoError(t, err)
	defer table.Close()
	rows, err := csv.NewReader(table).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 1+8*41)
	require.Contains(t, tableOf(t, r), "normalised")

	raw, err := os.ReadFile(filepath.Join(dir, resultsName))
	require.NoError(t, err)
	var read NormsResults
	require.NoError(t, json.Unmarshal(raw, &read))
	require.Equal(t, s, read.Spec)
}

func TestNormsDoNotDependOnWorkers(t *testing.T) {
	s := smallNorms(replay.Seed(t))
	s.Depth, s.Width = 8, 12
	results := func(workers int) (out []NormsCell) {
		r, err := Norms(t.Context(), t.TempDir(), s, Options{Workers: workers})
		require.NoError(t, err)
		for _, c := range r.Cells {
			out = append(out, *c.Result)
		}
		return out
	}
	require.Equal(t, results(1), results(3))
}

// Networks are addressed: those of one seed are unlike each other and unlike
// those of the next seed. Two matrices of 144 numbers do not agree by chance.
func TestNetworksOfSeedsAreTheirOwn(t *testing.T) {
	s := smallNorms(replay.Seed(t))
	s.Depth, s.Width = 2, 12
	rows, _, err := dataset.DefaultTeacher(s.Seed).Generate()
	require.NoError(t, err)
	seen := map[string]bool{}
	for seed := s.Seed; seed != s.Seed+3; seed++ {
		for network := range 3 {
			of := s
			of.Seed = seed
			run, err := training.New(of.run(s.cells()[0], network), rows, nil)
			require.NoError(t, err)
			weights := fmt.Sprint(run.Weights(1).RawMatrix().Data)
			require.False(t, seen[weights], "network %d of seed %d is another one", network, seed)
			seen[weights] = true
		}
	}
}

func TestAccuracyLearnsAndIsStoppedAtWill(t *testing.T) {
	s := smallAccuracy(replay.Seed(t))
	outcome := func(r *AccuracyResults) (out []AccuracyCell) {
		for _, c := range r.Cells {
			require.NotNil(t, c.Result, c.Problem)
			x := *c.Result
			x.SamplesPerSecond = 0
			out = append(out, x)
		}
		return out
	}
	whole := filepath.Join(t.TempDir(), "whole")
	r, err := Accuracy(t.Context(), whole, s, Options{})
	require.NoError(t, err)
	require.Len(t, r.Cells, 8)
	for _, c := range r.Cells {
		require.Equal(t, logbook.Complete, c.Result.Status, c.Key)
		require.Len(t, c.Result.Pilots, 3)
		require.Equal(t, 8, c.Result.Steps)
		require.Positive(t, c.Result.Test.Accuracy)
		require.NoFileExists(t, checkpointOf(filepath.Join(whole, runsName, c.Key)))
		require.FileExists(t, filepath.Join(whole, runsName, c.Key, logbook.DocumentName), "kept for reports")
	}
	pictures(t, whole, "accuracy.svg", "gradient.svg")

	broken := filepath.Join(t.TempDir(), "broken")
	for stop := 0.1; stop < 1; stop += 0.2 {
		ctx, cancel := context.WithCancel(t.Context())
		_, err := Accuracy(ctx, broken, s, Options{Workers: 2, Progress: func(p Progress) {
			if p.Fraction >= stop {
				cancel()
			}
		}})
		cancel()
		if err != nil {
			require.ErrorIs(t, err, context.Canceled)
		}
	}
	again, err := Accuracy(t.Context(), broken, s, Options{Workers: 1})
	require.NoError(t, err)
	require.Equal(t, outcome(r), outcome(again))
}

// A network that explodes is a result, and the table says where it began.
func TestDivergedCellsAreResults(t *testing.T) {
	s := smallAccuracy(1)
	s.Depth, s.Activations, s.Remedies = 30, []string{"relu(x)*x + x", "tanh"}, []Remedy{NoRemedy}
	dir := t.TempDir()
	r, err := Accuracy(t.Context(), dir, s, Options{})
	require.NoError(t, err)
	require.Empty(t, Failed(r.Cells))
	diverged := 0
	for _, c := range r.Cells {
		if c.Result.Status == logbook.Diverged {
			diverged++
			require.NotNil(t, c.Result.Divergence)
			require.Positive(t, c.Result.Divergence.Layer)
			require.Equal(t, s.Rates[0], c.Result.Rate, "all rates diverge: the smallest")
		}
	}
	require.Positive(t, diverged)
	require.Contains(t, tableOf(t, r), "diverged")
	pictures(t, dir, "accuracy.svg", "gradient.svg")
	_, err = r.csv()
	require.NoError(t, err)
}

func TestImpossibleSpecificationsAreRefused(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "grid")
	for says, change := range map[string]func(*NormsSpec){
		"networks":    func(s *NormsSpec) { s.Networks = 0 },
		"activations": func(s *NormsSpec) { s.Activations = nil },
		"tanhh":       func(s *NormsSpec) { s.Activations = []string{"tanhh"} },
		"twice":       func(s *NormsSpec) { s.Activations = []string{"tanh", "tanh"} },
		"weights":     func(s *NormsSpec) { s.Weights = []training.Weights{"uniform"} },
		"no weights":  func(s *NormsSpec) { s.Weights = nil },
		"dtype":       func(s *NormsSpec) { s.DType = "float16" },
		"batch":       func(s *NormsSpec) { s.Batch = 0 },
	} {
		s := smallNorms(1)
		change(&s)
		_, err := Norms(t.Context(), dir, s, Options{})
		require.ErrorContains(t, err, says)
		require.ErrorContains(t, err, "want", says)
	}
	for says, change := range map[string]func(*AccuracySpec){
		"remedies": func(s *AccuracySpec) { s.Remedies = nil },
		"remedy":   func(s *AccuracySpec) { s.Remedies = []Remedy{"prayer"} },
		"rates":    func(s *AccuracySpec) { s.Rates = nil },
		"learning": func(s *AccuracySpec) { s.Rates = []float64{0} },
		"pilot":    func(s *AccuracySpec) { s.PilotSteps = 0 },
		"momentum": func(s *AccuracySpec) { s.Momentum = 1 },
		"epochs":   func(s *AccuracySpec) { s.Epochs = 0 },
		"batch":    func(s *AccuracySpec) { s.Batch = 257 },
		"faces":    func(s *AccuracySpec) { s.Data.Source = "faces:x" },
	} {
		s := smallAccuracy(1)
		change(&s)
		_, err := Accuracy(t.Context(), dir, s, Options{})
		require.ErrorContains(t, err, says)
		require.ErrorContains(t, err, "want", says)
	}
	require.NoDirExists(t, dir)
}

// tableOf is what WriteTable prints.
func tableOf(t *testing.T, r interface{ WriteTable(w io.Writer) error }) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, r.WriteTable(&b))
	return b.String()
}
