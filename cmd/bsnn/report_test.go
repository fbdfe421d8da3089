package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bsnn/reports"

	"github.com/stretchr/testify/require"
)

func journals(t *testing.T, dir string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "*.journal"))
	require.NoError(t, err)
	return found
}

// A sweep whose process is killed goes on from the last finished cell, and ends
// with the same report as one that was left alone.
func TestKilledSweepGoesOn(t *testing.T) {
	dir := t.TempDir()
	sweep := func(out string) *process {
		return newProcess("report", "-o", filepath.Join(dir, out), "--activation", "tanh", "--activation", "relu",
			"--widths", "64:4096", "--depth", "10", "--trials", "60", "--json")
	}
	c := sweep("killed")
	require.NoError(t, c.Start())
	require.Eventually(t, func() bool {
		found := journals(t, dir)
		if len(found) == 0 {
			return false
		}
		info, err := os.Stat(found[0])
		return err == nil && info.Size() > 20_000
	}, 2*time.Minute, time.Millisecond)
	require.NoError(t, c.Process.Kill())
	require.Error(t, c.Wait(), "killed, not finished")
	require.NoDirExists(t, filepath.Join(dir, "killed"))
	require.Len(t, journals(t, dir), 1)

	c = sweep("killed")
	require.NoError(t, c.Run(), c.stderr.String())
	require.Regexp(t, `going on: \d+ of 28 cells`, c.stderr.String())
	require.Empty(t, journals(t, dir), "its work is done")
	whole := sweep("whole")
	require.NoError(t, whole.Run(), whole.stderr.String())
	require.Equal(t, whole.stdout.String(), c.stdout.String())
}

// An interruption says what is kept and how to go on.
func TestInterruptedReportKeepsItsCells(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for len(journals(t, dir)) == 0 || size(journals(t, dir)[0]) == 0 {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	var out, errs bytes.Buffer
	args := []string{"report", "-o", filepath.Join(dir, "r"), "--activation", "tanh", "--widths", "64:16384", "--depth", "20", "--trials", "100"}
	require.Equal(t, exitUndecided, run(ctx, args, &out, &errs))
	require.Regexp(t, `^bsnn: interrupted; no report was written, but \d+ of 18 cells are kept in .*journal: the same command goes on from there\n$`, errs.String())
	require.Equal(t, 1, strings.Count(errs.String(), "\n"))
}

// Nothing passes in vain: reports without a common activation are bad input,
// before anything is measured.
func TestCompareOfNothingIsBadInput(t *testing.T) {
	dir := t.TempDir()
	first := filepath.Join(dir, "first")
	code, _, stderr := command(t, small(first, "--activation", "tanh")...)
	require.Equal(t, exitDone, code, stderr)
	path := filepath.Join(first, "report.json")
	code, stdout, stderr := command(t, small(filepath.Join(dir, "second"), "--activation", "sin", "--compare", path)...)
	require.Equal(t, exitBadInput, code)
	require.Empty(t, stdout)
	require.Equal(t, "bsnn: --compare "+path+": nothing to compare: the reports share no activation; want one of tanh\n", stderr)
	require.NoDirExists(t, filepath.Join(dir, "second"))
}

func size(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
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
	require.Len(t, journals(t, dir), 0)

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

func TestReportCompare(t *testing.T) {
	dir := t.TempDir()
	old := filepath.Join(dir, "old")
	code, _, stderr := command(t, small(old, "--activation", "tanh")...)
	require.Equal(t, exitDone, code, stderr)
	path := filepath.Join(old, "report.json")
	code, stdout, stderr := command(t, small(filepath.Join(dir, "same"), "--activation", "tanh", "--compare", path)...)
	require.Equal(t, exitDone, code, stderr)
	require.Contains(t, stdout, "0 of 24 measured numbers differ, 0 of them by more than chance")
	// The other weights change the theory, and the seed the numbers.
	code, stdout, stderr = command(t, small(filepath.Join(dir, "other"), "--activation", "tanh", "--compare", path, "--seed", "2", "--weights", "gaussian")...)
	require.Equal(t, exitRefuted, code, stderr)
	require.Contains(t, stdout, "setting: weights is gaussian, was haar")
	require.Contains(t, stdout, "theory: ")
	page, err := os.ReadFile(filepath.Join(dir, "other", "index.html"))
	require.NoError(t, err)
	require.Contains(t, string(page), `<section id="comparison">`)
}

func TestReportFromSpecFile(t *testing.T) {
	dir := t.TempDir()
	code, text, stderr := command(t, "report", "--print-spec", "--activation", "a*tanh(x)", "--set", "a=2", "--widths", "8,16", "--depth", "3", "--trials", "12", "--seed", "5")
	require.Equal(t, exitDone, code, stderr)
	file := filepath.Join(dir, "sweep.yaml")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	out := filepath.Join(dir, "r")
	code, stdout, stderr := command(t, "report", "--spec", file, "-o", out, "--json")
	require.Equal(t, exitDone, code, stderr)
	var r reports.Report
	require.NoError(t, json.Unmarshal([]byte(stdout), &r))
	require.Equal(t, []int{8, 16}, r.Spec.Widths)
	require.Equal(t, uint64(5), r.Spec.Seed)
	require.Equal(t, "2", r.Spec.Subjects[0].Parameters["a"])
}

func TestReportMistakes(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "s.yaml")
	require.NoError(t, os.WriteFile(file, []byte("activations: [tanh]\ninput: mnist\n"), 0o600))
	wrong := filepath.Join(dir, "w.yaml")
	require.NoError(t, os.WriteFile(wrong, []byte("seed: 1\n\ndetph: 3\n"), 0o600))
	out := filepath.Join(dir, "out")
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--spec", file}, "wants mnist as input; give its folder, as in --data mnist:DIR"},
		{[]string{"--spec", wrong}, wrong + `:3: unknown setting "detph"; did you mean depth?`},
		{[]string{"--spec", filepath.Join(dir, "none.yaml")}, "none.yaml"},
		{[]string{"--spec", wrong, "--widths", "8:16"}, "--widths: " + wrong + " says that already"},
		{[]string{"--from", file}, "is not JSON"},
		{[]string{"--from", file, "--spec", file}, "is not JSON"},
		{[]string{"--compare", filepath.Join(dir, "none.json")}, "none.json"},
		{[]string{"--training", dir}, "--training: "},
	} {
		code, stdout, stderr := command(t, append([]string{"report", "-o", out}, c.args...)...)
		require.Equal(t, exitBadInput, code, c.args)
		require.Empty(t, stdout)
		require.Contains(t, stderr, c.want)
		require.Equal(t, 1, strings.Count(stderr, "\n"), stderr)
		require.NoDirExists(t, out)
	}
}
