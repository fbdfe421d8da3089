package network

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// A WeightSource gives the weights of the k-th linear map of a network, k = 1, 2, … in
// the order in which they are applied: W of h = Wx + z, n_out×n_in, and z, nil for none.
type WeightSource func(linear int) (w *mat.Dense, z []float64, err error)

// A NormSource gives the numbers of the k-th normalisation of a network, k = 1, 2, … in the order in which they are applied.
type NormSource func(normalization int) (NormWeights, error)

// NormWeights are the numbers of one normalisation; the zero value has none.
type NormWeights struct {
	// Scale is what each entry is multiplied by behind the normalisation, nil for 1, and Shift what is added, nil for 0.
	Scale, Shift []float64
	// Mean and Variance are those that a normalisation of batches divides by instead of those of the batch at hand:
	// x ↦ (x − Mean)/√(Variance + Epsilon), an affine map of each entry (Ioffe and Szegedy 2015, arXiv 1502.03167,
	// algorithm 2). Both are nil where the batch is looked at.
	Mean, Variance []float64
	// Epsilon is added to the mean square that is divided by the root of.
	Epsilon float64
}

// With is [Prepared.WithNorms] with normalisations that scale and shift nothing and have no ε.
func (p *Prepared) With(weights WeightSource) (*Drawn, error) { return p.WithNorms(weights, nil) }

// WithNorms is the network with given weights. They are asked for whenever they are applied, on
// the way there and on the way back, and not kept, so that one matrix is in memory at a
// time. The laws, gains and biases that the architecture gives are not looked at. Rotated shortcuts
// are refused: their rotations are nobody's weights.
func (p *Prepared) WithNorms(weights WeightSource, norms NormSource) (*Drawn, error) {
	if p.matrices != int(linears(p.architecture.Blocks)) {
		return nil, errors.New("rotated shortcuts have matrices of their own, and are only drawn; want plain ones beside given weights")
	}
	d := drawing{prepared: p, given: &given{source: weights, norms: norms}}
	run, err := d.network(p.architecture)
	return &Drawn{p.architecture.Input, p.output, run, d.given, nil}, err
}

// Linears is how many linear maps the architecture has, repetitions counted.
func (p *Prepared) Linears() int { return int(linears(p.architecture.Blocks)) }

func linears(blocks []Block) (total float64) {
	for _, b := range blocks {
		switch b := b.(type) {
		case Linear:
			total++
		case Shortcut:
			total += linears(b.Blocks)
		case Repeat:
			total += float64(b.Times) * linears(b.Blocks)
		}
	}
	return total
}

// given are weights from elsewhere. The first error stays; after it, they are zeros.
type given struct {
	source WeightSource
	norms  NormSource
	count  int // of linear maps
	normed int // normalisations
	err    error
}

// failed is the first error.
func (g *given) failed() error {
	if g == nil {
		return nil
	}
	return g.err
}

// node is the next linear map.
func (g *given) node(l Linear, in int) node {
	g.count++
	k := g.count
	load := func() (operator, []float64) {
		if g.err == nil {
			w, z, err := g.source(k)
			if err == nil {
				err = fits(w, z, in, l.To)
			}
			if err == nil {
				return matrix{w}, z
			}
			g.err = fmt.Errorf("linear map %d: %w", k, err)
		}
		return matrix{mat.NewDense(l.To, in, nil)}, nil
	}
	return func(x *mat.Dense, t *Trace) (*mat.Dense, pullback) {
		w, z := load()
		h, _ := linear(w, z)(x, t)
		return h, func(y *mat.Dense) *mat.Dense {
			w, _ := load()
			return w.applyTranspose(y)
		}
	}
}

