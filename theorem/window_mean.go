package theorem

import "math"

// finestCell is the longest step in log r between the shells on which means are
// known. Their error over a cell, of the third order in the step, adds up over
// all layers of a network: it has to be far below what a layer may contribute
// to the deviation of the whole.
const finestCell = 0.001

// A fineFunction is E X(rg) on the fine shells, for one of the functions that
// averages are made of.
type fineFunction struct {
	jets  []jet
	third []float64 // bound on the third derivative in log r over the cell that ends at a shell
}

// fineScale are the log r of the fine shells, ascending: between −0.3 and 0.3,
// with all edges. edgeAt[k] is the place of edges[k] on either side of the middle.
var fineScale, edgeAt = func() (scale []float64, at [len(edges)]int) {
	side := []float64{0}
	for k := 1; k < len(edges); k++ {
		cells := math.Ceil((edges[k] - edges[k-1]) / finestCell)
		for i := 1.0; i < cells; i++ {
			side = append(side, edges[k-1]+(edges[k]-edges[k-1])*i/cells)
		}
		side = append(side, edges[k])
		at[k] = len(side) - 1
	}
	for i := len(side) - 1; i > 0; i-- {
		scale = append(scale, -side[i])
	}
	return append(scale, side...), at
}()

// fine evaluates functions, given by their values at the nodes, on the fine
// shells.
func (sh *shells) fine(functions ...[]float64) []fineFunction {
	out := make([]fineFunction, len(functions))
	mean := make([]float64, len(functions)) // at r = 1: p₆ has mean 0, so a constant may be taken off
	for f, x := range functions {
		out[f].jets, out[f].third = make([]jet, len(fineScale)), make([]float64, len(fineScale))
		mean[f] = sh.jet(x, sh.weight[widestWindow], 1).f0
	}
	weight := make([]float64, len(sh.h))
	for i, eta := range fineScale[1:] { // the first ends no cell
		sh.weigh(weight, math.Exp(eta))
		for f, x := range functions {
			t := sh.jet(x, weight, math.Exp(eta))
			spread := max(0, t.square-2*mean[f]*t.f0+mean[f]*mean[f])
			out[f].jets[i+1] = t
			out[f].third[i+1] = thirdDerivative * math.Sqrt(math.Exp(eta-fineScale[i])*spread)
		}
	}
	return out
}

// A windowMean bounds the mean E ψ(rg) of a ψ over r in each window from above, and
// its negative.
type windowMean struct{ above, below [len(edges)]float64 }

// A combination is a function constant + square·h² + Σ times[i]·Xᵢ(h) for the functions
// X of a chain.
type combination struct {
	constant, square float64
	times            []float64
}

// over encloses the mean over every window. E(rg)² is r², exactly.
func (l combination) over(functions []fineFunction) *windowMean {
	m := &windowMean{}
	at := func(i int) (t jet, third float64) {
		r2 := math.Exp(2 * fineScale[i])
		t = jet{f0: l.constant + l.square*r2, f1: 2 * l.square * r2, f2: 4 * l.square * r2}
		third = 8 * math.Abs(l.square) * r2
		for f, k := range l.times {
			if k != 0 {
				t = t.plus(functions[f].jets[i], k)
				third += math.Abs(k) * functions[f].third[i]
			}
		}
		return t, third
	}
	middle := len(fineScale) / 2
	t, _ := at(middle)
	up, down := t.f0, -t.f0
	m.above[0], m.below[0] = up, down
	for k := 1; k < len(edges); k++ {
		for i := edgeAt[k-1]; i < edgeAt[k]; i++ {
			for _, end := range []int{middle - i, middle + i + 1} {
				t, third := at(end)
				step := fineScale[end] - fineScale[end-1]
				up = max(up, t.supremum(step, third))
				down = max(down, jet{}.plus(t, -1).supremum(step, third))
			}
		}
		m.above[k], m.below[k] = up, down
	}
	return m
}
