package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"bsnn/network/logbook"

	"github.com/stretchr/testify/require"
)

// What a user gives and the command would not look at is refused, and so is
// what is half given; the one line names the flag and what would be right.
func TestRefusals(t *testing.T) {
	t.Chdir(t.TempDir())
	code, _, stderr := command(t, "init", "--depth", "2", "--width", "2", "-o", "w.npy")
	require.Equal(t, exitDone, code, stderr)
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"haar", "w.npy", "--tensor", "zz"}, `--tensor "zz"`},
		{[]string{"width", "--trials", "5"}, "--trials needs --simulate"},
		{[]string{"width", "--max-work", "5"}, "--max-work needs --simulate"},
		{[]string{"width", "--alpha", "0.1"}, "--alpha needs --simulate"},
		{[]string{"width", "--seed", "5"}, "--seed needs --simulate"},
		{[]string{"width", "--workers", "1"}, "--workers needs --simulate"},
		{[]string{"verify", "--data", "mnist"}, `--data "mnist"; want mnist:DIR, the folder of its four files`},
		{[]string{"train", "--data", "mnist"}, `--data "mnist"; want mnist:DIR, the folder of its four files`},
		{[]string{"experiment", "accuracy", "--data", "cifar10"}, `--data "cifar10"; want cifar10:DIR, the folder`},
		{[]string{"train", "--shortcut"}, "--shortcut needs a value: none, plain"},
		{[]string{"train", "--schedule", "step:0:1"}, "EVERY 0; want 1 or more"},
		{[]string{"train", "--schedule", "step:1:0"}, "FACTOR 0; want a positive number"},
		{[]string{"train", "--schedule", "cosine:2"}, "FINAL 2; want 0 to 1"},
		{[]string{"train", "--warmup", "-1"}, "--warmup -1; want 0 or more"},
		{[]string{"activation", "tanh", "--distance", "3"}, "--distance 3; want a number above 0 and below 1"},
		{[]string{"haar", "w.npy", "--resolution", "0"}, "--resolution 0; want a number above 0 and below 1"},
		{[]string{"init", "-o", "foo.txt"}, `--output "foo.txt"; want a name that ends in .safetensors or .npy`},
		{[]string{"--josn"}, "flag --josn without a command"},
		{[]string{"-j"}, "flag -j without a command"},
		{[]string{"experiment", "foo"}, `unknown command "foo"; want one of accuracy, norms`},
		{[]string{"experiment", "norm"}, "did you mean norms?"},
		{[]string{"report", "-o", "w.npy"}, "bsnn: --output w.npy: is a file"},
		{[]string{"report", "--activation", "tanh", "--activation", "gelu", "--activation", "tanh"}, "--activation tanh is given twice"},
		{[]string{"report", "--activation", "sign(x)", "--widths", "8"}, "bsnn: sign(x): discontinuous"},
		{[]string{"activation", "swish"}, `did you mean "silu"?`},
		{[]string{"activation", "x*sigmoid(c*x)"}, "or give it a value with --set c=1.702"},
		{[]string{"train", "--activation", "c*x"}, "or give it a value with --set c=1.702"},
	} {
		code, stdout, stderr := command(t, c.args...)
		require.Equal(t, exitBadInput, code, "%q", c.args)
		require.Empty(t, stdout, "%q", c.args)
		require.Contains(t, stderr, c.says, "%q", c.args)
	}
}

// What ended a run is said once, in words.
func TestInterruptionsAreSaidOnce(t *testing.T) {
	require.Equal(t, "interrupted", interruption(context.Canceled))
	require.Equal(t, "interrupted; nothing was written", interruption(fmt.Errorf("%w; nothing was written", context.Canceled)))
	require.Equal(t, "interrupted: tanh: context canceled", interruption(fmt.Errorf("tanh: %w", context.Canceled)))
}

// A run whose checkpoint is gone begins again, and says so.
func TestResumeWithoutACheckpointSaysSo(t *testing.T) {
	run := filepath.Join(t.TempDir(), "run")
	code, _, stderr := command(t, quick("-o", run)...)
	require.Equal(t, exitDone, code, stderr)
	code, _, stderr = command(t, "train", "--resume", "-o", run)
	require.Equal(t, exitDone, code, stderr)
	require.NotContains(t, stderr, "beginning")
	require.NoError(t, os.Remove(filepath.Join(run, logbook.CheckpointName)))
	code, _, stderr = command(t, "train", "--resume", "-o", run)
	require.Equal(t, exitDone, code, stderr)
	require.Contains(t, stderr, "beginning at the beginning: "+run+" has no checkpoint, though training.json says that ")
}
