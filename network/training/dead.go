package training

import (
	"fmt"
	"math"

	"bsnn/internal/words"
)

// A DeadSignalError says that nothing arrives at one end of the network: the signal at
// the last layer, or the gradient at the first, is so small that no step can make
// anything of it. A ratio of gradient norms does not show it: those of a ReLU network
// whose signal is lost are equally useless in all layers.
type DeadSignalError struct {
	Step, Epoch int     // 1 is the first
	Layer       int     // where it is smallest: L+1 for the signal, behind the last layer; 1 for the gradient
	From        int     // the layer from which on, on its way, it is below the precision
	Depth       int     // L
	Gradient    bool    // it is the gradient that is dead
	Value       float64 // of the signal ‖x‖/√n; of the gradient ‖d⁽¹⁾‖/‖d⁽ᴸ⁾‖
	Cause       string  // the likely cause and what would be better
}

// Error names the signal, the layer and the likely cause.
func (e *DeadSignalError) Error() string {
	if e.Gradient {
		return fmt.Sprintf("gradient %s of that at the output at layer 1 (lost from layer %d down) in step %d (epoch %d): nothing comes back; %s",
			words.Number(e.Value, 2), e.From, e.Step, e.Epoch, e.Cause)
	}
	return fmt.Sprintf("signal %s at layer %d (lost from layer %d on) in step %d (epoch %d): nothing arrives; %s",
		words.Number(e.Value, 2), min(e.Layer, e.Depth), e.From, e.Step, e.Epoch, e.Cause)
}

// What is the quantity that is dead, as a [DivergenceError] names it.
func (e *DeadSignalError) What() string {
	if e.Gradient {
		return "d"
	}
	return "x"
}

// dead finds in the norms of a batch a signal that is below the precision of its numbers
// at the output, where it changes no loss, or a gradient that is, squared, relative to
// what came in from the output. Signals are those in front of the linear maps, the last
// of them the output map.
func dead(t *tally, signals, rows, width int, precision float64) *DeadSignalError {
	size := func(l int) float64 { return math.Sqrt(t.x[l] / float64(rows) / float64(width)) }
	if last := size(signals - 1); last < precision {
		from := signals
		for from > 1 && size(from-1) < precision {
			from--
		}
		return &DeadSignalError{Layer: signals, From: from, Value: last}
	}
	top := math.Sqrt(t.d[len(t.d)-1])
	floor := top * precision * precision
	if first := math.Sqrt(t.d[0]); first < floor {
		from := 1
		for from < len(t.d) && math.Sqrt(t.d[from]) < floor {
			from++
		}
		return &DeadSignalError{Layer: 1, From: from, Gradient: true, Value: first / top}
	}
	return nil
}

// dead looks for a dead signal in the norms of the step at hand.
func (r *Run) dead(t *tally) *DeadSignalError {
	signals, precision := r.spec.Depth+1, roundoff[float64]()
	if r.spec.Network != "" { // which ends with a linear map of its own
		signals = r.spec.Depth
	}
	if r.spec.DType == Float32 {
		precision = roundoff[float32]()
	}
	e := dead(t, signals, r.spec.Batch, r.spec.Width, precision)
	if e == nil {
		return nil
	}
	e.Step, e.Epoch, e.Depth, e.Cause = r.step+1, r.epoch(), r.spec.Depth, r.spec.weakCause()
	return e
}
