package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// scripted takes the given milliseconds in turn and notes that it ran.
func scripted(log *[]string, name string, own bool, took ...int) contestant {
	i := 0
	return contestant{name: name, own: own, like: true, run: func() (time.Duration, error) {
		*log = append(*log, name)
		i++
		return time.Duration(took[i-1]) * time.Millisecond, nil
	}}
}

// Rounds interleave the contestants, the first does not count, and there are
// three that do even when the time is up.
func TestRace(t *testing.T) {
	var log []string
	timings, err := race([]contestant{
		scripted(&log, "a", true, 1, 10, 30, 20),
		scripted(&log, "b", false, 1, 90, 60, 70),
	}, 1, 0)
	require.NoError(t, err)
	require.Equal(t, []string{"a", "b", "a", "b", "a", "b", "a", "b"}, log)
	require.Equal(t, 10*time.Millisecond, timings[0].best())
	require.Equal(t, 20*time.Millisecond, timings[0].median())
	require.InDelta(t, 3.5, ratio(timings[0], timings), 1e-12, "of the medians")

	broken := contestant{run: func() (time.Duration, error) { return 0, errors.New("broken") }}
	_, err = race([]contestant{broken}, 1, 0)
	require.EqualError(t, err, "broken")
}

func TestMoreRoundsWhileThereIsTime(t *testing.T) {
	var log []string
	timings, err := race([]contestant{scripted(&log, "a", true, 1, 1, 1, 1, 1, 1)}, 5, time.Hour)
	require.NoError(t, err)
	require.Len(t, timings[0].took, 5)
}

// A ratio counts the fastest peer that does the same, not one in another
// precision and not ourselves; without one there is none.
func TestRatio(t *testing.T) {
	of := func(own, like bool, ms int) timing {
		return timing{contestant{own: own, like: like}, []time.Duration{time.Duration(ms) * time.Millisecond}}
	}
	us := of(true, true, 10)
	require.InDelta(t, 4, ratio(us, []timing{us, of(true, true, 5), of(false, true, 80), of(false, true, 40), of(false, false, 20)}), 1e-12)
	require.Zero(t, ratio(us, []timing{us, of(false, false, 20)}))
}

func TestTargets(t *testing.T) {
	var goals targets
	goals.add("fast", 3, 5)
	goals.add("fast", 3, 2.5)
	goals.add("faster", 1, 1)
	goals.add("no peer", 1, 0)
	var text bytes.Buffer
	require.NoError(t, goals.report(&text))
	require.Equal(t, "fast    want at least 3  measured 2.50  MISSED\nfaster  want at least 1  measured 1.00  reached\n", text.String())
}

// Without an interpreter, or with one that has no NumPy, the peers are named
// as left out and our own times are still printed.
func TestAbsentPeers(t *testing.T) {
	t.Setenv("BSNN_BLAS", "off")
	bare := filepath.Join(t.TempDir(), "python3")
	require.NoError(t, os.WriteFile(bare, []byte("#!/bin/sh\necho absent No module named numpy\n"), 0o777))
	crashing := filepath.Join(t.TempDir(), "python3")
	require.NoError(t, os.WriteFile(crashing, []byte("#!/bin/sh\necho trouble >&2\nexit 1\n"), 0o777))
	for python, reason := range map[string]string{
		"/absent/python3": "no interpreter among /absent/python3",
		bare:              "No module named numpy",
		crashing:          "it failed: trouble",
	} {
		var text bytes.Buffer
		o := options{sizes: []int{8}, width: 8, depth: 2, batch: 4, trainWidth: 8, trainDepth: 2, auditDepth: 2,
			auditWidth: 8, threads: 1, interpreters: []string{python}}
		require.NoError(t, run(o, &text))
		require.Contains(t, text.String(), "left out: torch: not installed")
		require.Contains(t, text.String(), "peers: 0, left out: 3\n")
		require.Contains(t, text.String(), reason)
		require.Contains(t, text.String(), "left out: weightwatcher: not installed")
		require.Contains(t, text.String(), "bsnn, without spectra")
		require.Contains(t, text.String(), "bsnn, pure Go")
		require.Contains(t, text.String(), "training step in float64, n = 8, L = 2, batch 4")
		require.NotContains(t, text.String(), "MISSED")
	}
}

// What steers a BLAS is cleared, whatever it is called, and named.
func TestSteering(t *testing.T) {
	kept, cleared := steered([]string{"PATH=/bin", "OPENBLAS_CORETYPE=Haswell", "OPENBLAS_ANYTHING=1", "MKL_DEBUG_CPU_TYPE=5", "X_OPENBLAS_=1",
		"GOTO_NUM_THREADS=1"})
	require.Equal(t, []string{"PATH=/bin", "X_OPENBLAS_=1"}, kept)
	require.Equal(t, []string{"GOTO_NUM_THREADS", "MKL_DEBUG_CPU_TYPE", "OPENBLAS_ANYTHING", "OPENBLAS_CORETYPE"}, cleared)
}

func TestParseSizes(t *testing.T) {
	sizes, err := parseSizes("128,4096")
	require.NoError(t, err)
	require.Equal(t, []int{128, 4096}, sizes)
	none, err := parseSizes("")
	require.NoError(t, err)
	require.Empty(t, none)
	for _, bad := range []string{"0", "-1", "x", "1,,2"} {
		_, err := parseSizes(bad)
		require.ErrorContains(t, err, "positive whole number")
	}
}
