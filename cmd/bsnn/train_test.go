package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"bsnn/internal/replay"
	"bsnn/network/logbook"
	"bsnn/network/training"

	"github.com/stretchr/testify/require"
)

// quick makes a run of a second or less.
func quick(more ...string) []string {
	return append([]string{"train", "--depth", "8", "--width", "16", "--train-size", "512", "--test-size", "100", "--epochs", "2", "--batch", "32"}, more...)
}

func TestTrainPrintsATable(t *testing.T) {
	code, stdout, stderr := command(t, quick()...)
	require.Equal(t, exitDone, code, stderr)
	require.Empty(t, stderr)
	for _, want := range []string{"512 rows to train on and 100 to test", "assumption (1)", "8 layers of width 16", "complete after 32 steps", "samples/s", "Gflop/s of matrix products"} {
		require.Contains(t, stdout, want)
	}
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
	require.Equal(t, 0.0004, learningRate(0, 100))
	for _, c := range []struct {
		args   []string
		change func(*training.Spec)
	}{
		{[]string{"--activation", "relu", "--as-is"}, func(s *training.Spec) { s.Activation, s.Raw = "relu", true }},
		{[]string{"--activation", "tanh(a*x)", "--set", "a=2"}, func(s *training.Spec) { s.Activation, s.Parameters = "tanh(a*x)", map[string]string{"a": "2"} }},
		{[]string{"--weights", "gaussian"}, func(s *training.Spec) { s.Weights = training.Xavier }},
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
		{[]string{"--schedule", "cosine:0.1"}, func(s *training.Spec) { s.Optimizer.Schedule = training.Schedule{Kind: training.Cosine, Final: 0.1} }},
		{[]string{"--constraint", "cayley"}, func(s *training.Spec) { s.Constraint = training.Cayley }},
		{[]string{"--dtype", "float64"}, func(s *training.Spec) { s.DType = training.Float64 }},
		{[]string{"--seed", "18446744073709551615"}, func(s *training.Spec) { s.Seed = 1<<64 - 1 }},
		{[]string{"--sphere=false"}, func(s *training.Spec) { s.Sphere = false }},
	} {
		want := plain
		c.change(&want)
		require.Equal(t, want, spec(c.args...), "%q", c.args)
	}
}

func TestTrainBadInput(t *testing.T) {
	dir := t.TempDir()
	run := filepath.Join(dir, "run")
	code, _, stderr := command(t, quick("-o", run)...)
	require.Equal(t, exitDone, code, stderr)
	full := filepath.Join(dir, "full")
	require.NoError(t, os.Mkdir(full, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(full, "thesis.tex"), nil, 0o600))
	damaged := filepath.Join(dir, "damaged")
	require.NoError(t, os.CopyFS(damaged, os.DirFS(run)))
	require.NoError(t, os.Truncate(filepath.Join(damaged, logbook.CheckpointName), 2000))
	out := filepath.Join(dir, "out")
	resumed := func(more ...string) []string { return append([]string{"train", "--resume", "-o", run}, more...) }
	before := contents(t, dir)
	for _, c := range []struct {
		args []string
		says string
	}{
		{quick("-o", out, "--data", "mnist:"+filepath.Join(dir, "missing")), "missing"},
		{quick("-o", out, "--data", "mnist:"+full), "train-images"},
		{quick("-o", out, "--data", "cifar10:"+full), "data_batch_1.bin"},
		{quick("-o", out, "--data", "faces:"+full), "faces"},
		{quick("-o", out, "--batch", "513"), "--batch 513"},
		{quick("-o", out, "--batch", "0"), "--batch 0"},
		{quick("-o", out, "--batch", "1", "--batch-norm"), "--batch 1"},
		{quick("-o", out, "--train-size", "-1"), "--train-size -1"},
		{quick("-o", out, "--test-size", "-1"), "--test-size -1"},
		{quick("-o", out, "--depth", "0"), "--depth 0"},
		{quick("-o", out, "--width", "0"), "--width 0"},
		{quick("-o", out, "--width", "1000000"), "--width 1000000"},
		{quick("-o", out, "--epochs", "0"), "--epochs 0"},
		{quick("-o", out, "--steps", "-1"), "--steps -1"},
		{quick("-o", out, "--activation", "tanhh"), "tanhh"},
		{quick("-o", out, "--activation", "2"), "constant"},
		{quick("-o", out, "--set", "a"), "NAME=NUMBER"},
		{quick("-o", out, "--weights", "orthogonal"), "--weights"},
		{quick("-o", out, "--weights", "he", "--constraint", "qr"), "--constraint"},
		{quick("-o", out, "--constraint", "svd"), "--constraint"},
		{quick("-o", out, "--shortcut=dense"), `--shortcut "dense"; want none, plain or balanced`},
		{quick("-o", out, "--loss", "hinge"), "--loss"},
		{quick("-o", out, "--dtype", "float16"), "--dtype"},
		{quick("-o", out, "--lr", "-1"), "--lr -1"},
		{quick("-o", out, "--lr", "NaN"), "--lr NaN"},
		{quick("-o", out, "--momentum", "1"), "--momentum 1"},
		{quick("-o", out, "--weight-decay", "-1"), "--weight-decay -1"},
		{quick("-o", out, "--schedule", "linear"), "--schedule"},
		{quick("-o", out, "--schedule", "step:0:0.5"), "--schedule"},
		{quick("-o", out, "--schedule", "cosine:2"), "--schedule"},
		{quick("-o", out, "--warmup", "-1"), "--warmup -1"},
		{quick("-o", out, "--seed", "-1"), "--seed"},
		{quick("-o", out, "--workers", "-1"), "--workers -1"},
		{quick("-o", out, "--checkpoint-every", "often"), "--checkpoint-every"},
		{quick("-o", full), "thesis.tex"},
		{quick("-o", run), "--resume"},
		{quick("--resume"), "-o"},
		{[]string{"train", "--resume", "-o", full}, "training.json"},
		{[]string{"train", "--resume", "-o", damaged, "--epochs", "3"}, "checkpoint"},
		{resumed("--width", "17"), "--width 17"},
		{resumed("--as-is"), "--as-is"},
		{resumed("--activation", "relu"), "--activation"},
		{resumed("--seed", "2"), "--seed 2"},
		{resumed("--lr", "0.5"), "--lr 0.5"},
		{resumed("--batch", "16"), "--batch 16"},
		{resumed("--schedule", "cosine"), "--schedule"},
		{resumed("--train-size", "400"), "--train-size 400"},
	} {
		code, stdout, stderr := command(t, c.args...)
		require.Equal(t, exitBadInput, code, "%q", c.args)
		require.Empty(t, stdout, "%q", c.args)
		require.Contains(t, stderr, c.says, "%q", c.args)
		require.Contains(t, stderr, "want", "%q", c.args)
		require.Equal(t, 1, strings.Count(stderr, "\n"), "%q printed %q", c.args, stderr)
	}
	require.Equal(t, before, contents(t, dir), "nothing was written or changed")
}

