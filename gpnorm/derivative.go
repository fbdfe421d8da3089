package gpnorm

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"bsnn/internal/quadrature"
)

// A function in Go comes with a derivative that somebody wrote. Stein's identity
// compares them in the first Hermite polynomials alone, and a derivative may be
// wrong in all others. So the fundamental theorem of calculus is held against
// both on every panel of the quadrature, which has resolved them.

// belongTolerance is by how much, in the mean and relative to the root of E φ′²,
// a derivative may differ from the slope of its function.
const belongTolerance = 1e-7

// A panelGap is by how much φ grows between two abscissae, and by how much it
// should.
type panelGap struct {
	weight       float64 // of the panel: the normal law of it times the slope that is missing
	from, to     float64
	grown, slope float64 // φ(to) − φ(from) and the integral of Deriv
}

// checkPrimitive is an error unless, on the finest panels of the tape, φ grows by the
// integral of φ′, but for rounding.
func (t *tape) checkPrimitive(size float64) error {
	var worst panelGap
	total := 0.0
	for _, p := range t.finest() {
		g := p.gap()
		total += g.weight
		if g.weight > worst.weight {
			worst = g
		}
	}
	if !(total > belongTolerance*size) {
		return nil
	}
	return fmt.Errorf("the derivative does not belong to the function: from x = %.6g to %.6g φ grows by %.9g, and the integral of φ′ "+
		"is %.9g (a wrong Deriv, a jump of Value, or a kink missing from Kinks?)", worst.from, worst.to, worst.grown, worst.slope)
}

// gap is the largest difference on one panel. Rounding inside of φ is taken off it:
// on narrow panels nothing else is left.
func (b batch) gap() panelGap {
	const rounding = 0x1p-48
	half := quadrature.Half(b.x)
	integral := make([]float64, quadrature.Order)
	quadrature.Primitive(integral, b.der, half)
	var g panelGap
	largest := 0.0
	for j, x := range b.x {
		grown := b.val[j] - b.val[0]
		noise := rounding * (math.Abs(b.val[j]) + math.Abs(b.val[0]) + math.Abs(x*b.der[j]) + math.Abs(b.x[0]*b.der[0]) + math.Abs(integral[j]))
		if d := math.Abs(grown-integral[j]) - noise; d > largest {
			largest, g = d, panelGap{from: b.x[0], to: x, grown: grown, slope: integral[j]}
		}
	}
	// The mean of the missing slope over the panel is at most largest/half.
	g.weight = slices.Max(b.density) * largest
	return g
}

// finest lists the panels on the tape that contain no other.
func (t *tape) finest() []batch {
	var all []batch
	for _, b := range t.batches {
		for i := 0; i+quadrature.Order <= len(b.x); i += quadrature.Order {
			j := i + quadrature.Order
			all = append(all, batch{b.x[i:j], b.val[i:j], b.der[i:j], b.density[i:j]})
		}
	}
	low := func(b batch) float64 { return min(b.x[0], b.x[quadrature.Order-1]) }
	slices.SortStableFunc(all, func(p, q batch) int { return cmp.Compare(low(q), low(p)) })
	// From the right, a panel that contains others comes after the rightmost of them.
	var list []batch
	end := math.Inf(1)
	for _, p := range all {
		if max(p.x[0], p.x[quadrature.Order-1]) < end {
			list = append(list, p)
			end = low(p)
		}
	}
	return list
}
