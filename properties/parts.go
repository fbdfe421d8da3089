package properties

import (
	"context"
	"fmt"

	"bsnn/internal/parts"
	"bsnn/montecarlo"
)

// Seconds is about how long one network of the ensemble takes one processor, for dividing
// runs into parts of roughly equal cost.
func (e Ensemble) Seconds() float64 {
	n, layers := float64(e.Width), float64(e.Depth)
	if e.Sampler == Lazy && e.Weights.Simulated() == nil {
		return layers * (1e-6 + 6e-9*n)
	}
	return layers * n * n * (1e-9 + 1.5e-10*n) // its matrices are formed
}

// ensembles are what a verification runs, in the order in which it does.
func (v Verification) ensembles() (out []Ensemble, claims [][]int) {
	groups := byDepth(v.Claims)
	for _, width := range v.Widths {
		for _, group := range groups {
			out = append(out, Ensemble{
				Activation: v.Activation, Width: width, Depth: v.Claims[group[0]].Depth, Weights: v.Weights, Sampler: v.Sampler,
			})
			claims = append(claims, group)
		}
	}
	return out, claims
}

// Units are what a verification can be divided into: networks of each width and depth, as
// many as there may be. Those of one process stop as soon as everything is decided; parts
// cannot know.
func (v Verification) Units() (units []parts.Unit) {
	all, _ := v.ensembles()
	for _, e := range all {
		units = append(units, parts.Unit{Name: e.Address(), Cost: e.Seconds() * float64(v.Budget.Trials), Trials: v.Budget.Trials})
	}
	return units
}

// Measure puts the statistics of some networks into the journal of the budget, which is
// needed.
func (v Verification) Measure(ctx context.Context, pieces []parts.Piece) error {
	if err := v.validate(); err != nil {
		return err
	}
	all, groups := v.ensembles()
	done, total := 0, 0
	for _, p := range pieces {
		total += p.Trials
	}
	for _, p := range pieces {
		e := all[p.Unit]
		var err error
		if v.Input != nil {
			if e.Input, err = v.Input(e.Width); err != nil {
				return err
			}
		}
		plan := montecarlo.Plan{First: p.First, Trials: p.Trials, Workers: v.Budget.Workers}
		if v.Budget.Progress != nil {
			plan.Progress = func(now, _ int) { v.Budget.Progress(done+now, total) }
		}
		trial := e.statistics(pick(v.Claims, groups[p.Unit]), v.Budget)
		if _, err = montecarlo.Collect(ctx, plan, e.runners(plan), trial); err != nil {
			return fmt.Errorf("%s: %w", e.Address(), err)
		}
		done += p.Trials
	}
	return nil
}
