package suite

import (
	"fmt"
	"math"
	"time"
)

// An Effort says how much a run may spend.
type Effort struct {
	Name    string
	Draws   int // how often rapid draws for each check
	Neurons int // neuron evaluations for each draw; about 20 ns each
}

// The levels of effort. Deep is repeated in rounds.
var (
	Short   = Effort{"short", 4, 500_000}
	Default = Effort{"default", 20, 2_000_000}
	Deep    = Effort{"deep", 20, 5_000_000}
)

// ParseEffort reads the name of a level.
func ParseEffort(name string) (Effort, error) {
	for _, e := range []Effort{Short, Default, Deep} {
		if e.Name == name {
			return e, nil
		}
	}
	return Effort{}, fmt.Errorf("effort %q; want short, default or deep", name)
}

// trials is how many trials of a network the effort allows: at least least,
// at most 400,000.
func (e Effort) trials(width, depth, least int) int {
	const overhead = 60 // of a trial, in neurons
	return min(max(e.Neurons/(width*depth+overhead), least), 400_000)
}

// A Plan fixes a run: its seed, its effort and its error probability.
type Plan struct {
	Seed   uint64
	Effort Effort
	Alpha  float64 // of all rounds together: a correct System is refuted with at most this probability
	Checks []Check
	Round  int // from 1 on
}

// RoundAlpha is the error probability of this round. The sum of 6/(π²k²) over all rounds
// k is 1, so a run may have as many as there is time for.
func (p Plan) RoundAlpha() float64 {
	k := float64(p.Round)
	return p.Alpha * 6 / (math.Pi * math.Pi * k * k)
}

// CheckAlpha is the error probability of one check in this round: an equal
// share for each check that has tests.
func (p Plan) CheckAlpha(c Check) float64 {
	if c.Tests == 0 {
		return 0
	}
	n := 0
	for _, o := range p.Checks {
		if o.Tests > 0 {
			n++
		}
	}
	return p.RoundAlpha() / float64(n)
}

// testAlpha is the error probability of one test of one draw.
func (p Plan) testAlpha(c Check) float64 {
	return p.CheckAlpha(c) / float64(p.Effort.Draws*max(c.Tests, 1))
}

// A Find is how a System was refuted.
type Find struct {
	Check   string
	Reason  error
	Draws   int // including the last
	Trials  int
	Elapsed time.Duration
}
