package network

import (
	"fmt"
	"math"
	"math/rand/v2"

	"bsnn/gpnorm"
	"bsnn/montecarlo"
	"bsnn/orthogonal"

	"gonum.org/v1/gonum/mat"
)

// Drawn is one network of an architecture, with its weights as matrices.
type Drawn struct {
	input, output int
	run           node
}

// A node is blocks with their weights: it sends the columns of x forward and returns
// how gradients come back.
type node func(x *mat.Dense, t *Trace) (y *mat.Dense, back pullback)

// A pullback turns ∂E/∂(output) into ∂E/∂(input).
type pullback func(*mat.Dense) *mat.Dense

// MostWeights is how many numbers a drawn network may hold: a gigabyte.
const MostWeights = 1 << 27

// Draw draws a network. stream(k) is the random stream of the k-th matrix, k = 1, 2, …
// in the order in which they are applied; a linear map draws its bias from it
// after its matrix, and the rotation of a shortcut is a matrix of its own. It fails
// where Output does, where a function cannot be judged, and for more than
// MostWeights numbers.
func (a Architecture) Draw(stream func(matrix int) montecarlo.Stream) (*Drawn, error) {
	output, err := a.Output()
	if err != nil {
		return nil, err
	}
	if n, _ := weightCount(a.Blocks, a.Input); n > MostWeights {
		return nil, fmt.Errorf("%.3g weights; want at most %d, so that they fit into memory", n, MostWeights)
	}
	d := drawing{stream: stream, functions: map[string]gpnorm.Activation{}}
	run, _, err := d.chain(a.Blocks, a.Input)
	return &Drawn{a.Input, output, run}, err
}

// weightCount is how many numbers the matrices of blocks hold, and the width
// behind them.
func weightCount(blocks []Block, in int) (total float64, out int) {
	for _, b := range blocks {
		switch b := b.(type) {
		case Linear:
			total += float64(in) * float64(b.To)
			in = b.To
		case Shortcut:
			n, _ := weightCount(b.Blocks, in)
			total += n
			if !b.Plain {
				total += float64(in) * float64(in)
			}
		case Repeat:
			first, out := weightCount(b.Blocks, in)
			again, _ := weightCount(b.Blocks, out)
			total += first + again*float64(b.Times-1)
			in = out
		}
	}
	return total, in
}

// A drawing is a network in the making.
type drawing struct {
	stream    func(matrix int) montecarlo.Stream
	matrices  int // drawn so far
	functions map[string]gpnorm.Activation
}

func (d *drawing) next() montecarlo.Stream {
	d.matrices++
	return d.stream(d.matrices)
}

func (d *drawing) chain(blocks []Block, in int) (node, int, error) {
	var nodes []node
	for _, b := range blocks {
		n, out, err := d.block(b, in)
		if err != nil {
			return nil, in, fmt.Errorf("%s: %w", b, err)
		}
		nodes, in = append(nodes, n), out
	}
	return sequence(nodes), in, nil
}

// sequence applies nodes one after the other.
func sequence(nodes []node) node {
	return func(x *mat.Dense, t *Trace) (*mat.Dense, pullback) {
		backs := make([]pullback, len(nodes))
		for i, n := range nodes {
			x, backs[i] = n(x, t)
		}
		return x, func(y *mat.Dense) *mat.Dense {
			for i := len(backs) - 1; i >= 0; i-- {
				y = backs[i](y)
			}
			return y
		}
	}
}

func (d *drawing) block(b Block, in int) (node, int, error) {
	switch b := b.(type) {
	case Linear:
		n, err := d.linear(b, in)
		return recorded(b, n), b.To, err
	case Activation:
		n, err := d.activation(b)
		return recorded(b, n), in, err
	case Normalization:
		return recorded(b, normalize(b.Kind)), in, nil
	case Shortcut:
		n, err := d.shortcut(b, in)
		return recorded(b, n), in, err
	case Repeat:
		var nodes []node
		for range b.Times {
			n, out, err := d.chain(b.Blocks, in)
			if err != nil {
				return nil, in, err
			}
			nodes, in = append(nodes, n), out
		}
		return sequence(nodes), in, nil
	}
	return nil, in, fmt.Errorf("no network of %T", b)
}

