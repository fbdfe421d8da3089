package audit

import (
	"context"
	"fmt"

	"bsnn/internal/parallel"
	"bsnn/network"

	"gonum.org/v1/gonum/mat"
)

// weights reads W, into a buffer if that is large enough, and its bias.
func (l *Layer) weights(buffer []float64) (w *mat.Dense, bias []float64, err error) {
	m, err := l.tensor.MatrixInto(l.index, buffer)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", l.tensor.Path, err)
	}
	w = m.Dense
	if l.turned {
		w = mat.DenseCopyOf(w.T())
	}
	if l.bias != nil {
		bias, err = l.bias.Read()
	}
	return w, bias, err
}

// read is what weights returned.
type read struct {
	w    *mat.Dense
	bias []float64
	err  error
}

// readAhead is how many numbers a matrix may have that is read while another one is in use.
const readAhead = 1 << 22

// ahead gives the weights of linear maps, which are overwritten when others are asked for, and reads the next ones, in
// the direction in which they are asked for, while these are in use; two large matrices are not held at a time.
func (a *Audit) ahead(ctx context.Context, layers []int) network.WeightSource {
	last, coming, turn := 0, 0, 0
	var buffers [2][]float64
	var wait func(context.Context) (read, error)
	load := func(k, turn int) read {
		w, bias, err := a.Layers[layers[k-1]].weights(buffers[turn])
		if w != nil && cap(w.RawMatrix().Data) > cap(buffers[turn]) {
			buffers[turn] = w.RawMatrix().Data
		}
		return read{w, bias, err}
	}
	return func(k int) (*mat.Dense, []float64, error) {
		var r read
		if coming > 0 {
			var err error
			if r, err = wait(ctx); err != nil {
				return nil, nil, err
			}
			turn = 1 - turn
		}
		if k != coming {
			r = load(k, turn)
		}
		coming = k + 1
		if k < last || k == last && k > 1 { // the last one is the first on the way back
			coming = k - 1
		}
		last = k
		if coming < 1 || coming > len(layers) || a.Layers[layers[coming-1]].In*a.Layers[layers[coming-1]].Out > readAhead {
			coming = 0
		} else {
			next, other := coming, 1-turn
			wait = parallel.Beside(func() read { return load(next, other) })
		}
		return r.w, r.bias, r.err
	}
}
