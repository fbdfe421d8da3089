package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"runtime"
	"slices"
	"strings"

	"bsnn/internal/limits"
	"bsnn/internal/table"
	"bsnn/internal/words"
	"bsnn/network/checkpoint"
	"bsnn/orthogonal/haartest"

	"github.com/spf13/cobra"
)

type haarFlags struct {
	seed              string
	tensors, exclude  []string
	alpha, resolution float64
	tolerance         float64
	reference         int
	tableFlags
}

func newHaar() *cobra.Command {
	var f haarFlags
	c := &cobra.Command{
		Use:     "haar FILE...",
		GroupID: groupQuestions,
		Short:   "Are these matrices Haar distributed?",
		Long: `Say whether the matrices in weight files look like independent draws from the Haar
measure on O(n): orthogonality first, then the laws of entries, traces, determinants,
eigenangles, invariance under rotations, and repetition. Files are safetensors, .npy,
.npz, PyTorch's .pt, .pth and .bin, and ONNX; several shards, or their index, are one
checkpoint. Pickles are read as data and never executed. Matrices of one shape are
tested together. Rectangular ones are compared with the uniform law on the Stiefel
manifold of orthonormal columns, or rows. What cannot be orthogonal, as biases, is
skipped, and said.

QᵀQ = g²·I is orthogonal with gain g: then the law of Q/g is tested. How far from it
rounding may lead is decided by the type in which the numbers were kept last: float32
or bfloat16 values that are stored as float64 are recognised.

Independent Haar matrices are refuted with probability at most --alpha. Confirmed means
that the law of every statistic is within --resolution of the Haar law; what each check
can and cannot see is in the --json output. The default resolution at the default α
needs about 100 matrices of one size, 16 or more (very small ones need far more): fewer
are undecided if nothing speaks against them, or need a coarser --resolution, below 1.`,
		Example: `  bsnn haar weights.npy
  bsnn haar --tensor '*.weight' --exclude '0.*' --json weights.safetensors
  bsnn haar --verbose weights.npy`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("no files given; want one or more, as in: bsnn haar weights.npy")
			}
			return nil
		},
		ValidArgsFunction: filesEnding(weightFiles...),
		RunE:              func(c *cobra.Command, args []string) error { return f.run(c, args) },
	}
	c.Flags().StringVar(&f.seed, "seed", "1", "seed of probes and reference matrices, or \"random\"")
	c.Flags().Float64Var(&f.alpha, "alpha", 1e-6, "probability that Haar matrices are refuted, or others confirmed beyond the resolution")
	c.Flags().Float64Var(&f.resolution, "resolution", 0.5, "δ: largest distance from the Haar law that a confirmation leaves open")
	c.Flags().IntVar(&f.reference, "reference", 0,
		"Haar matrices to simulate for laws without closed form; 0 lets the size decide, -1 means none")
	c.Flags().StringArrayVar(&f.tensors, "tensor", nil, "pattern of tensor names, as in '*.weight' (default all); may be given several times")
	c.Flags().StringArrayVar(&f.exclude, "exclude", nil, "pattern of tensor names to leave out, as in 'embed*'; may be given several times")
	c.Flags().Float64Var(&f.tolerance, "tolerance", 0,
		"largest entry of |QᵀQ − I|, which is about squared norms; 0 means what rounding allows, 16·n·u, u of the type that was kept")
	f.registerTables(c, "print JSON")
	return c
}