// matrix draws W from ℝᵐ to ℝⁿ, without the gain.
func (w Weights) matrix(m, n int, s *montecarlo.Stream) (*mat.Dense, error) {
	if w == Haar {
		q, err := orthogonal.NewSemiOrthogonal(n, m, s)
		if err != nil {
			return nil, err
		}
		out := q.Matrix()
		if n > m {
			out.Scale(math.Sqrt(float64(n)/float64(m)), out)
		}
		return out, nil
	}
	data := make([]float64, m*n)
	if w == Gaussian {
		s.Normals(data)
		return scaled(mat.NewDense(n, m, data), 1/math.Sqrt(float64(m))), nil
	}
	r, reach := rand.New(s), math.Sqrt(3*w.Variance(m, n)/float64(m))
	for i := range data {
		data[i] = reach * (2*r.Float64() - 1)
	}
	return mat.NewDense(n, m, data), nil
}

func scaled(a *mat.Dense, by float64) *mat.Dense {
	a.Scale(by, a)
	return a
}

func (d *drawing) linear(l Linear, in int) (node, error) {
	s := d.next()
	w, err := l.Weights.matrix(in, l.To, &s)
	if err != nil {
		return nil, err
	}
	scaled(w, l.Scale())
	bias := make([]float64, l.To)
	switch v := l.BiasVariance(in); {
	case v > 0 && l.BiasSD == 0: // torch-default
		r := rand.New(&s)
		for i := range bias {
			bias[i] = math.Sqrt(3*v) * (2*r.Float64() - 1)
		}
	case v > 0:
		s.Normals(bias)
		for i := range bias {
			bias[i] *= l.BiasSD
		}
	}
	return func(x *mat.Dense, _ *Trace) (*mat.Dense, pullback) {
		var h mat.Dense
		h.Mul(w, x)
		h.Apply(func(i, _ int, v float64) float64 { return v + bias[i] }, &h)
		return &h, func(y *mat.Dense) *mat.Dense {
			var g mat.Dense
			g.Mul(w.T(), y)
			return &g
		}
	}, nil
}

func (d *drawing) activation(a Activation) (node, error) {
	key := a.Key()
	f, known := d.functions[key]
	if !known {
		j, err := a.Judge()
		if err != nil {
			return nil, err
		}
		f = a.Function(j)
		d.functions[key] = f
	}
	return func(x *mat.Dense, _ *Trace) (*mat.Dense, pullback) {
		n, k := x.Dims()
		out, deriv := mat.NewDense(n, k, nil), mat.NewDense(n, k, nil)
		f.ValueDeriv(out.RawMatrix().Data, deriv.RawMatrix().Data, x.RawMatrix().Data)
		return out, func(y *mat.Dense) *mat.Dense {
			var g mat.Dense
			g.MulElem(y, deriv)
			return &g
		}
	}, nil
}

func (d *drawing) shortcut(b Shortcut, in int) (node, error) {
	branch, _, err := d.chain(b.Blocks, in)
	if err != nil {
		return nil, err
	}
	if !b.Plain {
		s := d.next()
		v, err := Haar.matrix(in, in, &s)
		if err != nil {
			return nil, err
		}
		inner := branch
		branch = func(x *mat.Dense, t *Trace) (*mat.Dense, pullback) {
			h, back := inner(x, t)
			var out mat.Dense
			out.Mul(v, h)
			return &out, func(y *mat.Dense) *mat.Dense {
				var g mat.Dense
				g.Mul(v.T(), y)
				return back(&g)
			}
		}
	}
	return func(x *mat.Dense, t *Trace) (*mat.Dense, pullback) {
		h, back := branch(x, t)
		return combined(b.Alpha, x, b.Beta, h), func(y *mat.Dense) *mat.Dense {
			return combined(b.Alpha, y, b.Beta, back(y))
		}
	}, nil
}

// combined is αa + βb.
func combined(alpha float64, a *mat.Dense, beta float64, b *mat.Dense) *mat.Dense {
	var p, q mat.Dense
	p.Scale(alpha, a)
	q.Scale(beta, b)
	p.Add(&p, &q)
	return &p
}

