package training

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"

	"bsnn/internal/parallel"
	"bsnn/montecarlo"
	"bsnn/orthogonal"

	"gonum.org/v1/gonum/mat"
)

// Names of the experiments that address the streams of a run.
const (
	weightStreams = "training weights" // trial: that of the run; layer: 0 embedding, 1 … L, L+1 output map
	orderStreams  = "training order"   // trial: the epoch; layer: the trial of the run
)

// draw sets the parameters to their values at the start.
func (e *engine[T]) draw() error {
	work := make(chan int)
	errs := make([]error, e.depth+2)
	var all parallel.Group
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for l := range work {
				all.Do(func() { errs[l] = e.drawLayer(l) }) // the sender waits for takers
			}
		})
	}
	for l := range errs {
		work <- l
	}
	close(work)
	all.Wait()
	if err := firstOf(errs...); err != nil {
		return fmt.Errorf("cannot draw the weights: %w", err)
	}
	return nil
}

func (e *engine[T]) drawLayer(l int) error {
	src := montecarlo.NewStream(e.spec.Seed, weightStreams, e.spec.Trial, l)
	switch {
	case l == 0:
		err := drawSemiOrthogonal(e.embed, &src, math.Sqrt(float64(max(e.n, e.spec.Inputs))/float64(e.spec.Inputs)))
		drawBiases(e.embedBias.w, &src, e.spec.Inputs)
		return err
	case l == e.depth+1:
		err := drawSemiOrthogonal(e.out, &src, 1)
		if e.spec.EndBiases {
			drawBiases(e.outBias.w, &src, e.n)
		}
		return err
	}
	if err := e.drawSquare(l-1, &src); err != nil {
		return err
	}
	if p := &e.layers[l-1]; p.inverse != nil {
		for i := range e.n {
			p.measure(i, e.n)
		}
	}
	return nil
}

// drawBiases draws those of PyTorch: uniform between ±1/√fanIn.
func drawBiases[T real](dst []T, src rand.Source, fanIn int) {
	r, bound := rand.New(src), 1/math.Sqrt(float64(fanIn))
	for i := range dst {
		dst[i] = T(bound * (2*r.Float64() - 1))
	}
}

func (e *engine[T]) drawSquare(l int, src rand.Source) error {
	w := e.layers[l].w
	switch e.spec.Weights {
	case He:
		drawGaussian(w, src, math.Sqrt(2/float64(e.n)))
	case Gaussian:
		drawGaussian(w, src, math.Sqrt(1/float64(e.n)))
	default:
		q, err := orthogonal.NewDense(e.n, src)
		if err != nil {
			return err
		}
		fill(w, q.Matrix(), 1)
	}
	return nil
}

func drawSemiOrthogonal[T real](m matrix[T], src rand.Source, c float64) error {
	q, err := orthogonal.NewSemiOrthogonal(m.rows, m.cols, src)
	if err != nil {
		return err
	}
	fill(m.w, q.Matrix(), c)
	return nil
}

func drawGaussian[T real](dst []T, src rand.Source, sd float64) {
	r := rand.New(src)
	for i := range dst {
		dst[i] = T(sd * r.NormFloat64())
	}
}

// fill sets dst to c·M.
func fill[T real](dst []T, m *mat.Dense, c float64) {
	raw := m.RawMatrix()
	for i := range raw.Rows {
		for j, v := range raw.Data[i*raw.Stride : i*raw.Stride+raw.Cols] {
			dst[i*raw.Cols+j] = T(c * v)
		}
	}
}
