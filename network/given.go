package network

import (
	"errors"
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// A WeightSource gives the weights of the k-th linear map of a network, k = 1, 2, … in
// the order in which they are applied: W of h = Wx + z, n_out×n_in, and z, nil for none.
type WeightSource func(linear int) (w *mat.Dense, z []float64, err error)

// A ScaleSource gives what stands behind the k-th normalisation of a network, k = 1, 2, … in the order in
// which they are applied: a scale for each number, nil for 1, and a shift, nil for 0.
type ScaleSource func(normalization int) (scale, shift []float64, err error)

// With is [Prepared.WithNorms] with normalisations that scale and shift nothing.
func (p *Prepared) With(weights WeightSource) (*Drawn, error) { return p.WithNorms(weights, nil) }

// WithNorms is the network with given weights. They are asked for whenever they are applied, on
// the way there and on the way back, and not kept, so that one matrix is in memory at a
// time. The laws, gains and biases that the architecture gives are not looked at. Rotated shortcuts
// are refused: their rotations are nobody's weights.
func (p *Prepared) WithNorms(weights WeightSource, norms ScaleSource) (*Drawn, error) {
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
	norms  ScaleSource
	count  int // of linear maps
	scaled int // normalisations
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

// scale is what stands behind the next normalisation; nil for nothing.
func (g *given) scale(width int) node {
	if g == nil || g.norms == nil {
		return nil
	}
	g.scaled++
	k := g.scaled
	load := func() (scale, shift []float64) {
		if g.err != nil {
			return nil, nil
		}
		scale, shift, err := g.norms(k)
		for _, v := range [][]float64{scale, shift} {
			if err == nil && v != nil && len(v) != width {
				err = fmt.Errorf("a scale or shift of %d numbers; want %d", len(v), width)
			}
		}
		if err != nil {
			g.err = fmt.Errorf("normalisation %d: %w", k, err)
			return nil, nil
		}
		return scale, shift
	}
	return func(x *mat.Dense, _ *Trace) (*mat.Dense, pullback) {
		scale, shift := load()
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
