package gpnorm

import (
	"fmt"
	"math"
	"slices"

	"bsnn/internal/vector"

	"gonum.org/v1/gonum/integrate/quad"
)

// Pairs are places where a function of two correlated normal variables is looked at: u and
// v, and what φ and φ′ are there. All slices have the same length; they are used again for
// the next places.
type Pairs struct {
	U, V           []float64
	AtU, AtV       []float64 // φ
	SlopeU, SlopeV []float64 // φ′

	weight []float64
}

// ExpectPairs computes expectations of functions of u, v, φ(u), φ(v), φ′(u) and φ′(v), for
// standard normal u and v of correlation 1 − d, 0 ≤ d ≤ 2. values fills out[k] with the k-th
// function at the places; each has to be the same when u and v are exchanged.
//
// The rule has some thousand points whose panels end at the kinks of φ: accurate to about
// 1e-9, relatively, for functions on the scale of 1. What vanishes at u = v, as (φ(u) − φ(v))²,
// keeps its relative accuracy for small d.
func ExpectPairs(a Activation, d float64, functions int, values func(out [][]float64, p *Pairs)) ([]float64, error) {
	if err := a.check(); err != nil {
		return nil, fmt.Errorf("ExpectPairs: %w", err)
	}
	if !(d >= 0 && d <= 2) {
		return nil, fmt.Errorf("ExpectPairs: distance %v, want a number in [0, 2]", d)
	}
	r := newPairRule(a, d)
	r.slopes = true
	total, out := make([]float64, functions), make([][]float64, functions)
	r.each(func(p *Pairs, share float64) {
		for k := range out {
			out[k] = slices.Grow(out[k][:0], len(p.U))[:len(p.U)]
		}
		values(out, p)
		for k, row := range out {
			sum := 0.
			for i, w := range p.weight {
				sum += w * row[i]
			}
			total[k] += share * sum
		}
	})
	for k, v := range total {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("ExpectPairs of %s at distance %v: expectation %d is %v", a.Name, d, k, v)
		}
	}
	return total, nil
}

// Separation computes ½E(φ(u) − φ(v))² for standard normal u, v of correlation
// 1 − d, 0 ≤ d ≤ 2: half the squared distance per neuron between two inputs after a wide
// layer, where it was d before. It is E φ² − E φ(u)φ(v) without the
// cancellation, by the rule of [ExpectPairs], and
// quicker by hundreds of times than [Correlation].
func Separation(a Activation, d float64) (float64, error) {
	if err := a.check(); err != nil {
		return 0, fmt.Errorf("Separation: %w", err)
	}
	if !(d >= 0 && d <= 2) {
		return 0, fmt.Errorf("Separation: distance %v, want a number in [0, 2]", d)
	}
	total := 0.
	newPairRule(a, d).each(func(p *Pairs, share float64) {
		sum := 0.
		for i, w := range p.weight {
			difference := p.AtU[i] - p.AtV[i]
			sum += w * difference * difference / 2
		}
		total += share * sum
	})
	if math.IsNaN(total) || math.IsInf(total, 0) {
		return 0, fmt.Errorf("Separation of %s at distance %v is %v", a.Name, d, total)
	}
	return total, nil
}

// The normal mass beyond pairReach is 1e-17.
const pairReach = 8.5

// The ends of the panels across the diagonal, on one side.
var acrossEdges = [...]float64{0, 2.5, pairReach}

// A pairRule integrates along the diagonal u + v, for each node of u − v ≥ 0.
type pairRule struct {
	a        Activation
	kinks    []float64
	sin, cos float64
	slopes   bool
	edges    []float64
	x        []float64
	pairs    Pairs
}

func newPairRule(a Activation, d float64) *pairRule {
	kinks := slices.DeleteFunc(slices.Clone(a.Breaks()), func(k float64) bool { return math.Abs(k) > pairReach+1 })
	return &pairRule{a: a, kinks: kinks, sin: math.Sqrt(d / 2), cos: math.Sqrt(1 - d/2)}
}

// alongNodes is the rule of a panel along the diagonal.
var alongNodes = func() (r struct{ x, w [12]float64 }) {
	quad.Legendre{}.FixedLocations(r.x[:], r.w[:], 0, 1)
	return r
}()

// each shows the places of every node across the diagonal with its share.
func (r *pairRule) each(show func(p *Pairs, share float64)) {
	for i := 1; i < len(acrossEdges); i++ {
		lo, width := acrossEdges[i-1], acrossEdges[i]-acrossEdges[i-1]
		var y, density [len(unitNodes.x)]float64
		for j, t := range unitNodes.x {
			y[j] = lo + width*t
		}
		vector.NormalDensity(density[:], y[:])
		for j, w := range unitNodes.w {
			r.along(y[j])
			show(&r.pairs, 2*width*w*density[j])
		}
	}
}

// along finds the places cos·x ± sin·y over x.
func (r *pairRule) along(y float64) {
	r.edges = r.edges[:0]
	for x := -pairReach; x <= pairReach; x += pairReach / 5 {
		r.edges = append(r.edges, x)
	}
	if r.cos > 0 {
		for _, k := range r.kinks {
			for _, x := range [...]float64{(k - r.sin*y) / r.cos, (k + r.sin*y) / r.cos} {
				if math.Abs(x) < pairReach {
					r.edges = append(r.edges, x)
				}
			}
		}
		slices.Sort(r.edges)
	}
	p := &r.pairs
	r.x, p.U, p.V, p.weight = r.x[:0], p.U[:0], p.V[:0], p.weight[:0]
	for i := 1; i < len(r.edges); i++ {
		lo, width := r.edges[i-1], r.edges[i]-r.edges[i-1]
		if width == 0 {
			continue
		}
		for j, t := range alongNodes.x {
			x := lo + width*t
			r.x, p.weight = append(r.x, x), append(p.weight, width*alongNodes.w[j])
			p.U, p.V = append(p.U, r.cos*x+r.sin*y), append(p.V, r.cos*x-r.sin*y)
		}
	}
	resized := func(of []float64) []float64 { return slices.Grow(of[:0], len(r.x))[:len(r.x)] }
	density := resized(p.AtU)
	vector.NormalDensity(density, r.x)
	for i, v := range density {
		p.weight[i] *= v
	}
	p.AtU, p.AtV = density, resized(p.AtV)
	if !r.slopes {
		r.a.Value(p.AtU, p.U)
		r.a.Value(p.AtV, p.V)
		return
	}
	p.SlopeU, p.SlopeV = resized(p.SlopeU), resized(p.SlopeV)
	r.a.ValueDeriv(p.AtU, p.SlopeU, p.U)
	r.a.ValueDeriv(p.AtV, p.SlopeV, p.V)
}
