package gpnorm

import (
	"fmt"
	"math"
	"slices"
)

// A CorrelationMap is how a wide layer changes the correlation of two inputs:
//
//	C(ρ) = E φ(√q·u)φ(√q·v) / E φ(√q·u)²
//
// for standard normal u, v of correlation ρ, where q is the squared length per
// neuron of both inputs, a fixed point of the length map (1 for a normalised φ).
// It is exact in the limit of infinite width. Correlations are not centred: ρ is
// the cosine of the angle between the two inputs.
//
// With the orthonormal Hermite coefficients α_k of φ(√q·x), scaled to Σα_k² = 1,
// it is C(ρ) = Σα_k²ρᵏ, so C(1) = 1. For a normalised φ also C′(1) = E φ′² = 1;
// then C(ρ) > ρ for every ρ ∈ [−1, 1) unless φ is ±x (proven: C − ρ vanishes at
// 1 and its derivative Σkα_k²ρ^{k−1} − 1 is negative before). So 1 is the only fixed
// point, and it attracts.
//
// For |ρ| ≤ 0.9 the series is summed to order 300; nearer to ±1 the derivative
// C′(ρ) = E ψ′(u)ψ′(v), ψ = φ(√q·x)/√(E φ²), is taken from a polynomial in the angle
// arccos ρ, in which it is smooth even for a φ with kinks, fitted to
// two-dimensional quadrature.
type CorrelationMap struct {
	name    string
	psi     Activation // second moment 1
	chi     float64    // C′(1) = E ψ′²
	chiErr  float64
	linear  bool         // C(ρ) = ρ
	squares []float64    // α_k²
	tail    float64      // bounds Σ α_k² beyond
	near    endExpansion // χ − C′ towards ρ = 1
	far     endExpansion // C′ towards ρ = −1
	farEnd  float64      // C(−1)
	work    *meter       // of what is computed of ψ
}

const (
	correlationOrder = 300
	seriesReach      = 0.9
	endWidth         = 0.45102681179626243 // arccos 0.9
)

// Correlation computes the correlation map of a at squared length q > 0. It
// fails where Describe does, and with a *CostError for functions for which it would take
// minutes, as those with dozens of kinks.
func Correlation(a Activation, q float64) (*CorrelationMap, error) {
	if err := a.check(); err != nil {
		return nil, fmt.Errorf("Correlation of %s: %w", a.Name, err)
	}
	work := newMeter(maxWork)
	c, err := newCorrelation(a, q, work)
	if err != nil {
		return nil, fmt.Errorf("Correlation of %s: %w", a.Name, work.cause(err))
	}
	return c, nil
}

func newCorrelation(a Activation, q float64, work *meter) (*CorrelationMap, error) {
	a = a.metered(work)
	if !(q > 0) || math.IsInf(q, 1) {
		return nil, fmt.Errorf("squared length %v, want a finite number > 0", q)
	}
	psi := a.stretched(math.Sqrt(q), 1)
	p, err := newTape(psi).describe()
	if err != nil {
		return nil, err
	}
	if !(p.SecondMoment.Value > 0) {
		return nil, fmt.Errorf("the function vanishes")
	}
	psi = a.stretched(math.Sqrt(q), math.Sqrt(p.SecondMoment.Value))
	c := &CorrelationMap{name: a.Name, psi: psi, work: work}
	c.chi = p.DerivSecondMoment.Value / p.SecondMoment.Value
	c.chiErr = p.DerivSecondMoment.Error/p.SecondMoment.Value + c.chi*p.SecondMoment.Error/p.SecondMoment.Value
	if math.Abs(c.chi-1) <= 4*c.chiErr+0x1p-50 {
		c.chi = 1
	}
	c.psi.Kinks = slices.DeleteFunc(slices.Clone(c.psi.Breaks()), func(k float64) bool { return math.Abs(k) > 9 })
	c.psi.Panels = nil
	// The inner integral of one node of the outer one, at a single angle.
	panels := int64(2*len(c.psi.Kinks) + len(innerEdges))
	if err := work.allows(panels * panels * 16 * 48 * int64(pointWork+a.operations)); err != nil {
		return nil, err
	}
	return c, c.expand()
}

// expand computes the series and the expansions at both ends.
func (c *CorrelationMap) expand() error {
	alpha, err := Hermite(c.psi, correlationOrder)
	if err != nil {
		return err
	}
	// The sums are compared without cancellation of what one coefficient holds.
	c.tail = 1
	c.squares = make([]float64, len(alpha))
	for k, v := range alpha {
		c.squares[k] = v * v
		c.tail -= v * v
	}
	c.tail = max(c.tail, 0) + 1e-14
	c.linear = math.Abs(c.squares[1]-1) <= 1e-13 && c.chi == 1
	if c.linear {
		return nil
	}
	difference := func(u, w []float64) { // ½(ψ′(u) − ψ′(w))²
		for i, v := range u {
			d := v - w[i]
			u[i] = d * d / 2
		}
	}
	if c.near, err = c.expandAt(1, difference); err != nil {
		return err
	}
	product := func(u, w []float64) {
		for i, v := range u {
			u[i] = v * w[i]
		}
	}
	if c.far, err = c.expandAt(-1, product); err != nil {
		return err
	}
	c.farEnd, err = c.atMinusOne()
	return err
}

