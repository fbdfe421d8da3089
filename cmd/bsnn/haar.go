package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"runtime"
	"text/tabwriter"

	"bsnn/internal/limits"
	"bsnn/internal/words"
	"bsnn/network/checkpoint"
	"bsnn/orthogonal/haartest"

	"github.com/spf13/cobra"
)

type haarFlags struct {
	seed, tensors     string
	alpha, resolution float64
	reference         int
	asJSON            bool
}

func newHaar() *cobra.Command {
	var f haarFlags
	c := &cobra.Command{
		Use:     "haar FILE...",
		GroupID: groupQuestions,
		Short:   "Are these matrices Haar distributed?",
		Long: `Say whether square matrices in .npy or .safetensors files look like independent
draws from the Haar measure on O(n): orthogonality first, then the laws of entries,
traces, determinants, eigenangles, invariance under rotations, and repetition. A file
holds one n×n matrix, a stack k×n×n, or tensors by name; all are tested together.

Independent Haar matrices are refuted with probability at most --alpha. Confirmed means
that the law of every statistic is within --resolution of the Haar law; what each check
can and cannot see is in the --json output. The default resolution at the default α
needs about 100 matrices of one size, 16 or more (very small ones need far more): fewer
are undecided if nothing speaks against them, or need a coarser --resolution, below 1.`,
		Example: `  bsnn haar weights.npy
  bsnn haar --tensor '*.weight' --json weights.safetensors`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("no files given; want one or more, as in: bsnn haar weights.npy")
			}
			return nil
		},
		ValidArgsFunction: filesEnding("npy", "safetensors"),
		RunE:              func(c *cobra.Command, args []string) error { return f.run(c, args) },
	}
	c.Flags().StringVar(&f.seed, "seed", "1", "seed of probes and reference matrices, or \"random\"")
	c.Flags().Float64Var(&f.alpha, "alpha", 1e-6, "probability that Haar matrices are refuted, or others confirmed beyond the resolution")
	c.Flags().Float64Var(&f.resolution, "resolution", 0.5, "δ: largest distance from the Haar law that a confirmation leaves open")
	c.Flags().IntVar(&f.reference, "reference", 0,
		"Haar matrices to simulate for laws without closed form; 0 lets the size decide, -1 means none")
	c.Flags().StringVar(&f.tensors, "tensor", "", "pattern of tensor names in safetensors files, as in '*.weight' (default all)")
	c.Flags().BoolVar(&f.asJSON, "json", false, "print JSON")
	return c
}

func (f *haarFlags) run(c *cobra.Command, files []string) error {
	if err := probability("alpha", f.alpha); err != nil {
		return err
	}
	if err := fraction("resolution", f.resolution); err != nil {
		return err
	}
	if f.reference < -1 || f.reference > limits.Trials {
		return fmt.Errorf("--reference %d; want a number of matrices up to %d, 0 or -1", f.reference, limits.Trials)
	}
	seed, err := parseSeed(f.seed)
	if err != nil {
		return err
	}
	useAllCores(c.Context())
	line := newProgress(c.ErrOrStderr())
	simulating := line.counted("simulating Haar matrices")
	foretell := func(matrices, n int) {
		seconds := haartest.ReferenceDraws * foretoldDrawing(matrices, n) / float64(runtime.GOMAXPROCS(0))
		if text := durationText(seconds); text != "" {
			note(c.ErrOrStderr(), "simulating %d Haar matrices of size %d: %s", matrices, n, text)
		}
	}
	r, err := awaited(c.Context(), func() (checkpoint.HaarResult, error) {
		return checkpoint.TestHaar(c.Context(), files, f.tensors, haartest.Options{
			Alpha: f.alpha, Resolution: f.resolution, Reference: f.reference, Seed: seed, Begin: foretell,
			Progress: simulating,
		})
	})
	line.clear()
	switch {
	case errors.Is(err, checkpoint.ErrNameless):
		return fmt.Errorf("--tensor %q: %w; want safetensors files, or no --tensor", f.tensors, err)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w; want .npy or .safetensors files", err)
	case err != nil:
		return err
	}
	if f.asJSON {
		err = writeJSON(c.OutOrStdout(), r)
	} else {
		err = writeHaar(c.OutOrStdout(), r)
	}
	switch {
	case err != nil:
		return err
	case r.Outcome == haartest.Refuted:
		return answer{code: exitRefuted}
	case r.Outcome == haartest.Undecided:
		return answer{code: exitUndecided}
	}
	return nil
}

// writeHaar prints the checks for people.
func writeHaar(w io.Writer, r checkpoint.HaarResult) error {
	fmt.Fprintf(w, "%d matrices of size %d, α = %g in all, seed %d\n", r.Matrices, r.Dim, r.Alpha, r.Seed)
	worst := words.Shorten(words.Line(r.Worst), 120) // a name from a file
	fmt.Fprintf(w, "orthogonality: largest entry of |QᵀQ − I| is %.2g (%s), tolerance %.2g\n", r.Orthogonality.Error, worst,
		r.Orthogonality.Tolerance)
	if len(r.Checks) > 0 {
		fmt.Fprintln(w)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if len(r.Checks) > 0 {
		fmt.Fprintln(t, "check\tp\tdistance\tat most\toutcome\t")
	}
	for _, c := range r.Checks {
		if c.NotMade != "" {
			fmt.Fprintf(t, "%s\t–\t–\t–\tnot made: %s\t\n", c.Name, c.NotMade)
			continue
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t\n", c.Name, brief(c.P), brief(c.Deviation), brief(c.Bound), c.Outcome)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\nverdict: %s: %s\n", r.Outcome, r.Reason)
	return err
}
