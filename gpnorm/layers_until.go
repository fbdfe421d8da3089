package gpnorm

import (
	"errors"
	"fmt"
	"math"

	"bsnn/internal/quadrature"
)

// Layers says how many layers of infinite width bring two inputs closer than a
// distance.
type Layers struct {
	Count float64 // a whole number; +Inf when it never happens
	Never bool
	Limit float64 // what the correlation tends to as layers are added
	Exact bool    // Count was found by iterating the map; otherwise its relative error is about 1e-6
}

const (
	directLayers     = 20000 // so many are iterated one by one
	smallestDistance = 1e-18
)

// LayersUntil returns the number of layers after which two inputs of
// correlation ρ have a distance 1 − ρ below the given one. For inputs of squared
// length qn that distance is ‖x − x′‖²/(2qn).
//
// Where C′(1) = 1 the distance d shrinks only by p(d) ~ d² per layer, ~ d^{3/2}
// when φ has kinks, so it falls as 1/L or 1/L². After 20,000 layers the rest is
// counted by the continuous flow that interpolates the iteration,
// ∫dx/p(x) + ½log(p(end)/p(start)), whose error is of order p′ (asymptotic).
func (c *CorrelationMap) LayersUntil(rho, distance float64) (Layers, error) {
	if !(math.Abs(rho) <= 1) {
		return Layers{}, fmt.Errorf("correlation %v, want a number in [−1, 1]", rho)
	}
	if !(distance >= smallestDistance && distance <= 2) {
		return Layers{}, fmt.Errorf("distance %v, want a number in [%v, 2]", distance, smallestDistance)
	}
	d := 1 - rho
	for l := range directLayers {
		if d < distance {
			return Layers{Count: float64(l), Limit: c.limit(d), Exact: true}, nil
		}
		before := d
		if d = c.step(d); c.stays(before, d) {
			return Layers{Count: math.Inf(1), Never: true, Limit: 1 - d, Exact: true}, nil
		}
	}
	rest, err := c.flow(d, distance)
	if err != nil {
		return Layers{}, fmt.Errorf("layers of %s from correlation %v to distance %v: %w", c.name, rho, distance, err)
	}
	if math.IsInf(rest, 1) {
		return Layers{Count: rest, Never: true, Limit: c.limit(d)}, nil
	}
	return Layers{Count: directLayers + math.Ceil(rest), Limit: c.limit(d)}, nil
}

// step is the distance after one layer.
func (c *CorrelationMap) step(d float64) float64 {
	rho := 1 - d
	if rho > seriesReach && !c.linear {
		return c.next(d)
	}
	e, err := c.At(rho)
	if err != nil {
		return math.NaN()
	}
	return max(0, 1-e.Value)
}

// stays reports whether a step from before to now is no step: the iteration
// has arrived. A nonlinear φ with χ = 1 only seems to stand still.
func (c *CorrelationMap) stays(before, now float64) bool {
	if c.linear {
		return true
	}
	return c.chi != 1 && math.Abs(now-before) <= 0x1p-50*before
}

// limit is the correlation that the iteration from distance d tends to.
func (c *CorrelationMap) limit(d float64) float64 {
	if c.linear {
		return 1 - d
	}
	if c.chi <= 1 {
		return 1
	}
	for range directLayers {
		before := d
		if d = c.step(d); d == 0 || c.stays(before, d) {
			break
		}
	}
	return 1 - d
}

// flow counts the layers from distance d down to end; +Inf if a fixed point lies
// between.
func (c *CorrelationMap) flow(d, end float64) (float64, error) {
	blocked := false
	r, err := quadrature.Integrate(1, func(out [][]float64, x []float64) {
		for i, s := range x {
			t := math.Exp(s)
			p := c.drift(1 - t)
			if t < 1-seriesReach {
				p = t*(1-c.chi) + c.drop(t)
			}
			if p <= 0 {
				blocked = true
				p = math.NaN()
			}
			out[0][i] = t / p
		}
	}, math.Log(end), math.Log(d), nil, quadrature.Options{RelTol: 1e-10})
	switch {
	case blocked && c.chi > 1:
		return math.Inf(1), nil
	case blocked:
		return 0, errors.New("the function is so nearly affine that rounding hides how fast the distance shrinks")
	case err != nil && !errors.Is(err, quadrature.ErrTolerance):
		return 0, err
	}
	p := func(d float64) float64 { return d - c.step(d) }
	if d < 1-seriesReach {
		p = func(d float64) float64 { return d*(1-c.chi) + c.drop(d) }
	}
	return r.Value[0] + math.Log(p(end)/p(d))/2, nil
}
