package actplot

import (
	"math"
	"slices"

	"gonum.org/v1/plot/plotter"

	"bsnn/gpnorm"
)

// samples is how many points a curve over the width of a panel has.
const samples = 400

// A curve is drawn as pieces with gaps between them.
type curve []plotter.XYs

// sample evaluates f over [lo, hi]. A piece ends at each of the breaks, where
// f may jump: the points beside it are the nearest float64s. It also ends
// where f is not finite.
func sample(f gpnorm.Func, lo, hi float64, breaks []float64) curve {
	edges := []float64{lo}
	for _, b := range breaks {
		if edges[len(edges)-1] < b && b < hi {
			edges = append(edges, b)
		}
	}
	edges = append(edges, hi)
	var c curve
	for i, from := range edges[:len(edges)-1] {
		to := edges[i+1]
		x := grid(math.Nextafter(from, to), math.Nextafter(to, from), 2+int(samples*(to-from)/(hi-lo)))
		y := make([]float64, len(x))
		f(y, x)
		c = append(c, finite(x, y)...)
	}
	return c
}

// trace evaluates a function that may fail on a grid.
func trace(f func(float64) (float64, error), lo, hi float64, points int) (curve, error) {
	x := grid(lo, hi, points)
	y := make([]float64, len(x))
	var failure error
	for i, v := range x {
		var err error
		if y[i], err = f(v); err != nil {
			y[i], failure = math.NaN(), err
		}
	}
	c := finite(x, y)
	if len(c) == 0 {
		return nil, failure
	}
	return c, nil
}

func grid(lo, hi float64, points int) []float64 {
	x := make([]float64, points)
	for i := range x {
		t := float64(i) / float64(points-1)
		x[i] = (1-t)*lo + t*hi
	}
	return x
}

// finite splits points into runs without NaN and ±Inf, of two points or more.
func finite(x, y []float64) curve {
	var c curve
	var run plotter.XYs
	for i := range x {
		if !math.IsNaN(y[i]) && !math.IsInf(y[i], 0) {
			run = append(run, plotter.XY{X: x[i], Y: y[i]})
			if i < len(x)-1 {
				continue
			}
		}
		if len(run) > 1 {
			c = append(c, run)
		}
		run = nil
	}
	return c
}

// extent is the range of values worth showing: all of them, or without a
// pole's few points if those would flatten the rest.
func (c curve) extent() (lo, hi float64) {
	var y []float64
	for _, piece := range c {
		for _, p := range piece {
			y = append(y, p.Y)
		}
	}
	if len(y) == 0 {
		return 0, 0
	}
	slices.Sort(y)
	lo, hi = y[0], y[len(y)-1]
	margin := len(y) / 50
	low, high := y[margin], y[len(y)-1-margin]
	if spread := high - low; hi-lo > 3*spread && spread > 0 {
		lo, hi = math.Max(lo, low-spread/2), math.Min(hi, high+spread/2)
	}
	return lo, hi
}
