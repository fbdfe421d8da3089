package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"bsnn/internal/journal"
	"bsnn/internal/provenance"
	"bsnn/internal/replay"

	"github.com/stretchr/testify/require"
)

// long is a verification that takes a good part of a second and ends
// undecided or decided; either is a result.
var long = []string{"verify", "--json", "--activation", "elu", "--widths", "64:256", "--depth", "20", "--trials", "800", "--tolerance",
	"0.3"}

// A run that is killed at random moments, with one worker or two, arrives at
// the same bytes as one that is left alone.
func TestKilledRunsResume(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	seed := replay.Seed(t)
	r := rand.New(rand.NewPCG(seed, 0))
	args := append(long, "--seed", fmt.Sprint(seed))
	alone := newProcess(args...)
	begun := time.Now()
	code := exitCode(t, alone.Run())
	duration := time.Since(begun)
	require.NotEqual(t, exitBadInput, code, alone.stderr.String())

	state := filepath.Join(t.TempDir(), "state")
	args = append(args, "--resume", "--state", state)
	kills, resumed := 0, 0
	for {
		p := newProcess(append(args, "--workers", fmt.Sprint(1+r.IntN(2)))...)
		require.NoError(t, p.Start())
		ended := make(chan error, 1)
		go func() { ended <- p.Wait() }()
		// Right after some of the run was kept, which the first kill needs, and
		// at random moments of the whole run.
		wait := time.Minute
		switch {
		case kills >= 6:
		case kills%2 == 0:
			awaitGrowth(state)
			wait = time.Duration(r.Int64N(int64(20 * time.Millisecond)))
		default:
			wait = time.Duration(r.Int64N(int64(duration)))
		}
		var err error
		select {
		case err = <-ended:
		case <-time.After(wait):
			require.NoError(t, p.Process.Kill())
			err = <-ended
		}
		if strings.Contains(p.stderr.String(), "resuming after") {
			resumed++
		}
		if status, ok := p.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
			kills++
			continue
		}
		require.Equal(t, code, exitCode(t, err), p.stderr.String())
		require.Equal(t, alone.stdout.String(), p.stdout.String())
		break
	}
	t.Logf("%d kills, %d runs resumed, alone %v", kills, resumed, duration)
	require.NotZero(t, kills)
	require.NotZero(t, resumed)
	require.NoFileExists(t, state, "a complete run keeps nothing")
}

// awaitGrowth waits for the file to grow, for up to two seconds.
func awaitGrowth(path string) {
	size := func() int64 {
		info, err := os.Stat(path)
		if err != nil {
			return 1 << 10 // more than a header
		}
		return info.Size()
	}
	for before, end := size(), time.Now().Add(2*time.Second); size() <= before && time.Now().Before(end); {
		time.Sleep(2 * time.Millisecond)
	}
}

func exitCode(t *testing.T, err error) int {
	t.Helper()
	if err == nil {
		return 0
	}
	var exit interface{ ExitCode() int }
	require.ErrorAs(t, err, &exit)
	return exit.ExitCode()
}

// endless is a verification that does not end by itself in a test's time:
// nothing is ever outside the tolerance, and the limit asks for certainty.
func endless(more ...string) []string {
	return append([]string{"verify", "--json", "--widths", "4", "--depth", "1", "--trials", "10000000", "--limit", "1e-7",
		"--layer-tolerance", "1e9"}, more...)
}

// interrupt runs a command line and stops it, as Ctrl-C does, when it has kept
// some trials.
func interrupt(t *testing.T, args ...string) (stdout, stderr string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	before := states(args)
	go func() {
		defer cancel()
		for range 12_000 { // a minute
			for path, size := range states(args) {
				if size > 1024 && size > before[path] { // more than a header
					return
				}
			}
			time.Sleep(5 * time.Millisecond)
		}
	}()
	var out, errs bytes.Buffer
	require.Equal(t, exitUndecided, run(ctx, args, &out, &errs), errs.String())
	return out.String(), errs.String()
}

// states are the sizes of the states that a command may write.
func states(args []string) map[string]int64 {
	paths, _ := filepath.Glob(filepath.Join(os.Getenv("XDG_CACHE_HOME"), "bsnn", "*"))
	if i := slices.Index(args, "--state"); i >= 0 {
		paths = append(paths, args[i+1])
	}
	out := map[string]int64{}
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil {
			out[path] = info.Size()
		}
	}
	return out
}

