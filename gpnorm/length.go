package gpnorm

import (
	"fmt"
	"math"
	"sort"
)

// FixedLengths are the squared lengths q with Q(q) = q in a range; Q is the
// LengthMap.
type FixedLengths struct {
	Lo, Hi float64      // the range searched
	Points []FixedPoint // ascending
	Every  bool         // every q of the range is fixed, as for the normalised ReLU; Points is empty
}

const (
	lengthCells = 192   // of the logarithmic grid on which fixed lengths are sought
	fixedTol    = 1e-11 // relative deviation at which a squared length counts as unchanged
)

// LengthFixedPoints finds the fixed points of Q in [lo, hi], 0 < lo < hi, with
// their slopes. It looks for changes of sign of Q(q) − q on a grid of 192
// logarithmic cells, and for cells in which the curves touch; two fixed points
// within one cell can be missed (an empirical search, not a proof). For a
// normalised φ, 1 is a fixed point and its slope is κ.
//
// It fails where Q does, as when E φ(√q·g)² diverges for a large q, and with a
// *CostError for functions for which it would take minutes.
func LengthFixedPoints(a Activation, lo, hi float64) (FixedLengths, error) {
	if !(0 < lo && lo < hi) || math.IsInf(hi, 1) {
		return FixedLengths{}, fmt.Errorf("LengthFixedPoints: range [%v, %v], want 0 < lo < hi, finite", lo, hi)
	}
	if err := a.check(); err != nil {
		return FixedLengths{}, fmt.Errorf("LengthFixedPoints: %w", err)
	}
	work := newMeter(maxWork)
	r, err := lengthDrift{a.metered(work)}.fixedPoints(lo, hi)
	return r, work.cause(err)
}

// fixedPoints searches [lo, hi].
func (m lengthDrift) fixedPoints(lo, hi float64) (FixedLengths, error) {
	grid, drift := make([]float64, lengthCells+1), make([]float64, lengthCells+1)
	every := true
	for i := range grid {
		t := float64(i) / lengthCells
		grid[i] = math.Exp((1-t)*math.Log(lo) + t*math.Log(hi))
		var err error
		if drift[i], err = m.at(grid[i]); err != nil {
			return FixedLengths{}, err
		}
		every = every && drift[i] == 0
	}
	r := FixedLengths{Lo: lo, Hi: hi, Every: every}
	if every {
		return r, nil
	}
	places, err := m.zeros(grid, drift)
	if err != nil {
		return FixedLengths{}, err
	}
	for _, q := range places {
		p, err := m.fixedPoint(q)
		if err != nil {
			return FixedLengths{}, err
		}
		r.Points = append(r.Points, p)
	}
	return r, nil
}

// lengthDrift is q ↦ Q(q)/q − 1 of an activation.
type lengthDrift struct{ a Activation }

func (m lengthDrift) exactly(q float64) (float64, error) {
	v, err := LengthMap(m.a, q)
	return v/q - 1, err
}

// at is exactly 0 where only rounding is left.
func (m lengthDrift) at(q float64) (float64, error) {
	d, err := m.exactly(q)
	if math.Abs(d) <= fixedTol {
		d = 0
	}
	return d, err
}

// zeros are the places where the drift vanishes on the grid, changes its sign
// within a cell, or touches zero around a grid point.
func (m lengthDrift) zeros(grid, drift []float64) ([]float64, error) {
	var list []float64
	for i, d := range drift {
		var q float64
		var err error
		switch {
		case d == 0:
			q = grid[i]
			if i > 0 && drift[i-1] == 0 {
				continue
			}
		case i > 0 && d*drift[i-1] < 0:
			q, err = crossing(m.exactly, grid[i-1], grid[i])
		case i > 0 && i+1 < len(grid) && touches(drift[i-1], d, drift[i+1]):
			q, err = m.nearest(grid[i-1], grid[i+1])
		}
		if err != nil {
			return nil, err
		}
		if q > 0 {
			list = append(list, q)
		}
	}
	sort.Float64s(list)
	return list, nil
}

func touches(before, here, after float64) bool {
	return before*here > 0 && here*after > 0 && math.Abs(here) <= math.Abs(before) && math.Abs(here) <= math.Abs(after)
}

// nearest minimises the magnitude of the drift by golden sections and returns
// where it is 0, or 0 if it is not.
func (m lengthDrift) nearest(lo, hi float64) (float64, error) {
	const golden = 0.6180339887498949
	for range 80 {
		l, h := hi-golden*(hi-lo), lo+golden*(hi-lo)
		dl, err := m.at(l)
		if err != nil {
			return 0, err
		}
		dh, err := m.at(h)
		if err != nil {
			return 0, err
		}
		switch {
		case dl == 0:
			return l, nil
		case dh == 0:
			return h, nil
		case math.Abs(dl) < math.Abs(dh):
			hi = h
		default:
			lo = l
		}
	}
	return 0, nil
}

// fixedPoint adds the slope Q′(q) = E[g·φ(√q·g)·φ′(√q·g)]/√q.
func (m lengthDrift) fixedPoint(q float64) (FixedPoint, error) {
	scaled := m.a.stretched(math.Sqrt(q), 1)
	e, err := expectProduct(scaled)
	if err != nil {
		return FixedPoint{}, fmt.Errorf("slope of the length map of %s at q = %v: %w", m.a.Name, q, err)
	}
	slope := e / q
	below, err := m.at(q * (1 - 1e-3))
	if err != nil {
		return FixedPoint{}, err
	}
	above, err := m.at(q * (1 + 1e-3))
	return FixedPoint{q, slope, stability(slope, below, above)}, err
}

// expectProduct is E[g·φ(g)·φ′(g)].
func expectProduct(a Activation) (float64, error) {
	t := newTape(a)
	r, err := problem{what: []string{"gφφ′"}, kinks: a.Breaks(), f: func(out [][]float64, x []float64) ([]float64, error) {
		b, err := t.at(x)
		if err != nil {
			return nil, err
		}
		for i, g := range x {
			out[0][i] = g * b.val[i] * b.der[i]
		}
		return b.density, nil
	}}.expectations()
	if err != nil {
		return 0, err
	}
	return r.Value[0], nil
}

// stretched is x ↦ φ(root·x)/size, for root > 0.
func (a Activation) stretched(root, size float64) Activation {
	b := a.At(0, root).Affine(1/size, 0)
	b.Name = a.Name
	return b
}
