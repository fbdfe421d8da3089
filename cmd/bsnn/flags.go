package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"

	"bsnn/internal/limits"
	"bsnn/properties"
	"bsnn/reports"

	"github.com/spf13/cobra"
)

// runFlags mean the same in every verb that runs trials.
type runFlags struct {
	seed    string
	workers int
	trials  int
	alpha   float64

	changed func(flag string) bool
}

func (f *runFlags) register(c *cobra.Command, alpha float64, trialsHelp string) {
	f.changed = c.Flags().Changed
	c.Flags().StringVar(&f.seed, "seed", "1", "seed of all random numbers, or \"random\"")
	c.Flags().IntVar(&f.workers, "workers", 0, "parallel workers; 0 means one for each core (never changes results)")
	c.Flags().IntVar(&f.trials, "trials", 0, trialsHelp)
	c.Flags().Float64Var(&f.alpha, "alpha", alpha, "probability that any verdict of the run is wrong")
}

func (f *runFlags) check() error {
	switch {
	case f.trials < 0 || f.trials > limits.Trials || f.trials == 0 && f.changed("trials"):
		return fmt.Errorf("--trials %d; want 1 to %d, or leave it out", f.trials, limits.Trials)
	}
	if err := limits.Whole("--workers", f.workers, 0, limits.Workers); err != nil {
		return err
	}
	return probability("alpha", f.alpha)
}

// parseSeed reads --seed.
func parseSeed(s string) (uint64, error) {
	if s == "random" {
		return rand.Uint64(), nil
	}
	seed, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("--seed %q; want a whole number from 0 to 2^64−1, or random", s)
	}
	return seed, nil
}

// parseWidths reads --widths.
func parseWidths(s string) ([]int, error) {
	widths, err := reports.ParseWidths(s)
	if err != nil {
		return nil, fmt.Errorf("--widths %w", err)
	}
	return widths, nil
}

// claimFlags say what is claimed of which networks.
type claimFlags struct {
	widths, weights                  string
	depth                            int
	layerTolerance, tolerance, limit float64
}

func (f *claimFlags) register(c *cobra.Command, d reports.Spec, widths string, weights ...string) {
	c.Flags().StringVar(&f.widths, "widths", widths, "a:b doubles from a to b; or a list")
	addAlias(c, "width", "widths")
	c.Flags().IntVar(&f.depth, "depth", d.Depth, "layers of the deep networks; 1 means one layer only")
	c.Flags().StringVar(&f.weights, "weights", d.Weights, "law of the weight matrices: "+orList(weights))
	oneOf(c, "weights", weights...)
	c.Flags().Float64Var(&f.layerTolerance, "layer-tolerance", d.LayerTolerance,
		"ε for one layer, of norms as well")
	c.Flags().Float64Var(&f.tolerance, "tolerance", d.DepthTolerance, toleranceHelp+", through the depth")
	c.Flags().Float64Var(&f.limit, "limit", d.Limit, "claimed: a norm is off by ε or more in at most this fraction of the networks")
}

// toleranceHelp is what --tolerance is about, in every verb.
const toleranceHelp = "ε: how far a norm (not its square) may be off, relatively"

func (f *claimFlags) check() error {
	if err := limits.Whole("--depth", f.depth, 1, limits.Depth); err != nil {
		return err
	}
	if err := positive("layer-tolerance", f.layerTolerance); err != nil {
		return err
	}
	if err := positive("tolerance", f.tolerance); err != nil {
		return err
	}
	return probability("limit", f.limit)
}

// positive checks a flag that must be a finite number above 0.
func positive(flag string, x float64) error {
	if !(x > 0) || math.IsInf(x, 0) {
		return fmt.Errorf("--%s %v; want a finite number above 0", flag, x)
	}
	return nil
}

// probability checks a flag that must be strictly between 0 and 1.
func probability(flag string, x float64) error {
	if !(x > 0 && x < 1) {
		return fmt.Errorf("--%s %v; want a probability above 0 and below 1", flag, x)
	}
	return nil
}

// fraction checks a flag that must be strictly between 0 and 1 and is no
// probability.
func fraction(flag string, x float64) error {
	if !(x > 0 && x < 1) {
		return fmt.Errorf("--%s %v; want a number above 0 and below 1", flag, x)
	}
	return nil
}

func parseSampler(s string) (properties.Sampler, error) {
	switch s {
	case "lazy":
		return properties.Lazy, nil
	case "dense":
		return properties.Dense, nil
	case "reflectors":
		return properties.Reflectors, nil
	}
	return 0, fmt.Errorf("--sampler %q; want lazy, dense or reflectors", s)
}