// normalization is the next one; nil where nothing is given.
func (g *given) normalization(kind Norm, width int, m *memory) node {
	if g == nil || g.norms == nil {
		return nil
	}
	g.normed++
	k := g.normed
	load := func() (w NormWeights) {
		if g.err != nil {
			return w
		}
		w, err := g.norms(k)
		if err == nil {
			err = w.fits(kind, width)
		}
		if err != nil {
			g.err = fmt.Errorf("normalisation %d: %w", k, err)
			return NormWeights{}
		}
		return w
	}
	return func(x *mat.Dense, t *Trace) (*mat.Dense, pullback) {
		w := load()
		if w.Variance != nil {
			scale, shift := w.affine()
			return affine(scale, shift)(x, t)
		}
		return sequence([]node{normalization(kind, w.Epsilon, m), affine(w.Scale, w.Shift)})(x, t)
	}
}

// fits says what is wrong with the numbers of a normalisation.
func (w NormWeights) fits(kind Norm, width int) error {
	for _, v := range [][]float64{w.Scale, w.Shift, w.Mean, w.Variance} {
		if v != nil && len(v) != width {
			return fmt.Errorf("a scale, shift, mean or variance of %d numbers; want %d", len(v), width)
		}
	}
	switch {
	case !(w.Epsilon >= 0) || math.IsInf(w.Epsilon, 1):
		return fmt.Errorf("ε = %v; want 0 or more", w.Epsilon)
	case (w.Mean == nil) != (w.Variance == nil):
		return errors.New("a mean or a variance alone; want both or none")
	case w.Mean != nil && kind != Batch:
		return fmt.Errorf("a mean and a variance for %s normalisation; want them for batch normalisation alone", kind)
	}
	for _, v := range w.Variance {
		if !(v+w.Epsilon > 0) {
			return fmt.Errorf("a variance of %v and ε = %v; want a sum above 0", v, w.Epsilon)
		}
	}
	return nil
}

// affine is what a normalisation with a mean and a variance of its own does.
func (w NormWeights) affine() (scale, shift []float64) {
	scale, shift = make([]float64, len(w.Variance)), make([]float64, len(w.Variance))
	for i, v := range w.Variance {
		scale[i] = 1 / math.Sqrt(v+w.Epsilon)
		if w.Scale != nil {
			scale[i] *= w.Scale[i]
		}
		shift[i] = -w.Mean[i] * scale[i]
		if w.Shift != nil {
			shift[i] += w.Shift[i]
		}
	}
	return scale, shift
}

// affine multiplies each entry and adds to it; nil for 1 and 0.
func affine(scale, shift []float64) node {
	return func(x *mat.Dense, _ *Trace) (*mat.Dense, pullback) {
		out := mat.DenseCopyOf(x)
		for i := range out.RawMatrix().Rows {
			scaleAll(out.RawRowView(i), scale)
			if shift != nil {
				add(out.RawRowView(i), shift)
			}
		}
		return out, func(y *mat.Dense) *mat.Dense {
			back := mat.DenseCopyOf(y)
			for i := range back.RawMatrix().Rows {
				scaleAll(back.RawRowView(i), scale)
			}
			return back
		}
	}
}

// scaleAll multiplies number by number; by nothing where scale is nil.
func scaleAll(v, scale []float64) {
	if scale != nil {
		multiply(v, v, scale)
	}
}

func fits(w *mat.Dense, z []float64, in, out int) error {
	if r, c := w.Dims(); r != out || c != in {
		return fmt.Errorf("a matrix of %d×%d numbers; want %d×%d", r, c, out, in)
	}
	if z != nil && len(z) != out {
		return fmt.Errorf("a bias of %d numbers; want %d", len(z), out)
	}
	return nil
}

// An Observer is shown what passes through a network; both functions may be nil.
type Observer struct {
	// Signal is shown what leaves the block that Trace.Blocks[at] describes, one row for
	// each input, and for an activation its derivative there, nil otherwise.
	Signal func(at int, b Block, x, slope *mat.Dense)
	// Gradient is shown the gradient there.
	Gradient func(at int, g *mat.Dense)
	// Grams has the inner products of all inputs kept, and of their gradients.
	Grams bool
}
