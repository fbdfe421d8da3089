package theorem

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/integrate/quad"

	"bsnn/gpnorm"
)

// edges are the |log r| at which expectations over r·g, g standard normal, are
// evaluated: between them they are enclosed. Windows of r are symmetric about
// r = 1 on this scale, and numbered by the edge that ends them.
var edges = [...]float64{0, 2e-6, 5e-6, 1e-5, 2e-5, 4e-5, 7e-5, 0.00012, 0.0002, 0.0003, 0.0005, 0.0007, 0.001, 0.0014, 0.002, 0.003,
	0.004, 0.006, 0.009, 0.013, 0.018, 0.025, 0.033, 0.043,
	0.055, 0.07, 0.085, 0.1, 0.12, 0.14, 0.165, 0.19, 0.22, 0.25, 0.3}

const widestWindow = len(edges) - 1

// windows are the q = r² between which the windows lie.
var windows = func() (out [len(edges)]struct{ lo, hi float64 }) {
	for k, x := range edges {
		out[k].lo, out[k].hi = math.Exp(-2*x), math.Exp(2*x)
	}
	return out
}()

// shells holds an activation at fixed nodes h, with the weights of the law of
// h = r·g for every r of interest: expectations of any function of φ(h) and
// φ′(h) are sums over the same nodes.
type shells struct {
	h, value, deriv []float64
	length          []float64   // of the line around each node
	scale           []float64   // r, ascending: exp of −edges, 0 and edges
	weight          [][]float64 // weight[i][j] of node j for scale i; sums to 1
	err             float64     // of an expectation, relative to the size of what is averaged
}

const (
	nodeReach     = 14.0 // no mass in float64 beyond it, for the largest r
	nodesPerPanel = 16
	panelWidth    = 1.0
	finestPanel   = 1.0 / 64
	nodeTolerance = 1e-12
)

// newShells refines the panels between the kinks until E φ² and E φ′² do not
// change on the smallest, the middle and the largest shell.
func newShells(a gpnorm.Activation) (*shells, error) {
	coarse := shellsAt(a, panelWidth)
	for width := panelWidth / 2; width >= finestPanel; width /= 2 {
		fine := shellsAt(a, width)
		change, err := fine.distance(coarse)
		if err != nil {
			return nil, err
		}
		if change <= nodeTolerance {
			fine.err = max(change, 1e-14)
			return fine, nil
		}
		coarse = fine
	}
	return nil, errors.New("φ² or φ′² is too rough for the quadrature")
}

func shellsAt(a gpnorm.Activation, width float64) *shells {
	ends := []float64{-nodeReach, nodeReach}
	for x := -nodeReach; x < nodeReach; x += width {
		ends = append(ends, x)
	}
	for _, k := range a.Breaks() {
		if math.Abs(k) < nodeReach {
			ends = append(ends, k)
		}
	}
	slices.Sort(ends)
	ends = slices.Compact(ends)
	s := &shells{}
	var x, w [nodesPerPanel]float64
	for i := range len(ends) - 1 {
		quad.Legendre{}.FixedLocations(x[:], w[:], ends[i], ends[i+1])
		s.h = append(s.h, x[:]...)
		s.length = append(s.length, w[:]...)
	}
	s.value, s.deriv = make([]float64, len(s.h)), make([]float64, len(s.h))
	a.ValueDeriv(s.value, s.deriv, slices.Clone(s.h))
	for i := -widestWindow; i <= widestWindow; i++ {
		r := math.Exp(math.Copysign(edges[max(i, -i)], float64(i)))
		weight := make([]float64, len(s.h))
		s.weigh(weight, r)
		s.scale, s.weight = append(s.scale, r), append(s.weight, weight)
	}
	return s
}

// weigh fills in the weights of the nodes on the shell r.
func (s *shells) weigh(weight []float64, r float64) {
	total := 0.0
	for j, h := range s.h {
		weight[j] = s.length[j] * math.Exp(-h*h/(2*r*r))
		total += weight[j]
	}
	for j := range weight {
		weight[j] /= total
	}
}

// distance is the largest change of the moments of two sets of nodes.
func (s *shells) distance(other *shells) (float64, error) {
	worst := 0.0
	for _, i := range []int{0, widestWindow, 2 * widestWindow} {
		for _, f := range []func(s *shells, j int) float64{
			func(s *shells, j int) float64 { return s.value[j] * s.value[j] },
			func(s *shells, j int) float64 { return s.deriv[j] * s.deriv[j] },
		} {
			x, y := s.mean(i, f), other.mean(i, f)
			if math.IsNaN(x) || math.IsInf(x, 0) {
				return 0, fmt.Errorf("the mean of φ² or φ′² over the shell r = %.3g is %v", s.scale[i], x)
			}
			worst = max(worst, math.Abs(x-y)/(1+math.Abs(x)))
		}
	}
	return worst, nil
}

func (s *shells) mean(i int, f func(s *shells, j int) float64) float64 {
	sum := 0.0
	for j, w := range s.weight[i] {
		sum += w * f(s, j)
	}
	return sum
}

// steepest is the node at which |φ′| is largest, and |φ′| there.
func (s *shells) steepest() (h, slope float64) {
	for j, d := range s.deriv {
		if d = math.Abs(d); d > slope {
			h, slope = s.h[j], d
		}
	}
	return h, slope
}
