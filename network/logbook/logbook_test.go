package logbook_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"

	"bsnn/internal/folder"
	"bsnn/internal/journal"
	"bsnn/internal/provenance"
	"bsnn/internal/replay"
	"bsnn/network/dataset"
	"bsnn/network/logbook"
	"bsnn/network/training"

	"github.com/stretchr/testify/require"
)

// small is a run of a second or less: 16 steps in each of 2 epochs.
func small(t *testing.T, seed uint64) (training.Spec, logbook.Data) {
	t.Helper()
	spec := training.Default()
	spec.Depth, spec.Width, spec.Batch, spec.Epochs, spec.Seed = 6, 16, 32, 2, seed
	spec.Optimizer.LearningRate = 0.01
	spec.Inputs, spec.Classes = 8, 4
	return spec, logbook.Data{Source: "synthetic", TrainSize: 512, TestSize: 64, Seed: seed}
}

func begin(t *testing.T, dir string, spec training.Spec, data logbook.Data) (*logbook.Session, error) {
	t.Helper()
	rows, data, err := data.Open(t.Context())
	require.NoError(t, err)
	s, err := logbook.New(dir, spec, data, rows, logbook.Options{BLAS: "a library"})
	return closing(t, s, err)
}

func resume(t *testing.T, dir string, spec training.Spec, data logbook.Data) (*logbook.Session, error) {
	t.Helper()
	rows, data, err := data.Open(t.Context())
	require.NoError(t, err)
	s, err := logbook.Resume(dir, spec, data, rows, logbook.Options{BLAS: "a library"})
	return closing(t, s, err)
}

// closing lets go of the folder at the latest when the test ends.
func closing(t *testing.T, s *logbook.Session, err error) (*logbook.Session, error) {
	t.Helper()
	if err == nil {
		t.Cleanup(func() { s.Close() })
	}
	return s, err
}

// again is resume after the session before it.
func again(t *testing.T, s *logbook.Session, dir string, spec training.Spec, data logbook.Data) (*logbook.Session, error) {
	t.Helper()
	require.NoError(t, s.Close())
	return resume(t, dir, spec, data)
}

func TestDocumentTellsTheRun(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	spec, data := small(t, replay.Seed(t))
	s, err := begin(t, dir, spec, data)
	require.NoError(t, err)
	seen := 0
	summary, err := s.Train(t.Context(), training.Options{Workers: 1, Epoch: func(r training.EpochRecord) error {
		seen++
		d, err := logbook.Read(dir)
		require.NoError(t, err)
		require.Equal(t, logbook.Running, d.Status)
		require.Len(t, d.Records, seen, "written before the caller is told")
		return nil
	}})
	require.NoError(t, err)
	require.Equal(t, 2, seen)
	d, err := logbook.Read(dir)
	require.NoError(t, err)
	require.Equal(t, logbook.Complete, d.Status)
	require.Equal(t, spec, d.Spec)
	require.Equal(t, "a library", d.Machine.BLAS)
	require.Equal(t, 1, d.Machine.Workers)
	require.Equal(t, summary, *d.Summary)
	require.Equal(t, 32, d.Summary.Steps)
	require.Zero(t, d.Start.Step)
	require.Len(t, d.Start.Layers, spec.Depth)
	require.Greater(t, float64(d.Start.GradientRatio), 1.0)
	require.Equal(t, 512, d.Data.TrainRows)
	require.Equal(t, 64, d.Data.TestRows)
	require.InDelta(t, 1, d.Data.Shell.Mean, 0.2)
	require.Equal(t, 2, d.Records[1].Epoch)
}

// Interrupted anywhere and resumed, also with more epochs than at first, a run
// ends with the weights of one that was not.
func TestInterruptedRunsEndAlike(t *testing.T) {
	spec, data := small(t, replay.Seed(t))
	whole, err := begin(t, "", spec, data)
	require.NoError(t, err)
	_, err = whole.Train(t.Context(), training.Options{Workers: 1})
	require.NoError(t, err)

	dir := t.TempDir()
	first := spec
	first.Epochs = 1
	s, err := begin(t, dir, first, data)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	_, err = s.Train(ctx, training.Options{Workers: 1, ProgressInterval: 1, Progress: func(p training.Progress) {
		if p.Step >= 5 {
			cancel()
		}
	}})
	require.ErrorIs(t, err, context.Canceled)
	d, err := logbook.Read(dir)
	require.NoError(t, err)
	require.Equal(t, logbook.Interrupted, d.Status)
	start := d.Start

	s, err = again(t, s, dir, spec, data)
	require.NoError(t, err)
	_, err = s.Train(t.Context(), training.Options{Workers: 1})
	require.NoError(t, err)
	for l := range spec.Depth + 2 {
		require.Equal(t, whole.Run().Weights(l).RawMatrix().Data, s.Run().Weights(l).RawMatrix().Data, "layer %d", l)
	}
	require.Equal(t, start, s.Document().Start, "the norms before the first step are kept")
	require.Len(t, s.Document().Records, 2)

	s, err = again(t, s, dir, spec, data)
	require.NoError(t, err)
	speed := s.Document().Summary.Speed
	_, err = s.Train(t.Context(), training.Options{Workers: 1})
	require.NoError(t, err)
	require.Equal(t, speed, s.Document().Summary.Speed, "nothing was left to do")
}

