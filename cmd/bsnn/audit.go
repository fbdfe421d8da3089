package main

import (
	"fmt"
	"io"
	"math"
	"runtime/debug"
	"slices"
	"strings"

	"bsnn/internal/limits"
	"bsnn/internal/table"
	"bsnn/internal/words"
	"bsnn/network/checkpoint"
	"bsnn/properties/audit"

	"github.com/spf13/cobra"
)

type auditFlags struct {
	fileFunction
	tensors, exclude []string
	netFile, data    string
	seed             string
	crossEntropy     bool
	tolerance, alpha float64
	inputs           int
	probe, output    string
	noSpectra        bool
	tableFlags
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
tensor is in memory at a time.

With --activation, the function between the layers, with --net, or where an ONNX file says
how its layers are connected, inputs are sent
through the network and gradients back: how squared norms change, where they leave the
tolerance first, how close inputs come to each other, which units are dead, what theory
says of fresh weights of the same laws, and what would mend it. Without --net the
matrices are taken to follow each other in the order of their names. The function is taken
as it is, as frameworks have it, unless the file says otherwise (as those of bsnn init do)
or --normalized.

norms.csv is a table of norms that somebody recorded, in any model: --emit-probe pytorch,
jax or keras prints the script that does. The verdict is then over its repetitions.

With --output DIR a page is written about it, with a picture and all numbers.

Exit code 1 if the squared norm of more than half of all inputs, or of their gradients,
leaves [1/T, T] times what it was, T the tolerance; 3 if --inputs do not decide it.`,
		Example: `  bsnn audit weights.safetensors --activation gelu
  bsnn audit --tensor '*.weight' --json weights.safetensors
  bsnn audit --emit-probe pytorch > probe.py
  bsnn audit --no-spectra weights.npy
  bsnn audit weights.safetensors --activation gelu -o audit`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 && f.probe == "" {
				return fmt.Errorf("no files given; want one or more, as in: bsnn audit model.safetensors")
			}
			return nil
		},
		ValidArgsFunction: filesEnding(append([]string{"csv"}, weightFiles...)...),
		RunE:              func(c *cobra.Command, args []string) error { return f.run(c, args) },
	}
	c.Flags().StringArrayVar(&f.tensors, "tensor", nil, "pattern of tensor names, as in '*.weight' (default all); may be given several times")
	c.Flags().StringArrayVar(&f.exclude, "exclude", nil, "pattern of tensor names to leave out, as in 'embed*'; may be given several times")
	f.register(c, "")
	addActivation(c, &f.activation, "", "name or expression of the function between the layers (default: what the file says)")
	c.Flags().StringVar(&f.netFile, "net", "", "file that describes the architecture (bsnn help net); its laws of weights are not used")
	c.Flags().StringVar(&f.data, "data", "shell",
		"what is sent: shell or synthetic (random directions), FILE.npy with a row for each, mnist:DIR or cifar10:DIR")
	addAlias(c, "input", "data")
	c.Flags().BoolVar(&f.crossEntropy, "cross-entropy", false,
		"send back gradients of the cross-entropy for random classes, not random directions")
	c.Flags().Float64Var(&f.tolerance, "tolerance", 10, "largest factor of squared norms, or its inverse, that counts as kept")
	c.Flags().Float64Var(&f.alpha, "alpha", 1e-6, "probability, at most, that a verdict is wrong")
	c.Flags().IntVar(&f.inputs, "inputs", 256, "inputs at most; fewer are sent where they decide")
	c.Flags().StringVar(&f.seed, "seed", "1", "seed of inputs and gradients, or \"random\"")
	c.Flags().StringVar(&f.probe, "emit-probe", "", "print a script that records norms of any model, as norms.csv: pytorch, jax or keras")
	oneOf(c, "emit-probe", audit.Frameworks...)
	c.Flags().StringVarP(&f.output, "output", "o", "", "folder for a page about it, with all numbers (default: no page is written)")
	c.Flags().BoolVar(&f.noSpectra, "no-spectra", false, "leave out singular values, which take most of the time")
	f.registerTables(c, "print JSON")
	return c
}

func (f *auditFlags) run(c *cobra.Command, files []string) error {
	if f.probe != "" {
		return f.emitProbe(c)
	}
	if err := probability("alpha", f.alpha); err != nil {
		return err
	}
	if !(f.tolerance > 1) || math.IsInf(f.tolerance, 1) {
		return fmt.Errorf("--tolerance %v; want a factor of squared norms above 1", f.tolerance)
	}
	if err := limits.Whole("--inputs", f.inputs, 32, limits.Trials); err != nil {
		return err
	}
	folder, err := f.folder()
	if err != nil {
		return err
	}
	defer folder.Close()
	if strings.HasSuffix(files[0], ".csv") {
		if len(files) > 1 {
			return fmt.Errorf("%d files; want one table of norms", len(files))
		}
		return f.runNorms(c, files[0], folder)
	}
	useAllCores(c.Context())
	file, err := checkpoint.Open(files...)
	if err != nil {
		return err
	}
	defer file.Close()
	defer limitMemory(largestMatrix(file), 2*8)()
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
	r.ForwardFactor, r.BackwardFactor = audit.Number(math.NaN()), audit.Number(math.NaN())
	r.Verdict = audit.Verdict{Forward: audit.Undecided, Backward: audit.Undecided, Tolerance: f.tolerance, Alpha: f.alpha}
	if err := f.propagate(c, file, &r); err != nil {
		return err
	}
	return f.finish(c, r, folder, f.write)
}

func (f *auditFlags) write(w io.Writer, r audit.Audit) error {
	t := table.New(w, table.Left)
	t.Spare("bias", "type", "median", "|WᵀW − I|")
	var starts []string // the laws that have a name in frameworks
	fmt.Fprintln(t, "layer\tshape\ttype\tgain →\tgain ←\tσ min\tmedian\tmax\t|WᵀW − I|\tbias\tlaw")
	for _, l := range r.Layers {
		fmt.Fprintf(t, "%s\t%d×%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", words.Name(l.Name), l.Shape[0], l.Shape[1], l.DType, digits(l.ForwardGain),
			digits(l.BackwardGain), spectrumWords(l.SingularValues), digits(l.OrthogonalityError), biasWords(l), f.lawWords(l, &starts))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for i, s := range starts {
		if i == 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintln(w, s)
	}
	if len(r.Skipped) > 0 {
		fmt.Fprintf(w, "\nskipped: %s\n", skippedWords(r.Skipped, f.verbose))
	}
	return writePropagation(w, r)
}

// lawWords say what law a matrix looks like; which usual starts have that law is said once for
// all, beneath the table, but where all columns are shown.
func (f *auditFlags) lawWords(l audit.Layer, starts *[]string) string {
	look := l.Look()
	if f.verbose || f.format != string(table.Text) || len(l.Law.Known) == 0 {
		return look
	}
	law, rest, _ := strings.Cut(look, " (")
	usual, rest, _ := strings.Cut(rest, ")")
	if start := fmt.Sprintf("%s: as %s", law, usual); !slices.Contains(*starts, start) {
		*starts = append(*starts, start)
	}
	return law + rest
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

// limitMemory has garbage collected before the process grows beyond so many bytes for each number of a matrix, and returns
// what takes the limit back. A limit that the environment sets stays.
func limitMemory(largest, bytes int) (restore func()) {
	const beside = 16 << 20 // for everything else
	before := debug.SetMemoryLimit(-1)
	if before == math.MaxInt64 {
		debug.SetMemoryLimit(beside + int64(bytes)*int64(max(largest, 1<<23)))
	}
	return func() { debug.SetMemoryLimit(before) }
}

// largestMatrix is how many numbers the largest one in a file has.
func largestMatrix(file *checkpoint.File) (largest int) {
	for _, t := range file.Tensors {
		if k, rows, cols, err := t.Matrices(); err == nil && k > 0 {
			largest = max(largest, rows*cols)
		}
	}
	return largest
}
