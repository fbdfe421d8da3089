package training

import (
	"errors"
	"fmt"
	"math"

	"bsnn/montecarlo"
	"bsnn/network"

	"gonum.org/v1/gonum/mat"
)

// A describedMachine trains a network of any architecture. Workers share the columns of
// every product and the rows of everything else.
type describedMachine[T real] struct {
	spec   Spec
	blocks chain[T]
	maps   []*linearBlock[T] // that are trained, in the order in which they are applied
	drawn  []drawnMap[T]     // all matrices, in that order

	input, logits []T
	labels        []int
	targets, row  []float64
	loss          []float64 // by row
	rows          int
	learn         bool
	evaluating    bool
	stopped       bool // set by worker 0 between barriers: the pass ends early
	update        update

	total   tally
	crew    *crew
	helpers []*helper[T]
	clock   clock
	tasks   struct{ step, score func(worker int) }
}

// A drawnMap is a matrix with its law.
type drawnMap[T real] struct {
	*linearBlock[T]
	law network.Linear
}

// A helper is one worker's part of a describedMachine.
type helper[T real] struct {
	machine  *describedMachine[T]
	id       int
	multiply multiplier[T]
	kernels  map[string]kernel[T]
	correct  int
}

func newDescribedMachine[T real](s Spec) (*describedMachine[T], error) {
	a, err := s.architecture()
	if err != nil {
		return nil, err
	}
	m := &describedMachine[T]{
		spec: s, input: newTensor[T](s.Batch * s.Inputs), logits: newTensor[T](s.Batch * s.Classes), labels: make([]int, s.Batch),
		targets: make([]float64, s.Batch*s.Classes), row: make([]float64, s.Inputs), loss: make([]float64, s.Batch), total: newTally(s.Depth),
	}
	b := blockMaker[T]{machine: m, functions: map[string]function{}}
	if m.blocks, _, err = b.chain(a.Blocks, a.Input); err != nil {
		return nil, err
	}
	m.tasks.step, m.tasks.score = m.step, m.forwardAlone
	return m, nil
}

// A blockMaker makes the blocks of an architecture, not yet drawn.
type blockMaker[T real] struct {
	machine   *describedMachine[T]
	functions map[string]function
}

func (b *blockMaker[T]) chain(blocks []network.Block, in int) (out chain[T], width int, err error) {
	m, batch := b.machine, b.machine.spec.Batch
	for _, described := range blocks {
		switch d := described.(type) {
		case network.Linear:
			l := newLinearBlock[T](m.spec.Optimizer, batch, in, d.To, true, d.Bias || d.Explicit != nil && d.Explicit.Bias)
			m.maps, m.drawn = append(m.maps, l), append(m.drawn, drawnMap[T]{l, d})
			out, in = append(out, l), d.To
		case network.Activation:
			f, err := b.function(d)
			if err != nil {
				return nil, in, err
			}
			out = append(out, newActivationBlock[T](batch, in, f))
		case network.Normalization:
			out = append(out, newNormBlock[T](batch, in, d.Kind))
		case network.Shortcut:
			branch, _, err := b.chain(d.Blocks, in)
			if err != nil {
				return nil, in, err
			}
			if !d.Plain {
				v := newLinearBlock[T](m.spec.Optimizer, batch, in, in, false, false)
				m.drawn = append(m.drawn, drawnMap[T]{v, network.Linear{To: in}})
				branch = append(branch, v)
			}
			out = append(out, newShortcutBlock(batch, in, d, branch))
		case network.Repeat:
			for range d.Times {
				inner, width, err := b.chain(d.Blocks, in)
				if err != nil {
					return nil, in, err
				}
				out, in = append(out, inner...), width
			}
		default:
			return nil, in, &SpecError{"network", fmt.Sprintf("has a %T", d), "blocks that can be trained", nil}
		}
	}
	return out, in, nil
}

func (b *blockMaker[T]) function(a network.Activation) (function, error) {
	if f, known := b.functions[a.Key()]; known {
		return f, nil
	}
	f, err := Spec{Activation: a.Spec, Parameters: a.Parameters, AsIs: a.AsIs}.activation()
	if err != nil {
		return f, err
	}
	b.functions[a.Key()] = f
	return f, nil
}