func (f *haarFlags) run(c *cobra.Command, files []string) error {
	if err := probability("alpha", f.alpha); err != nil {
		return err
	}
	if err := fraction("resolution", f.resolution); err != nil {
		return err
	}
	if !(f.tolerance >= 0) || math.IsInf(f.tolerance, 1) {
		return fmt.Errorf("--tolerance %v; want a number above 0, or 0 for what rounding allows", f.tolerance)
	}
	if f.reference < -1 || f.reference > limits.Trials {
		return fmt.Errorf("--reference %d; want a number of matrices up to %d, 0 or -1", f.reference, limits.Trials)
	}
	seed, err := parseSeed(f.seed)
	if err != nil {
		return err
	}
	useAllCores(c.Context())
	largest := 0
	for _, path := range files {
		if file, err := checkpoint.Open(path); err == nil { // or TestHaar says what is wrong
			largest = max(largest, largestMatrix(file))
			file.Close()
		}
	}
	defer limitMemory(largest, 8+6)() // a matrix, and the last one in single precision
	line := newProgress(c.ErrOrStderr())
	simulating := line.counted("simulating Haar matrices")
	foretell := func(matrices, n int) {
		seconds := haartest.ReferenceDraws * foretoldDrawing(matrices, n) / float64(runtime.GOMAXPROCS(0))
		if text := durationText(seconds); text != "" {
			note(c.ErrOrStderr(), "simulating %d Haar matrices of size %d: %s", matrices, n, text)
		}
	}
	r, err := awaited(c.Context(), func() (checkpoint.HaarResult, error) {
		return checkpoint.TestHaar(c.Context(), files, checkpoint.HaarOptions{
			Choice: checkpoint.Choice{Include: f.tensors, Exclude: f.exclude},
			Options: haartest.Options{
				Alpha: f.alpha, Resolution: f.resolution, Reference: f.reference, Seed: seed, Tolerance: f.tolerance,
				Begin: foretell, Progress: simulating,
			},
		})
	})
	line.clear()
	switch {
	case errors.Is(err, checkpoint.ErrNameless):
		return fmt.Errorf("--tensor or --exclude: %w; want files with names, or no patterns", err)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w; want weight files, as weights.npy or model.safetensors", err)
	case err != nil:
		return err
	}
	if f.asJSON {
		err = writeJSON(c.OutOrStdout(), r)
	} else {
		err = writeHaar(f.page(c), r, f.verbose)
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

// weightFiles are the endings of files with weights.
var weightFiles = []string{"safetensors", "npy", "npz", "pt", "pth", "bin", "onnx", "json"}

// writeHaar prints what was found for people: of the checks the worst three unless all
// are asked for.
func writeHaar(w io.Writer, r checkpoint.HaarResult, all bool) error {
	for i, g := range append([]checkpoint.HaarGroup{r.HaarGroup}, r.Others...) {
		if i > 0 {
			fmt.Fprintln(w)
		}
		if err := writeGroup(w, g, all, len(r.Others) > 0); err != nil {
			return err
		}
	}
	if len(r.Skipped) > 0 {
		fmt.Fprintf(w, "\nskipped: %s\n", skippedWords(r.Skipped, all))
	}
	_, err := fmt.Fprintf(w, "\nverdict: %s: %s\n", r.Outcome, r.Reason)
	return err
}

// skippedWords lists what was skipped; the first three unless all are asked for.
func skippedWords(list []checkpoint.Skipped, all bool) string {
	const most = 3
	var lines []string
	for i, s := range list {
		if i == most && !all && len(list) > most+1 {
			lines = append(lines, fmt.Sprintf("%d more (--verbose)", len(list)-most))
			break
		}
		lines = append(lines, fmt.Sprintf("%s: %s", words.Name(s.Name), s.Why))
	}
	return strings.Join(lines, "; ")
}

func writeGroup(w io.Writer, r checkpoint.HaarGroup, all, several bool) error {
	size := fmt.Sprint(r.Dim)
	if r.Shape[0] != r.Shape[1] {
		size = fmt.Sprintf("%d×%d", r.Shape[0], r.Shape[1])
	}
	count := "1 matrix"
	if r.Matrices != 1 {
		count = fmt.Sprintf("%d matrices", r.Matrices)
	}
	fmt.Fprintf(w, "%s of size %s, α = %s in all, seed %d\n", count, size, words.Number(r.Alpha, 4), r.Seed)
	gram := "QᵀQ"
	if r.Shape[0] < r.Shape[1] {
		gram = "QQᵀ"
	}
	worst := words.Shorten(words.Line(r.Worst), 120) // a name from a file
	if r.Orthogonality.Passed && (r.Gain != 1 || r.MostGain != 1) {
		fmt.Fprintf(w, "orthogonality: %s\n", gainWords(r, gram))
	}
	if r.Gain != 1 || r.MostGain != 1 {
		gram += "/g²"
	}
	fmt.Fprintf(w, "orthogonality: largest entry of |%s − I| is %s (%s), tolerance %s for %s\n", gram,
		words.Number(r.Orthogonality.Error, 2), worst,
		words.Number(r.Orthogonality.Tolerance, 2), r.Kept)
	if several {
		fmt.Fprintf(w, "outcome: %s: %s\n", r.Outcome, r.Reason)
	}
	checks := r.Checks
	if !all {
		checks = worstChecks(checks, 3)
	}
	if len(checks) == 0 {
		return nil
	}
	fmt.Fprintln(w)
	t := table.New(w, table.Left)
	fmt.Fprintln(t, "check\tp\tdistance\tat most\toutcome\t")
	var reasons []string // why checks were not made
	for _, c := range checks {
		if c.NotMade != "" {
			fmt.Fprintf(t, "%s\t–\t–\t–\tnot made\t\n", c.Name)
			if !slices.Contains(reasons, c.NotMade) {
				reasons = append(reasons, c.NotMade)
			}
			continue
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t\n", c.Name, brief(c.P), brief(c.Deviation), brief(c.Bound), c.Outcome)
	}
	if more := len(r.Checks) - len(checks); more > 0 {
		fmt.Fprintf(t, "and %d more (--verbose)\t\t\t\t\t\n", more)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, why := range reasons {
		fmt.Fprintf(w, "not made: %s\n", why)
	}
	return nil
}

// gainWords say by what factor matrices differ from orthogonal ones.
func gainWords(r checkpoint.HaarGroup, gram string) string {
	if r.MostGain-r.Gain > 1e-3*r.Gain {
		return fmt.Sprintf("orthogonal with gains g from %s to %s; the law is that of Q/g", words.Number(r.Gain, 4),
			words.Number(r.MostGain, 4))
	}
	square := r.Gain * r.Gain
	gain := words.Number(r.Gain, 4)
	if whole := math.Round(square); whole > 1 && math.Abs(square-whole) < 1e-3 && math.Sqrt(whole) != math.Round(math.Sqrt(whole)) {
		square, gain = whole, fmt.Sprintf("√%.0f", whole)
	}
	return fmt.Sprintf("%s = %s·I: orthogonal with gain %s; the law is that of Q/g", gram, words.Number(square, 4), gain)
}

// worstChecks are those with the smallest p-values, in their order.
func worstChecks(checks []haartest.Check, most int) []haartest.Check {
	made := slices.DeleteFunc(slices.Clone(checks), func(c haartest.Check) bool { return c.P == nil })
	slices.SortStableFunc(made, func(a, b haartest.Check) int { return cmp.Compare(*a.P, *b.P) })
	return made[:min(most, len(made))]
}
