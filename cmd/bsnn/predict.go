package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"bsnn/internal/table"
	"bsnn/internal/words"
	"bsnn/network"
	"bsnn/network/netcode"
	"bsnn/theorem"

	"github.com/spf13/cobra"
)

type predictFlags struct {
	netFlags
	correlation, distance float64
	mend                  bool
	net                   string // in the place of an argument
	tableFlags
	emit string
}

func newPredict() *cobra.Command {
	var f predictFlags
	c := &cobra.Command{
		Use:     "predict [NET.yaml]",
		GroupID: groupQuestions,
		Short:   "Say what a network does to signals and gradients, from theory alone",
		Long: `Say at once what the random networks of an architecture do to signals and gradients
at their start, block by block and in total, from theory alone; how much networks of
these widths differ; when two inputs become one; and where norms or inputs are not kept,
why, and what would mend it.

Factors are of squared norms: forward (‖output‖²/n)/(‖input‖²/n), backward the squared
gradient at the first linear map over the same at the last, for an error at the output
in a random direction. They are limits for wide networks; the ranges are those of 90 %
of the networks of these widths, to first order. Batch normalisation is predicted for
large batches; small ones let gradients grow at other rates.

The network is described in a file, or in a few words by --layers and the flags beside
it. "bsnn help net" shows what a file may say.

--emit prints the network as code with its initialisation, to be pasted into a project;
with --mend the better one.

Exit code 1 if signals or gradients vanish or explode: a factor outside [1/10, 10].`,
		Example: `  bsnn predict --layers 784,512x29,10 --activation gelu --as-is --weights torch-default --bias
  bsnn predict --layers 512x200 --activation tanh --norm layer --mend > net.yaml
  bsnn predict --layers 784,512x29,10 --activation gelu --norm rms --emit pytorch > net.py
  bsnn predict net.yaml`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 || len(args) == 1 && f.net != "" {
				return fmt.Errorf("%d files; want one", len(args)+len(strings.Fields(f.net)))
			}
			return nil
		},
		ValidArgsFunction: filesEnding("yaml", "yml"),
		RunE: func(c *cobra.Command, args []string) error {
			if f.net != "" {
				args = append(args, f.net)
			}
			return f.run(c, args)
		},
	}
	f.netFlags.register(c)
	addNet(c, &f.net)
	c.Flags().Float64Var(&f.correlation, "correlation", 0, "ρ of the two inputs that may merge, from −1 to 1")
	addMerged(c, &f.distance)
	f.registerTables(c, "print JSON")
	c.Flags().BoolVar(&f.mend, "mend", false, "print a better network of the same widths and functions, as a file for this command")
	c.Flags().StringVar(&f.emit, "emit", "", "print the network, initialised, as code instead: "+strings.Join(netcode.Languages(), ", "))
	oneOf(c, "emit", netcode.Languages()...)
	c.MarkFlagsMutuallyExclusive("json", "mend")
	c.MarkFlagsMutuallyExclusive("format", "mend")
	c.MarkFlagsMutuallyExclusive("format", "emit")
	c.MarkFlagsMutuallyExclusive("json", "emit")
	return c
}

func (f *predictFlags) run(c *cobra.Command, files []string) error {
	if !(math.Abs(f.correlation) <= 1) {
		return fmt.Errorf("--correlation %v; want a number from −1 to 1", f.correlation)
	}
	if !(f.distance > 0 && f.distance < 2) {
		return fmt.Errorf("--merged %v; want a distance 1 − ρ above 0 and below 2", f.distance)
	}
	a, name, err := f.architecture(files)
	if err != nil {
		return err
	}
	if err := theorem.Lawful(a); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	q := theorem.Question{Correlation: f.correlation, MergeDistance: f.distance}
	switch {
	case f.emit != "" && f.mend:
		return f.writeCode(c, theorem.Mend(a), q)
	case f.emit != "":
		return f.writeCode(c, a, q)
	case f.mend:
		return f.writeMended(c, a, q)
	}
	p, err := theorem.Predict(c.Context(), a, q)
	var beyond *theorem.LengthError
	switch {
	case errors.As(err, &beyond):
		return answer{exitRefuted, fmt.Sprintf("%s: %v", name, beyond)}
	case err != nil:
		return fmt.Errorf("%s: %w", name, err)
	}
	answers, err := p.Answer(a)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	p.Answers = &answers
	if f.asJSON {
		err = writeJSON(c.OutOrStdout(), p)
	} else {
		err = writePrediction(f.page(c), name, p)
	}
	if err == nil && !(theorem.Survives(p.ForwardFactor) && theorem.Survives(p.BackwardFactor)) {
		err = answer{code: exitRefuted}
	}
	return err
}

