package network

import (
	"math"
	"slices"

	"bsnn/montecarlo"

	"gonum.org/v1/gonum/stat/distuv"
)

const (
	// mostKept is how many numbers a NormSimulator that stores keeps rather than finding
	// them again: 8 MB.
	mostKept = 1 << 20

	// digitsLost is by what factor rounding errors may grow, against the signal, where
	// signals in front of shortcuts are found from those behind.
	digitsLost = 1e4

	// Vectors with squared norms beyond this and its reciprocal are left to networks
	// that scale them.
	extreme = 1e200
)

// passage is where a run is.
type passage struct {
	trace  *Trace
	stream func(matrix int) montecarlo.Stream
	input  []float64
	kept   int // numbers

	x         multiple // the signal on the way there
	drift     drift
	shortcuts []around

	gradient multiple  // on the way back, where it is a vector
	pair     bool      // where it is not: it is onX·x + onZ·z of the map above
	onX, onZ float64   //
	signal   []float64 // on the way back, where it is known
}

// multiple is the vector scale·v.
type multiple struct {
	v      []float64
	scale  float64
	square float64 // its squared norm
	own    bool    // v may be changed
}

// around is what is remembered of a shortcut inside of it: the signal in front of it
// and, on the way back, the gradient behind it.
type around struct {
	x, gradient multiple
	drift       drift
}

// drift says how much errors grow on the way back from shortcut to shortcut. An error at
// a signal y behind some of them is, in front of them, larger by the reciprocal of the
// product of their α.
type drift struct {
	product float64 // of α since a signal was kept; 0 where there was no shortcut
	least   float64 // ‖x‖ over the product, in front of any of them
}

// passed is what a run leaves in a stretch.
type passed struct {
	bias, draws, up montecarlo.Stream // where the numbers of a map begin: the last for the way back
	xNorm, gauge    float64           // ‖x‖ in front of it, and what its draws g are divided by
	square          float64           // ‖g‖²
	factor          float64           // h = factor·g, without a bias
	zz, zx          float64           // of its draws for the way back

	forms  []quadratic // of x and z of the map above: at the end of the own map and behind each operation
	gx, gz float64     // g·x and g·z at the end of the own map

	saved, kept []float64 // the signal that enters; g
	size, mean  []float64 // what operations divide by, and take away before

	open    bool
	entered []float64   // on the way back, the signal that enters
	g       []float64   // the draws of the map
	data    [][]float64 // of operations: φ′, or what leaves a normalisation
	x       multiple    // what leaves
}

// quadratic has the numbers of a quadratic form: x·x, x·z and z·z.
type quadratic struct{ xx, xz, zz float64 }

// run is false where digits would be lost.
func (s *NormSimulator) run(stream func(matrix int) montecarlo.Stream, x, y []float64) (*Trace, bool) {
	s.pool.reset()
	t := &Trace{Input: s.before, Blocks: slices.Clone(s.blocks)}
	square := squaredNorm(x)
	t.Input.Signal = square / float64(len(x))
	s.passage = passage{trace: t, stream: stream, input: x, x: multiple{x, 1, square, false}, shortcuts: s.shortcuts[:0]}
	for i := range s.steps {
		if !s.ahead(i) {
			return nil, false
		}
	}
	if !finite(s.x.square) {
		return nil, false
	}
	s.gradient = multiple{y, 1, squaredNorm(y), false}
	for i := len(s.steps) - 1; i >= 0; i-- {
		if !s.back(i) {
			return nil, false
		}
	}
	t.Input.Gradient = s.gradient.square
	return t, true
}

// ahead takes a step on the way there.
func (s *NormSimulator) ahead(i int) bool {
	at := &s.steps[i]
	switch at.kind {
	case opens:
		s.mine(&s.x) // not the draws of the map
		s.leave(i - 1)
		if s.drift.product == 0 {
			s.drift = drift{1, math.Sqrt(s.x.square)}
		}
		s.shortcuts = append(s.shortcuts, around{x: s.x, drift: s.drift})
		s.drift, s.x.own = drift{}, false
	case closes:
		s.close(i)
	default:
		st := at.stretch
		st.saved, st.kept, st.open = nil, nil, false
		switch {
		case st.mapped:
			s.drift = drift{}
			if !s.draw(i) {
				return false
			}
		case i > 0 && s.steps[i-1].kind == closes && !s.foundFromAbove(i):
			s.drift = drift{}
			st.saved, s.x.own = s.x.v, false
			s.pool.pin(s.x.v)
		}
		before := s.x.square
		st.entered = s.x.v
		s.operate(st)
		if s.drift.product > 0 && len(st.operations) > 0 {
			s.drift.product *= math.Sqrt(s.x.square / before)
		}
	}
	return true
}

