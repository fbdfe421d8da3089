package network

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// A Trace is what inputs leave behind in a drawn network.
type Trace struct {
	// Blocks are those that were applied, in the order in which they ended:
	// the blocks of a shortcut before the shortcut, repetitions written out.
	Blocks []BlockNorms
	// Input are the norms in front of the first block.
	Input  BlockNorms
	Output *mat.Dense // one column for each input

	back     pullback
	given    *given
	observer Observer
	slope    *mat.Dense // of the activation that was just applied
}

// BlockNorms are norms behind a block.
type BlockNorms struct {
	Block    Block   // nil for what enters the network
	Outer    int     // index of the outermost block that it is, or is part of
	Inside   bool    // in the branch of a shortcut
	Width    int     // n, how many numbers leave the block
	Signal   float64 // ‖x‖²/n, the mean over the inputs
	Gradient float64 // ‖∂E/∂x‖², summed over the inputs; NaN before Backward

	// The cosines between the first two inputs there, and between their gradients; NaN
	// for one input, and before Backward.
	Correlation, GradientCorrelation float64

	// Inner products of the inputs there, over n, and of their gradients: one row and column for
	// each input. nil unless the observer asks for them, and before Backward.
	Gram, GradientGram *mat.SymDense
}

// gram are the inner products of rows, times a factor.
func gram(x *mat.Dense, factor float64) *mat.SymDense {
	k, _ := x.Dims()
	out := mat.NewSymDense(k, nil)
	for i := range k {
		for j := i; j < k; j++ {
			out.SetSym(i, j, factor*dot(x.RawRowView(i), x.RawRowView(j)))
		}
	}
	return out
}

// normsBehind looks at what leaves a block.
func normsBehind(b Block, outer int, inside bool, x *mat.Dense) BlockNorms {
	_, n := x.Dims()
	out := unknownNorms(b, outer, inside, n)
	out.Signal, out.Correlation = meanSquare(x), cosine(x)
	return out
}

// unknownNorms are those behind a block before anything came through it.
func unknownNorms(b Block, outer int, inside bool, n int) BlockNorms {
	return BlockNorms{
		Block: b, Outer: outer, Inside: inside, Width: n,
		Signal: math.NaN(), Gradient: math.NaN(), Correlation: math.NaN(), GradientCorrelation: math.NaN(),
	}
}

// behind is normsBehind with what the observer asks for.
func (t *Trace) behind(b Block, outer int, inside bool, x *mat.Dense) BlockNorms {
	n := normsBehind(b, outer, inside, x)
	if t.observer.Grams {
		n.Gram = gram(x, 1/float64(n.Width))
	}
	return n
}

// came adds what comes back.
func (t *Trace) came(b *BlockNorms, g *mat.Dense) {
	b.gradient(g)
	if t.observer.Grams {
		b.GradientGram = gram(g, 1)
	}
}

// gradient adds what comes back.
func (b *BlockNorms) gradient(g *mat.Dense) {
	b.Gradient, b.GradientCorrelation = squaredNorm(g.RawMatrix().Data), cosine(g)
}

// recorded writes down the norms behind a block.
func recorded(b Block, outer int, inside bool, n node) node {
	return func(x *mat.Dense, t *Trace) (*mat.Dense, pullback) {
		y, back := n(x, t)
		at := len(t.Blocks)
		t.Blocks = append(t.Blocks, t.behind(b, outer, inside, y))
		if t.observer.Signal != nil {
			t.observer.Signal(at, b, y, t.slope)
		}
		t.slope = nil
		return y, func(g *mat.Dense) *mat.Dense {
			t.came(&t.Blocks[at], g)
			if t.observer.Gradient != nil {
				t.observer.Gradient(at, g)
			}
			return back(g)
		}
	}
}

func meanSquare(x *mat.Dense) float64 {
	data := x.RawMatrix().Data
	return squaredNorm(data) / float64(len(data))
}

// cosine is that of the angle between the first two rows.
func cosine(x *mat.Dense) float64 {
	if k, _ := x.Dims(); k < 2 {
		return math.NaN()
	}
	a, b := x.RawRowView(0), x.RawRowView(1)
	return dot(a, b) / (math.Sqrt(squaredNorm(a)) * math.Sqrt(squaredNorm(b)))
}

