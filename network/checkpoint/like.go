package checkpoint

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"bsnn/internal/folder"
	"bsnn/internal/safetensors"
	"bsnn/internal/tensor"
	"bsnn/montecarlo"
	"bsnn/orthogonal"
)

// Like is a start for a network that somebody has: a safetensors file with the names,
// shapes and types of a checkpoint. Its matrices are drawn anew, uniform among those with orthonormal
// rows or columns and scaled, their biases are zero, statistics that batch normalisation has stored are those of
// a start, mean 0 and variance 1, and everything else stays.
type Like struct {
	File *File
	Path string // ends in .safetensors
	Seed uint64
	// Activation is the function of the network as a specification, for the metadata, and Normalized says whether
	// it is applied as a·f + b.
	Activation string
	Normalized bool
	// Keep are patterns of names that stay, beside those of KeptNames.
	Keep []string
	// Gain is g of a matrix: it is g·√max(1, n_out/n_in) times one with orthonormal rows or
	// columns.
	Gain func(name string) float64
	// Progress, if set, is told how many tensors are written.
	Progress func(done, total int)
}

// LikeWritten says what was written.
type LikeWritten struct {
	Path   string   `json:"path"`
	Bytes  int64    `json:"bytes"`
	Drawn  []string `json:"drawn"`  // matrices
	Zeroed []string `json:"zeroed"` // their biases
	Reset  []string `json:"reset"`  // stored means and variances
	Kept   []string `json:"kept"`
}

// storedStatistics are how the names of stored means and variances end, with what they are at a start.
var storedStatistics = map[string]float64{"running_mean": 0, "running_var": 1, "moving_mean": 0, "moving_variance": 1}

// reset is what a stored mean or variance is at a start.
func (l Like) reset(a tensor.Array) (start float64, ok bool) {
	if len(a.Shape) != 1 || a.Readable() != nil || len(l.Keep) > 0 && (Choice{Include: l.Keep}).Has(a.Name) {
		return 0, false
	}
	for end, start := range storedStatistics {
		if strings.HasSuffix(a.Name, end) {
			return start, true
		}
	}
	return 0, false
}

// KeptNames are parts of names that no linear map between neurons has: embeddings and
// normalisations.
var KeptNames = []string{"emb", "wte", "wpe", "norm", "ln_"}

// draws says whether a tensor is a matrix to be drawn.
func (l Like) draws(t Tensor) bool {
	k, m, n, err := t.Matrices()
	if err != nil || k != 1 || len(t.Shape) != 2 || min(m, n) < 2 {
		return false
	}
	name := strings.ToLower(t.Name)
	return !slices.ContainsFunc(KeptNames, func(part string) bool { return strings.Contains(name, part) }) &&
		(len(l.Keep) == 0 || !Choice{Include: l.Keep}.Has(t.Name))
}

// Matrices are the names of those that will be drawn, in the order of the file.
func (l Like) Matrices() []string {
	var names []string
	for _, t := range l.File.Tensors {
		if l.draws(t) {
			names = append(names, t.Name)
		}
	}
	return names
}

// Write writes the file. A matrix comes from the stream (seed, "init like", 0, k), k = 1, 2, … in the order
// of the file. The file appears when it is complete.
func (l Like) Write(ctx context.Context) (LikeWritten, error) {
	r := LikeWritten{Path: l.Path}
	if filepath.Ext(l.Path) != ".safetensors" {
		return r, fmt.Errorf("output %q, want a name that ends in .safetensors", l.Path)
	}
	if err := (Choice{Include: l.Keep}).Check(); err != nil {
		return r, err
	}
	drawn := l.Matrices()
	if len(drawn) == 0 {
		return r, errors.New("no matrix that would be drawn anew")
	}
	zero, place := map[string]bool{}, map[string]int{}
	for k, name := range drawn {
		place[name] = k + 1
		zero[l.File.Bias(name)] = true
	}
	specs := make([]safetensors.Spec, len(l.File.arrays))
	for i, a := range l.File.arrays {
		if a.Name == "" {
			return r, ErrNameless
		}
		specs[i] = safetensors.Spec{Name: a.Name, Type: a.Type, Shape: a.Shape}
	}
	out, err := folder.Begin(l.Path)
	if err != nil {
		return r, err
	}
	defer out.Close()
	counted := &counter{w: out}
	w, err := safetensors.NewWriter(counted, l.metadata(), specs...)
	if err != nil {
		return r, err
	}
	trial := montecarlo.NewExperiment(l.Seed, "init like").Trial(0)
	for i, a := range l.File.arrays {
		if err := ctx.Err(); err != nil {
			return r, err
		}
		k := place[a.Name]
		start, stored := l.reset(a)
		switch {
		case k > 0:
			err = l.draw(w, a, trial.Layer(k))
			r.Drawn = append(r.Drawn, a.Name)
		case zero[a.Name] && a.Readable() == nil && len(a.Shape) == 1:
			err = w.Write(make([]float64, a.Shape[0]))
			r.Zeroed = append(r.Zeroed, a.Name)
		case stored:
			err = w.Write(slices.Repeat([]float64{start}, int(a.Shape[0])))
			r.Reset = append(r.Reset, a.Name)
		default:
			err = w.WriteArray(a)
			r.Kept = append(r.Kept, a.Name)
		}
		if err != nil {
			return r, err
		}
		if l.Progress != nil {
			l.Progress(i+1, len(l.File.arrays))
		}
	}
	if err := w.Close(); err != nil {
		return r, err
	}
	if err := out.Flush(); err != nil {
		return r, fmt.Errorf("%s: %w", l.Path, err)
	}
	if err := out.Commit(); err != nil {
		return r, fmt.Errorf("%s: %w", l.Path, err)
	}
	r.Bytes = counted.n
	return r, nil
}

// metadata are what Activation finds.
func (l Like) metadata() map[string]string {
	m := map[string]string{"format": formatName}
	if l.Activation != "" {
		m[activationKey], m[normalizedKey] = l.Activation, fmt.Sprint(l.Normalized)
	}
	return m
}

func (l Like) draw(w *safetensors.Writer, a tensor.Array, s montecarlo.Stream) error {
	rows, cols := int(a.Shape[0]), int(a.Shape[1])
	q, err := orthogonal.NewSemiOrthogonal(rows, cols, &s)
	if err != nil {
		return fmt.Errorf("%s: %w", a.Name, err)
	}
	out, in := rows, cols
	if l.File.Transposed(a.Name) {
		out, in = cols, rows
	}
	m := q.Matrix()
	m.Scale(l.Gain(a.Name)*math.Sqrt(math.Max(1, float64(out)/float64(in))), m)
	for i := range rows {
		if err := w.Write(m.RawRowView(i)); err != nil {
			return err
		}
	}
	return nil
}

// BiasName is the name of the bias that goes with a weight, as "0.bias" with "0.weight"; a name
// that no tensor has where it is not known.
func BiasName(name string) string {
	for _, weight := range []string{"weight", "kernel"} {
		if i := strings.LastIndex(name, weight); i >= 0 {
			return name[:i] + "bias" + name[i+len(weight):]
		}
	}
	return "\x00"
}
