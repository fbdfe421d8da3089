package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"bsnn/internal/replay"
	"bsnn/network/logbook"
	"bsnn/network/training"

	"github.com/stretchr/testify/require"
)

// quick makes a run of a second or less.
func quick(more ...string) []string {
	return append([]string{"train", "--depth", "8", "--width", "16", "--train-size", "512", "--test-size", "100", "--epochs", "2",
		"--batch", "32"}, more...)
}

func TestTrainJSON(t *testing.T) {
	code, stdout, stderr := command(t, quick("--json")...)
	require.Equal(t, exitDone, code, stderr)
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	require.Len(t, lines, 3)
	for i, line := range lines[:2] {
		var r struct {
			Kind string
			training.EpochRecord
		}
		require.NoError(t, json.Unmarshal([]byte(line), &r))
		require.Equal(t, "epoch", r.Kind)
		require.Equal(t, i+1, r.Epoch)
		require.Len(t, r.Layers, 8)
	}
	var s map[string]any
	require.NoError(t, json.Unmarshal([]byte(lines[2]), &s))
	require.Equal(t, "summary", s["kind"])
	require.Equal(t, "complete", s["status"])
	for _, name := range []string{"samples_per_second", "gemm_rate", "accuracy", "loss", "gradient_ratio", "gradient_ratio_at_start"} {
		require.Greater(t, s[name], 0.0, name)
	}
}

// Each flag reaches the engine.
func TestTrainFlags(t *testing.T) {
	spec := func(args ...string) training.Spec {
		dir := filepath.Join(t.TempDir(), "run")
		code, _, stderr := command(t, quick(append(args, "-o", dir, "--steps", "1")...)...)
		require.NotEqual(t, exitBadInput, code, stderr)
		d, err := logbook.Read(dir)
		require.NoError(t, err)
		return d.Spec
	}
	plain := spec()
	require.Equal(t, training.Haar, plain.Weights)
	require.True(t, plain.Sphere)
	require.Equal(t, 0.01, plain.Optimizer.LearningRate, "4/depth², at most 0.01")
	require.Equal(t, 0.0004, training.UsualRate(100, 16))
	for _, c := range []struct {
		args   []string
		change func(*training.Spec)
	}{
		{[]string{"--activation", "relu", "--as-is"}, func(s *training.Spec) { s.Activation, s.AsIs = "relu", true }},
		{[]string{"--activation", "tanh(a*x)", "--set", "a=2"},
			func(s *training.Spec) { s.Activation, s.Parameters = "tanh(a*x)", map[string]string{"a": "2"} }},
		{[]string{"--weights", "gaussian"}, func(s *training.Spec) { s.Weights = training.Gaussian }},
		{[]string{"--weights", "he"}, func(s *training.Spec) { s.Weights = training.He }},
		{[]string{"--batch-norm"}, func(s *training.Spec) { s.BatchNorm = true }},
		{[]string{"--shortcut", "plain"}, func(s *training.Spec) { s.Shortcut = training.PlainShortcut }},
		{[]string{"--shortcut", "balanced"}, func(s *training.Spec) { s.Shortcut = training.ScaledShortcut }},
		{[]string{"--bias"}, func(s *training.Spec) { s.Bias = true }},
		{[]string{"--loss", "squared-error"}, func(s *training.Spec) { s.Loss = training.SquaredError }},
		{[]string{"--lr", "0.003", "--momentum", "0.5", "--weight-decay", "0.01"}, func(s *training.Spec) {
			s.Optimizer.LearningRate, s.Optimizer.Momentum, s.Optimizer.WeightDecay = 0.003, 0.5, 0.01
		}},
		{[]string{"--schedule", "step:3:0.5", "--warmup", "7"}, func(s *training.Spec) {
			s.Optimizer.Schedule = training.Schedule{Kind: training.StepDown, Every: 3, Factor: 0.5, Warmup: 7}
		}},
		{[]string{"--schedule", "cosine:0.1"},
			func(s *training.Spec) { s.Optimizer.Schedule = training.Schedule{Kind: training.Cosine, Final: 0.1} }},
		{[]string{"--constraint", "cayley"}, func(s *training.Spec) { s.Constraint = training.Cayley }},
		{[]string{"--dtype", "float64"}, func(s *training.Spec) { s.DType = training.Float64 }},
		{[]string{"--seed", "18446744073709551615"}, func(s *training.Spec) { s.Seed = 1<<64 - 1 }},
		{[]string{"--sphere=false"}, func(s *training.Spec) { s.Sphere = false }},
		{[]string{"--optimizer", "adam"}, func(s *training.Spec) { s.Optimizer.Method = training.Adam }},
		{[]string{"--constraint", "unit-rows", "--record-batches"}, func(s *training.Spec) {
			s.Constraint, s.RecordBatches = training.UnitRows, true
		}},
		{[]string{"--train-embedding", "--end-biases", "--sphere=false", "--entry-activation"}, func(s *training.Spec) {
			s.TrainEmbedding, s.EndBiases, s.Sphere, s.EntryActivation = true, true, false, true
		}},
		{[]string{"--protocol", "published"}, func(s *training.Spec) { // beside the flags of quick
			*s = training.Published()
			s.Inputs, s.Classes, s.Depth, s.Width, s.Epochs, s.Batch, s.Steps, s.Seed = 8, 4, 8, 16, 2, 32, 1, 1
		}},
	} {
		want := plain
		c.change(&want)
		require.Equal(t, want, spec(c.args...), "%q", c.args)
	}
}

