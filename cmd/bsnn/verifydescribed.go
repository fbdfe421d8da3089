package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"bsnn/internal/parts"
	"bsnn/internal/provenance"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/properties"

	"github.com/spf13/cobra"
)

// describedNetworks are the architectures that a question is about: one, or one for each width.
type describedNetworks struct {
	name          string
	widths        []int // of the architectures, where they have none of their own
	architectures []network.Architecture
	texts         []string // what makes two runs comparable
	seed          uint64
}

// describedNetworks reads the flags.
func (f *verifyFlags) describedNetworks(c *cobra.Command) (d describedNetworks, err error) {
	widths, err := f.architectureWidths()
	if err != nil {
		return d, err
	}
	if d.seed, err = parseSeed(f.seed); err != nil {
		return d, err
	}
	if f.seed == "random" {
		if f.resume {
			return d, errors.New("--resume with --seed random; want the seed of the run to continue, which it printed when it began")
		}
		note(c.ErrOrStderr(), "seed %d", d.seed)
	}
	if err := f.fromParts(f.all); err != nil {
		return d, err
	}
	parameters, err := f.parameters()
	if err != nil {
		return d, err
	}
	function := network.Activation{Spec: f.activation, Parameters: parameters, AsIs: f.asIs}
	d.name = f.architectureFlags.name(function, f.weights)
	if !f.architectureFlags.fixed() {
		d.widths = widths
	}
	for _, width := range widths {
		a, err := f.architectureFlags.of(function, f.weights, width, f.depth)
		if err != nil {
			return d, err
		}
		s, err := text(a)
		if err != nil {
			return d, err
		}
		d.architectures, d.texts = append(d.architectures, a), append(d.texts, s)
	}
	return d, nil
}

// replay is the command that repeats the verdicts about the i-th architecture, on the same networks.
func (d describedNetworks) replay(c *cobra.Command, i int, alpha float64) string {
	change := changes{"seed": fmt.Sprint(d.seed), "alpha": fmt.Sprint(alpha)}
	if len(d.widths) > 0 {
		change["widths"] = fmt.Sprint(d.widths[i])
	}
	return commandLine(c, change, append([]string{"plot", "plot-width"}, stayHere...)...)
}

// A describedQuestion is a question about architectures.
type describedQuestion struct {
	networks describedNetworks
	asked    map[string]any // everything that the numbers depend on beside the networks
	units    func(ctx context.Context) ([]parts.Unit, error)
	run      func(properties.Journal) error
	result   func() (any, montecarlo.Outcome)
	write    func(io.Writer) error
}

// answer keeps what a question about architectures has done until it is complete, and gives the
// result.
func (f *verifyFlags) answer(c *cobra.Command, q describedQuestion) error {
	d, asked := q.networks, q.asked
	asked["architectures"], asked["sampler"], asked["seed"], asked["alpha"] = d.texts, f.sampler, d.seed, f.alpha
	run := provenance.Run{Kind: "verify", Asked: asked, Environment: provenance.Now(blasWords(c.Context()))}
	shared := shared{func() (parts.Sweep, error) {
		units, err := q.units(c.Context())
		return parts.Sweep{Run: run, Units: units, Command: commandOf(c, stayHere...)}, architectureError(d.name, err)
	}, f.output, f.policy(), 1}
	if done, err := f.share(c, shared); done || err != nil {
		return err
	}
	state, err := f.keep(c, f.all, run)
	if err != nil {
		return err
	}
	defer state.close()
	err = q.run(state.remembers())
	interrupted := errors.Is(err, context.Canceled)
	if err != nil && !interrupted {
		return err
	}
	found, outcome := q.result()
	switch {
	case !f.asJSON:
		err = q.write(f.page(c))
	case !interrupted: // half a result is none for a program
		err = writeJSON(c.OutOrStdout(), found)
	}
	switch {
	case interrupted:
		return state.interrupted(commandLine(c, changes{"seed": fmt.Sprint(d.seed), "resume": "true"}))
	case err != nil:
		return err
	}
	state.complete(c.ErrOrStderr())
	switch outcome {
	case montecarlo.Refuted:
		return answer{code: exitRefuted}
	case montecarlo.Undecided:
		return answer{code: exitUndecided}
	}
	return nil
}

// unitsOf are those of several runs together.
func unitsOf[V any](runs []V, of func(V) ([]parts.Unit, error)) (all []parts.Unit, err error) {
	for _, v := range runs {
		units, err := of(v)
		if err != nil {
			return nil, err
		}
		all = append(all, units...)
	}
	return all, nil
}
