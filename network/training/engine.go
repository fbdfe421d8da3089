package training

import (
	"math"
)

// real is the precision of weights and arithmetic.
type real interface{ float32 | float64 }

// A layer holds the parameters of layer l with their momenta. Matrices are
// row-major, so that the batch-major product H = X·Wᵀ reads rows of both.
type layer[T real] struct {
	parameter[T] // W, n×n
	bias         parameter[T]
	scale        parameter[T] // γ of the batch normalisation
	shift        parameter[T] // β
	mean         []float64    // running statistics
	spread       []float64
	inverse      []T // with unit rows: 1/length of each row of W at the last step
}

// A matrix of rows×cols.
type matrix[T real] struct {
	parameter[T]
	rows, cols int
}

// An engine is a network in one precision with the memory that a step needs.
// Vectors of a batch are rows. Columns, which are neurons, are divided among
// the workers: what depends on one neuron (its activation, its statistics
// over the batch, its row of W) is one worker's business throughout.
type engine[T real] struct {
	spec       Spec
	n, depth   int
	batch      int
	rows       int // of the batch at hand, at most batch
	activation function

	embed     matrix[T] // c·E, n×m
	embedBias parameter[T]
	layers    []layer[T]
	out       matrix[T] // classes×n
	outBias   parameter[T]

	input   []T         // batch×m
	x       [][]T       // x⁽¹⁾ … x⁽ᴸ⁺¹⁾, batch×n
	entry   []T         // with an activation there: the embedded rows, then φ′ at them
	deriv   [][]T       // h⁽ˡ⁾, then φ′ at it
	unit    [][]T       // with batch normalisation: the normalised h⁽ˡ⁾
	inverse [][]float64 // with batch normalisation: 1/√(variance + ε)
	logits  []T         // batch×classes, then ∂E/∂logits
	y       []T         // ∂E/∂x⁽ˡ⁺¹⁾ of the layer at hand, for the mean loss
	d       [2][]T      // ∂E/∂h⁽ˡ⁾ of that layer and of the one above, in turns
	grad    []T         // of the output map or the embedding
	sphere  []float64   // with Sphere: ‖c·E·u‖ of the rows
	labels  []int
	targets []float64 // batch×classes, for the squared error

	norms   norms // of the batch at hand
	total   tally // of all workers
	crew    *crew
	hands   []hand[T]
	update  update    // of the step
	due     []float64 // with unit rows: what is left to do of the last step: its rate and its number
	learn   bool      // whether the pass at hand updates
	stopped bool      // set by worker 0 between barriers: the pass ends early

	row   []float64 // one row of data
	clock clock

	tasks struct{ forward, step, retract, probe func(worker int) }
	timer *productTimer[T]
}

// A hand is one worker's part of the engine.
type hand[T real] struct {
	e        *engine[T]
	id       int
	lo, hi   int // its neurons
	multiply multiplier[T]
	act      kernel[T]
	ends     [2]float64 // the worker's part of a tally's
	correct  int
	series   *series[T] // with a retraction
	grad     []T        // rows of ∂E/∂W⁽ˡ⁾, gradientRows×n
	sums     []float64  // for columns lo … hi
	sums2    []float64
	err      error    // of the retraction
	_        [64]byte // keeps the tallies of two workers on different cache lines
}

// A tally is what a pass saw of one batch: sums of squares.
type tally struct {
	x       []float64  // l = 1 … L+1
	d, grad []float64  // l = 1 … L
	ends    [2]float64 // gradients of the embedding and the output map
	loss    float64
	correct int
}

func newTally(depth int) tally {
	return tally{x: make([]float64, depth+1), d: make([]float64, depth), grad: make([]float64, depth)}
}

