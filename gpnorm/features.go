package gpnorm

import (
	"math"
	"slices"
)

// A function in Go has no certificate, and a quadrature that starts with panels of a
// few units does not see a feature that falls between its nodes. So the function
// is sampled once, closely enough to hit what is wider than featureStep.
const (
	featureStep  = 1.0 / 1024
	featureReach = 8.0
	// An interpolation of third degree from the neighbours, on a grid so fine, agrees
	// with a function that varies on the scale of a tenth to 1e-9 of its size.
	featureTolerance = 1e-7
)

// features are points at which quadratures should end a panel, so that none is
// missed: around each sample of φ or φ′ that its neighbours do not foretell, at
// distances that grow by a factor of four up to a quarter.
func (a Activation) features() []float64 {
	n := 2 * int(featureReach/featureStep)
	x, val, der := make([]float64, n+1), make([]float64, n+1), make([]float64, n+1)
	at := func(i int) float64 { return featureStep*float64(i) - featureReach + featureStep/3 }
	for i := range x {
		x[i] = at(i)
	}
	a.ValueDeriv(val, der, slices.Clone(x))
	var ends []float64
	for _, y := range [][]float64{val, der} {
		size, total := 0.0, 0.0
		for i, v := range y {
			w := math.Exp(-x[i] * x[i] / 2)
			size, total = size+w*math.Abs(v), total+w
		}
		size /= total
		for i := 3; i < len(y)-3; i++ {
			told := (9*(y[i-1]+y[i+1]) - y[i-3] - y[i+3]) / 16
			near := max(size, math.Abs(y[i-3]), math.Abs(y[i+3]))
			if !(math.Abs(y[i]-told) > featureTolerance*near) {
				continue
			}
			for d := featureStep; d < 0.5; d *= 4 {
				cell := 2 * d // on a grid, so that neighbouring samples share the ends
				low := math.Floor(x[i]/cell) * cell
				ends = append(ends, low, low+cell)
			}
		}
	}
	slices.Sort(ends)
	return slices.Compact(ends)
}
