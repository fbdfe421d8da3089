package faults

import (
	"fmt"
	"math"

	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/properties/internal/suite"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// trips of a network of any blocks.
type trips struct {
	backWithoutGain   bool // the way back through a map forgets the gain
	backWithoutAlpha  bool // x ↦ αx is taken for x on the way back
	backWithoutBeta   bool // the branch counts fully on the way back
	turnedAgain       bool // V instead of Vᵀ on the way back
	unprojected       bool // lengths count as constants on the way back
	uncentredBack     bool // means count as constants on the way back
	oneLess           bool // k − 1 where k belongs in a mean square
	sharedWeights     bool // a repetition repeats its weights
	rotationFromInput bool // the rotation of a shortcut has the stream of the map in it
	unscaled          bool // widening Haar maps without √(n/m)
}

// passage carries out blocks one by one: maps and functions by the project, what is
// between them here.
type passage struct {
	suite.Architecture
	architecture network.Architecture
	t            trips
	prepared     map[string]*network.Prepared // blocks, since functions are judged slowly
}

// walk is one way through a passage.
type walk struct {
	trips
	prepared map[string]*network.Prepared
	lazily   bool
	stream   func(int) montecarlo.Stream
	matrices int
}

type pullback func(*mat.Dense) (*mat.Dense, error)

func (p passage) Send(lazily bool, stream func(int) montecarlo.Stream, x, y *mat.Dense) (suite.Passage, error) {
	w := &walk{trips: p.t, prepared: p.prepared, lazily: lazily, stream: stream}
	out, back, err := w.chain(p.architecture.Blocks, x)
	if err != nil {
		return suite.Passage{}, err
	}
	gradient, err := back(y)
	return suite.Passage{Output: out, Gradient: gradient}, err
}

func (w *walk) chain(blocks []network.Block, x *mat.Dense) (*mat.Dense, pullback, error) {
	var backs []pullback
	for _, b := range blocks {
		out, back, err := w.block(b, x)
		if err != nil {
			return nil, nil, err
		}
		x, backs = out, append(backs, back)
	}
	return x, reversed(backs), nil
}

// reversed goes back through all, the last first.
func reversed(backs []pullback) pullback {
	return func(y *mat.Dense) (g *mat.Dense, err error) {
		g = y
		for i := len(backs) - 1; i >= 0 && err == nil; i-- {
			g, err = backs[i](g)
		}
		return g, err
	}
}

func (w *walk) block(b network.Block, x *mat.Dense) (*mat.Dense, pullback, error) {
	switch b := b.(type) {
	case network.Normalization:
		out, back := w.normalise(b.Kind, x)
		return out, back, nil
	case network.Shortcut:
		return w.shortcut(b, x)
	case network.Repeat:
		first := w.matrices
		var backs []pullback
		for range b.Times {
			if w.sharedWeights {
				w.matrices = first
			}
			out, back, err := w.chain(b.Blocks, x)
			if err != nil {
				return nil, nil, err
			}
			x, backs = out, append(backs, back)
		}
		return x, reversed(backs), nil
	}
	return w.single(b, x)
}

// single is a map or a function.
func (w *walk) single(b network.Block, x *mat.Dense) (*mat.Dense, pullback, error) {
	in, _ := x.Dims()
	l, isLinear := b.(network.Linear)
	if isLinear {
		w.matrices++
	}
	net, err := w.draw(b, in)
	if err != nil {
		return nil, nil, err
	}
	trace, err := net.Forward(x)
	if err != nil {
		return nil, nil, err
	}
	forward, back := 1., 1.
	if isLinear && w.unscaled && l.Weights == network.Haar && l.To > in {
		forward = math.Sqrt(float64(in) / float64(l.To))
		back = forward
	}
	if isLinear && w.backWithoutGain {
		back /= l.Scale()
	}
	return times(forward, trace.Output), func(y *mat.Dense) (*mat.Dense, error) {
		g, err := trace.Backward(y)
		if err != nil {
			return nil, err
		}
		return times(back, g), nil
	}, nil
}

func (w *walk) draw(b network.Block, in int) (*network.Drawn, error) {
	key := fmt.Sprintf("%d %#v", in, b)
	p := w.prepared[key]
	if p == nil {
		var err error
		if p, err = (network.Architecture{Input: in, Blocks: []network.Block{b}}).Prepare(); err != nil {
			return nil, err
		}
		w.prepared[key] = p
	}
	k := w.matrices
	stream := func(int) montecarlo.Stream { return w.stream(k) }
	if w.lazily {
		return p.DrawLazily(stream)
	}
	return p.Draw(stream)
}

func times(c float64, m *mat.Dense) *mat.Dense {
	var out mat.Dense
	out.Scale(c, m)
	return &out
}

func (w *walk) shortcut(b network.Shortcut, x *mat.Dense) (*mat.Dense, pullback, error) {
	branch, back, err := w.chain(b.Blocks, x)
	if err != nil {
		return nil, nil, err
	}
	if !b.Plain {
		if w.rotationFromInput {
			w.matrices--
		}
		n, _ := x.Dims()
		w.matrices++
		v, err := w.draw(network.Linear{To: n}, n)
		if err != nil {
			return nil, nil, err
		}
		trace, err := v.Forward(branch)
		if err != nil {
			return nil, nil, err
		}
		branch = trace.Output
		inner := back
		back = func(y *mat.Dense) (*mat.Dense, error) {
			turned, err := trace.Backward(y)
			if w.turnedAgain {
				again, failed := v.Forward(y)
				turned, err = again.Output, failed
			}
			if err != nil {
				return nil, err
			}
			return inner(turned)
		}
	}
	sum := times(b.Beta, branch)
	sum.Add(sum, times(b.Alpha, x))
	return sum, func(y *mat.Dense) (*mat.Dense, error) {
		alpha, beta := b.Alpha, b.Beta
		if w.backWithoutAlpha {
			alpha = 1
		}
		if w.backWithoutBeta {
			beta = 1
		}
		g, err := back(y)
		if err != nil {
			return nil, err
		}
		g = times(beta, g)
		g.Add(g, times(alpha, y))
		return g, nil
	}, nil
}

func (w *walk) normalise(kind network.Norm, x *mat.Dense) (*mat.Dense, pullback) {
	turned := func(m *mat.Dense) *mat.Dense { // one vector in each row
		if kind == network.Batch {
			return mat.DenseCopyOf(m)
		}
		return mat.DenseCopyOf(m.T())
	}
	centre := func(v []float64) {
		if kind != network.RMS {
			floats.AddConst(-floats.Sum(v)/float64(len(v)), v)
		}
	}
	out := turned(x)
	rows, k := out.Dims()
	size := float64(k)
	if w.oneLess && kind != network.RMS {
		size--
	}
	lengths := make([]float64, rows)
	for i := range rows {
		v := out.RawRowView(i)
		centre(v)
		lengths[i] = floats.Norm(v, 2) / math.Sqrt(size)
		floats.Scale(1/lengths[i], v)
	}
	return turned(out), func(y *mat.Dense) (*mat.Dense, error) {
		g := turned(y)
		for i := range rows {
			d, v := g.RawRowView(i), out.RawRowView(i)
			if !w.uncentredBack {
				centre(d)
			}
			if !w.unprojected {
				floats.AddScaled(d, -floats.Dot(d, v)/floats.Dot(v, v), v)
			}
			floats.Scale(1/lengths[i], d)
		}
		return turned(g), nil
	}
}

// carriedOut draws networks as passages do.
func carriedOut(t trips) func(*suite.System) {
	return func(s *suite.System) {
		prepare := s.Prepare
		s.Prepare = func(a network.Architecture) (suite.Architecture, error) {
			real, err := prepare(a)
			return passage{real, a, t, map[string]*network.Prepared{}}, err
		}
	}
}

func passages() []Fault {
	const back, drawing = "architecture, backward", "architecture, drawing"
	return []Fault{
		{"net-back-without-gain", back, "the gain of a map is forgotten on the way back", "net-gradients",
			carriedOut(trips{backWithoutGain: true})},
		{"net-back-without-alpha", back, "∂(αx)/∂x = 1", "net-gradients", carriedOut(trips{backWithoutAlpha: true})},
		{"net-back-without-beta", back, "the branch counts fully on the way back", "net-gradients",
			carriedOut(trips{backWithoutBeta: true})},
		{"net-back-v", back, "V instead of Vᵀ behind the branch of a shortcut", "net-gradients", carriedOut(trips{turnedAgain: true})},
		{"net-unprojected", back, "normalisation's Jacobian without its projection: lengths count as constants", "net-normalisation",
			carriedOut(trips{unprojected: true})},
		{"net-uncentred-back", back, "normalisation's Jacobian without centring: means count as constants", "net-normalisation",
			carriedOut(trips{uncentredBack: true})},
		{"net-one-less", drawing, "variances of layers and batches with k − 1", "net-normalisation", carriedOut(trips{oneLess: true})},
		{"net-shared-weights", drawing, "repetitions repeat their weights", "net-repetition", carriedOut(trips{sharedWeights: true})},
		{"net-rotation-repeats", drawing, "the rotation of a shortcut is drawn as the map in its branch is", "net-repetition",
			carriedOut(trips{rotationFromInput: true})},
		{"net-unscaled", drawing, "widening Haar maps without √(n/m)", "net-linear", carriedOut(trips{unscaled: true})},
	}
}
