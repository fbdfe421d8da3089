package network

import (
	"fmt"
	"math"

	"bsnn/montecarlo"
	"bsnn/orthogonal"

	"gonum.org/v1/gonum/mat"
)

// Drawn is one network of an architecture.
type Drawn struct {
	input, output int
	run           node
	given         *given // weights from elsewhere; nil for drawn ones
	memory        *memory
}

// A drawing is a network in the making.
type drawing struct {
	prepared *Prepared
	stream   func(matrix int) montecarlo.Stream
	matrices int // drawn so far
	outer    int // index of the outermost block at hand
	lazily   bool
	given    *given // nil for weights that are drawn
	uses     uses
	memory   *memory
}

func (d *drawing) next() montecarlo.Stream {
	d.matrices++
	return d.stream(d.matrices)
}

// network draws the outermost blocks.
func (d *drawing) network(a Architecture) (node, error) {
	var nodes []node
	in := a.Input
	for i := range a.Blocks {
		d.outer = i
		n, out, err := d.chain(a.Blocks[i:i+1], in, false)
		if err != nil {
			return nil, err
		}
		nodes, in = append(nodes, n), out
	}
	return sequence(nodes), nil
}

// chain draws blocks; inside says that they are those of a shortcut.
func (d *drawing) chain(blocks []Block, in int, inside bool) (node, int, error) {
	var nodes []node
	for _, b := range blocks {
		n, out, err := d.block(b, in, inside)
		if err != nil {
			return nil, in, fmt.Errorf("%s: %w", b, err)
		}
		nodes, in = append(nodes, n), out
	}
	return sequence(nodes), in, nil
}

func (d *drawing) block(b Block, in int, inside bool) (node, int, error) {
	switch b := b.(type) {
	case Linear:
		n, err := d.linear(b, in)
		return recorded(b, d.outer, inside, n), b.To, err
	case Activation:
		return recorded(b, d.outer, inside, activation(d.prepared.functions[b.Key()], d.memory)), in, nil
	case Normalization:
		n := d.given.normalization(b.Kind, in, d.memory)
		if n == nil {
			n = normalization(b.Kind, 0, d.memory)
		}
		return recorded(b, d.outer, inside, n), in, nil
	case Shortcut:
		n, err := d.shortcut(b, in)
		return recorded(b, d.outer, inside, n), in, err
	case Repeat:
		var nodes []node
		for range b.Times {
			n, out, err := d.chain(b.Blocks, in, inside)
			if err != nil {
				return nil, in, err
			}
			nodes, in = append(nodes, n), out
		}
		return sequence(nodes), in, nil
	}
	return nil, in, fmt.Errorf("no network of %T", b)
}

func (d *drawing) linear(l Linear, in int) (node, error) {
	if d.given != nil {
		return d.given.node(l, in), nil
	}
	s := d.next()
	if l.Weights == GivenWeights {
		w, z, err := d.uses.next(l)
		return linear(matrix{w}, z), err
	}
	w, err := d.operator(l.Weights, in, l.To, l.Scale(), &s)
	if err != nil {
		return nil, err
	}
	return linear(w, l.drawBias(in, &s)), nil
}

func (d *drawing) shortcut(b Shortcut, in int) (node, error) {
	branch, _, err := d.chain(b.Blocks, in, true)
	if err != nil {
		return nil, err
	}
	if !b.Plain {
		s := d.next()
		v, err := d.operator(Haar, in, in, 1, &s)
		if err != nil {
			return nil, err
		}
		branch = sequence([]node{branch, linear(v, nil)})
	}
	return shortcut(b.Alpha, b.Beta, branch, d.memory), nil
}

// operator draws gW from ℝᵐ to ℝⁿ.
func (d *drawing) operator(law Weights, m, n int, gain float64, s *montecarlo.Stream) (operator, error) {
	switch {
	case !d.lazily || law.Simulated() != nil:
		w, err := law.Draw(m, n, s)
		if err != nil {
			return nil, err
		}
		w.Scale(gain, w)
		return matrix{w}, nil
	case law == Haar:
		w, err := orthogonal.NewLazySemiOrthogonal(n, m, s)
		if err != nil {
			return nil, err
		}
		if d.memory != nil {
			w.KeepIn(d.memory.vector)
		}
		return lazy{n, m, gain * law.isometry(m, n), d.memory, w}, nil
	default:
		return lazy{n, m, gain, d.memory, newLazyGaussian(n, m, s, d.memory)}, nil
	}
}

// isometry is what a matrix with orthonormal rows or columns is multiplied by.
func (w Weights) isometry(m, n int) float64 { return math.Sqrt(math.Max(1, float64(n)/float64(m))) }

// Draw draws a matrix from ℝᵐ to ℝⁿ, without a gain.
func (w Weights) Draw(m, n int, s *montecarlo.Stream) (*mat.Dense, error) {
	if w == Haar {
		q, err := orthogonal.NewSemiOrthogonal(n, m, s)
		if err != nil {
			return nil, err
		}
		out := q.Matrix()
		out.Scale(w.isometry(m, n), out)
		return out, nil
	}
	data := make([]float64, m*n)
	if w == Gaussian {
		s.Normals(data)
		scale(data, 1/math.Sqrt(float64(m)))
	} else {
		uniform(data, w.Variance(m, n)/float64(m), s)
	}
	return mat.NewDense(n, m, data), nil
}

// drawBias draws z, nil for none.
func (l Linear) drawBias(in int, s *montecarlo.Stream) []float64 {
	if l.BiasVariance(in) == 0 {
		return nil
	}
	z := make([]float64, l.To)
	l.fillBias(z, in, s)
	return z
}

// fillBias draws z where there is one.
func (l Linear) fillBias(z []float64, in int, s *montecarlo.Stream) {
	if l.BiasSD == 0 { // torch-default
		uniform(z, l.BiasVariance(in), s)
	} else {
		s.Normals(z)
		scale(z, l.BiasSD)
	}
}
