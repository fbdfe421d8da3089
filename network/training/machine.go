package training

import (
	"context"
	"errors"
	"math"

	"gonum.org/v1/gonum/mat"
)

// A machine is an engine of either precision.
type machine interface {
	draw() error
	hire(workers int, p Products) (dismiss func())
	load(d Data, index []int)
	train(rate float64, step int) (*tally, error) // the step is counted from 1
	look() *tally
	score() *tally
	gramErrors(dst []LayerRecord)
	weights(l int) *mat.Dense
	tensors() []tensor
	resetClock()
	measureRate()
	speed() Speed
}

// newMachine makes one whose weights are not drawn; the activation is that of layers of one
// width.
func newMachine(s Spec, a function) (machine, error) {
	if s.Network != "" {
		if s.DType == Float32 {
			return newDescribedMachine[float32](s)
		}
		return newDescribedMachine[float64](s)
	}
	if s.DType == Float32 {
		return newEngine[float32](s, a), nil
	}
	return newEngine[float64](s, a), nil
}

// train takes a step on the loaded batch.
func (e *engine[T]) train(rate float64, step int) (*tally, error) {
	e.update, e.learn = update{e.spec.Optimizer, rate, step}, true
	e.norms.reset()
	e.crew.run(e.tasks.step)
	if e.due != nil {
		e.due[0], e.due[1] = rate, float64(step)
		if e.stopped {
			clear(e.due)
		}
	}
	if !e.stopped && e.spec.Constraint.retraction() != nil {
		e.crew.run(e.tasks.retract)
		e.clock.lap(0, updateTime)
	}
	t := e.collect()
	if err := e.divergence(t); err != nil {
		return t, err
	}
	for i := range e.hands {
		if err := e.hands[i].err; err != nil {
			return t, err
		}
	}
	return t, nil
}

// look measures the loaded batch and changes nothing.
func (e *engine[T]) look() *tally {
	e.learn = false
	e.norms.reset()
	e.crew.run(e.tasks.step)
	return e.collect()
}

// score is the forward pass of the loaded batch in evaluation mode.
func (e *engine[T]) score() *tally {
	e.learn = false
	e.crew.run(e.tasks.forward)
	return e.collect()
}

// divergence finds where the pass first left the range of the precision.
func (e *engine[T]) divergence(t *tally) error {
	at := func(what string, layer int, value float64) error {
		if finite(value) {
			return nil
		}
		return &DivergenceError{Layer: layer, Depth: e.depth, What: what, Value: value}
	}
	for l, v := range t.x {
		if err := at("x", l, math.Sqrt(v)); err != nil {
			return err
		}
	}
	if err := at(lossQuantity, e.depth+1, t.loss); err != nil {
		return err
	}
	if err := at("the gradient of the output map", e.depth+1, t.ends[1]); err != nil {
		return err
	}
	for l := e.depth - 1; l >= 0; l-- {
		if err := errors.Join(at("d", l+1, math.Sqrt(t.d[l])), at("∂E/∂W", l+1, math.Sqrt(t.grad[l]))); err != nil {
			var first *DivergenceError
			errors.As(err, &first)
			return first
		}
	}
	return at("the gradient of the embedding", 0, t.ends[0])
}

// gramErrors sets the orthogonality of every layer's record.
func (e *engine[T]) gramErrors(dst []LayerRecord) {
	e.crew.run(func(worker int) {
		w, gram := mat.NewDense(e.n, e.n, nil), new(mat.SymDense)
		for l := worker; l < e.depth; l += e.crew.size {
			e.scaled(w.RawMatrix().Data, l)
			gram.SymOuterK(1, w.T())
			for i := range e.n {
				gram.SetSym(i, i, gram.At(i, i)-1)
			}
			dst[l].Orthogonality = Real(mat.Norm(gram, 2))
		}
	})
}

func (e *engine[T]) weights(l int) *mat.Dense {
	w, rows, cols := e.embed.w, e.n, e.spec.Inputs
	switch {
	case l == e.depth+1:
		w, rows, cols = e.out.w, e.spec.Classes, e.n
	case l > 0:
		m := mat.NewDense(e.n, e.n, nil)
		e.scaled(m.RawMatrix().Data, l-1)
		return m
	}
	m := mat.NewDense(rows, cols, nil)
	widen(m.RawMatrix().Data, w, 1)
	return m
}

func (e *engine[T]) resetClock() {
	e.clock.reset()
	e.timer.spent, e.timer.flops = 0, 0
}

// speed leaves out what the clock does not know: the time of the steps.
func (e *engine[T]) speed() Speed {
	var s Speed
	if e.timer.spent > 0 {
		s.GemmRate = e.timer.flops / e.timer.spent.Seconds()
	}
	s.StepRate = e.stepFlops()
	s.Shares = e.clock.shares()
	return s
}

// evaluate scores a whole set in batches.
func evaluate(ctx context.Context, m machine, d Data, batch int) (Score, error) {
	index := make([]int, 0, batch)
	var loss float64
	var correct int
	for from := 0; from < d.Len(); from += batch {
		if err := ctx.Err(); err != nil {
			return Score{}, err
		}
		index = index[:0]
		for i := from; i < min(from+batch, d.Len()); i++ {
			index = append(index, i)
		}
		m.load(d, index)
		t := m.score()
		loss += t.loss
		correct += t.correct
	}
	n := float64(d.Len())
	return Score{Loss: Real(loss / n), Accuracy: float64(correct) / n}, nil
}