// A run that is stopped during its last test is tested when it goes on, and
// keeps its speed.
func TestStoppedDuringTheLastTest(t *testing.T) {
	spec, data := small(t, replay.Seed(t))
	dir := t.TempDir()
	s, err := begin(t, dir, spec, data)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	_, err = s.Train(ctx, training.Options{ProgressInterval: 1, Progress: func(p training.Progress) {
		if p.Step == p.Steps {
			cancel()
		}
	}})
	require.ErrorIs(t, err, context.Canceled)
	s, err = again(t, s, dir, spec, data)
	require.NoError(t, err)
	summary, err := s.Train(t.Context(), training.Options{})
	require.NoError(t, err)
	require.True(t, summary.Complete)
	require.NotNil(t, summary.Test)
	require.Positive(t, summary.Speed.SamplesPerSecond)
}

// A run that was killed before its first checkpoint begins again.
func TestKilledBeforeTheFirstCheckpoint(t *testing.T) {
	spec, data := small(t, replay.Seed(t))
	dir := t.TempDir()
	s, err := begin(t, dir, spec, data)
	require.NoError(t, err)
	s, err = again(t, s, dir, spec, data)
	require.NoError(t, err)
	require.Zero(t, s.Run().Step())
	_, err = s.Train(t.Context(), training.Options{})
	require.NoError(t, err)
}

func TestNothingIsOverwritten(t *testing.T) {
	spec, data := small(t, 1)
	dir := t.TempDir()
	first, err := begin(t, dir, spec, data)
	require.NoError(t, err)
	_, err = resume(t, dir, spec, data)
	require.ErrorIs(t, err, folder.ErrLocked)
	require.NoError(t, first.Close())
	before, err := os.ReadFile(filepath.Join(dir, logbook.DocumentName))
	require.NoError(t, err)

	var busy *logbook.OccupiedError
	_, err = begin(t, dir, spec, data)
	require.ErrorAs(t, err, &busy)
	require.ErrorContains(t, err, "holds a training run")
	thesis := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(thesis, "thesis.tex"), nil, 0o600))
	_, err = begin(t, thesis, spec, data)
	require.ErrorAs(t, err, &busy)
	require.ErrorContains(t, err, "thesis.tex")

	var other *journal.RunError
	for field, change := range map[string]func(*training.Spec, *logbook.Data){
		"spec.width":              func(s *training.Spec, _ *logbook.Data) { s.Width++ },
		"spec.as_is":              func(s *training.Spec, _ *logbook.Data) { s.AsIs = true },
		"spec.optimizer.momentum": func(s *training.Spec, _ *logbook.Data) { s.Optimizer.Momentum = 0 },
		"spec.parameters":         func(s *training.Spec, _ *logbook.Data) { s.Parameters = map[string]string{"a": "1"} },
		"spec.seed":               func(s *training.Spec, _ *logbook.Data) { s.Seed = 1<<63 + 1 },
		"data.seed":               func(_ *training.Spec, d *logbook.Data) { d.Seed++ },
		"data.test_rows":          func(_ *training.Spec, d *logbook.Data) { d.TestSize++ },
	} {
		s, d := spec, data
		change(&s, &d)
		_, err := resume(t, dir, s, d)
		require.ErrorAs(t, err, &other, field)
		require.Equal(t, field, other.Difference.Field)
	}
	after, err := os.ReadFile(filepath.Join(dir, logbook.DocumentName))
	require.NoError(t, err)
	require.Equal(t, before, after)
}

// Other rows are no way to go on, even if they are as many.
func TestOtherRowsAreRefused(t *testing.T) {
	spec, data := small(t, 1)
	dir := t.TempDir()
	s, err := begin(t, dir, spec, data)
	require.NoError(t, err)
	require.NoError(t, s.Close())
	rows, described, err := data.Open(t.Context())
	require.NoError(t, err)
	rows.Test = changed{rows.Test}
	_, err = logbook.Resume(dir, spec, described, rows, logbook.Options{BLAS: "a library"})
	var other *journal.RunError
	require.ErrorAs(t, err, &other)
	require.Equal(t, provenance.Input, other.Difference.Part)
}

// changed is rows of which the last one has another label.
type changed struct{ dataset.Rows }

