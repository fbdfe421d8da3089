package experiment

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bsnn/internal/replay"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/properties"
	"bsnn/reports"

	"github.com/stretchr/testify/require"
)

// described is a grid of architectures of all kinds of blocks.
func described(t *testing.T, seed uint64) DescribedSpec {
	t.Helper()
	s := DescribedSpec{Seed: seed, Networks: 4, Inputs: 2}
	for name, text := range map[string]string{
		"kept": "input: 64\nblocks:\n  - repeat: 6\n    blocks: [{linear: {to: 64}}]\n",
		"shrinks": "input: 40\nblocks:\n  - repeat: 30\n" +
			"    blocks: [{linear: {to: 40, gain: 0.5}}, {norm: rms}, {linear: {to: 40, gain: 0.5}}]\n",
		"bent": "input: 30\nblocks:\n  - shortcut: {branch: 1/4}\n" +
			"    blocks: [{linear: {to: 30}}, {activation: tanh}]\n  - linear: {to: 7}\n",
		"batches": "input: 9\nblocks:\n  - linear: {to: 8, weights: torch-default, bias: true}\n" +
			"  - norm: batch\n  - activation: relu\n    as_is: true\n",
		"explodes": "input: 8\nblocks:\n  - repeat: 20\n    blocks: [{linear: {to: 8}}, {activation: x^3, as_is: true}]\n",
	} {
		s.Architectures = append(s.Architectures, Described{name, text})
	}
	return s
}

func cellOf(t *testing.T, r *DescribedResults, name string) DescribedCell {
	t.Helper()
	for _, c := range r.Cells {
		if c.Key == name {
			require.NotNil(t, c.Result, c.Problem)
			return *c.Result
		}
	}
	require.Fail(t, "no cell "+name)
	return DescribedCell{}
}

func TestArchitecturesBesideTheory(t *testing.T) {
	dir := t.TempDir()
	s := described(t, replay.Seed(t))
	r, err := DescribedNorms(t.Context(), dir, s, Options{})
	require.NoError(t, err)
	require.Empty(t, Failed(r.Cells))

	// Square Haar matrices keep every norm, and theory knows it.
	kept := cellOf(t, r, "kept")
	require.Len(t, kept.Signal, 6, "the repetition is written out")
	for i := range kept.Signal {
		for _, b := range []reports.FactorBand{kept.Signal[i], kept.Gradient[i]} {
			for _, x := range []reports.Number{b.Q05, b.Q50, b.Q95, b.Predicted} {
				require.InDelta(t, 1, float64(x), 1e-9)
			}
		}
	}

	// The gain squared behind the first map, 1 behind the normalisation, and so on; back
	// from the end the gradient is that of the last map first.
	shrinks := cellOf(t, r, "shrinks")
	require.Len(t, shrinks.Signal, 90)
	for i, want := range []float64{0.25, 1, 0.25} {
		require.InDelta(t, want, float64(shrinks.Signal[i].Q50), 1e-9)
		require.InDelta(t, want, float64(shrinks.Signal[i].Predicted), 1e-9)
	}
	require.InDelta(t, 0.25, float64(shrinks.Gradient[89].Q50), 1e-9)
	require.InDelta(t, 0.25, float64(shrinks.Gradient[89].Predicted), 1e-9)

	// The normalisation takes away 1/16 and, of 40 directions, one: less than half is left of
	// two of four networks with a probability below 1e-11.
	require.InDelta(t, 1, float64(shrinks.Gradient[87].Predicted), 0.1)
	require.InDelta(t, 1, float64(shrinks.Gradient[87].Q50), 0.5)

	require.Contains(t, cellOf(t, r, "explodes").Explodes, "explodes")
	require.Contains(t, tableOf(t, r), "explodes")
	pictures(t, dir, forwardName, backwardName)
	table, err := os.Open(filepath.Join(dir, csvName))
	require.NoError(t, err)
	defer table.Close()
	rows, err := csv.NewReader(table).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 1+6+90+2+3)

	raw, err := os.ReadFile(filepath.Join(dir, resultsName))
	require.NoError(t, err)
	var read DescribedResults
	require.NoError(t, json.Unmarshal(raw, &read))
	require.Equal(t, s, read.Spec)
}