// writeMended prints the file, with what is predicted of it as a comment.
func (f *predictFlags) writeMended(c *cobra.Command, a network.Architecture, q theorem.Question) error {
	better := theorem.Mend(a)
	p, err := theorem.Predict(c.Context(), better, q)
	if err != nil {
		return fmt.Errorf("the mended network: %w", err)
	}
	w := c.OutOrStdout()
	fmt.Fprintf(w, "# predicted: forward × %s, backward × %s; 1 − ρ = %s at the end\n", words.Number(p.ForwardFactor, 4),
		words.Number(p.BackwardFactor, 4), words.Number(p.Separation, 3))
	return network.WriteArchitecture(w, better)
}

// writePrediction prints a table and what follows from it.
func writePrediction(w io.Writer, name string, p theorem.Prediction) error {
	fmt.Fprintf(w, "%s: %s linear maps, %d → %d\n\n", name, words.Number(p.Layers, 8), p.Input, p.Output)
	t := table.New(w, table.Left)
	fmt.Fprintln(t, "block\tsignal ×\tgradient ×\t‖x‖²/n\t1 − ρ")
	writeBlocks(t, p.Blocks, "")
	fmt.Fprintf(t, "in all\t%s\t\t\t\n", words.Number(p.ForwardFactor, 4))
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(w, "\nforward   × %s%s\n", words.Number(p.ForwardFactor, 4), rangeOf(p.ForwardLog))
	fmt.Fprintf(w, "backward  × %s%s, from the last linear map to the first\n", words.Number(p.BackwardFactor, 4), rangeOf(p.BackwardLog))
	fmt.Fprintf(w, "norms     %s\n", p.Answers.Norms())
	fmt.Fprintf(w, "angles    %s; 1 − ρ = %s at the end\n", p.Answers.Angles(), words.Number(p.Separation, 3))
	fmt.Fprintf(w, "isometry  %s", p.Answers.Isometry())
	if p.Answers.Median >= 0 {
		fmt.Fprintf(w, "; τ((JᵀJ)²)/τ(JᵀJ)² = %s (1: all alike)", words.Number(p.JacobianSecondMoment, 4))
	}
	fmt.Fprintln(w)
	if p.Rough != "" {
		fmt.Fprintf(w, "\n%s is applied to entries that are not normal: what follows it is approximate.\n", p.Rough)
	}
	for i, c := range p.Causes {
		if i == 0 {
			fmt.Fprintln(w, "\nWhat to know, and what would mend it:")
		}
		fmt.Fprintf(w, "%2d. %s.\n    → %s.\n", i+1, c.Text, c.Cure)
	}
	return nil
}

func writeBlocks(w io.Writer, blocks []theorem.BlockPrediction, indent string) {
	for _, b := range blocks {
		name := b.Name
		if b.Times > 0 {
			name += ", together"
		}
		fmt.Fprintf(w, "%s%s\t%s\t%s\t%s\t%s\n", indent, name, words.Number(b.Signal, 4), words.Number(b.Gradient, 4), words.Number(b.Square, 4),
			words.Number(b.Distance, 3))
		writeBlocks(w, b.Blocks, indent+strings.Repeat(" ", 2))
	}
}

// rangeOf is what 90 % of the networks have.
func rangeOf(l theorem.LogLaw) string {
	if math.IsNaN(l.SD) {
		return ""
	}
	return fmt.Sprintf("  (in 90 %% of networks %s … %s)", words.Number(l.Quantile(0.05), 3), words.Number(l.Quantile(0.95), 3))
}
