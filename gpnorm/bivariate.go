package gpnorm

import (
	"math"
	"slices"

	"bsnn/internal/vector"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/integrate/quad"
)

// A bivariate computes two-dimensional expectations E F(ψ′(u), ψ′(±w)) of normal
// variables of correlation cos t: with independent x, y,
//
//	u = x·cos(t/2) + y·sin(t/2),  w = x·cos(t/2) − y·sin(t/2).
//
// The inner integral runs over y, split where u or w meets a kink, the outer one
// over x. F is symmetric, so that y > 0 suffices with the positive sign.
type bivariate struct {
	deriv Func
	kinks []float64 // of ψ
	end   float64
	join  func(u, w []float64)

	edges, y, weight, density, u, w []float64
}

func newBivariate(psi Activation, end float64, join func(u, w []float64)) *bivariate {
	return &bivariate{deriv: psi.Deriv, kinks: psi.Kinks, end: end, join: join}
}

// The ends of the inner panels; the normal mass beyond 9 is 2e-19.
var innerEdges = [...]float64{-9, -4.5, -2.25, 0, 2.25, 4.5, 9}

// bivariateTol is the relative error allowed to the outer integral.
const bivariateTol = 1e-12

type unitRule struct{ x, w [16]float64 }

var unitNodes = func() (r unitRule) {
	quad.Legendre{}.FixedLocations(r.x[:], r.w[:], 0, 1)
	return r
}()

// expect computes the expectation at angle t > 0.
func (s *bivariate) expect(t float64) (float64, error) {
	sin, cos := math.Sincos(t / 2)
	r, err := problem{
		what:  []string{"F(ψ′(u), ψ′(w))"},
		kinks: s.outerBreaks(sin, cos),
		rel:   bivariateTol,
		f: func(out [][]float64, x []float64) ([]float64, error) {
			for i, v := range x {
				out[0][i] = s.inner(v, sin, cos)
			}
			return nil, finiteAt("the inner integral", out[0], x)
		},
	}.expectations()
	if err != nil {
		return 0, err
	}
	return r.Value[0], nil
}

// least is the least number of points at which expect evaluates ψ′.
func (s *bivariate) least(t float64) int64 {
	sin, cos := math.Sincos(t / 2)
	panels := len(innerEdges) - 1
	if s.end > 0 {
		panels /= 2
	}
	breaks := slices.DeleteFunc(s.outerBreaks(sin, cos), func(x float64) bool { return math.Abs(x) >= reaches[0] })
	slices.Sort(breaks)
	outer := 1 + len(slices.Compact(breaks))
	// A panel of the outer integral is computed as a whole and in two halves.
	perPanel := int64(len(unitNodes.x))
	return 3 * perPanel * int64(outer) * 2 * perPanel * int64(panels)
}

// outerBreaks surrounds every x at which u or w lies on a kink while y is 0 with
// panels on the scale sin(t/2) on which the inner integral changes there, and
// adds those at which u lies on one kink and w on another.
func (s *bivariate) outerBreaks(sin, cos float64) []float64 {
	var list []float64
	for i, k := range s.kinks {
		list = s.ladder(list, k, sin, cos)
		if s.end < 0 {
			list = s.ladder(list, -k, sin, cos)
		}
		for _, m := range s.kinks[i:] {
			list = append(list, (k+s.end*m)/2/cos, (m+s.end*k)/2/cos)
		}
	}
	return list
}

func (s *bivariate) ladder(list []float64, k, sin, cos float64) []float64 {
	for _, d := range [...]float64{0, 1.5, 3, 5, 9} {
		list = append(list, (k-d*sin)/cos, (k+d*sin)/cos)
	}
	return list
}

// inner is the expectation over y.
func (s *bivariate) inner(x, sin, cos float64) float64 {
	s.nodes(x, sin, cos)
	n := len(s.y)
	if len(s.u) < n {
		s.u, s.w = make([]float64, n), make([]float64, n)
	}
	u, w := s.u[:n], s.w[:n]
	for i, y := range s.y {
		u[i], w[i] = x*cos+y*sin, s.end*(x*cos-y*sin)
	}
	s.deriv(u, u)
	s.deriv(w, w)
	s.join(u, w)
	total := 0.
	for i, v := range u {
		total += s.weight[i] * v
	}
	if s.end > 0 {
		total *= 2 // only y > 0 was summed
	}
	return total
}

// nodes sets the abscissae y and their weights, density included.
func (s *bivariate) nodes(x, sin, cos float64) {
	first := innerEdges[0]
	if s.end > 0 {
		first = 0
	}
	last := innerEdges[len(innerEdges)-1]
	s.edges = s.edges[:0]
	for _, y := range innerEdges {
		if y >= first {
			s.edges = append(s.edges, y)
		}
	}
	for _, k := range s.kinks {
		for _, y := range [...]float64{(k - x*cos) / sin, (x*cos - s.end*k) / sin} {
			if first < y && y < last {
				s.edges = append(s.edges, y)
			}
		}
	}
	slices.Sort(s.edges)
	s.y, s.weight = s.y[:0], s.weight[:0]
	for i := 1; i < len(s.edges); i++ {
		lo, width := s.edges[i-1], s.edges[i]-s.edges[i-1]
		if width == 0 {
			continue
		}
		for j, t := range unitNodes.x {
			s.y = append(s.y, lo+width*t)
			s.weight = append(s.weight, width*unitNodes.w[j])
		}
	}
	s.density = slices.Grow(s.density[:0], len(s.y))[:len(s.y)]
	vector.NormalDensity(s.density, s.y)
	floats.Mul(s.weight, s.density)
}