// foundFromAbove says whether what enters the stretch can be found, on the way back,
// from what leaves it, and that from what leaves the shortcut that follows.
func (s *NormSimulator) foundFromAbove(i int) bool {
	return i+1 < len(s.steps) && s.steps[i+1].kind == opens && !s.steps[i].stretch.hasFunction()
}

// close adds the branch.
func (s *NormSimulator) close(i int) {
	at := &s.steps[i]
	c, last := at.shortcut, s.steps[i-1].stretch
	front := s.shortcuts[len(s.shortcuts)-1]
	s.shortcuts = s.shortcuts[:len(s.shortcuts)-1]

	y := multiple{s.pool.get(len(s.x.v)), 1, 0, true}
	y.square = combine(y.v, c.Alpha, front.x.v, c.Beta*s.x.scale, s.x.v)
	s.trace.Blocks[at.record].Signal = y.square / float64(len(y.v))

	room := last.mapped && s.keep(len(front.x.v)+(1+len(last.operations))*last.out)
	d := front.drift
	d.product *= math.Abs(c.Alpha)
	level := math.Sqrt(y.square) / d.product
	at.saved = nil
	if room || at.keep || !last.mapped || !(level <= digitsLost*d.least) {
		at.saved = front.x.v
		s.pool.pin(front.x.v)
		d = drift{1, math.Sqrt(y.square)}
	}
	d.least = min(d.least, level)
	s.drift = d

	s.drop(front.x)
	branch := s.x
	s.x = y
	if room {
		s.pool.pin(last.g)
		for _, v := range last.data {
			s.pool.pin(v)
		}
		last.x.own = false
	} else {
		s.leave(i - 1)
	}
	s.drop(branch)
}

// draw goes through a linear map. Where another map is in front of it, it also draws for
// the way back, and sums up the forms between the two.
func (s *NormSimulator) draw(i int) bool {
	st, below := s.steps[i].stretch, s.steps[i-1].stretch
	if !(s.x.square > 1/extreme && s.x.square < extreme) {
		return false
	}
	st.xNorm = math.Sqrt(s.x.square)
	stream := s.stream(st.matrix)
	st.bias = stream
	bias := s.drawBias(st, &stream)
	st.draws = stream
	g := s.pool.get(st.out)
	st.square = stream.Normals(g)
	st.gauge = math.Sqrt(float64(st.in))
	if st.law == Haar {
		st.gauge = math.Sqrt(st.square + unseen(st.in-st.out, &stream))
		if !(st.gauge > 1e-5*math.Sqrt(float64(max(st.in, st.out)))) {
			return false
		}
	}
	st.factor = st.scale * st.xNorm / st.gauge
	st.up = stream
	if below.mapped {
		s.mine(&s.x) // not the draws of the map
		z := s.pool.get(st.in)
		if !st.askBack(z, s.x.v, &stream) {
			return false
		}
		s.sumForms(below, s.x, z, dot(z, s.x.v))
		s.pool.put(z)
	}
	s.leave(i - 1)
	s.drop(s.x)
	s.enter(st, g, bias)
	if st.record >= 0 {
		s.trace.Blocks[st.record].Signal = s.x.square / float64(st.out)
	}
	return true
}

// unseen is the squared norm of so many normal numbers, 0 for none.
func unseen(n int, s *montecarlo.Stream) float64 {
	if n <= 0 {
		return 0
	}
	return distuv.ChiSquared{K: float64(n), Src: s}.Rand()
}

func (s *NormSimulator) drawBias(st *stretch, stream *montecarlo.Stream) []float64 {
	if st.linear == nil || st.linear.BiasVariance(st.in) == 0 {
		return nil
	}
	z := s.pool.get(st.out)
	st.linear.fillBias(z, st.in, stream)
	return z
}

// askBack draws z for the way back through the map, in front of which x is. It is false
// where z lies along x.
func (st *stretch) askBack(z, x []float64, stream *montecarlo.Stream) bool {
	st.zz = stream.Normals(z)
	st.zx = dot(z, x)
	if st.law == Haar {
		st.zz += unseen(st.out-st.in, stream)
	}
	return st.law != Haar || st.zz-st.zx*st.zx/(st.xNorm*st.xNorm) > cancelled*st.zz
}

// enter sets x to what leaves the map: factor·g and the bias.
func (s *NormSimulator) enter(st *stretch, g, bias []float64) {
	st.g = g
	s.x = multiple{g, st.factor, st.factor * st.factor * st.square, false}
	if bias != nil {
		s.x = multiple{bias, 1, combine(bias, st.factor, g, 1, bias), true}
	}
}

