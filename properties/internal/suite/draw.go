package suite

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"bsnn/montecarlo"

	"pgregory.net/rapid"
)

// A Draw is one examination of a System by a Check: what rapid draws from,
// and what the tests of this draw may spend.
type Draw struct {
	System
	Effort Effort

	t      *rapid.T
	run    uint64 // seed of the run
	seed   uint64 // of the trials of this draw
	alpha  float64
	left   int // tests that are still paid for
	trials int
	spent  float64
	finest float64 // finest resolution that a test of this draw reached
	unit   string
}

// A Report is what a draw leaves behind.
type Report struct {
	Err        error   // nil, or why the System is refuted
	Trials     int     // of all tests
	Alpha      float64 // spent
	Resolution float64 // finest deviation that the draw told from the claim, +Inf if none
	Unit       string
}

// Examine lets a check examine a System once. Everything random is drawn
// from t, or follows from what is drawn and the seed of the plan.
func (p Plan) Examine(t *rapid.T, c Check, s System) Report {
	d := &Draw{
		System: s, Effort: p.Effort, t: t, run: p.Seed, alpha: p.testAlpha(c), left: c.Tests, finest: math.Inf(1),
	}
	d.seed = derive(p.Seed, rapid.Uint64().Draw(t, "trial seed"))
	err := c.Run(d)
	return Report{err, d.trials, d.spent, d.finest, d.unit}
}

// Hunt examines a System that is thought to be wrong: check after check, draw
// after draw, until one refutes. The first return value is false if none does.
func (p Plan) Hunt(checks []Check, s System) (Find, bool) {
	start, trials, draws := time.Now(), 0, 0
	for _, c := range checks {
		for i := range p.Effort.Draws {
			draws++
			seed := int(derive(p.Seed, uint64(i)) >> 1)
			r := rapid.Custom(func(t *rapid.T) Report { return p.Examine(t, c, s) }).Example(seed)
			trials += r.Trials
			if r.Err != nil {
				return Find{c.ID, r.Err, draws, trials, time.Since(start)}, true
			}
		}
	}
	return Find{Draws: draws, Trials: trials, Elapsed: time.Since(start)}, false
}

// pay hands out the error probability of one test.
func (d *Draw) pay() (float64, error) {
	if d.left == 0 {
		return 0, errors.New("a check makes more tests than it declares")
	}
	d.left--
	d.spent += d.alpha
	return d.alpha, nil
}

// resolve notes a deviation that the draw was able to tell from the claim.
func (d *Draw) resolve(x float64, unit string) {
	if x < d.finest {
		d.finest, d.unit = x, unit
	}
}

// random is a generator for what a check chooses beside its parameters; equal
// names give equal numbers.
func (d *Draw) random(name string) *rand.Rand {
	s := montecarlo.NewStream(d.seed, name, 0, 0)
	return rand.New(&s)
}

// int draws a whole number; smaller is simpler.
func (d *Draw) int(label string, lo, hi int) int { return rapid.IntRange(lo, hi).Draw(d.t, label) }

// float draws a number.
func (d *Draw) float(label string, lo, hi float64) float64 {
	return rapid.Float64Range(lo, hi).Draw(d.t, label)
}

// pick draws one of several values; earlier is simpler.
func pick[T any](d *Draw, label string, values ...T) T {
	return rapid.SampledFrom(values).Draw(d.t, label)
}

// width draws a width from lo up to hi: first its order of magnitude, then the
// number, both preferring the smaller.
func (d *Draw) width(lo, hi int) int {
	scales := []int{}
	for s := 2 * lo; s < hi; s *= 8 {
		scales = append(scales, s)
	}
	return d.int("width", lo, pick(d, "width up to", append(scales, hi)...))
}

// shell draws a squared length per neuron, 1 and others.
func (d *Draw) shell() float64 { return pick(d, "shell", 1, 0.25, 0.9, 1.1, 4) }

// where describes the conditions of a draw.
func where(name string, n int, q float64) string {
	return fmt.Sprintf("%s, n = %d, ‖x‖² = %g·n", name, n, q)
}

// derive is a seed that depends on both numbers in an unrelated way.
func derive(run, draw uint64) uint64 { return rand.NewPCG(run, draw).Uint64() }