// atMinusOne is C(−1) = E ψ(g)ψ(−g).
func (c *CorrelationMap) atMinusOne() (float64, error) {
	y := make([]float64, 0, 256)
	kinks := append([]float64(nil), c.psi.Kinks...)
	for _, k := range c.psi.Kinks {
		kinks = append(kinks, -k)
	}
	e, err := Expect(func(dst, x []float64) {
		y = append(y[:0], x...)
		for i := range y {
			y[i] = -y[i]
		}
		c.psi.Value(y, y)
		c.psi.Value(dst, x)
		for i, v := range y {
			dst[i] *= v
		}
	}, kinks)
	return e.Value, err
}

// At returns C(ρ) for −1 ≤ ρ ≤ 1 and the estimated absolute error.
func (c *CorrelationMap) At(rho float64) (Estimate, error) {
	if !(math.Abs(rho) <= 1) {
		return Estimate{}, fmt.Errorf("correlation %v, want a number in [−1, 1]", rho)
	}
	const rounding = 1e-14
	switch {
	case c.linear:
		return Estimate{rho, rounding}, nil
	case rho > seriesReach:
		d := 1 - rho
		return Estimate{1 - c.next(d), rounding + c.near.err + d*c.chiErr}, nil
	case rho < -seriesReach:
		t := angle(1 + rho)
		return Estimate{c.farEnd + c.far.integral(t), rounding + c.far.err}, nil
	}
	v := 0.
	for k := len(c.squares) - 1; k >= 0; k-- {
		v = v*rho + c.squares[k]
	}
	return Estimate{v, rounding + c.tail*math.Pow(math.Abs(rho), correlationOrder+1)}, nil
}

// Slope returns C′(ρ) for −1 ≤ ρ ≤ 1: by how much a layer stretches a small
// difference between inputs of that correlation, on average.
func (c *CorrelationMap) Slope(rho float64) (float64, error) {
	if !(math.Abs(rho) <= 1) {
		return 0, fmt.Errorf("correlation %v, want a number in [−1, 1]", rho)
	}
	switch {
	case c.linear:
		return 1, nil
	case rho > seriesReach:
		return c.chi - c.near.at(angle(1-rho)), nil
	case rho < -seriesReach:
		return c.far.at(angle(1 + rho)), nil
	}
	v := 0.
	for k := len(c.squares) - 1; k > 0; k-- {
		v = v*rho + float64(k)*c.squares[k]
	}
	return v, nil
}

// next is the distance 1 − C(ρ) as a function of the distance d = 1 − ρ, which it
// gives to nearly full relative precision however small: the drop of the distance,
// d − next, is a sum of positive terms when χ = 1.
func (c *CorrelationMap) next(d float64) float64 {
	return c.chi*d - c.drop(d)
}

// drop is χ·d − (1 − C(1−d)) = ∫(χ − C′) for d ≤ 0.1.
func (c *CorrelationMap) drop(d float64) float64 { return c.near.integral(angle(d)) }

// angle is arccos(1 − d), accurate for small d.
func angle(d float64) float64 { return 2 * math.Asin(math.Sqrt(d/2)) }

// FixedPoints returns the fixed points of C in [−1, 1], ascending, or every =
// true when all points are fixed (φ = ±x). On [0, 1] they are complete, since C is
// convex there (proven); on [−1, 0) they are sought by changes of sign on a grid of
// 512 cells (empirical).
func (c *CorrelationMap) FixedPoints() (points []FixedPoint, every bool, err error) {
	if c.linear {
		return nil, true, nil
	}
	for _, rho := range c.crossings() {
		slope, err := c.Slope(rho)
		if err != nil {
			return nil, false, err
		}
		below, above := 0., 0.
		if rho > -1 {
			below = c.drift(rho - 1e-3*min(1, 1+rho))
		}
		if rho < 1 {
			above = c.drift(rho + 1e-3*min(1, 1-rho))
		}
		points = append(points, FixedPoint{rho, slope, stability(slope, below, above)})
	}
	return points, false, nil
}

// drift is C(ρ) − ρ, exactly 0 where only rounding is left.
func (c *CorrelationMap) drift(rho float64) float64 {
	if rho > seriesReach {
		d := 1 - rho
		return d*(1-c.chi) + c.drop(d)
	}
	e, err := c.At(rho)
	if err != nil || math.Abs(e.Value-rho) <= 4*e.Error {
		return 0
	}
	return e.Value - rho
}

func (c *CorrelationMap) crossings() []float64 {
	const cells = 512
	var list []float64
	last := 0.
	for i := 0; i < 2*cells; i++ {
		rho := float64(i)/cells - 1
		d := c.drift(rho)
		switch {
		case d == 0:
			list = append(list, rho)
		case i > 0 && last*d < 0:
			if r, err := crossing(func(r float64) (float64, error) { return c.drift(r), nil }, rho-1./cells, rho); err == nil {
				list = append(list, r)
			}
		}
		last = d
	}
	// In the last cell the drift is d(1−χ) + drop(d), which is positive next to 1
	// unless χ > 1.
	if c.chi > 1 && last > 0 {
		low, high := 0x1p-60, 1./cells
		excess := func(d float64) (float64, error) { return c.drop(d)/d - (c.chi - 1), nil }
		if v, _ := excess(low); v < 0 {
			if d, err := crossing(excess, low, high); err == nil {
				list = append(list, 1-d)
			}
		}
	}
	return append(list, 1)
}