// sumForms takes x and z, in front of a map, back to the map below, and uses them up.
func (s *NormSimulator) sumForms(st *stretch, x multiple, z []float64, xz float64) {
	k := len(st.operations)
	if st.forms == nil {
		st.forms = make([]quadratic, k+1)
	}
	f := quadratic{x.square, xz, squaredNorm(z)}
	st.forms[k] = f
	for j := k - 1; j >= 0; j-- {
		if j == 0 && st.operations[0].function != nil {
			f.xx, st.gx = multiplyDot(x.v, st.data[0], st.g)
			f.zz, st.gz = multiplyDot(z, st.data[0], st.g)
		} else {
			f.zz = s.pull(st, j, z)
			f.xx = s.pull(st, j, x.v)
		}
		f.xz = dot(x.v, z)
		st.forms[j] = f
	}
	if k == 0 || st.operations[0].function == nil {
		st.gx, st.gz = dot(st.g, x.v), dot(st.g, z)
	}
}

// pull takes a gradient back through an operation, and returns its squared norm.
func (s *NormSimulator) pull(st *stretch, j int, g []float64) float64 {
	o, data := st.operations[j], st.data[j]
	if o.function != nil {
		return multiply(g, g, data)
	}
	if o.kind == Layer {
		s.centre(g)
	}
	root := math.Sqrt(float64(len(g)))
	a := root / st.size[j]
	return combine(g, a, g, -a*dot(g, data)/float64(len(g)), data)
}

// operate applies the operations of the stretch to x.
func (s *NormSimulator) operate(st *stretch) {
	if st.data == nil {
		k := len(st.operations)
		st.data, st.size, st.mean = make([][]float64, k), make([]float64, k), make([]float64, k)
	}
	kept := false // what x is at hand is data
	for j, o := range st.operations {
		x := s.x
		if o.function != nil {
			out := s.pool.get(st.out)
			st.data[j] = s.pool.get(st.out)
			square := o.function.ScaledValueDeriv(out, st.data[j], x.v, x.scale)
			s.x = multiple{out, 1, square, true}
			if !kept {
				s.drop(x)
			}
			kept = false
		} else {
			if !x.own || kept {
				s.x.v = s.pool.get(st.out)
				combine(s.x.v, x.scale, x.v, 0, x.v)
				s.x.scale, s.x.own = 1, true
			}
			v := s.x.v
			if o.kind == Layer {
				st.mean[j] = s.centre(v)
				s.x.square = squaredNorm(v)
			}
			st.size[j] = math.Sqrt(s.x.square)
			s.x.square = combine(v, math.Sqrt(float64(len(v)))/st.size[j], v, 0, v)
			st.data[j], kept = v, true
		}
		s.trace.Blocks[o.record].Signal = s.x.square / float64(st.out)
	}
	st.x, st.open = s.x, true
}

// constants are n ones.
func (s *NormSimulator) constants(n int) []float64 {
	if len(s.ones) < n {
		s.ones = make([]float64, n)
		for i := range s.ones {
			s.ones[i] = 1
		}
	}
	return s.ones[:n]
}

// centre takes the mean away, and returns it.
func (s *NormSimulator) centre(v []float64) float64 {
	ones := s.constants(len(v))
	mean := dot(v, ones) / float64(len(v))
	combine(v, 1, v, -mean, ones)
	return mean
}

// mine makes the scale 1, of a vector that may be changed.
func (s *NormSimulator) mine(x *multiple) {
	v := x.v
	if !x.own {
		v = s.pool.get(len(x.v))
	} else if x.scale == 1 {
		return
	}
	combine(v, x.scale, x.v, 0, x.v)
	x.v, x.scale, x.own = v, 1, true
}

// drop gives back what may be changed.
func (s *NormSimulator) drop(x multiple) {
	if x.own {
		s.pool.put(x.v)
	}
}

// keep says whether there is room for so many numbers more.
func (s *NormSimulator) keep(numbers int) bool {
	if s.memory == Regenerate || s.kept+numbers > mostKept {
		return false
	}
	s.kept += numbers
	return true
}

// leave gives back what a stretch has made, but for the signal at hand. Draws that will be
// needed again are kept if there is room.
func (s *NormSimulator) leave(i int) {
	st := s.steps[i].stretch
	if st.g != nil && s.steps[i+1].kind != along && s.keep(st.out) {
		st.kept = st.g
		s.pool.pin(st.g)
	}
	for _, v := range st.data {
		if &v[0] != &s.x.v[0] {
			s.pool.put(v)
		}
	}
	s.pool.put(st.g)
	st.g, st.open = nil, false
}
