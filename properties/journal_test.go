package properties_test

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"bsnn/gpnorm"
	"bsnn/internal/journal"
	"bsnn/internal/provenance"
	"bsnn/internal/replay"
	"bsnn/network"
	"bsnn/properties"

	"github.com/stretchr/testify/require"
)

// tiny is a verification whose journal is short. Theory predicts nothing about
// Gaussian weights, which makes it quick.
func tiny(t *testing.T, seed uint64) properties.Verification {
	t.Helper()
	raw, err := gpnorm.Lookup("elu")
	require.NoError(t, err)
	a, err := gpnorm.Normalize(raw)
	require.NoError(t, err)
	return properties.Verification{
		Activation: a.Activation, Weights: network.Gaussian, Widths: []int{4, 6}, Claims: properties.Claims(2, 0.5, 0.9, 0.3),
		Budget: properties.Budget{Seed: seed, Trials: 5, Alpha: 0.1, Workers: 1},
	}
}

// outcome is the result as it is printed.
func outcome(t *testing.T, v properties.Verification) string {
	t.Helper()
	r, err := v.Run(t.Context())
	require.NoError(t, err)
	text, err := json.Marshal(r)
	require.NoError(t, err)
	return string(text)
}

// Wherever the journal of a killed run ends, the run that continues it finds
// the same to the last bit, and repeats no trial that was kept.
func TestEveryTruncatedJournalLeadsToTheSameResult(t *testing.T) {
	v := tiny(t, replay.Seed(t))
	want := outcome(t, v)
	path := filepath.Join(t.TempDir(), "journal")
	j, err := journal.Open(path, provenance.Run{Kind: "tiny"}, journal.Same)
	require.NoError(t, err)
	v.Budget.Journal = j
	require.Equal(t, want, outcome(t, v), "keeping a journal changes nothing")
	require.NoError(t, j.Close())
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	for cut := range len(whole) + 1 {
		require.NoError(t, os.WriteFile(path, whole[:cut], 0o600))
		j, err := journal.Open(path, provenance.Run{Kind: "tiny"}, journal.Same)
		require.NoError(t, err)
		v.Budget.Journal, v.Budget.Workers = j, 1+cut%2
		var last properties.Progress
		v.Progress = func(p properties.Progress) { last = p }
		require.Equal(t, want, outcome(t, v), "cut at %d", cut)
		require.Equal(t, j.Restored(), last.Restored)
		require.Equal(t, 20, last.Networks)
		require.NoError(t, j.Close())
		all, err := os.ReadFile(path)
		require.NoError(t, err)
		require.GreaterOrEqual(t, len(all), len(whole), "the journal is whole again")
	}
}

// The same for the measurement of a width, cut at random.
func TestTruncatedWidthMeasurementsAreContinued(t *testing.T) {
	seed := replay.Seed(t)
	r := rand.New(rand.NewPCG(seed, 3))
	a, err := gpnorm.Lookup("relu")
	require.NoError(t, err)
	n, err := gpnorm.Normalize(a)
	require.NoError(t, err)
	q := properties.WidthQuestion{Activation: n.Activation, Depth: 2, Tolerance: 0.3, Confidence: 0.7}
	m := properties.WidthMeasurement{Seed: seed, Trials: 200, Alpha: 0.1, Resolution: 1.5, MaxWork: 1e7}
	answer := func(m properties.WidthMeasurement) string {
		a, err := q.Answer(t.Context(), &m)
		require.NoError(t, err)
		text, err := json.Marshal(a)
		require.NoError(t, err)
		return string(text)
	}
	want := answer(m)
	path := filepath.Join(t.TempDir(), "journal")
	j, err := journal.Open(path, provenance.Run{Kind: "width"}, journal.Same)
	require.NoError(t, err)
	kept := m
	kept.Journal = j
	require.Equal(t, want, answer(kept), "keeping a journal changes nothing")
	require.NoError(t, j.Close())
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	for range 10 {
		require.NoError(t, os.WriteFile(path, whole[:r.IntN(len(whole)+1)], 0o600))
		j, err := journal.Open(path, provenance.Run{Kind: "width"}, journal.Same)
		require.NoError(t, err)
		kept.Journal, kept.Workers = j, 1+r.IntN(3)
		require.Equal(t, want, answer(kept))
		require.NoError(t, j.Close())
		all, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Len(t, all, len(whole), "no network is repeated, none is missing")
	}
}