// The networks are those that a verification judges: the same seed, the same numbers.
func TestArchitecturesAreThoseThatAreJudged(t *testing.T) {
	s := described(t, replay.Seed(t))
	s.Networks = 1
	r, err := DescribedNorms(t.Context(), t.TempDir(), s, Options{})
	require.NoError(t, err)
	for _, d := range s.Architectures {
		cell := cellOf(t, r, d.Name)
		if cell.Explodes != "" {
			continue
		}
		a, err := network.ReadArchitecture(d.Name, []byte(d.Description))
		require.NoError(t, err)
		prepared, err := a.Prepare()
		require.NoError(t, err)
		e := properties.ArchitectureEnsemble{Prepared: prepared, Inputs: s.Inputs}
		trace, err := e.Trace(montecarlo.NewExperiment(s.Seed, e.Address()).Trial(0))
		require.NoError(t, err)
		outer := trace.Outermost()
		require.Equal(t, outer[len(outer)-1].Signal/trace.Input.Signal, float64(cell.Signal[len(cell.Signal)-1].Q50), d.Name)
		require.Equal(t, trace.Input.Gradient/float64(prepared.Output()*s.Inputs), float64(cell.Gradient[0].Q50), d.Name)
	}
}

// The same bits for any number of workers, and of an interruption.
func TestArchitecturesGoOnWithTheSameBits(t *testing.T) {
	s := described(t, replay.Seed(t))
	results := func(dir string, workers int) (out []DescribedCell) {
		r, err := DescribedNorms(t.Context(), dir, s, Options{Workers: workers})
		require.NoError(t, err)
		for _, c := range r.Cells {
			require.NotNil(t, c.Result, c.Problem)
			out = append(out, *c.Result)
		}
		return out
	}
	text := func(cells []DescribedCell) string { // NaN is no NaN
		raw, err := json.Marshal(cells)
		require.NoError(t, err)
		return string(raw)
	}
	whole := text(results(t.TempDir(), 1))
	require.Equal(t, whole, text(results(t.TempDir(), 3)))

	dir := t.TempDir()
	jobs, err := s.jobs()
	require.NoError(t, err)
	f, err := openFolder(dir, "norms", s, "", Options{})
	require.NoError(t, err)
	_, err = runGrid(t.Context(), f, jobs[:2], Options{})
	require.NoError(t, err)
	require.NoError(t, f.close())
	before, err := os.ReadFile(filepath.Join(dir, journalName))
	require.NoError(t, err)
	require.Equal(t, whole, text(results(dir, 2)))
	after, err := os.ReadFile(filepath.Join(dir, journalName))
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(string(after), string(before)), "two cells are kept, three are added")
	require.Equal(t, whole, text(results(dir, 1)))
	again, err := os.ReadFile(filepath.Join(dir, journalName))
	require.NoError(t, err)
	require.Equal(t, after, again)
}

func TestImpossibleArchitecturesAreRefused(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "grid")
	for says, change := range map[string]func(*DescribedSpec){
		"0 networks":          func(s *DescribedSpec) { s.Networks = 0 },
		"no architectures":    func(s *DescribedSpec) { s.Architectures = nil },
		"batch of 0":          func(s *DescribedSpec) { s.Inputs = 0 },
		"batch normalisation": func(s *DescribedSpec) { s.Inputs = 1 },
		"memory":              func(s *DescribedSpec) { s.Inputs = 1 << 28 },
		"twice":               func(s *DescribedSpec) { s.Architectures[1].Name = s.Architectures[0].Name },
		"without a name":      func(s *DescribedSpec) { s.Architectures[0].Name = "" },
		"no input":            func(s *DescribedSpec) { s.Architectures[0].Description = "blocks: [{norm: rms}]" },
		"unknown activation":  func(s *DescribedSpec) { s.Architectures[0].Description = "input: 2\nblocks: [{activation: swosh}]" },
	} {
		s := described(t, 1)
		change(&s)
		_, err := DescribedNorms(t.Context(), dir, s, Options{})
		require.ErrorContains(t, err, says)
	}
	require.NoDirExists(t, dir)
}

// What a journal holds that no cell of its grid can be is refused.
func TestImpossibleCellsOfArchitectures(t *testing.T) {
	a, err := Described{"two", "input: 3\nblocks: [{linear: {to: 3}}, {activation: tanh}]"}.unrolled()
	require.NoError(t, err)
	bands := func(names ...string) (out []reports.FactorBand) {
		for _, n := range names {
			out = append(out, reports.FactorBand{Block: n, Predicted: reports.Number(math.NaN())})
		}
		return out
	}
	good := DescribedCell{Name: "two", AlongBands: reports.AlongBands{Signal: bands("a", "b"), Gradient: bands("a", "b")}}
	require.NoError(t, good.check("two", a))
	for says, spoil := range map[string]func(*DescribedCell){
		"another architecture": func(c *DescribedCell) { c.Name = "three" },
		"1 norms forward":      func(c *DescribedCell) { c.Signal = bands("a") },
		"0 backward":           func(c *DescribedCell) { c.Gradient = nil },
		"block 2":              func(c *DescribedCell) { c.Gradient = bands("a", "c") },
		"all the same":         func(c *DescribedCell) { c.Explodes = "it does" },
	} {
		bad := good
		spoil(&bad)
		require.ErrorContains(t, bad.check("two", a), says)
	}
}