// contents maps the files under a folder to what they hold.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	out, err := contentsOf(dir)
	require.NoError(t, err)
	return out
}

// The program, killed by the system at random moments and resumed, ends with
// the bits of a run that was left alone. It has no end of its own before that.
func TestKilledTrainingEndsAlike(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes seconds")
	}
	r := rand.New(rand.NewPCG(replay.Seed(t), 0))
	dtype := []string{"float32", "float64"}[r.IntN(2)]
	args := quick("--workers", fmt.Sprint(1+r.IntN(2)), "--dtype", dtype, "--seed", fmt.Sprint(r.Uint64()), "--checkpoint-every",
		fmt.Sprint(3+r.IntN(30)))

	whole, broken := filepath.Join(t.TempDir(), "whole"), filepath.Join(t.TempDir(), "broken")
	resume := []string{"train", "--resume", "-o", broken, "--json"}
	kill(t, r, append(slices.Clone(args), "--epochs", "1000000", "-o", broken, "--json"))
	for range 2 {
		kill(t, r, resume)
	}
	steps := fmt.Sprint(stepsOf(t, broken) + 1 + r.IntN(40))
	rest := newProcess(append(resume, "--steps", steps)...)
	require.NoError(t, rest.Run(), rest.stderr.String())
	alone := newProcess(append(slices.Clone(args), "--epochs", "1000000", "--steps", steps, "-o", whole)...)
	require.NoError(t, alone.Run(), alone.stderr.String())
	require.Equal(t, finalWeights(t, whole), finalWeights(t, broken))
	require.Equal(t, timeless(t, whole), timeless(t, broken), "nothing that was recorded is lost or there twice")
}

// timeless are the records of a run without its speed.
func timeless(t *testing.T, dir string) []training.EpochRecord {
	t.Helper()
	d, err := logbook.Read(dir)
	require.NoError(t, err)
	out := append([]training.EpochRecord{*d.Start}, d.Records...)
	for i := range out {
		out[i].Seconds, out[i].SamplesPerSecond = 0, 0
	}
	return out
}

// Two processes do not train in one folder, and one that is killed is no
// obstacle to the next.
func TestTwoTrainingsInOneFolder(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes seconds")
	}
	dir := filepath.Join(t.TempDir(), "run")
	first := newProcess(quick("--epochs", "100000", "-o", dir)...)
	require.NoError(t, first.Start())
	document := filepath.Join(dir, logbook.DocumentName)
	require.Eventually(t, func() bool { return hasCheckpoint(dir) }, time.Minute, time.Millisecond)
	before, err := os.ReadFile(document)
	require.NoError(t, err)
	require.NotEmpty(t, before)
	code, stdout, stderr := command(t, "train", "--resume", "-o", dir, "--epochs", "1")
	require.Equal(t, exitBadInput, code)
	require.Empty(t, stdout)
	require.Contains(t, stderr, "another bsnn is working on the run in "+dir)
	code, _, stderr = command(t, quick("-o", dir)...)
	require.Equal(t, exitBadInput, code)
	require.Contains(t, stderr, "another bsnn is working on the run in")
	require.NoError(t, first.Process.Kill())
	require.Error(t, first.Wait(), "killed, not finished")
	d, err := logbook.Read(dir)
	require.NoError(t, err)
	epochs := len(d.Records) + 50
	code, _, stderr = command(t, "train", "--resume", "-o", dir, "--epochs", fmt.Sprint(epochs))
	require.Equal(t, exitDone, code, stderr)
	d, err = logbook.Read(dir)
	require.NoError(t, err)
	require.Len(t, d.Records, epochs)
}

// kill starts the program and kills it a random while after it began to train.
func kill(t *testing.T, r *rand.Rand, args []string) {
	t.Helper()
	c := newProcess(args...)
	c.Stdout = nil // a pipe takes its place
	out, err := c.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, c.Start())
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<24)
	for range 1 + r.IntN(6) { // epochs to see before it is killed
		require.True(t, lines.Scan(), c.stderr.String())
	}
	time.Sleep(time.Duration(r.IntN(30)) * time.Millisecond)
	require.NoError(t, c.Process.Kill())
	require.Error(t, c.Wait())
	require.False(t, c.ProcessState.Exited(), "it was to be killed, and said: %s", c.stderr.String())
}

// stepsOf is how far the checkpoint of a run is.
func stepsOf(t *testing.T, dir string) int {
	t.Helper()
	return resumed(t, dir).Step()
}

func resumed(t *testing.T, dir string) *training.Run {
	t.Helper()
	d, err := logbook.Read(dir)
	require.NoError(t, err)
	rows, data, err := d.Data.Open(t.Context())
	require.NoError(t, err)
	s, err := logbook.Resume(dir, d.Spec, data, rows, logbook.Options{BLAS: d.Machine.BLAS})
	require.NoError(t, err)
	defer s.Close()
	return s.Run()
}

// finalWeights are those of a complete run.
func finalWeights(t *testing.T, dir string) [][]float64 {
	t.Helper()
	d, err := logbook.Read(dir)
	require.NoError(t, err)
	require.Equal(t, logbook.Complete, d.Status)
	run := resumed(t, dir)
	require.Equal(t, d.Summary.Steps, run.Step())
	var all [][]float64
	for l := range d.Spec.Depth + 2 {
		all = append(all, run.Weights(l).RawMatrix().Data)
	}
	return all
}