// draw draws the weights of the network that network.Architecture.Draw draws from the
// same streams, and takes those that are explicit.
func (m *describedMachine[T]) draw() error {
	a, err := m.spec.start()
	if err != nil {
		return err
	}
	explicit := a.ExplicitWeights()
	for k, d := range m.drawn {
		src := montecarlo.NewStream(m.spec.Seed, weightStreams, m.spec.Trial, k+1)
		w, bias, err := d.law.Drawn(d.in, &src)
		if d.law.Explicit != nil {
			w, bias, err = explicit()
		}
		if err != nil {
			return fmt.Errorf("cannot draw the weights of map %d: %w", k+1, err)
		}
		fill(d.w, w, 1)
		for i, z := range bias {
			d.bias.w[i] = T(z)
		}
	}
	return nil
}

func (m *describedMachine[T]) hire(workers int, p Products) (dismiss func()) {
	m.crew = newCrew(workers)
	m.helpers = make([]*helper[T], workers)
	for i := range m.helpers {
		m.helpers[i] = &helper[T]{machine: m, id: i, multiply: newMultiplier[T](p), kernels: map[string]kernel[T]{}}
	}
	return m.crew.dismiss
}

func (h *helper[T]) meet() {
	h.machine.crew.wait()
	h.lap(otherTime)
}

func (h *helper[T]) lap(kind int) { h.machine.clock.lap(h.id, kind) }

// share is the worker's part of n columns.
func (h *helper[T]) share(n int) (lo, hi int) {
	return share(n, h.machine.crew.size, h.id, neuronBlock)
}

// rows is the worker's part of the rows.
func (h *helper[T]) rows() (lo, hi int) { return share(h.machine.rows, h.machine.crew.size, h.id, 1) }

// numbers is the worker's part of the numbers of rows of n.
func (h *helper[T]) numbers(n int) (lo, hi int) {
	lo, hi = h.rows()
	return lo * n, hi * n
}

// kernel belongs to one worker.
func (h *helper[T]) kernel(f function) kernel[T] {
	key := fmt.Sprintf("%s %v %v", f.Name, f.a, f.b)
	k, known := h.kernels[key]
	if !known {
		k = newKernel[T](f)
		h.kernels[key] = k
	}
	return k
}

func (m *describedMachine[T]) load(d Data, index []int) {
	m.rows = len(index)
	inputs, classes := m.spec.Inputs, m.spec.Classes
	for r, i := range index {
		d.Row(m.row, i)
		for j, v := range m.row {
			m.input[r*inputs+j] = T(v)
		}
		m.labels[r] = d.Label(i)
		if m.spec.Loss == SquaredError {
			target(m.targets[r*classes:(r+1)*classes], d, i)
		}
	}
}

// target is what the squared error of a sample is taken from: its own, or one-hot.
func target(dst []float64, d Data, i int) {
	if t, regression := d.(Targets); regression {
		t.Target(dst, i)
		return
	}
	clear(dst)
	dst[d.Label(i)] = 1
}

// outputs is the forward pass, with the loss of the worker's rows and its gradient.
func (m *describedMachine[T]) outputs(h *helper[T]) {
	h.correct = 0
	out := m.blocks.forward(h, m.input)
	classes, weight := m.spec.Classes, 1/float64(m.rows)
	for r, to := h.rows(); r < to; r++ {
		logits := m.logits[r*classes : (r+1)*classes]
		copy(logits, out[r*classes:(r+1)*classes])
		h.correct += hit(logits, m.labels[r])
		if m.spec.Loss == SquaredError {
			m.loss[r] = squaredError(logits, m.targets[r*classes:(r+1)*classes], weight)
		} else {
			m.loss[r] = crossEntropy(logits, m.labels[r], weight)
		}
	}
	h.meet()
}

func (m *describedMachine[T]) forwardAlone(worker int) { m.outputs(m.helpers[worker]) }

func (m *describedMachine[T]) step(worker int) {
	h := m.helpers[worker]
	m.clock.start(worker)
	m.outputs(h)
	if worker == 0 {
		m.stopped = m.learn && !m.forwardFinite()
	}
	m.crew.wait()
	if !m.stopped {
		m.blocks.backward(h, m.logits)
	}
}

func (m *describedMachine[T]) forwardFinite() bool {
	for _, l := range m.maps {
		if !finite(sum(l.squareX[:m.rows])) {
			return false
		}
	}
	return finite(sum(m.loss[:m.rows]))
}

func (m *describedMachine[T]) train(rate float64, step int) (*tally, error) {
	m.update, m.learn, m.evaluating = update{m.spec.Optimizer, rate, step}, true, false
	m.crew.run(m.tasks.step)
	t := m.collect()
	return t, m.divergence(t)
}

