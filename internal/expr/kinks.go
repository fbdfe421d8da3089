package expr

import (
	"fmt"
	"math"
	"slices"
)

// kinkCells is the number of cells of the grid on which Kinks looks for
// changes of sign. Even, so that 0 is a grid point of a symmetric interval.
const kinkCells = 4096

// Kinks returns, ascending and each once, the points inside (lo, hi) at which
// the zeros of the candidates were found in floating point: changes of sign,
// or of being zero or undefined, between neighbours on a grid of 4096 cells,
// bisected to adjacent floats; for poles and edges of a domain also zeros
// without a change of sign. Zeros that are closer together than a cell can be
// missed, and a point need not be a kink: enough to split a quadrature at,
// not a proof. The error reports an interval that is not finite or empty.
func (p *Program) Kinks(lo, hi float64) ([]float64, error) {
	if !(lo < hi) || math.IsInf(hi-lo, 0) {
		return nil, fmt.Errorf("kinks are sought in a finite interval lo < hi, not [%v, %v]", lo, hi)
	}
	grid := kinkGrid(lo, hi)
	var found []float64
	seen := map[string]bool{}
	for _, c := range p.Candidates() {
		key := fmt.Sprint(c.Kind == Edge, c.Zero.code)
		if text, ok := c.Zero.format(); ok {
			key = fmt.Sprint(c.Kind == Edge, text)
		}
		if seen[key] {
			continue
		}
		seen[key] = true
		found = append(found, c.Zero.zeros(grid, c.Kind == Edge)...)
	}
	slices.Sort(found)
	found = slices.CompactFunc(found, func(a, b float64) bool { return math.Nextafter(a, b) == b })
	return slices.DeleteFunc(found, func(x float64) bool { return x <= lo || x >= hi }), nil
}

func kinkGrid(lo, hi float64) []float64 {
	grid := make([]float64, kinkCells+1)
	for i := range grid {
		t := float64(i) / kinkCells
		grid[i] = lo*(1-t) + hi*t
	}
	return grid
}

// zeros finds where the sign of p changes on the grid; if touching, also
// where p reaches zero and turns back.
func (p *Program) zeros(grid []float64, touching bool) []float64 {
	val, der := make([]float64, len(grid)), make([]float64, len(grid))
	if touching {
		p.ValuesDerivs(val, der, grid)
	} else {
		p.Values(val, grid)
	}
	var found []float64
	for i := 1; i < len(grid); i++ {
		l, r := grid[i-1], grid[i]
		switch {
		case class(val[i-1]) != class(val[i]):
			found = append(found, bisect(l, r, class(val[i-1]), func(x float64) float64 { v, _ := p.Value(x); return v }))
		case touching && signOf(val[i])*der[i-1] < 0 && signOf(val[i])*der[i] > 0:
			x := bisect(l, r, class(der[i-1]), func(x float64) float64 { _, d := p.Value(x); return d })
			if v, _ := p.Value(x); math.Abs(v) <= 1e-9*max(math.Abs(val[i-1]), math.Abs(val[i])) {
				found = append(found, x)
			}
		}
	}
	return found
}

// class distinguishes negative, zero, positive and undefined numbers.
func class(v float64) int {
	switch {
	case v < 0:
		return -1
	case v > 0:
		return 1
	case v == 0:
		return 0
	}
	return 2
}

// bisect finds neighbouring floats between l and r at which the class of f
// stops being left, and returns the one where f is closer to zero.
func bisect(l, r float64, left int, f func(float64) float64) float64 {
	for {
		m := l + (r-l)/2
		if m <= l || m >= r {
			break
		}
		if class(f(m)) == left {
			l = m
		} else {
			r = m
		}
	}
	if math.Abs(f(l)) < math.Abs(f(r)) {
		return l
	}
	return r
}
