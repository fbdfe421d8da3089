package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"bsnn/reports"

	"github.com/stretchr/testify/require"
)

func TestExitCodesAreThePublishedOnes(t *testing.T) {
	require.Equal(t, []int{0, 1, 2, 3}, []int{exitDone, exitRefuted, exitBadInput, exitUndecided})
}

func TestReportFlagsReachTheSpecification(t *testing.T) {
	_, out, errs := command(t, "report", "-o", filepath.Join(t.TempDir(), "r"), "--json", "--activation", "relu", "--as-is", "--widths",
		"8,16", "--depth", "3", "--trials", "5",
		"--alpha", "0.01", "--limit", "0.2", "--tolerance", "0.7", "--layer-tolerance", "0.3", "--seed", "9", "--weights", "gaussian")
	var r reports.Report
	require.NoError(t, json.Unmarshal([]byte(out), &r), errs)
	require.Equal(t, reports.Spec{Seed: 9, Subjects: []reports.Subject{reports.NewSubject("relu", nil, true)}, Widths: []int{8, 16},
		Depth: 3, Trials: 5, Effort: reports.DefaultSpec().Effort,
		LayerTolerance: 0.3, DepthTolerance: 0.7, Limit: 0.2, Alpha: 0.01, Weights: "gaussian", Input: "synthetic"}, r.Spec)
}

// What is wrong with the output folder is said before the first trial.
func TestOutputFolderIsCheckedFirst(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errs bytes.Buffer
	require.Equal(t, 2, run(ctx, small(file), &out, &errs), "not an interruption")
	require.Contains(t, errs.String(), "--output")
}