// contents maps the files under a folder to what they hold.
func contents(t *testing.T, dir string) map[string]string {
	out := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			out[path] = "folder"
			return err
		}
		raw, err := os.ReadFile(path)
		out[path] = string(raw)
		return err
	}))
	return out
}

func TestTrainDivergesWithExitCode1(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	code, _, stderr := command(t, quick("--activation", "x*x", "--as-is", "--depth", "30", "-o", dir)...)
	require.Equal(t, exitRefuted, code)
	require.Contains(t, stderr, "diverged at step 1")
	require.Regexp(t, `layer \d+ of 30`, stderr)
	d, err := logbook.Read(dir)
	require.NoError(t, err)
	require.Equal(t, logbook.Diverged, d.Status)
}

func TestInterruptedTrainingSaysHowToGoOn(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "my run")
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(300*time.Millisecond, cancel)
	var out, errs strings.Builder
	code := run(ctx, quick("--epochs", "100000", "-o", dir), &out, &errs)
	require.Equal(t, exitUndecided, code)
	said := regexp.MustCompile(`^bsnn: interrupted after \d+ steps; continue with: bsnn (train --resume -o '.*my run')\n$`).FindStringSubmatch(errs.String())
	require.NotNil(t, said, errs.String())
	code, _, stderr := command(t, append(split(said[1]), "--epochs", "100000", "--steps", "1")...)
	require.Equal(t, exitDone, code, stderr)
}

// The program, killed by the system at random moments and resumed, ends with
// the bits of a run that was left alone.
func TestKilledTrainingEndsAlike(t *testing.T) {
	r := rand.New(rand.NewPCG(replay.Seed(t), 0))
	dtype := []string{"float32", "float64"}[r.IntN(2)]
	args := quick("--epochs", "60", "--workers", fmt.Sprint(1+r.IntN(2)), "--dtype", dtype, "--seed", fmt.Sprint(r.Uint64()), "--checkpoint-every", fmt.Sprint(3+r.IntN(30)))

	whole, broken := filepath.Join(t.TempDir(), "whole"), filepath.Join(t.TempDir(), "broken")
	alone := newProcess(t, append(slices.Clone(args), "-o", whole)...)
	require.NoError(t, alone.Run(), alone.stderr.String())

	command, kills := append(slices.Clone(args), "-o", broken), 0
	for kills < 3 && !killed(t, r, command) {
		kills++
		command = []string{"train", "--resume", "-o", broken, "--json"}
	}
	t.Logf("killed %d times", kills)
	if kills == 3 {
		rest := newProcess(t, command...)
		require.NoError(t, rest.Run(), rest.stderr.String())
	}
	require.Greater(t, kills, 0)
	a, b := finalWeights(t, whole), finalWeights(t, broken)
	require.Equal(t, a, b)
}

// killed starts the program, kills it a random while after it began to train,
// and reports whether it had finished by then.
func killed(t *testing.T, r *rand.Rand, args []string) (finished bool) {
	c := newProcess(t, append(slices.Clone(args), "--json")...)
	c.Stdout = nil // a pipe takes its place
	out, err := c.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, c.Start())
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<24)
	for range 1 + r.IntN(6) { // epochs to see before it is killed
		lines.Scan()
	}
	time.Sleep(time.Duration(r.IntN(30)) * time.Millisecond)
	require.NoError(t, c.Process.Signal(syscall.SIGKILL))
	return c.Wait() == nil
}

func finalWeights(t *testing.T, dir string) [][]float64 {
	d, err := logbook.Read(dir)
	require.NoError(t, err)
	require.Equal(t, logbook.Complete, d.Status)
	rows, data, err := d.Data.Open()
	require.NoError(t, err)
	s, err := logbook.Resume(dir, d.Spec, data, rows)
	require.NoError(t, err)
	require.Equal(t, d.Summary.Steps, s.Run().Step())
	var all [][]float64
	for l := range d.Spec.Depth + 2 {
		all = append(all, s.Run().Weights(l).RawMatrix().Data)
	}
	return all
}
