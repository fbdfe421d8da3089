package audit

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"bsnn/internal/parallel"
	"bsnn/internal/words"
	"bsnn/network/checkpoint"

	"gonum.org/v1/gonum/mat"
)

// A Layer is what is known of one matrix of weights.
type Layer struct {
	Name  string `json:"name"`
	Shape [2]int `json:"shape"` // as in the file
	DType string `json:"dtype"`
	Kind  string `json:"kind,omitempty"` // of a module whose norms were recorded

	// In and Out are how many numbers enter and leave the linear map.
	In  int `json:"in"`
	Out int `json:"out"`

	// The gains are factors of squared norms per neuron, in the mean over random directions: ForwardGain is
	// ‖W‖²_F/n_out, the variance of entries times fan-in; BackwardGain is ‖W‖²_F/n_in, the
	// variance times fan-out.
	ForwardGain  Number `json:"forward_gain"`
	BackwardGain Number `json:"backward_gain"`

	SingularValues *Spectrum `json:"singular_values"` // nil where they were not asked for
	// OrthogonalityError is the largest entry of |WᵀW − I|, or |WWᵀ − I| where there are
	// more columns than rows; NaN without spectra, where that is far from I.
	OrthogonalityError Number `json:"orthogonality_error"`
	// Bias is the root mean square of the bias; nil without one.
	Bias *Number `json:"bias"`

	Law Law `json:"law"`

	DeadRows  int    `json:"dead_rows,omitempty"`    // all zeros: neurons that nothing reaches
	DeadCols  int    `json:"dead_columns,omitempty"` // inputs that reach nothing
	Duplicate string `json:"duplicate_of,omitempty"` // the earlier layer with the same numbers
	// NotFinite says how many entries are NaN or infinite; then the rest is not said.
	NotFinite string `json:"not_finite,omitempty"`

	Forward  *Quantiles `json:"forward"`  // of the squared norm per neuron behind the layer, over inputs
	Backward *Quantiles `json:"backward"` // of the squared norm of the gradient behind the layer, over that behind the last

	// Predicted is what theory says of Forward and Backward in a fresh network of the recognised
	// laws, for an input on the shell; nil where it says nothing: inside of shortcuts.
	Predicted *LayerPrediction `json:"predicted,omitempty"`

	tensor checkpoint.Tensor
	index  int // in a stack
	bias   *checkpoint.Tensor
	turned bool // the file holds the transpose of W
	hash   uint64
}

// Quantiles are those over inputs.
type Quantiles struct {
	Q05 Number `json:"q05"`
	Q50 Number `json:"q50"`
	Q95 Number `json:"q95"`
}

// LayerPrediction is the limit for wide networks.
type LayerPrediction struct {
	Forward  Number `json:"forward"`
	Backward Number `json:"backward"`
}

// Options say what is looked at.
type Options struct {
	checkpoint.Choice
	// NoSpectra leaves out what takes most of the time: singular values, and the Gram
	// matrix where it is no multiple of I.
	NoSpectra bool
	// Progress, if set, is told how many matrices are done.
	Progress func(done, total int)
}

// Layers looks at all matrices of a checkpoint, on all processors where they are small. What is no
// matrix is left out and said. The convention of a file is W of h = Wx, as PyTorch has it, but for tensors whose name
// says "kernel", as Keras and Flax have it, and for what ONNX multiplies from the right: they are
// transposed.
func Layers(ctx context.Context, f *checkpoint.File, opt Options) ([]Layer, []checkpoint.Skipped, error) {
	if err := opt.Check(); err != nil {
		return nil, nil, err
	}
	layers, skipped := list(f, opt.Choice)
	if len(layers) == 0 {
		why := ""
		if len(skipped) > 0 {
			why = fmt.Sprintf("; %s: %s", words.Name(skipped[0].Name), skipped[0].Why)
		}
		return nil, skipped, fmt.Errorf("%s: none of the %d tensors is a matrix that is asked for%s", f.Paths[0], len(f.Tensors)+len(f.Skipped),
			why)
	}
	if err := examineAll(ctx, layers, opt); err != nil {
		return nil, nil, err
	}
	seen := map[uint64]string{}
	for i := range layers {
		l := &layers[i]
		if l.NotFinite != "" {
			continue
		}
		if name, twice := seen[l.hash]; twice {
			l.Duplicate = name
		} else {
			seen[l.hash] = l.Name
		}
	}
	doubt(layers)
	return layers, skipped, nil
}

// together is how many numbers of matrices are looked at in one moment.
const together = 1 << 24

