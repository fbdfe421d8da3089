package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bsnn/internal/provenance"
	"bsnn/reports/experiment"

	"github.com/stretchr/testify/require"
)

func quickNorms(dir string, more ...string) []string {
	return append([]string{"experiment", "norms", "-o", dir, "--depth", "6", "--width", "8", "--networks", "2", "--batch", "8",
		"--activations", "tanh,relu"}, more...)
}

func quickAccuracy(dir string, more ...string) []string {
	return append([]string{"experiment", "accuracy", "-o", dir, "--depth", "4", "--width", "8", "--batch", "16", "--train-size", "64",
		"--test-size", "32",
		"--pilot-steps", "2", "--activations", "tanh", "--remedies", "none,both"}, more...)
}

func TestExperimentsPrintTablesAndPictures(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "norms")
	code, stdout, stderr := command(t, quickNorms(dir)...)
	require.Equal(t, exitDone, code, stderr)
	require.Contains(t, stdout, "normalised")
	require.Contains(t, stdout, filepath.Join(dir, "norms-gradient.svg"))
	require.FileExists(t, filepath.Join(dir, "norms-gradient.svg"))

	dir = filepath.Join(t.TempDir(), "accuracy")
	code, stdout, stderr = command(t, quickAccuracy(dir, "--json")...)
	require.Equal(t, exitDone, code, stderr)
	var r experiment.AccuracyResults
	require.NoError(t, json.Unmarshal([]byte(stdout), &r))
	require.Len(t, r.Cells, 4)
	require.Equal(t, 64, r.Data.TrainRows)
	require.FileExists(t, filepath.Join(dir, "accuracy.svg"))

	journal := filepath.Join(dir, "cells.journal")
	before, err := os.ReadFile(journal)
	require.NoError(t, err)
	code, stdout, stderr = command(t, quickAccuracy(dir)...)
	require.Equal(t, exitDone, code, stderr)
	require.Contains(t, stdout, filepath.Join(dir, "accuracy.svg"))
	after, err := os.ReadFile(journal)
	require.NoError(t, err)
	require.Equal(t, before, after, "finished cells are not computed again")
}

func TestInterruptedExperimentsSayHowToGoOn(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "grid")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errs strings.Builder
	require.Equal(t, exitUndecided, run(ctx, quickNorms(dir), &out, &errs))
	require.Contains(t, errs.String(), "the same command goes on")
	code, _, stderr := command(t, quickNorms(dir)...)
	require.Equal(t, exitDone, code, stderr)
}

// Two processes do not work on one grid, and one that is killed is no obstacle
// to the next, which ends with the same results.
func TestTwoGridsInOneFolder(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes seconds")
	}
	parent := t.TempDir()
	grid := func(name string) []string {
		return []string{"experiment", "norms", "-o", filepath.Join(parent, name), "--depth", "30", "--width", "64", "--networks", "16",
			"--batch", "32", "--activations", "tanh,relu,elu", "--json", "--workers", "1"}
	}
	first := newProcess(grid("killed")...)
	require.NoError(t, first.Start())
	path := filepath.Join(parent, "killed", "cells.journal")
	require.Eventually(t, func() bool {
		data, _ := os.ReadFile(path)
		return bytes.Contains(data, []byte("-haar"))
	}, time.Minute, time.Millisecond)
	code, stdout, stderr := command(t, grid("killed")...)
	require.Equal(t, exitBadInput, code)
	require.Empty(t, stdout)
	require.Equal(t, "bsnn: another bsnn is working on the run in "+filepath.Dir(path)+
		"; want it to end first, or another --output FOLDER\n", stderr)
	require.NoError(t, first.Process.Kill())
	require.Error(t, first.Wait(), "killed, not finished")
	results := func(name string) []experiment.Cell[experiment.NormsCell] {
		code, stdout, stderr := command(t, grid(name)...)
		require.Equal(t, exitDone, code, stderr)
		var r experiment.NormsResults
		require.NoError(t, json.Unmarshal([]byte(stdout), &r))
		for i := range r.Cells {
			r.Cells[i].Seconds = 0
		}
		return r.Cells
	}
	require.Equal(t, results("whole"), results("killed"))
}

// Cells of another build are no cells of this one, unless the user says so;
// then the results say that they are mixed.
func TestGridsOfAnotherBuild(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "norms")
	code, _, stderr := command(t, quickNorms(dir)...)
	require.Equal(t, exitDone, code, stderr)
	path := filepath.Join(dir, "cells.journal")
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.Remove(path))
	writeState(t, path, whole, func(r *provenance.Run) { r.Environment.Build = "older" })
	before := contents(t, dir)
	code, _, stderr = command(t, quickNorms(dir)...)
	require.Equal(t, exitBadInput, code)
	require.Contains(t, stderr, "another build of bsnn; want the same one, --mixed to go on with other last bits, or another --output FOLDER")
	require.Equal(t, before, contents(t, dir))
	code, stdout, stderr := command(t, quickNorms(dir, "--mixed", "--json")...)
	require.Equal(t, exitDone, code, stderr)
	require.Contains(t, stdout, `"mixed": true`)
}