// A run that is stopped again and again arrives where an uninterrupted one
// does, with explicit matrices too.
func TestInterruptedRunsArrive(t *testing.T) {
	seed := replay.Seed(t)
	r := rand.New(rand.NewPCG(seed, 1))
	for _, sampler := range []properties.Sampler{properties.Lazy, properties.Dense, properties.Reflectors} {
		v := tiny(t, seed)
		v.Sampler, v.Budget.Trials = sampler, 300
		want := outcome(t, v)
		path := filepath.Join(t.TempDir(), "journal")
		stops := 0
		for finished := false; !finished; {
			j, err := journal.Open(path, provenance.Run{Kind: "tiny"}, journal.Same)
			require.NoError(t, err)
			v.Budget.Journal, v.Budget.Workers = j, 1+r.IntN(3)
			ctx, cancel := context.WithCancel(t.Context())
			stopAt := j.Restored() + 1 + r.IntN(150)
			v.Progress = func(p properties.Progress) {
				if p.Networks >= stopAt {
					cancel()
				}
			}
			result, err := v.Run(ctx)
			cancel()
			require.NoError(t, j.Close())
			if finished = err == nil; !finished {
				require.True(t, errors.Is(err, context.Canceled), err)
				stops++
				continue
			}
			text, err := json.Marshal(result)
			require.NoError(t, err)
			require.Equal(t, want, string(text))
		}
		require.GreaterOrEqual(t, stops, 1)
	}
}

// A journal of other claims is refused, not misread.
func TestJournalOfOtherClaims(t *testing.T) {
	v := tiny(t, 1)
	path := filepath.Join(t.TempDir(), "journal")
	j, err := journal.Open(path, provenance.Run{Kind: "tiny"}, journal.Same)
	require.NoError(t, err)
	v.Budget.Journal = j
	outcome(t, v)
	require.NoError(t, j.Close())
	j, err = journal.Open(path, provenance.Run{Kind: "tiny"}, journal.Same)
	require.NoError(t, err)
	defer j.Close()
	v.Budget.Journal = j
	v.Claims = v.Claims[1:]
	_, err = v.Run(t.Context())
	require.ErrorContains(t, err, "the journal holds 2 statistics; want 1")
}

// Work never runs backwards, ends at the total, and what this process did not
// do is told apart.
func TestProgressOfAVerification(t *testing.T) {
	v := tiny(t, replay.Seed(t))
	v.Budget.Trials = 300
	var all []properties.Progress
	v.Progress = func(p properties.Progress) { all = append(all, p) }
	outcome(t, v)
	require.NotEmpty(t, all)
	total, work := 300*(4+4*2+6+6*2), 0
	for i, p := range all {
		require.Equal(t, total, p.Total)
		require.LessOrEqual(t, p.Done, total)
		require.LessOrEqual(t, p.Saved, p.Done)
		require.Zero(t, p.Restored)
		work += p.Width * p.Depth
		require.Equal(t, work, p.Done-p.Saved)
		require.Equal(t, i+1, p.Networks)
		if i > 0 {
			require.Greater(t, p.Done, all[i-1].Done)
		}
	}
}

// What keeping a journal costs, on the shortest trials there are.
func BenchmarkTestWithJournal(b *testing.B) {
	raw, err := gpnorm.Lookup("relu")
	require.NoError(b, err)
	a, err := gpnorm.Normalize(raw)
	require.NoError(b, err)
	// Undecidable: nothing is ever outside, and 100,000 trials do not show it.
	claims := properties.Claims(1, 1e9, 1e9, 1e-6)
	for _, c := range []struct {
		name  string
		keep  bool
		width int
	}{{"width=4/journal=no", false, 4}, {"width=4/journal=yes", true, 4}, {"width=64/journal=no", false, 64}, {"width=64/journal=yes", true,
		64}} {
		b.Run(c.name, func(b *testing.B) {
			e := properties.Ensemble{Activation: a.Activation, Width: c.width, Depth: 1, Weights: network.Haar}
			for b.Loop() {
				budget := properties.Budget{Seed: 1, Trials: 100_000, Alpha: 1e-6, Workers: 1}
				if c.keep {
					j, err := journal.Open(filepath.Join(b.TempDir(), "journal"), provenance.Run{Kind: "benchmark"}, journal.Same)
					require.NoError(b, err)
					budget.Journal = j
					defer j.Remove()
				}
				results, err := properties.Test(b.Context(), e, claims, budget)
				require.NoError(b, err)
				require.Equal(b, budget.Trials, results[0].Sample.Count)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*100_000), "ns/network")
		})
	}
}
