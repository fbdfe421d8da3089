package main

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"bsnn/internal/replay"

	"github.com/stretchr/testify/require"
)

// Six tests, each wrong with probability 2e-9 by the chi-squared law and, as the
// rarest class has 100 members, some ten times that.
func TestInterleavedStreams(t *testing.T) {
	var out strings.Builder
	require.NoError(t, run(&out, replay.Seed(t), "", false, 20_000), &out)
	require.Equal(t, len(interleavings)*len(tests), strings.Count(out.String(), "passed"))
	require.ErrorContains(t, run(&out, 1, "worker", false, 1), "worker")
}

// Generators with a defect fail.
func TestDefects(t *testing.T) {
	r := rand.NewPCG(replay.Seed(t), 1)
	lanes := 0
	var last uint64
	for name, next := range map[string]func() uint64{
		"a row of every matrix repeats": func() uint64 {
			if lanes++; lanes%16 != 0 {
				last = r.Uint64()
			}
			return last
		},
		"31 bits": func() uint64 { return r.Uint64() &^ (1<<63 | 1<<31) },
		"hits are followed by hits more often": func() uint64 {
			if last>>61 != 0 || r.Uint64()%8 != 0 {
				last = r.Uint64()
			}
			return last
		},
	} {
		failed := 0
		for _, t := range tests {
			if suspicious(t.pValue(next, 20_000)) {
				failed++
			}
		}
		require.Positive(t, failed, name)
	}
}

// The ranks of all probabilities add up to 1, and are the known ones.
func TestRanks(t *testing.T) {
	total := 0.0
	for r := range 33 {
		total += rankProbability(32, r)
	}
	require.InDelta(t, 1, total, 1e-12)
	require.InDelta(t, 0.2887880952, rankProbability(32, 32), 1e-9)
	require.Equal(t, 3, rank([]uint32{1, 2, 3, 4}))
}

type limited int

func (l *limited) Write(b []byte) (int, error) {
	if *l -= limited(len(b)); *l < 0 {
		return 0, errors.New("closed")
	}
	return len(b), nil
}

func TestWritingEndsWithTheReader(t *testing.T) {
	l := limited(1 << 18)
	require.NoError(t, run(&l, 1, "layer", true, 0))
}
