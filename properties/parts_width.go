package properties

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"bsnn/internal/parts"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/theorem"
)

// Units are the networks of each depth that a tolerance is measured on.
func (q ToleranceQuestion) Units(m ToleranceMeasurement) (units []parts.Unit, err error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	if err := m.validate(); err != nil {
		return nil, err
	}
	for _, depth := range m.measured(q) {
		e := Ensemble{Activation: q.Activation, Width: q.Width, Depth: depth}
		d := draws{toleranceSection(e), m.Trials, e.Seconds(), recording(e.runners, func(j Journal) func(context.Context, runner, int) ([]float64,
			error) {
			m := m
			m.Journal = j
			return m.trial(q, e)
		})}
		units = append(units, d.unit(m.Workers))
	}
	return units, nil
}

// Units are the networks that a search for a width may look at. It chooses widths by what it finds,
// which parts cannot know: they are of the widths that it visits if the answer is near the guess, by no
// more than foreseen. A search among them finds networks of other widths missing, and draws them.
func (q WidthQuestion) Units(m WidthMeasurement) (units []parts.Unit, err error) {
	theory, err := q.Theory()
	if err != nil {
		return nil, err
	}
	if err := m.Validate(); err != nil {
		return nil, err
	}
	guess := theorem.Widths{Forward: theory.Forward.LimitLaw, Backward: theory.Backward.LimitLaw}
	for _, side := range []struct {
		direction theorem.Direction
		guess     int
	}{{theorem.Forward, guess.Forward}, {theorem.Backward, guess.Backward}} {
		for _, width := range m.foreseen(q, side.direction, side.guess) {
			p, err := q.pool(m.Seed, side.direction, width)
			if err != nil {
				return nil, err
			}
			d := draws{p.section, m.Trials, p.seconds, func(ctx context.Context, j Journal, plan montecarlo.Plan) error {
				_, err := p.squares(ctx, j, plan)
				return err
			}}
			units = append(units, d.unit(m.Workers))
		}
	}
	return units, nil
}

// foreseen are by how much an answer may be off the guess, either way, for the search to visit widths
// that are among the units of its parts, and by how much tests are undecided on either side of it.
var foreseen = struct{ off, undecided []float64 }{[]float64{0.9, 1, 1.1}, []float64{1, 1.15, 1.3}}

// foreseen are the widths that the search visits if its tests find what they would if the truth were
// near the guess, ascending.
func (m WidthMeasurement) foreseen(q WidthQuestion, d theorem.Direction, guess int) []int {
	seen := map[int]bool{}
	for _, off := range foreseen.off {
		for _, undecided := range foreseen.undecided {
			work := m.MaxWork
			s := widthSearch{WidthMeasurement: m, question: q, direction: d, work: &work}
			s.sample = func(_ context.Context, width int) (montecarlo.Verdict, error) {
				seen[width] = true
				v := montecarlo.Verdict{Outcome: montecarlo.Undecided, Trials: m.Trials}
				switch truth := off * float64(cmp.Or(guess, defaultGuess)); {
				case float64(width) >= truth*undecided:
					v.Outcome = montecarlo.Confirmed
				case float64(width) < truth/undecided:
					v.Outcome = montecarlo.Refuted
				}
				return v, nil
			}
			_ = s.run(context.Background(), guess) // which cannot fail
		}
	}
	var out []int
	for width := range seen {
		out = append(out, width)
	}
	slices.Sort(out)
	return out
}

// A pool is networks of one width whose norms a search looks at in one direction.
type pool struct {
	section string  // where a journal has the squared norms
	seconds float64 // about, of one
	squares func(ctx context.Context, j Journal, p montecarlo.Plan) ([]float64, error)
}

// pool is that of a width.
func (q WidthQuestion) pool(seed uint64, d theorem.Direction, width int) (pool, error) {
	if q.rotated() {
		return q.rotatedPool(seed, d, width)
	}
	e := Ensemble{Activation: q.Activation, Width: width, Depth: q.Depth}
	address := "width " + e.Address()
	p := pool{section: d.String() + " " + address, seconds: e.Seconds()}
	p.squares = func(ctx context.Context, j Journal, plan montecarlo.Plan) ([]float64, error) {
		trial := e.kept(j, p.section, montecarlo.NewExperiment(seed, address), 1, func(n network.Norms) []float64 {
			return []float64{Statistic(q.Statement(d), n, width)}
		})
		values, err := montecarlo.Collect(ctx, plan, e.runners(plan), trial)
		return firsts(values), err
	}
	return p, nil
}

// firsts are the first numbers of vectors.
func firsts(values [][]float64) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = v[0]
	}
	return out
}

// rotatedPool is that of networks of rotated shortcuts.
func (q WidthQuestion) rotatedPool(seed uint64, d theorem.Direction, width int) (pool, error) {
	stack := network.Stack{Activation: q.Described, Linear: network.Linear{Gain: 1}, Shortcut: "rotated", Branch: q.Rotated.Branch}
	a, err := stack.Tower(width, q.Depth)
	if err != nil {
		return pool{}, err
	}
	e := ArchitectureEnsemble{}
	if e.Prepared, err = a.Prepare(); err != nil {
		return pool{}, err
	}
	name := fmt.Sprintf("width of rotated shortcuts, β² = %v, around %s: %d wide, %d blocks", q.Rotated.Branch, q.Described.Key(),
		width, q.Depth)
	experiment := montecarlo.NewExperiment(seed, name)
	p := pool{section: d.String() + " " + name, seconds: e.Seconds()}
	p.squares = func(ctx context.Context, j Journal, plan montecarlo.Plan) ([]float64, error) {
		values, err := montecarlo.Collect(ctx, plan, e.passers(), func(_ context.Context, through *passer, i int) ([]float64, error) {
			return Budget{Journal: j}.remembered(p.section, i, 1, func() ([]float64, error) {
				f, err := e.factors(experiment.Trial(i), through)
				if d == theorem.Forward {
					return []float64{f.Forward}, err
				}
				return []float64{f.Backward}, err
			})
		})
		return firsts(values), err
	}
	return p, nil
}
