package audit

import (
	"context"
	"fmt"

	"bsnn/internal/parallel"
	"bsnn/network"

	"gonum.org/v1/gonum/mat"
)

// weights reads W and its bias.
func (l *Layer) weights() (w *mat.Dense, bias []float64, err error) {
	m, err := l.tensor.Matrix(l.index)
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

// ahead gives the weights of linear maps, and reads the next ones, in the direction in which
// they are asked for, while these are in use; two large matrices are not held at a time.
func (a *Audit) ahead(ctx context.Context, layers []int) network.WeightSource {
	last, coming := 0, 0
	var wait func(context.Context) (read, error)
	load := func(k int) read {
		w, bias, err := a.Layers[layers[k-1]].weights()
		return read{w, bias, err}
	}
	return func(k int) (*mat.Dense, []float64, error) {
		var r read
		if k == coming {
			var err error
			if r, err = wait(ctx); err != nil {
				return nil, nil, err
			}
		} else {
			r = load(k)
		}
		coming = k + 1
		if k < last || k == last && k > 1 { // the last one is the first on the way back
			coming = k - 1
		}
		last = k
		if coming < 1 || coming > len(layers) || a.Layers[layers[coming-1]].In*a.Layers[layers[coming-1]].Out > together {
			coming = 0
		} else {
			next := coming
			wait = parallel.Beside(func() read { return load(next) })
		}
		return r.w, r.bias, r.err
	}
}