func TestStatesThatCannotBeUsed(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	dir := t.TempDir()
	state := filepath.Join(dir, "state")
	interrupt(t, endless("--state", state)...)
	whole, err := os.ReadFile(state)
	require.NoError(t, err)

	thesis := filepath.Join(dir, "thesis.tex")
	require.NoError(t, os.WriteFile(thesis, []byte(`\documentclass{article}`), 0o600))
	damaged := filepath.Join(dir, "damaged")
	broken := bytes.Clone(whole)
	broken[len(broken)/2] ^= 1 // sound records follow
	require.NoError(t, os.WriteFile(damaged, broken, 0o600))
	build := filepath.Join(dir, "build")
	writeState(t, build, whole, func(r *provenance.Run) { r.Environment.Build = "older" })
	machine := filepath.Join(dir, "machine")
	writeState(t, machine, whole, func(r *provenance.Run) { r.Environment.Processor = "abacus" })
	future := filepath.Join(dir, "future")
	writeState(t, future, whole, func(r *provenance.Run) { r.Asked.(map[string]any)["shape"] = "wide" })
	sweep := filepath.Join(dir, "sweep")
	writeState(t, sweep, whole, func(r *provenance.Run) { r.Kind = "report" })
	locked := filepath.Join(dir, "locked")
	j, err := journal.Open(locked, provenance.Run{}, journal.Same)
	require.NoError(t, err)
	defer j.Close()

	for _, c := range []struct {
		args []string
		says string
	}{
		{endless("--state", state), "exists; want --resume"},
		{endless("--state", thesis), "exists; want --resume"},
		{endless("--state", thesis, "--resume"), "not one of bsnn"},
		{endless("--state", damaged, "--resume"), "damaged"},
		{endless("--state", state, "--resume", "--seed", "2"), "its seed is 1, here it is 2"},
		{endless("--state", state, "--resume", "--activation", "relu"), `its activation is "tanh", here it is "relu"`},
		{endless("--state", state, "--resume", "--as-is"), "its as-is is false, here it is true"},
		{endless("--state", state, "--resume", "--widths", "4,5"), "its widths is [4], here it is [4,5]"},
		{endless("--state", state, "--resume", "--weights", "gaussian"), "weights"},
		{endless("--state", state, "--resume", "--sampler", "dense"), "sampler"},
		{endless("--state", state, "--resume", "--alpha", "0.1"), "alpha"},
		{endless("--state", state, "--resume", "--trials", "5"), "trials"},
		{endless("--state", build, "--resume"), "another build of bsnn; want the same one, --mixed"},
		{endless("--state", machine, "--resume"), "another processor (abacus, here "},
		{endless("--state", sweep, "--resume"), "it is of bsnn report, not of bsnn verify"},
		{endless("--state", sweep, "--resume", "--mixed"), "it is of bsnn report"},
		{endless("--state", future, "--resume"), `its shape is "wide", here it is not given`},
		{endless("--state", locked, "--resume"), "another bsnn is working on the run in " + locked},
		{endless("--state", dir), "is a folder"},
		{endless("--state", dir, "--resume"), "is a folder"},
		{endless("--state", filepath.Join(dir, "missing", "state")), "no such file"},
		{endless("--state", filepath.Join(thesis, "state"), "--resume"), "not a directory"},
		{endless("--seed", "random", "--resume"), "--resume with --seed random"},
	} {
		before := files(t, dir)
		code, stdout, stderr := command(t, c.args...)
		require.Equal(t, exitBadInput, code, "%q", c.args)
		require.Empty(t, stdout, "%q", c.args)
		require.Contains(t, stderr, c.says, "%q", c.args)
		require.Equal(t, 1, strings.Count(stderr, "\n"), stderr)
		require.Equal(t, before, files(t, dir), "%q changed a file", c.args)
	}
}

// files are the contents of a folder.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	out := map[string]string{}
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		require.NoError(t, err)
		out[e.Name()] = string(text)
	}
	return out
}

// writeState writes the state of another run.
func writeState(t *testing.T, path string, whole []byte, change func(*provenance.Run)) {
	t.Helper()
	// The header is the first record: 8 bytes of magic, 8 before the body
	// and one for its kind.
	length := int(binary.LittleEndian.Uint32(whole[8:]))
	var other provenance.Run
	require.NoError(t, json.Unmarshal(whole[17:16+length], &other))
	change(&other)
	j, err := journal.Open(path, other, journal.Same)
	require.NoError(t, err)
	j.Record("haar n=4 L=1", 0, []float64{1, 1})
	require.NoError(t, j.Close())
}

