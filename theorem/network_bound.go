package theorem

import (
	"fmt"
	"math"

	"bsnn/gpnorm"
)

// ForwardDepthBound bounds P(|‖x⁽ˡ⁾‖²/n − 1| ≥ eps for some l ≤ depth+1) in a
// network of independent Haar distributed weights from ‖x⁽¹⁾‖² = n. Proven, up
// to the quadrature error of the moments, for Lipschitz φ; NoBound otherwise.
// It is the best of three bounds.
//
// Interval propagation. Let r_l = ‖x⁽ˡ⁾‖/√n and K = Lip(φ). Given r_l = r,
// r_{l+1} = ‖φ(r·u)‖/√n is Kr-Lipschitz on the unit sphere, so it is within t of its
// mean μ(r) up to probability 2exp(−(n−1)t²/(2r²K²)), and
// √(s_n(r) − K²r²/(n−1)) ≤ μ(r) ≤ √s_n(r) with s_n(r) = E φ(r·u₁)². Both √s_n and μ are
// K-Lipschitz in r, so values on a grid enclose them between its points. An
// interval for r_l thus gives one for r_{l+1}, and the probabilities of leaving
// them add up. The t is the largest that keeps all intervals within √(1 ± eps).
//
// Martingale, for κ ≤ 1 and widths from 200. The deviation of q_l = r_l² is a sum
// of the layers' fluctuations, each multiplied by κ per layer since; their
// exponential moments are bounded with the exact limiting variance, as long as
// the lengths stay in a window, and the first exit from it is bounded in the
// same way. See docs/theory.md.
//
// For homogeneous φ, as ReLU, lengths are products of independent factors with
// exact moments, so that Chebyshev's inequality holds at every width from 4.
func ForwardDepthBound(a gpnorm.Activation, width, depth int, eps float64) (Bound, error) {
	if err := checkEps(eps); err != nil {
		return Bound{}, err
	}
	return forwardDepthOutside(a, width, depth, 1-eps, 1+eps, true)
}

// ForwardOutputBound bounds P(|‖x⁽ᴸ⁺¹⁾‖²/n − 1| ≥ eps) for L = depth: as
// ForwardDepthBound, but for the output alone. Proven.
func ForwardOutputBound(a gpnorm.Activation, width, depth int, eps float64) (Bound, error) {
	if err := checkEps(eps); err != nil {
		return Bound{}, err
	}
	return forwardDepthOutside(a, width, depth, 1-eps, 1+eps, false)
}

func forwardDepthOutside(a gpnorm.Activation, width, depth int, lo, hi float64, every bool) (Bound, error) {
	if depth < 1 {
		return Bound{}, fmt.Errorf("depth %d, want at least 1", depth)
	}
	if err := checkLayer(a, width, 1); err != nil {
		return Bound{}, err
	}
	if !known(a.Lipschitz) {
		if depth == 1 {
			return forwardOutside(a, width, 1, lo, hi)
		}
		return NoBound(), nil
	}
	best, err := alongTheWay(a, width, depth, lo, hi)
	if err != nil {
		return Bound{}, err
	}
	if homogeneous(a) {
		m, err := SphereMoments(a, width, 1)
		if err != nil {
			return Bound{}, err
		}
		if math.Abs(m.Forward.Mean-1) <= NormalizedTolerance*NormalizedTolerance {
			best = best.or(multiplied(m.Forward.AverageVariance+m.Forward.VarianceError/float64(width), depth, lo, hi))
		}
	}
	if width >= narrowest {
		c, err := chainFor(a)
		if err != nil {
			return Bound{}, err
		}
		best = best.or(tail{c.outsideForward(width, depth, lo, hi, every), Martingale})
	}
	return best.bound(), nil
}