// Forward sends inputs through the network, one in each column of x, which is not
// changed. Batch normalisation needs two or more. Where the output is not finite the
// trace comes with an *OverflowError, and cannot go back.
func (d *Drawn) Forward(x *mat.Dense) (*Trace, error) { return d.ForwardObserved(x, Observer{}) }

// ForwardObserved does what Forward does, and shows what passes.
func (d *Drawn) ForwardObserved(x *mat.Dense, o Observer) (*Trace, error) {
	n, _ := x.Dims()
	if n != d.input {
		return nil, fmt.Errorf("inputs of %d numbers; want %d", n, d.input)
	}
	rows := mat.DenseCopyOf(x.T())
	t := &Trace{given: d.given, observer: o}
	t.Input = t.behind(nil, -1, false, rows)
	out, back := d.run(rows, t)
	if err := d.given.failed(); err != nil {
		return nil, err
	}
	t.Output, t.back = mat.DenseCopyOf(out.T()), back
	if s := meanSquare(out); !finite(s) {
		return t, t.overflow()
	}
	return t, nil
}

// overflow names the first block whose norm is no finite number.
func (t *Trace) overflow() error {
	for i, b := range t.Blocks {
		if !finite(b.Signal) {
			return &OverflowError{"x", i + 1, len(t.Blocks), b.Signal}
		}
	}
	return &OverflowError{"x", len(t.Blocks), len(t.Blocks), math.NaN()}
}

// Outermost are the norms behind each of the outermost blocks.
func (t *Trace) Outermost() []BlockNorms {
	var out []BlockNorms
	for i, b := range t.Blocks {
		if i+1 == len(t.Blocks) || t.Blocks[i+1].Outer != b.Outer {
			out = append(out, b)
		}
	}
	return out
}

// Backward sends the gradient at the output back, one column for each input, and
// returns the gradient at the inputs. The norms are those of the last one.
func (t *Trace) Backward(y *mat.Dense) (*mat.Dense, error) {
	n, k := y.Dims()
	if wantN, wantK := t.Output.Dims(); n != wantN || k != wantK {
		return nil, fmt.Errorf("a gradient of %d×%d numbers; want %d×%d", n, k, wantN, wantK)
	}
	return t.pull(y)
}

func (t *Trace) pull(y *mat.Dense) (*mat.Dense, error) {
	g := t.back(mat.DenseCopyOf(y.T()))
	t.came(&t.Input, g)
	if err := t.given.failed(); err != nil {
		return nil, err
	}
	return mat.DenseCopyOf(g.T()), nil
}

// Probe sends columns back through a network that one input has passed: JᵀY, J the Jacobian of the
// output. All columns meet the same network, and it may be asked again. Each column
// costs a backward pass. The norms of gradients are then those of the columns.
func (t *Trace) Probe(y *mat.Dense) (*mat.Dense, error) {
	n, k := y.Dims()
	want, inputs := t.Output.Dims()
	switch {
	case inputs != 1:
		return nil, fmt.Errorf("probes behind %d inputs; want one input", inputs)
	case n != want || k < 1:
		return nil, fmt.Errorf("probes of %d×%d numbers; want %d in each column, and one column at least", n, k, want)
	}
	return t.pull(y)
}

// ForwardFactor is (‖output‖²/n_out)/(‖input‖²/n_in), in the mean over the inputs.
func (t *Trace) ForwardFactor() float64 {
	return t.Blocks[len(t.Blocks)-1].Signal / t.Input.Signal
}

// BackwardFactor is ‖∂E/∂h‖² behind the first linear map over the same behind
// the last. Where the first is in a branch it is that in front of the shortcut, and where
// the last is, behind it. It is NaN for a network without a linear map, and before
// Backward.
func (t *Trace) BackwardFactor() float64 {
	first, last := math.NaN(), math.NaN()
	before := t.Input.Gradient
	for _, b := range t.Blocks {
		if b.Inside {
			continue
		}
		if HasLinear(b.Block) {
			if _, plain := b.Block.(Linear); math.IsNaN(first) && plain {
				first = b.Gradient
			} else if math.IsNaN(first) {
				first = before
			}
			last = b.Gradient
		}
		before = b.Gradient
	}
	return first / last
}
