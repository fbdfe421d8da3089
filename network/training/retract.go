package training

import (
	"fmt"

	"bsnn/orthogonal"

	"gonum.org/v1/gonum/mat"
)

// Constraints are all of them.
func Constraints() []Constraint { return []Constraint{Free, QR, Cayley, Polar, UnitRows} }

// retraction is the one that a constraint names, or nil.
func (c Constraint) retraction() orthogonal.Retraction {
	switch c {
	case QR:
		return orthogonal.RetractQR
	case Cayley:
		return orthogonal.RetractCayley
	case Polar:
		return orthogonal.RetractPolar
	}
	return nil
}

// retract moves the W⁽ˡ⁾ along −ηV on O(n), each worker every so many layers: by a
// short series where the step is small enough for it, and otherwise in float64,
// whatever the precision of the weights.
func (e *engine[T]) retract(worker int) {
	h := &e.hands[worker]
	h.err = nil
	for l := worker; l < e.depth; l += e.crew.size {
		if h.retractBySeries(l) {
			continue
		}
		if err := e.retractExactly(l); err != nil {
			h.err = fmt.Errorf("layer %d of %d: %w", l+1, e.depth, err)
			return
		}
	}
}

func (e *engine[T]) retractExactly(l int) error {
	p := &e.layers[l]
	step, w := mat.NewDense(e.n, e.n, nil), mat.NewDense(e.n, e.n, nil)
	widen(w.RawMatrix().Data, p.w, 1)
	widen(step.RawMatrix().Data, p.v, -e.update.rate)
	if err := e.spec.Constraint.retraction()(w, w, step); err != nil {
		return err
	}
	fill(p.w, w, 1)
	return nil
}

// widen sets dst to c·x in float64.
func widen[T real](dst []float64, x []T, c float64) {
	for i, v := range x {
		dst[i] = c * float64(v)
	}
}
