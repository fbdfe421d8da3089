package gpnorm

import (
	"fmt"
	"math"
	"slices"

	"bsnn/internal/vector"

	"gonum.org/v1/gonum/integrate/quad"
)

// At is x ↦ φ(mean + sd·x), for sd > 0: applied to a standard normal it is what
// φ is where it is applied to N(mean, sd²).
func (a Activation) At(mean, sd float64) Activation {
	inner := func(dst, x []float64) {
		for i, v := range x {
			dst[i] = mean + sd*v
		}
	}
	b := Activation{
		Name:           a.Name,
		Lipschitz:      a.Lipschitz * sd,
		DerivLipschitz: a.DerivLipschitz * sd * sd,
		operations:     a.operations,
		sampled:        a.sampled,
		Value: func(dst, x []float64) {
			inner(dst, x)
			a.Value(dst, dst)
		},
		Deriv: func(dst, x []float64) {
			inner(dst, x)
			a.Deriv(dst, dst)
			apply(dst, sd, 0)
		},
		Both: func(val, der, x []float64) {
			inner(val, x)
			a.ValueDeriv(val, der, val)
			apply(der, sd, 0)
		},
	}
	b.Kinks, b.Panels = relocated(a.Kinks, mean, sd), relocated(a.Panels, mean, sd)
	return b
}

// relocated are the places of points on the scale of the normal; what is too large
// for float64 is left out.
func relocated(points []float64, mean, sd float64) []float64 {
	var out []float64
	for _, x := range points {
		if s := (x - mean) / sd; s-s == 0 {
			out = append(out, s)
		}
	}
	return out
}

// Separation computes ½E(φ(u) − φ(v))² for standard normal u, v of correlation
// 1 − d, 0 ≤ d ≤ 2: half the squared distance per neuron between two inputs after a wide
// layer, where it was d before. It is E φ² − E φ(u)φ(v) without the
// cancellation, by a fixed rule of some thousand points whose panels end at the
// kinks: accurate to about 1e-9, relatively, for functions on the scale of 1, and
// quicker by hundreds of times than [Correlation].
func Separation(a Activation, d float64) (float64, error) {
	if err := a.check(); err != nil {
		return 0, fmt.Errorf("Separation: %w", err)
	}
	if !(d >= 0 && d <= 2) {
		return 0, fmt.Errorf("Separation: distance %v, want a number in [0, 2]", d)
	}
	sin, cos := math.Sqrt(d/2), math.Sqrt(1-d/2)
	kinks := slices.DeleteFunc(slices.Clone(a.Breaks()), func(k float64) bool { return math.Abs(k) > pairReach+1 })
	s := separation{a: a, kinks: kinks, sin: sin, cos: cos}
	total := 0.
	for i := 1; i < len(acrossEdges); i++ {
		lo, width := acrossEdges[i-1], acrossEdges[i]-acrossEdges[i-1]
		var y, density [len(unitNodes.x)]float64
		for j, t := range unitNodes.x {
			y[j] = lo + width*t
		}
		vector.NormalDensity(density[:], y[:])
		for j, w := range unitNodes.w {
			total += 2 * width * w * density[j] * s.along(y[j])
		}
	}
	if math.IsNaN(total) || math.IsInf(total, 0) {
		return 0, fmt.Errorf("Separation of %s at distance %v is %v", a.Name, d, total)
	}
	return total, nil
}

// The normal mass beyond pairReach is 1e-17.
const pairReach = 8.5

// The ends of the panels across the diagonal, on one side.
var acrossEdges = [...]float64{0, 2.5, pairReach}

// A separation integrates along the diagonal u + v, for given u − v.
type separation struct {
	a                        Activation
	kinks                    []float64
	sin, cos                 float64
	edges                    []float64
	x, density, u, v, weight []float64
}

// alongNodes is the rule of a panel along the diagonal.
var alongNodes = func() (r struct{ x, w [12]float64 }) {
	quad.Legendre{}.FixedLocations(r.x[:], r.w[:], 0, 1)
	return r
}()

// along is ½E(φ(cos·x + sin·y) − φ(cos·x − sin·y))² over x.
func (s *separation) along(y float64) float64 {
	s.edges = s.edges[:0]
	for x := -pairReach; x <= pairReach; x += pairReach / 5 {
		s.edges = append(s.edges, x)
	}
	if s.cos > 0 {
		for _, k := range s.kinks {
			for _, x := range [...]float64{(k - s.sin*y) / s.cos, (k + s.sin*y) / s.cos} {
				if math.Abs(x) < pairReach {
					s.edges = append(s.edges, x)
				}
			}
		}
		slices.Sort(s.edges)
	}
	s.x, s.u, s.v, s.weight = s.x[:0], s.u[:0], s.v[:0], s.weight[:0]
	for i := 1; i < len(s.edges); i++ {
		lo, width := s.edges[i-1], s.edges[i]-s.edges[i-1]
		if width == 0 {
			continue
		}
		for j, t := range alongNodes.x {
			x := lo + width*t
			s.x, s.weight = append(s.x, x), append(s.weight, width*alongNodes.w[j])
			s.u, s.v = append(s.u, s.cos*x+s.sin*y), append(s.v, s.cos*x-s.sin*y)
		}
	}
	s.density = slices.Grow(s.density[:0], len(s.x))[:len(s.x)]
	vector.NormalDensity(s.density, s.x)
	s.a.Value(s.u, s.u)
	s.a.Value(s.v, s.v)
	total := 0.
	for i, w := range s.weight {
		difference := s.u[i] - s.v[i]
		total += w * s.density[i] * difference * difference / 2
	}
	return total
}