// alongTheWay is the bound of one layer, or interval propagation.
func alongTheWay(a gpnorm.Activation, width, depth int, lo, hi float64) (tail, error) {
	if depth == 1 {
		b, err := forwardOutside(a, width, 1, lo, hi)
		return tail{b.Probability, b.Method}, err
	}
	m, err := newLengthMap(a, width, lo, hi)
	if err != nil {
		return tail{}, fmt.Errorf("length map of %s at width %d: %w", a.Name, width, err)
	}
	return tail{m.escape(depth), Propagated}, nil
}

// known says whether a Lipschitz constant exists and is known.
func known(lipschitz float64) bool { return !math.IsNaN(lipschitz) && !math.IsInf(lipschitz, 1) }

// A lengthMap encloses r ↦ E‖φ(r·u)‖/√n on the window of r, cell by cell.
type lengthMap struct {
	n         int
	lipschitz float64
	lo, step  float64
	low, high []float64 // of cell i, from lo + i·step to lo + (i+1)·step
}

const (
	cells = 500
	// The window is narrowed to r ≥ 0.1: staying in less is a stronger event.
	shortest = 0.1
)

// newLengthMap is that of the squared lengths q = r² from lo to hi.
func newLengthMap(a gpnorm.Activation, n int, lo, hi float64) (lengthMap, error) {
	lo, hi = math.Sqrt(max(lo, shortest*shortest)), math.Sqrt(hi)
	m := lengthMap{n: n, lipschitz: a.Lipschitz, lo: lo, step: (hi - lo) / cells}
	var below, above [cells + 1]float64
	for i := range above {
		r := lo + float64(i)*m.step
		v, err := integrateMarginal(a, n, r*r, 0)
		if err != nil {
			return m, err
		}
		s, e := v.shiftF+v.value[firstF], v.err[firstF]
		above[i] = math.Sqrt(max(0, s+e))
		below[i] = math.Sqrt(max(0, s-e-m.lipschitz*m.lipschitz*r*r/float64(n-1)))
	}
	// A K-Lipschitz function between two points a step apart is within
	// K·step/2 of the mean of its values there.
	slack := m.lipschitz * m.step / 2
	for i := range cells {
		m.high = append(m.high, (above[i]+above[i+1])/2+slack)
		m.low = append(m.low, (below[i]+below[i+1])/2-slack)
	}
	return m, nil
}

// escape bounds the probability of leaving the window within depth layers, by
// the largest deviation t per layer that does not.
func (m lengthMap) escape(depth int) float64 {
	best, small, large := 1.0, 0.0, m.step*cells
	for range 60 {
		t := (small + large) / 2
		p, inside := m.propagate(depth, t)
		if inside {
			best, small = min(best, p), t
		} else {
			large = t
		}
	}
	return best
}

// propagate carries the interval of r through the layers, deviating by up to t
// in each, and adds up the probabilities of deviating by more.
func (m lengthMap) propagate(depth int, t float64) (p float64, inside bool) {
	lo, hi := 1.0, 1.0
	for l := range depth {
		k := m.lipschitz * hi
		inLayer := 2 * math.Exp(-float64(m.n-1)*t*t/(2*k*k))
		p += inLayer
		low, high := m.image(lo, hi)
		low, high = low-t, high+t
		switch {
		case !(low > m.lo && high < m.lo+m.step*cells):
			return 1, false
		case p >= 1: // says nothing; only a larger t can
			return 1, true
		case low == lo && high == hi: // and so it is in every layer to come
			return p + float64(depth-1-l)*inLayer, true
		}
		lo, hi = low, high
	}
	return p, true
}

// image encloses the map over [lo, hi], a part of the window.
func (m lengthMap) image(lo, hi float64) (low, high float64) {
	first := m.cell(lo)
	low, high = m.low[first], m.high[first]
	for i := first + 1; i <= m.cell(hi); i++ {
		low, high = min(low, m.low[i]), max(high, m.high[i])
	}
	return low, high
}

func (m lengthMap) cell(r float64) int {
	return min(max(int((r-m.lo)/m.step), 0), cells-1)
}