func (m *describedMachine[T]) look() *tally {
	m.learn, m.evaluating = false, false
	m.crew.run(m.tasks.step)
	return m.collect()
}

func (m *describedMachine[T]) score() *tally {
	m.learn, m.evaluating = false, true
	m.crew.run(m.tasks.score)
	return m.collect()
}

// collect adds up what the workers found. Lengths are as if every map had Width inputs,
// by which all are divided later.
func (m *describedMachine[T]) collect() *tally {
	t, width := &m.total, float64(m.spec.Width)
	for l, b := range m.maps {
		t.x[l] = sum(b.squareX[:m.rows]) * width / float64(b.in)
		t.d[l], t.grad[l] = sum(b.squareD[:m.rows]), sum(b.squareGrad)
	}
	last := m.blocks.output()
	t.x[len(m.maps)] = squares(last[:m.rows*m.spec.Classes]) * width / float64(m.spec.Classes)
	t.loss, t.correct, t.ends = sum(m.loss[:m.rows]), 0, [2]float64{}
	for _, h := range m.helpers {
		t.correct += h.correct
	}
	return t
}

func squares[T real](x []T) (total float64) {
	for _, v := range x {
		total += float64(v) * float64(v)
	}
	return total
}

// output is what the last block made.
func (c chain[T]) output() []T {
	switch b := c[len(c)-1].(type) {
	case *linearBlock[T]:
		return b.y
	case *activationBlock[T]:
		return b.y
	case *shortcutBlock[T]:
		return b.y
	case *normBlock[T]:
		return b.y
	}
	return nil
}

// divergence finds where the pass first left the range of the precision.
func (m *describedMachine[T]) divergence(t *tally) error {
	at := func(what string, layer int, value float64) error {
		if finite(value) {
			return nil
		}
		return &DivergenceError{Layer: layer, Depth: m.spec.Depth, What: what, Value: value}
	}
	for l, v := range t.x {
		if err := at("x", l, math.Sqrt(v)); err != nil {
			return err
		}
	}
	if err := at(lossQuantity, m.spec.Depth+1, t.loss); err != nil {
		return err
	}
	for l := len(t.d) - 1; l >= 0; l-- {
		if err := errors.Join(at("d", l+1, math.Sqrt(t.d[l])), at("∂E/∂W", l+1, math.Sqrt(t.grad[l]))); err != nil {
			var first *DivergenceError
			errors.As(err, &first)
			return first
		}
	}
	return nil
}

// gramErrors is how far maps that begin with orthonormal rows or columns have left that,
// as ‖VᵀV − I‖ of the smaller Gram matrix; 0 for others.
func (m *describedMachine[T]) gramErrors(dst []LayerRecord) {
	l := -1
	for _, d := range m.drawn {
		if !d.trained() {
			continue
		}
		l++
		scale := d.law.Scale() * math.Sqrt(math.Max(1, float64(d.out)/float64(d.in)))
		if d.law.Weights != network.Haar || scale == 0 {
			continue
		}
		w := mat.NewDense(d.out, d.in, nil)
		widen(w.RawMatrix().Data, d.w, 1/scale)
		var gram mat.Dense
		if d.out < d.in {
			gram.Mul(w, w.T())
		} else {
			gram.Mul(w.T(), w)
		}
		for i := range gram.RawMatrix().Rows {
			gram.Set(i, i, gram.At(i, i)-1)
		}
		dst[l].Orthogonality = Real(mat.Norm(&gram, 2))
	}
}

// weights are those of map l, from 1; what enters and what leaves a described network
// has none of its own.
func (m *describedMachine[T]) weights(l int) *mat.Dense {
	if l < 1 || l > len(m.maps) {
		return nil
	}
	b := m.maps[l-1]
	w := mat.NewDense(b.out, b.in, nil)
	widen(w.RawMatrix().Data, b.w, 1)
	return w
}

// tensors include rotations, which are drawn and then stay.
func (m *describedMachine[T]) tensors() []tensor { return m.blocks.tensors() }

func (m *describedMachine[T]) resetClock() { m.clock.reset() }

// measureRate has nothing to compare with: the products have many shapes.
func (m *describedMachine[T]) measureRate() {}

func (m *describedMachine[T]) speed() Speed {
	z := m.spec.size()
	return Speed{StepRate: 6 * float64(m.spec.Batch) * z.products, Shares: m.clock.shares()}
}
