package main

import (
	"fmt"
	"io"
	"math"
	"text/tabwriter"

	"bsnn/internal/words"
	"bsnn/network/checkpoint"
	"bsnn/properties/audit"

	"github.com/spf13/cobra"
)

type auditFlags struct {
	tensors, exclude   []string
	noSpectra, verbose bool
	asJSON             bool
}

func newAudit() *cobra.Command {
	var f auditFlags
	c := &cobra.Command{
		Use:     "audit FILE...",
		GroupID: groupQuestions,
		Short:   "What does the network in this file do to signals and gradients?",
		Long: `Say what each matrix of weights in a file is: its gains forward and backward (factors of
squared norms per neuron), its singular values, how far from orthogonal it is, its
bias, and what law it looks like: Haar, QR without signs, Gaussian, uniform or truncated
normal, with the gain and the usual starts that have it (PyTorch's and Keras's defaults,
Kaiming, Xavier, LeCun), or trained. Weights of a law are called trained with probability
at most 0.001 a matrix.

Files are safetensors, .npy, .npz, PyTorch's .pt, .pth and .bin, and ONNX; several shards,
or their index, are one checkpoint. Pickles are read as data and never executed. One
tensor is in memory at a time.`,
		Example: `  bsnn audit model.safetensors
  bsnn audit --tensor 'layers.*.weight' --json state.pt
  bsnn audit --no-spectra model-00001-of-00002.safetensors model-00002-of-00002.safetensors`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("no files given; want one or more, as in: bsnn audit model.safetensors")
			}
			return nil
		},
		ValidArgsFunction: filesEnding(weightFiles...),
		RunE:              func(c *cobra.Command, args []string) error { return f.run(c, args) },
	}
	c.Flags().StringArrayVar(&f.tensors, "tensor", nil, "pattern of tensor names, as in '*.weight' (default all); may be given several times")
	c.Flags().StringArrayVar(&f.exclude, "exclude", nil, "pattern of tensor names to leave out, as in 'embed*'; may be given several times")
	c.Flags().BoolVar(&f.noSpectra, "no-spectra", false, "leave out singular values, which take most of the time")
	c.Flags().BoolVar(&f.verbose, "verbose", false, "print everything that was skipped")
	c.Flags().BoolVar(&f.asJSON, "json", false, "print JSON")
	return c
}

func (f *auditFlags) run(c *cobra.Command, files []string) error {
	useAllCores(c.Context())
	file, err := checkpoint.Open(files...)
	if err != nil {
		return err
	}
	defer file.Close()
	line := newProgress(c.ErrOrStderr())
	done := line.counted("looking at matrices")
	r := audit.Audit{File: file.Paths, Causes: []audit.Cause{}, Advice: []string{}}
	r.Layers, r.Skipped, err = audit.Layers(c.Context(), file, audit.Options{
		Choice: checkpoint.Choice{Include: f.tensors, Exclude: f.exclude}, NoSpectra: f.noSpectra, Progress: done,
	})
	line.clear()
	if err != nil {
		return err
	}
	if f.asJSON {
		return writeJSON(c.OutOrStdout(), r)
	}
	return f.write(c.OutOrStdout(), r)
}

func (f *auditFlags) write(w io.Writer, r audit.Audit) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "layer\tshape\ttype\tgain →\tgain ←\tσ min\tmedian\tmax\t|WᵀW − I|\tbias\tlaw")
	for _, l := range r.Layers {
		fmt.Fprintf(t, "%s\t%d×%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", words.Name(l.Name), l.Shape[0], l.Shape[1], l.DType, digits(l.ForwardGain),
			digits(l.BackwardGain), spectrumWords(l.SingularValues), digits(l.OrthogonalityError), biasWords(l), lawWords(l))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if len(r.Skipped) > 0 {
		fmt.Fprintf(w, "\nskipped: %s\n", skippedWords(r.Skipped, f.verbose))
	}
	return nil
}

func digits(n audit.Number) string {
	if math.IsNaN(float64(n)) {
		return "–"
	}
	return words.Number(float64(n), 3)
}

func spectrumWords(s *audit.Spectrum) string {
	if s == nil {
		return "–\t–\t–"
	}
	return digits(s.Min) + "\t" + digits(s.Median) + "\t" + digits(s.Max)
}

func biasWords(l audit.Layer) string {
	if l.Bias == nil {
		return "–"
	}
	return digits(*l.Bias)
}

// lawWords say what a layer looks like, and what is wrong with it.
func lawWords(l audit.Layer) string {
	s := l.Law.Name
	if !math.IsNaN(float64(l.Law.Gain)) && l.Law.Fresh() {
		s += ", gain " + words.Number(float64(l.Law.Gain), 3)
	}
	if len(l.Law.Known) > 0 {
		s += " (" + l.Law.Known[0] + ")"
	}
	if l.Law.Why != "" {
		s += ": " + l.Law.Why
	}
	for _, more := range []struct {
		text string
		when bool
	}{
		{l.NotFinite, l.NotFinite != ""}, {fmt.Sprintf("%d dead rows", l.DeadRows), l.DeadRows > 0},
		{fmt.Sprintf("%d dead columns", l.DeadCols), l.DeadCols > 0}, {"the same as " + words.Name(l.Duplicate), l.Duplicate != ""},
	} {
		if more.when {
			s += "; " + more.text
		}
	}
	return s
}
