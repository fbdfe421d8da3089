package quadrature

import (
	"fmt"
	"slices"
	"sync"

	"gonum.org/v1/gonum/integrate/quad"
)

const order = 16 // Gauss–Legendre nodes per panel

// A rule holds the nodes and weights of Gauss–Legendre quadrature on [-1, 1].
type rule struct{ x, w [order]float64 }

var legendre = sync.OnceValue(func() *rule {
	var r rule
	quad.Legendre{}.FixedLocations(r.x[:], r.w[:], -1, 1)
	return &r
})

// nodes sets dst to the abscissae of the rule on [lo, hi].
func (r *rule) nodes(dst []float64, lo, hi float64) {
	mid, half := lo+(hi-lo)/2, (hi-lo)/2
	for i, t := range r.x {
		dst[i] = mid + half*t
	}
}

// A panel is an interval with three estimates of every component: over the
// whole of it and over its two halves. The magnitudes are ∫|f_k| by the same
// rule on the halves.
type panel struct {
	lo, mid, hi       float64
	whole             []float64
	left, right       []float64
	absLeft, absRight []float64
}

func (p *panel) value(k int) float64     { return p.left[k] + p.right[k] }
func (p *panel) magnitude(k int) float64 { return p.absLeft[k] + p.absRight[k] }

// divisible reports whether float64 can tell the quarters of p apart.
func (p *panel) divisible() bool {
	q1, q3 := p.lo+(p.mid-p.lo)/2, p.mid+(p.hi-p.mid)/2
	return p.lo < q1 && q1 < p.mid && p.mid < q3 && q3 < p.hi
}

// split returns the ascending panel ends: lo, the breaks inside, hi.
func split(lo, hi float64, breaks []float64) ([]float64, error) {
	if !finite(lo) || !finite(hi) || !finite(hi-lo) || lo > hi {
		return nil, fmt.Errorf("interval [%v, %v], want finite ends in ascending order", lo, hi)
	}
	edges := append(make([]float64, 0, len(breaks)+2), lo)
	for _, b := range breaks {
		if !finite(b) {
			return nil, fmt.Errorf("break at %v, want a finite number", b)
		}
		if lo < b && b < hi {
			edges = append(edges, b)
		}
	}
	slices.Sort(edges)
	return slices.Compact(append(edges, hi)), nil
}
