package network

import (
	"math"

	"bsnn/internal/vector"
)

// A descent is what the way back knows at a layer: of the y above it, and of
// the d below its activation.
type descent struct{ yy, dd, hd float64 } // ‖y‖², ‖d‖², h·d

// descend goes from d⁽ˡ⁾ to y⁽ˡ⁻¹⁾ = Wᵀd⁽ˡ⁾ and on to d⁽ˡ⁻¹⁾, if there is such a layer.
func (s *Simulator) descend(l int, above descent) descent {
	below := s.layers[l-1]
	t := below.sums
	if t.xx > 0 && !(t.xx > smallest && t.zz-t.zx*t.zx/t.xx > cancelled*t.zz) {
		return s.descendAgain(l, above)
	}
	alongX, alongZ := s.transposeCoefficients(above, math.Sqrt(t.xx), t.zz, t.zx)
	yy, ok := form(alongX, alongZ, t.xx, t.zx, t.zz)
	if !ok {
		return s.descendAgain(l, above)
	}
	dd, ok := form(alongX, alongZ, t.xDDx, t.xDDz, t.zDDz)
	if !ok {
		return s.descendAgain(l, above)
	}
	return descent{yy, dd, below.scale * (float64(alongX*t.gDx) + float64(alongZ*t.gDz))}
}

const (
	// A form whose terms leave less than this fraction of themselves has lost
	// digits.
	cancelled = 1e-3
	// Squares of what is below the square root of this lose digits.
	smallest = 1e-250
)

// form is a²·xx + 2ab·xz + b²·zz, and whether the sum has kept its digits.
func form(a, b, xx, xz, zz float64) (sum float64, ok bool) {
	x, z := float64(a*(a*xx)), float64(b*(b*zz)) // rounded alike on all processors
	sum = x + float64(2*a*(b*xz)) + z
	return sum, finite(x) && finite(z) && (sum > cancelled*(x+z) || x+z == 0)
}

// descendAgain is descend with y and d computed for each neuron.
func (s *Simulator) descendAgain(l int, above descent) descent {
	t, w := s.layers[l-1].sums, sweep{l: l - 1}
	if t.xx > 0 && !(t.zz-t.zx*t.zx/t.xx > cancelled*t.zz) {
		// z lies almost along x. Its component orthogonal to x is all that the transpose
		// uses, and ‖z‖² − (z·x̂)² would lose its digits.
		w.along, w.part = t.zx/t.xx, (*Simulator).orthogonalDraws
		rest := s.run(w)
		t.zz, t.zx = rest.zz, rest.zx
	}
	w.alongX, w.alongZ = s.transposeCoefficients(above, math.Sqrt(t.xx), t.zz, t.zx)
	w.part = (*Simulator).back
	result := s.run(w)
	return descent{result.xx, result.xDDx, s.layers[l-1].scale * result.gDx}
}

// orthogonalDraws is a block of z less its part along x: ‖z‖² and z·x.
func (s *Simulator) orthogonalDraws(h *hand, w sweep, lo, hi int) sums {
	x, _, _, z := s.redrawn(h, w, lo, hi)
	return sums{zz: vector.SumSquares(z), zx: vector.Dot(z, x)}
}

// back is a block of y, in place of x, on the way back.
func (s *Simulator) back(h *hand, w sweep, lo, hi int) (p sums) {
	x, der, g, y := s.redrawn(h, w, lo, hi)
	p.xx = vector.Combine(y, w.alongX, x, w.alongZ, y)
	if w.l > 0 {
		p.xDDx, p.gDx = vector.MulNormDot(y, der, g)
	}
	return p
}

// redrawn is a block of what layer l puts out and of the draws z for the way
// back through layer l+1, less a multiple of x.
func (s *Simulator) redrawn(h *hand, w sweep, lo, hi int) (x, der, g, z []float64) {
	var p sums
	x, der, g = s.outputs(h, w.l, lo, hi, nil, &p)
	up := &s.layers[w.l+1].stream
	z = h.z[:hi-lo]
	up.NormalsAt(z, up.NextNormal(s.cfg.Width)+uint64(lo))
	if w.along != 0 {
		vector.Combine(z, -w.along, x, 1, z)
	}
	return x, der, g, z
}

// transposeCoefficients gives y = Wᵀd as a combination of x and the fresh
// normal draws z: the component along x̂ that Wx = h dictates, and an
// independent one in x̂^⊥ along Pz = z − (z·x̂)x̂.
func (s *Simulator) transposeCoefficients(above descent, xNorm, zz, zx float64) (alongX, alongZ float64) {
	var hatHD, hatXZ float64 // ĥ·d and x̂·z; 0 when nothing is known of W
	if xNorm > 0 {
		hatHD, hatXZ = above.hd/xNorm, zx/xNorm
	}
	switch s.cfg.Weights {
	case Gaussian:
		alongZ = math.Sqrt(above.dd / float64(s.cfg.Width))
	default:
		rest := math.Max(above.dd-float64(hatHD*hatHD), 0)
		alongZ = math.Sqrt(rest / (zz - float64(hatXZ*hatXZ)))
	}
	if xNorm > 0 {
		alongX = (hatHD - float64(alongZ*hatXZ)) / xNorm
	}
	return alongX, alongZ
}