// examineAll looks at the matrices, several tensors at a time where they are small.
func examineAll(ctx context.Context, layers []Layer, opt Options) error {
	var firsts []int // of each tensor
	largest := 1
	for i, l := range layers {
		if l.index == 0 {
			firsts = append(firsts, i)
		}
		largest = max(largest, l.In*l.Out)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var progress sync.Mutex
	done := 0
	var all parallel.Group
	for range min(runtime.GOMAXPROCS(0), len(firsts), max(1, together/largest)) {
		all.Go(func() {
			var spare scratch
			for {
				k := int(next.Add(1)) - 1
				if k >= len(firsts) || ctx.Err() != nil {
					return
				}
				i := firsts[k]
				t := layers[i].tensor
				err := t.EachMatrix(func(m checkpoint.Matrix) error {
					if err := ctx.Err(); err != nil {
						return err
					}
					i++
					if err := layers[i-1].examine(m, opt, &spare); err != nil {
						return err
					}
					if opt.Progress != nil {
						progress.Lock()
						defer progress.Unlock()
						done++
						opt.Progress(done, len(layers))
					}
					return nil
				})
				if err != nil {
					cancel(fmt.Errorf("%s: %w", t.Path, err))
					return
				}
			}
		})
	}
	all.Wait()
	return context.Cause(ctx)
}

// small is how many numbers tell a fresh start from one that was trained a little.
const small = 1 << 13

// surely is the p-value below which a matrix was trained, whatever the number of matrices.
const surely = 1e-6

// doubt compares layers with each other: a uniform one that ends slightly beyond the start of another was trained; and where
// some were, independent entries that look fresh are nothing that is known: of few numbers in any case, of many where
// others were trained for certain. Training that leaves a matrix orthogonal is another matter.
func doubt(layers []Layer) {
	for i := range layers {
		layers[i].trainedBeside(layers)
	}
	var trained, certain int
	for _, l := range layers {
		if l.Law.Name == "trained" {
			trained++
			if l.Law.PValue < surely {
				certain++
			}
		}
	}
	for i, l := range layers {
		few := l.In*l.Out < small
		switch {
		case trained == 0 || !l.Law.Fresh() || l.Law.Name == "constant" || !few && certain == 0:
		case few:
			layers[i].Law = Law{Name: "unknown", Gain: none, PValue: none,
				Why: fmt.Sprintf("looks %s, but %d numbers tell little, and other layers were trained", l.Law.Name, l.In*l.Out)}
		case l.Law.independent():
			layers[i].Law = Law{Name: "unknown", Gain: l.Law.Gain, PValue: none,
				Why: fmt.Sprintf("looks %s, but other layers were trained, and this one less than shows, or not", l.Law.looks())}
		default:
			layers[i].Law.Why = "other layers were trained, and this one not"
		}
	}
}

// trainedBeside takes back that a layer looks uniform, of no usual start, where its largest entries lie slightly beyond the
// end of the one that other layers have.
func (l *Layer) trainedBeside(layers []Layer) {
	if l.Law.Name != "uniform" || len(l.Law.Known) > 0 {
		return
	}
	for _, s := range starts {
		if s.family != "uniform" || !exceeds(l.Law.largest, s.end(l.In, l.Out), l.Law.roundoff) {
			continue
		}
		if slices.ContainsFunc(layers, func(o Layer) bool { return slices.Contains(o.Law.Known, s.name) }) {
			l.Law.Name, l.Law.PValue = "trained", 0
			l.Law.Why = fmt.Sprintf("its entries reach %s, beyond ±%s, where %s ends, which other layers have",
				words.Number(l.Law.largest, 4), words.Number(s.end(l.In, l.Out), 4), KnownAs(s.name))
			return
		}
	}
}

// list finds the matrices and their biases.
func list(f *checkpoint.File, choice checkpoint.Choice) (layers []Layer, skipped []checkpoint.Skipped) {
	skipped = append([]checkpoint.Skipped{}, f.Skipped...)
	byName := map[string]*checkpoint.Tensor{}
	for i := range f.Tensors {
		byName[f.Tensors[i].Name] = &f.Tensors[i]
	}
	used := map[string]bool{}
	for _, t := range f.Tensors {
		k, rows, cols, err := t.Matrices()
		if err != nil || !choice.Has(t.Name) || min(rows, cols) == 0 {
			continue
		}
		l := Layer{Shape: [2]int{rows, cols}, DType: string(t.DType), tensor: t, turned: f.Transposed(t.Name)}
		l.In, l.Out = cols, rows
		if l.turned {
			l.In, l.Out = rows, cols
		}
		if b := byName[f.Bias(t.Name)]; b != nil && k == 1 && len(b.Shape) == 1 && b.Shape[0] == l.Out {
			l.bias = b
			used[b.Name] = true
		}
		for i := range k {
			l.index, l.Name = i, t.Name
			if len(t.Shape) == 3 {
				l.Name = fmt.Sprintf("%s[%d]", t.Name, i)
			}
			layers = append(layers, l)
		}
	}
	for _, t := range f.Tensors {
		if _, _, _, err := t.Matrices(); err != nil && !used[t.Name] && choice.Has(t.Name) {
			skipped = append(skipped, checkpoint.Skipped{Name: t.Name, Why: err.Error()})
		}
	}
	return layers, skipped
}

// examine looks at one matrix.
func (l *Layer) examine(m checkpoint.Matrix, opt Options, s *scratch) error {
	l.OrthogonalityError, l.ForwardGain, l.BackwardGain = none, none, none
	l.Law = Law{Name: "unknown", Gain: none, PValue: none}
	if m.NotFinite.Any() {
		l.NotFinite = m.NotFinite.String()
		l.Law.Why = "entries that are not finite"
		return nil
	}
	w := m.Dense
	if l.turned { // and what was read is scratch from now on
		w = s.matrix(l.Out, l.In)
		w.Copy(m.Dense.T())
		s = &scratch{m.Dense.RawMatrix().Data}
	}
	square := mat.Norm(w, 2)
	square *= square
	l.ForwardGain, l.BackwardGain = Number(square/float64(l.Out)), Number(square/float64(l.In))
	l.DeadRows, l.DeadCols = dead(w), dead(w.T())
	l.hash = hash(w)
	bias, err := l.readBias()
	if err != nil {
		return err
	}
	g := gram{scaled: math.Inf(1)}
	if !opt.NoSpectra || nearlyOrthogonal(w) {
		g = gramOf(w, s)
		l.OrthogonalityError = Number(g.raw)
	}
	var largest Number
	if opt.NoSpectra {
		largest = lanczos(w, 24).Max // to a small part of what random entries vary it by
	} else {
		values, err := spectrumOf(w, s)
		if err != nil {
			return err
		}
		l.SingularValues, largest = &values, values.Max
	}
	l.Law = recognise(w, g, bias, m.Kept.Roundoff(), float64(largest))
	if s := l.SingularValues; l.Law.Name == "trained" && s != nil && s.all != nil {
		if k := s.outliers(l.Out, l.In, square/float64(l.In*l.Out)); k > 0 {
			l.Law.Why += fmt.Sprintf("; %s beyond a random spectrum", plural(k, "singular value"))
		}
	}
	return nil
}

func plural(n int, what string) string {
	switch {
	case n == 1:
		return "one " + what
	case what == "matrix":
		return words.Count(n) + " matrices"
	}
	return words.Count(n) + " " + what + "s"
}

func (l *Layer) readBias() ([]float64, error) {
	if l.bias == nil {
		return nil, nil
	}
	bias, err := l.bias.Read()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", l.bias.Path, err)
	}
	sum := 0.
	for _, v := range bias {
		sum += v * v
	}
	rms := Number(math.Sqrt(sum / float64(len(bias))))
	l.Bias = &rms
	if sum-sum != 0 {
		l.NotFinite = "the bias has entries that are not finite"
		return nil, nil
	}
	return bias, nil
}

// dead is how many rows hold nothing but zeros.
func dead(w mat.Matrix) int {
	rows, cols := w.Dims()
	n := 0
	for i := range rows {
		zero := true
		for j := 0; j < cols && zero; j++ {
			zero = w.At(i, j) == 0
		}
		if zero {
			n++
		}
	}
	return n
}

var seed = maphash.MakeSeed()

// hash is the same for matrices with the same shape and numbers, in one process.
func hash(w *mat.Dense) uint64 {
	rows, cols := w.Dims()
	var h maphash.Hash
	h.SetSeed(seed)
	buf := make([]byte, 0, 8*cols)
	buf = binary.LittleEndian.AppendUint64(buf, uint64(cols))
	h.Write(buf)
	for i := range rows {
		buf = buf[:0]
		for _, v := range w.RawRowView(i) {
			buf = binary.LittleEndian.AppendUint64(buf, math.Float64bits(v))
		}
		h.Write(buf)
	}
	return h.Sum64()
}
