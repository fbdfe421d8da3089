package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// command runs one command line as a user would.
func command(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(t.Context(), args, &out, &errs)
	return code, out.String(), errs.String()
}

// small makes a report quick.
func small(dir string, more ...string) []string {
	return append([]string{"report", "-o", dir, "--widths", "8:32", "--depth", "4", "--trials", "40"}, more...)
}

// A name and its formula are judged alike, with parameters too.
func TestExpressionsAreJudgedAsNames(t *testing.T) {
	field := func(args ...string) string {
		code, stdout, stderr := command(t, append([]string{"activation", "--json"}, args...)...)
		require.Equal(t, exitDone, code, stderr)
		var card struct {
			Proof struct{ Roots json.RawMessage }
		}
		require.NoError(t, json.Unmarshal([]byte(stdout), &card))
		return string(card.Proof.Roots)
	}
	require.JSONEq(t, field("elu"), field("elu(x)"))
	require.JSONEq(t, field("leakyrelu(0.2)"), field("leakyrelu(x, slope)", "--set", "slope=0.2"))
	require.NotEqual(t, field("leakyrelu(0.2)"), field("leakyrelu(0.3)"))
}

// The names of the JSON fields are a contract.
func TestActivationJSON(t *testing.T) {
	code, stdout, _ := command(t, "activation", "relu", "--json")
	require.Equal(t, exitDone, code)
	var card map[string]any
	require.NoError(t, json.Unmarshal([]byte(stdout), &card))
	for _, name := range []string{"expression", "gp_normalized", "mean", "second_moment", "derivative_second_moment", "a", "b", "roots",
		"lipschitz", "derivative_lipschitz", "theorems", "stable", "warnings", "proof", "maps", "root_rule"} {
		require.Contains(t, card, name)
	}
	require.Nil(t, card["derivative_lipschitz"], "infinite is null")
	require.InDelta(t, 1.4142135623730951, card["lipschitz"], 1e-12)
	require.Equal(t, false, card["gp_normalized"])
	second := card["second_moment"].(map[string]any)
	require.LessOrEqual(t, second["lo"], 0.5)
	require.GreaterOrEqual(t, second["hi"], 0.5)
	root := card["roots"].([]any)[0].(map[string]any)
	for _, name := range []string{"b", "length_map_slope", "forward_variance", "backward_variance", "depth_variance"} {
		require.Contains(t, root, name)
	}
	theorems := card["theorems"].(map[string]any)
	require.Equal(t, true, theorems["forward"].(map[string]any)["applies"])
	require.Equal(t, false, theorems["backward"].(map[string]any)["applies"])
	require.NotEmpty(t, theorems["backward"].(map[string]any)["reason"])
	require.Equal(t, []any{}, card["warnings"])
}

func TestInterruptionWritesNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := filepath.Join(t.TempDir(), "report")
	var out, errs bytes.Buffer
	require.Equal(t, exitUndecided, run(ctx, small(dir), &out, &errs))
	require.Contains(t, errs.String(), "nothing was written")
	require.NoDirExists(t, dir)
}

func TestReportOnImages(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, writeMNIST(dir))
	out := filepath.Join(t.TempDir(), "report")
	code, _, stderr := command(t, small(out, "--activation", "tanh", "--data", "mnist:"+dir)...)
	require.Equal(t, exitDone, code, stderr)
	page, err := os.ReadFile(filepath.Join(out, "index.html"))
	require.NoError(t, err)
	require.Contains(t, string(page), "assumption (1)")
	written, err := os.ReadFile(filepath.Join(out, "report.json"))
	require.NoError(t, err)
	require.Contains(t, string(written), `"mnist"`)
	require.NotContains(t, string(written), dir, "a report names no paths of the machine that made it")

	images := filepath.Join(dir, "train-images-idx3-ubyte.gz")
	whole, err := os.ReadFile(images)
	require.NoError(t, err)
	for name, damage := range map[string][]byte{"truncated": whole[:len(whole)/2], "not IDX": []byte("hello, world"), "empty": nil} {
		require.NoError(t, os.WriteFile(images, damage, 0o600))
		fresh := filepath.Join(t.TempDir(), "report")
		code, _, stderr := command(t, small(fresh, "--activation", "tanh", "--data", "mnist:"+dir)...)
		require.Equal(t, exitBadInput, code, name)
		require.Contains(t, stderr, "train-images-idx3-ubyte", name)
		require.Equal(t, 1, strings.Count(stderr, "\n"), stderr)
		require.NoDirExists(t, fresh, name)
	}
}