// What another build began is continued with --mixed.
func TestMixedStates(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	state, build := filepath.Join(dir, "state"), filepath.Join(dir, "build")
	interrupt(t, endless("--state", state)...)
	whole, err := os.ReadFile(state)
	require.NoError(t, err)
	writeState(t, build, whole, func(r *provenance.Run) { r.Environment.Build = "older" })
	_, stderr := interrupt(t, endless("--state", build, "--resume", "--mixed")...)
	require.Contains(t, stderr, "resuming after 1 networks")
	require.Contains(t, stderr, "--mixed", "the command that continues")
}

// A tail that a failing machine left is cut off, and said.
func TestDamagedTailIsSaid(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	state, other := filepath.Join(dir, "state"), filepath.Join(dir, "other")
	interrupt(t, endless("--state", other)...)
	whole, err := os.ReadFile(other)
	require.NoError(t, err)
	writeState(t, state, whole, func(*provenance.Run) {}) // with one network, however long the other ran
	whole, err = os.ReadFile(state)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(state, append(whole, make([]byte, 77)...), 0o600))
	_, stderr := interrupt(t, endless("--state", state, "--resume")...)
	require.Contains(t, stderr, "the last 77 bytes of "+state+" were not written completely")
	require.Contains(t, stderr, "resuming after 1 networks")
}

// States that nobody has continued for a month go, others stay.
func TestAbandonedStatesAreForgotten(t *testing.T) {
	cache := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", cache)
	interrupt(t, endless()...)
	interrupt(t, endless("--seed", "2")...)
	found, err := filepath.Glob(filepath.Join(cache, "bsnn", "verify-*"))
	require.NoError(t, err)
	require.Len(t, found, 2)
	foreign := filepath.Join(cache, "bsnn", "notes.txt")
	require.NoError(t, os.WriteFile(foreign, nil, 0o600))
	old := time.Now().Add(-31 * 24 * time.Hour)
	for _, path := range append(found, foreign) {
		require.NoError(t, os.Chtimes(path, old, old))
	}
	inUse, err := os.ReadFile(found[1])
	require.NoError(t, err)
	var mine provenance.Run
	require.NoError(t, json.Unmarshal(inUse[17:16+int(binary.LittleEndian.Uint32(inUse[8:]))], &mine))
	j, err := journal.Open(found[1], mine, journal.Same)
	require.NoError(t, err)
	defer j.Close()
	_, _, stderr := command(t, "verify", "--json", "--widths", "8", "--depth", "2", "--trials", "70")
	require.Empty(t, stderr)
	require.NoFileExists(t, found[0])
	require.FileExists(t, found[1], "somebody is using it")
	require.FileExists(t, foreign)
}

// Two processes with the same command do not disturb each other.
func TestTheSameCommandTwice(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	p := newProcess(endless()...)
	require.NoError(t, p.Start())
	defer func() {
		_ = p.Process.Kill()
		_ = p.Wait()
	}()
	pattern := filepath.Join(os.Getenv("XDG_CACHE_HOME"), "bsnn", "*")
	require.Eventually(t, func() bool { f, _ := filepath.Glob(pattern); return len(f) > 0 }, 20*time.Second, 5*time.Millisecond)
	// The other process is this very program: the test binary.
	_, stderr := interrupt(t, endless()...)
	require.Contains(t, stderr, "this run cannot be resumed")
	require.Contains(t, stderr, "another bsnn is working on the run")
	code, _, stderr := command(t, endless("--resume")...)
	require.Equal(t, exitBadInput, code)
	require.Contains(t, stderr, "another bsnn is working on the run")
}

// A measurement of a width is kept as a verification is.
func TestInterruptedWidthsContinue(t *testing.T) {
	t.Parallel()
	state := filepath.Join(t.TempDir(), "state")
	args := []string{"width", "--activation", "elu", "--depth", "10", "--tolerance", "0.3", "--confidence", "0.9", "--simulate", "--json"}
	code, want, stderr := command(t, args...)
	require.Equal(t, exitDone, code, stderr)
	_, stderr = interrupt(t, append(slices.Clone(args), "--state", state)...)
	_, next, ok := strings.Cut(stderr, "bsnn: interrupted; to continue: bsnn ")
	require.True(t, ok, stderr)
	code, got, stderr := command(t, split(strings.TrimSpace(next))...)
	require.Equal(t, exitDone, code, stderr)
	require.Contains(t, stderr, "resuming after")
	require.Equal(t, want, got)
	require.NoFileExists(t, state)
	code, _, stderr = command(t, "width", "--resume")
	require.Equal(t, exitBadInput, code)
	require.Contains(t, stderr, "--resume needs --simulate")
}
