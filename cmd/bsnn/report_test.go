package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"bsnn/internal/journal"
	"bsnn/reports"
	"bsnn/reports/page"

	"github.com/stretchr/testify/require"
)

func journals(dir string) []string {
	found, _ := filepath.Glob(filepath.Join(dir, "*", "*.journal")) // the pattern is right
	return found
}

// An interruption says what is kept and how to go on.
func TestInterruptedReportKeepsItsCells(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for !hasCells(dir) {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	var out, errs bytes.Buffer
	args := []string{"report", "-o", filepath.Join(dir, "r"), "--activation", "tanh", "--widths", "64:16384", "--depth", "20", "--trials",
		"100"}
	require.Equal(t, exitUndecided, run(ctx, args, &out, &errs))
	require.Regexp(t,
		`^bsnn: interrupted; no report was written, but \d+ of 18 cells are kept in .*journal: the same command goes on from there\n$`,
		errs.String())
	require.Equal(t, 1, strings.Count(errs.String(), "\n"))
}

// hasCells says whether a journal in one of the folders in dir has kept a cell of tanh.
func hasCells(dir string) bool {
	for _, path := range journals(dir) {
		if data, err := os.ReadFile(path); err == nil && bytes.Contains(data, []byte("tanh n=")) {
			return true
		}
	}
	return false
}

// Two equal commands at once: the second says that another one is working
// there, and the first is not disturbed. When it is killed, the next one goes on,
// and ends with the page of a run that was left alone.
func TestTwoEqualReportsAtOnce(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes seconds")
	}
	dir := t.TempDir()
	out := filepath.Join(dir, "r")
	sweep := func(out string) *process {
		return newProcess("report", "-o", out, "--activation", "tanh", "--widths", "64:8192", "--depth", "20", "--trials", "100", "--workers",
			"1", "--json")
	}
	first := sweep(out)
	require.NoError(t, first.Start())
	require.Eventually(t, func() bool { return hasCells(dir) }, time.Minute, time.Millisecond)
	second := sweep(out)
	require.Equal(t, exitBadInput, exitCode(t, second.Run()))
	require.Empty(t, second.stdout.String())
	require.Contains(t, second.stderr.String(),
		"bsnn: another bsnn is working on the run in "+out+"; want it to end first, or another --output FOLDER")
	require.NoError(t, first.Process.Kill())
	require.Error(t, first.Wait(), "killed, not finished")
	require.Len(t, journals(dir), 1)
	require.NoFileExists(t, filepath.Join(out, "index.html"))
	third := sweep(out)
	require.NoError(t, third.Run(), third.stderr.String())
	require.Contains(t, third.stderr.String(), "going on: ")
	whole := sweep(filepath.Join(dir, "whole"))
	require.NoError(t, whole.Run(), whole.stderr.String())
	require.Equal(t, whole.stdout.String(), third.stdout.String())
	require.Equal(t, entries(t, filepath.Join(dir, "whole")), entries(t, out), "neither a journal nor a lock")
	require.Equal(t, []string{"r", "whole"}, entries(t, dir))
}

// entries are the names of what a folder holds.
func entries(t *testing.T, dir string) (out []string) {
	t.Helper()
	all, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range all {
		out = append(out, e.Name())
	}
	return out
}

// Cells that another build measured are not continued, unless the user says
// so; then the report says that it is mixed.
func TestCellsOfAnotherBuild(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	args := small(filepath.Join(dir, "r"), "--activation", "tanh", "--json")
	s := sweep{spec: smallSpec(t, args), output: filepath.Join(dir, "r"), stderr: io.Discard}
	other := s.provenance()
	other.Environment.Build = "older"
	folder, err := page.Claim(s.output)
	require.NoError(t, err)
	j, err := folder.Journal(other, journal.Same)
	require.NoError(t, err)
	require.NoError(t, j.Close())
	folder.Close()
	code, _, stderr := command(t, args...)
	require.Equal(t, exitBadInput, code)
	require.Contains(t, stderr, "another build of bsnn; want the same one, --mixed to go on with other last bits, or another --output FOLDER")
	require.NoFileExists(t, filepath.Join(dir, "r", "index.html"))
	code, stdout, stderr := command(t, append(args, "--mixed")...)
	require.Equal(t, exitDone, code, stderr)
	require.Contains(t, stdout, `"mixed": true`)
}

// smallSpec is what a command line asks for.
func smallSpec(t *testing.T, args []string) reports.Spec {
	t.Helper()
	code, text, stderr := command(t, append(slices.Clone(args), "--print-spec")...)
	require.Equal(t, exitDone, code, stderr)
	spec, err := reports.ReadSpec("spec", []byte(text))
	require.NoError(t, err)
	return spec
}

func TestReportFromRepeatsBitForBit(t *testing.T) {
	dir := t.TempDir()
	first := filepath.Join(dir, "first")
	code, _, stderr := command(t, small(first, "--activation", "tanh", "--seed", "17")...)
	require.Equal(t, exitDone, code, stderr)
	path := filepath.Join(first, "report.json")
	code, stdout, stderr := command(t, "report", "--from", path, "--workers", "3")
	require.Equal(t, exitDone, code, stderr)
	require.Contains(t, stdout, "bit-identical: all ")
	require.Len(t, journals(dir), 0)

	data, err := os.ReadFile(path)
	require.NoError(t, err)
	var r reports.Report
	require.NoError(t, json.Unmarshal(data, &r))
	mean := fmt.Sprintf(`"mean": %v,`, r.Subjects[0].Series[0].Cells[1].Mean)
	require.Contains(t, string(data), mean)
	spoiled := filepath.Join(dir, "spoiled.json")
	require.NoError(t, os.WriteFile(spoiled, []byte(strings.Replace(string(data), mean, `"mean": 1.25,`, 1)), 0o600))
	second := filepath.Join(dir, "second")
	code, stdout, stderr = command(t, "report", "--from", spoiled, "-o", second)
	require.Equal(t, exitRefuted, code, stderr)
	require.Contains(t, stdout, "not bit-identical: 1 of ")
	require.Contains(t, stdout, "subjects[0].series[0].cells[1].mean")
	require.FileExists(t, filepath.Join(second, "index.html"))
}