func (c changed) Label(i int) int {
	if i == c.Len()-1 {
		return (c.Rows.Label(i) + 1) % c.Classes()
	}
	return c.Rows.Label(i)
}

// Another BLAS library has other last bits: it goes on only when asked to, and
// the Document says so ever after.
func TestMixedRuns(t *testing.T) {
	spec, data := small(t, 1)
	dir := t.TempDir()
	s, err := begin(t, dir, spec, data)
	require.NoError(t, err)
	_, err = s.Train(t.Context(), training.Options{Workers: 1})
	require.NoError(t, err)
	require.False(t, s.Document().Machine.Mixed)
	require.NoError(t, s.Close())
	rows, described, err := data.Open(t.Context())
	require.NoError(t, err)
	spec.Epochs = 3
	_, err = logbook.Resume(dir, spec, described, rows, logbook.Options{BLAS: "another"})
	require.ErrorContains(t, err, "another BLAS library (a library, here another)")
	s, err = logbook.Resume(dir, spec, described, rows, logbook.Options{BLAS: "another", Mixed: true})
	require.NoError(t, err)
	_, err = s.Train(t.Context(), training.Options{Workers: 1})
	require.NoError(t, err)
	require.NoError(t, s.Close())
	d, err := logbook.Read(dir)
	require.NoError(t, err)
	require.True(t, d.Machine.Mixed)
	require.Len(t, d.Records, 3)
}

// A process that ended before it described its run is no obstacle to another
// run, and a Document that was lost comes back.
func TestFoldersOfDeadProcesses(t *testing.T) {
	spec, data := small(t, 1)
	dir := t.TempDir()
	s, err := begin(t, dir, spec, data)
	require.NoError(t, err)
	require.NoError(t, s.Close())
	document := filepath.Join(dir, logbook.DocumentName)
	require.NoError(t, os.Remove(document))
	spec.Width++
	s, err = begin(t, dir, spec, data)
	require.NoError(t, err)
	_, err = s.Train(t.Context(), training.Options{Workers: 1})
	require.NoError(t, err)
	require.NoError(t, s.Close())
	want, err := logbook.Read(dir)
	require.NoError(t, err)

	require.NoError(t, os.Remove(document))
	s, err = resume(t, dir, spec, data)
	require.NoError(t, err)
	_, err = s.Train(t.Context(), training.Options{Workers: 1})
	require.NoError(t, err)
	got, err := logbook.Read(dir)
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func TestImpossibleRunsLeaveNoFolder(t *testing.T) {
	spec, data := small(t, 1)
	spec.Batch = 513
	dir := filepath.Join(t.TempDir(), "run")
	_, err := begin(t, dir, spec, data)
	require.ErrorContains(t, err, "batch")
	require.NoDirExists(t, dir)
}

func TestDivergenceIsWrittenDown(t *testing.T) {
	spec, data := small(t, 1)
	spec.Activation, spec.AsIs, spec.Depth = "x*x", true, 30
	dir := t.TempDir()
	s, err := begin(t, dir, spec, data)
	require.NoError(t, err)
	_, err = s.Train(t.Context(), training.Options{})
	var diverged *training.DivergenceError
	require.ErrorAs(t, err, &diverged)
	d, err := logbook.Read(dir)
	require.NoError(t, err)
	require.Equal(t, logbook.Diverged, d.Status)
	require.Equal(t, &logbook.Divergence{Step: diverged.Step, Epoch: 1, Layer: diverged.Layer, What: diverged.What}, d.Divergence)
	require.True(t, math.IsNaN(float64(d.Start.GradientRatio)) || math.IsInf(float64(d.Start.GradientRatio), 1))
}

func TestErrorsOfTheCallerEndTheRun(t *testing.T) {
	spec, data := small(t, 1)
	dir := t.TempDir()
	s, err := begin(t, dir, spec, data)
	require.NoError(t, err)
	full := errors.New("pipe closed")
	_, err = s.Train(t.Context(), training.Options{Epoch: func(training.EpochRecord) error { return full }})
	require.ErrorIs(t, err, full)
	d, err := logbook.Read(dir)
	require.NoError(t, err)
	require.Equal(t, logbook.Failed, d.Status)
	require.Equal(t, "pipe closed", d.Problem)
}

func TestReadNamesWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	_, err := logbook.Read(dir)
	require.ErrorContains(t, err, "holds no training run")
	path := filepath.Join(dir, logbook.DocumentName)
	require.NoError(t, os.WriteFile(path, []byte("{"), 0o600))
	_, err = logbook.Read(dir)
	require.ErrorContains(t, err, path)
	raw, err := json.Marshal(logbook.Document{Format: "something else"})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, raw, 0o600))
	_, err = logbook.Read(dir)
	require.ErrorContains(t, err, "something else")
}