// normalize divides columns by their length, or rows where a batch is
// normalised: y = √k·c/‖c‖ for the vector c, centred if need be, of k numbers. Its
// Jacobian is √k/‖c‖ times the projection onto the complement of c, and of the
// constants where they are taken away.
func normalize(kind Norm) node {
	return func(x *mat.Dense, _ *Trace) (*mat.Dense, pullback) {
		var vectors mat.Dense // one in each row
		vectors.CloneFrom(x)
		if kind != Batch {
			vectors.CloneFrom(x.T())
		}
		rows, k := vectors.Dims()
		lengths := make([]float64, rows)
		for i := range rows {
			v := vectors.RawRowView(i)
			if kind != RMS {
				centre(v)
			}
			lengths[i] = math.Sqrt(squaredNorm(v))
			for j := range v {
				v[j] *= math.Sqrt(float64(k)) / lengths[i]
			}
		}
		turned := func(m *mat.Dense) *mat.Dense {
			if kind == Batch {
				return m
			}
			return mat.DenseCopyOf(m.T())
		}
		return turned(&vectors), func(y *mat.Dense) *mat.Dense {
			g := mat.DenseCopyOf(turned(y))
			for i := range rows {
				d, v := g.RawRowView(i), vectors.RawRowView(i)
				if kind != RMS {
					centre(d)
				}
				along := 0.
				for j := range d {
					along += d[j] * v[j] / float64(k)
				}
				for j := range d {
					d[j] = (d[j] - along*v[j]) * math.Sqrt(float64(k)) / lengths[i]
				}
			}
			return turned(g)
		}
	}
}

// centre takes the mean away.
func centre(v []float64) {
	mean := 0.
	for _, x := range v {
		mean += x
	}
	mean /= float64(len(v))
	for i := range v {
		v[i] -= mean
	}
}

// A Trace is what inputs leave behind in a drawn network.
type Trace struct {
	// Blocks are those that were applied, in the order in which they ended:
	// the blocks of a shortcut before the shortcut, repetitions written out.
	Blocks []BlockNorms
	// Input are the norms in front of the first block.
	Input  BlockNorms
	Output *mat.Dense // one column for each input

	back pullback
}

// BlockNorms are norms behind a block.
type BlockNorms struct {
	Block    string  // its name
	Signal   float64 // ‖x‖²/n, the mean over the inputs
	Gradient float64 // ‖∂E/∂x‖², summed over the inputs; NaN before Backward
}

// recorded writes down the norms behind a block.
func recorded(b Block, n node) node {
	return func(x *mat.Dense, t *Trace) (*mat.Dense, pullback) {
		y, back := n(x, t)
		at := len(t.Blocks)
		t.Blocks = append(t.Blocks, BlockNorms{b.String(), meanSquare(y), math.NaN()})
		return y, func(g *mat.Dense) *mat.Dense {
			t.Blocks[at].Gradient = squaredNorm(g.RawMatrix().Data)
			return back(g)
		}
	}
}

func meanSquare(x *mat.Dense) float64 {
	data := x.RawMatrix().Data
	return squaredNorm(data) / float64(len(data))
}

// Forward sends inputs through the network, one in each column of x, which is not
// changed. Batch normalisation needs two or more.
func (d *Drawn) Forward(x *mat.Dense) (*Trace, error) {
	n, _ := x.Dims()
	if n != d.input {
		return nil, fmt.Errorf("inputs of %d numbers; want %d", n, d.input)
	}
	t := &Trace{Input: BlockNorms{Block: "input", Signal: meanSquare(x), Gradient: math.NaN()}}
	t.Output, t.back = d.run(mat.DenseCopyOf(x), t)
	if s := meanSquare(t.Output); !finite(s) {
		return nil, fmt.Errorf("‖x‖²/n of the output is %v; want a network that does not explode, and inputs that differ", s)
	}
	return t, nil
}

// Backward sends the gradient at the output back, one column for each input, and
// returns the gradient at the inputs.
func (t *Trace) Backward(y *mat.Dense) (*mat.Dense, error) {
	n, k := y.Dims()
	if wantN, wantK := t.Output.Dims(); n != wantN || k != wantK {
		return nil, fmt.Errorf("a gradient of %d×%d numbers; want %d×%d", n, k, wantN, wantK)
	}
	g := t.back(mat.DenseCopyOf(y))
	t.Input.Gradient = squaredNorm(g.RawMatrix().Data)
	return g, nil
}
