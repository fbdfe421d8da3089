package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"bsnn/internal/openblas"

	"github.com/stretchr/testify/require"
)

// What init writes, haar confirms; the same seed writes the same bytes, and a
// deeper file begins with the layers of a shallower one.
func TestInitWritesHaarWeights(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"w.safetensors", "w.npy"} {
		path := filepath.Join(dir, name)
		args := []string{"init", "--depth", "200", "--width", "16", "--dtype", "float64", "--seed", "5", "-o", path}
		code, stdout, stderr := command(t, args...)
		require.Equal(t, exitDone, code, stderr)
		require.Contains(t, stdout, "1.467413591630795")
		first, err := os.ReadFile(path)
		require.NoError(t, err)

		// Haar matrices are refuted with probability at most 1e-6.
		code, stdout, stderr = command(t, "haar", path)
		require.Equal(t, exitDone, code, "%s%s", stdout, stderr)
		require.Contains(t, stdout, "verdict: confirmed")

		code, _, stderr = command(t, args...)
		require.Equal(t, exitDone, code, stderr)
		again, err := os.ReadFile(path)
		require.NoError(t, err)
		require.True(t, bytes.Equal(first, again))
	}
}

func TestHaarRefutesOneMatrixRepeated(t *testing.T) {
	path := filepath.Join(t.TempDir(), "w.npy")
	code, _, stderr := command(t, "init", "--depth", "1", "--width", "16", "-o", path)
	require.Equal(t, exitDone, code, stderr)
	code, stdout, _ := command(t, "haar", path)
	require.Equal(t, exitUndecided, code, "one matrix shows little: %s", stdout)
	code, stdout, _ = command(t, "haar", "--json", path, path, path)
	require.Equal(t, exitRefuted, code)
	var r struct {
		Outcome  string
		Matrices int
		Checks   []struct{ Sees, Blind string }
	}
	require.NoError(t, json.Unmarshal([]byte(stdout), &r))
	require.Equal(t, "refuted", r.Outcome)
	require.Equal(t, 3, r.Matrices)
	for _, c := range r.Checks {
		require.NotEmpty(t, c.Sees)
		require.NotEmpty(t, c.Blind)
	}
}

func TestWeightsBadInput(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "w.npy")
	require.NoError(t, os.WriteFile(file, []byte("\x93NUMPY\x01\x00"), 0o600))
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"haar"}, "no files"},
		{[]string{"haar", filepath.Join(dir, "missing.npy")}, "missing.npy"},
		{[]string{"haar", file}, "w.npy"},
		{[]string{"haar", "--alpha", "0", file}, "--alpha 0"},
		{[]string{"haar", "--resolution", "2", file}, "--resolution 2"},
		{[]string{"haar", "--seed", "x", file}, "--seed"},
		{[]string{"init", "--width", "0"}, "--width 0"},
		{[]string{"init", "--width", "999999"}, "--width 999999"},
		{[]string{"init", "--depth", "0"}, "--depth 0"},
		{[]string{"init", "--dtype", "float16", "-o", filepath.Join(dir, "new.npy")}, "float16"},
		{[]string{"init", "--activation", "sign(x)"}, "discontinuous"},
		{[]string{"init", "--width", "4", "--depth", "1", "-o", filepath.Join(dir, "w.txt")}, "w.txt"},
		{[]string{"init", "--width", "4", "--depth", "1", "-o", filepath.Join(dir, "no", "w.npy")}, "no"},
	} {
		code, stdout, stderr := command(t, c.args...)
		require.Equal(t, exitBadInput, code, "%q", c.args)
		require.Empty(t, stdout)
		require.Contains(t, stderr, c.says, "%q", c.args)
		require.Equal(t, 1, bytes.Count([]byte(stderr), []byte("\n")), stderr)
	}
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 1, "nothing is left behind")
}

func TestVersionNamesTheBLAS(t *testing.T) {
	blas, err := openblas.Use("off")
	require.NoError(t, err)
	var out bytes.Buffer
	require.Equal(t, exitDone, run(withBLAS(t.Context(), blas), []string{"version"}, &out, &out))
	require.Contains(t, out.String(), "BLAS: pure Go (BSNN_BLAS=off)")
}