// newEngine makes an engine with parameters that are zero, except γ.
func newEngine[T real](s Spec, activation function) *engine[T] {
	n, b := s.Width, s.Batch
	e := &engine[T]{
		spec: s, n: n, depth: s.Depth, batch: b, activation: activation,
		embed:  newMatrix[T](s.Optimizer, n, s.Inputs, s.TrainEmbedding),
		layers: make([]layer[T], s.Depth),
		out:    newMatrix[T](s.Optimizer, s.Classes, n, !s.FixedOutput),
		input:  newTensor[T](b * s.Inputs),
		x:      make([][]T, s.Depth+1),
		deriv:  make([][]T, s.Depth),
		logits: newTensor[T](b * s.Classes),
		y:      newTensor[T](b * n), d: [2][]T{newTensor[T](b * n), newTensor[T](b * n)},
		grad:   newTensor[T](n * s.Classes),
		sphere: make([]float64, b), labels: make([]int, b), targets: make([]float64, b*s.Classes),
		row:   make([]float64, max(s.Inputs, s.Classes)),
		norms: newNorms(s.Depth, n, b), total: newTally(s.Depth),
	}
	if s.TrainEmbedding {
		e.grad = newTensor[T](n * max(s.Inputs, s.Classes))
	}
	for l := range e.layers {
		e.layers[l] = layer[T]{parameter: newParameter[T](s.Optimizer, n*n, 0)}
		if s.Bias {
			e.layers[l].bias = newParameter[T](s.Optimizer, n, 0)
		}
		if s.Constraint == UnitRows {
			e.layers[l].inverse = newTensor[T](n)
		}
		if s.BatchNorm {
			e.layers[l].scale, e.layers[l].shift = newParameter[T](s.Optimizer, n, 1), newParameter[T](s.Optimizer, n, 0)
			e.layers[l].mean, e.layers[l].spread = make([]float64, n), make([]float64, n)
			for i := range n {
				e.layers[l].spread[i] = 1
			}
			e.unit, e.inverse = append(e.unit, newTensor[T](b*n)), append(e.inverse, make([]float64, n))
		}
		e.deriv[l] = newTensor[T](b * n)
	}
	if s.Bias || s.EndBiases {
		e.outBias = newParameter[T](s.Optimizer, s.Classes, 0)
	}
	if s.EndBiases {
		e.embedBias = newParameter[T](s.Optimizer, n, 0)
	}
	if s.EntryActivation {
		e.entry = newTensor[T](b * n)
	}
	if s.Constraint == UnitRows {
		e.due = make([]float64, 2)
	}
	for l := range e.x {
		e.x[l] = newTensor[T](b * n)
	}
	e.tasks.forward, e.tasks.step, e.tasks.retract, e.tasks.probe = e.forward, e.step, e.retract, e.probe
	return e
}

func newMatrix[T real](o Optimizer, rows, cols int, trained bool) matrix[T] {
	if trained {
		return matrix[T]{newParameter[T](o, rows*cols, 0), rows, cols}
	}
	return matrix[T]{parameter[T]{w: newTensor[T](rows * cols)}, rows, cols}
}

// hire gives the engine its workers, until the returned function is called.
func (e *engine[T]) hire(workers int, p Products) (dismiss func()) {
	e.crew = newCrew(workers)
	e.hands = make([]hand[T], workers)
	for i := range e.hands {
		lo, hi := share(e.n, workers, i, neuronBlock)
		e.hands[i] = hand[T]{
			e: e, id: i, lo: lo, hi: hi,
			multiply: newMultiplier[T](p),
			act:      newKernel[T](e.activation),
			grad:     newTensor[T](gradientRows * e.n),
			sums:     make([]float64, e.n), sums2: make([]float64, e.n),
		}
		if e.spec.Constraint.retraction() != nil {
			e.hands[i].series = newSeries[T](e.n)
		}
	}
	e.timer = newProductTimer(e)
	return e.crew.dismiss
}

// neuronBlock is what the parts of workers are multiples of: a cache line, and
// the widest panel of the products.
const neuronBlock = 32

// share is part i of n things in blocks.
func share(n, parts, i, block int) (lo, hi int) {
	blocks := (n + block - 1) / block
	return min(n, blocks*i/parts*block), min(n, blocks*(i+1)/parts*block)
}

// gradient is where ∂E/∂h⁽ˡ⁾ is, until that of the second layer below takes its place.
func (e *engine[T]) gradient(l int) []T { return e.d[l%2] }

// load copies samples into the batch.
func (e *engine[T]) load(d Data, index []int) {
	e.rows = len(index)
	m, classes := e.spec.Inputs, e.spec.Classes
	for r, i := range index {
		d.Row(e.row[:m], i)
		dst := e.input[r*m : (r+1)*m]
		for j, v := range e.row[:m] {
			dst[j] = T(v)
		}
		e.labels[r] = d.Label(i)
		if e.spec.Loss == SquaredError {
			target(e.targets[r*classes:(r+1)*classes], d, i)
		}
	}
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
