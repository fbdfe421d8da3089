package main

import (
	"slices"
	"time"
)

// A contestant does one job once and says how long it took.
type contestant struct {
	name string
	own  bool // this project, not a peer
	like bool // does the same in the same precision, so that it counts in ratios
	run  func() (time.Duration, error)
}

// timing is what a contestant took over the rounds.
type timing struct {
	contestant
	took []time.Duration
}

func (t timing) best() time.Duration  { return slices.Min(t.took) }
func (t timing) worst() time.Duration { return slices.Max(t.took) }

func (t timing) median() time.Duration {
	sorted := slices.Sorted(slices.Values(t.took))
	return sorted[len(sorted)/2]
}

// race lets the contestants run in turn, round after round, so that a busy
// moment of the machine meets all of them. After one round to warm up there
// are at least three, and then more until the rounds or the time are used up.
func race(contestants []contestant, rounds int, budget time.Duration) ([]timing, error) {
	timings := make([]timing, len(contestants))
	begin := time.Now()
	for round := 0; round < 4 || round <= rounds && time.Since(begin) < budget; round++ {
		for i, c := range contestants {
			took, err := c.run()
			if err != nil {
				return nil, err
			}
			timings[i].contestant = c
			if round > 0 {
				timings[i].took = append(timings[i].took, took)
			}
		}
	}
	return timings, nil
}

// ratio is how many times longer the fastest like peer takes than t, of the
// medians; 0 without a peer.
func ratio(t timing, all []timing) float64 {
	var fastest time.Duration
	for _, other := range all {
		if !other.own && other.like && (fastest == 0 || other.median() < fastest) {
			fastest = other.median()
		}
	}
	return fastest.Seconds() / t.median().Seconds()
}
