package quadrature

import (
	"fmt"
	"math"
)

// chunk bounds the abscissae per call of the integrand, so that its working
// set stays in cache: a multiple of order.
const chunk = 16 * order

// state is a partition of the interval in ascending order, and the buffers
// through which the integrand is evaluated.
type state struct {
	dim    int
	f      Integrand
	opt    Options
	rule   *rule
	panels []panel
	evals  int

	value, err, scale []float64 // totals over the panels

	x   []float64
	buf []float64
	out [][]float64
}

// A piece is an interval to integrate, with where its results go: the signed
// integral and, unless nil, the integral of the absolute value.
type piece struct {
	lo, hi   float64
	sum, abs []float64
}

func newState(dim int, f Integrand, opt Options, edges []float64) *state {
	size := min(chunk, 3*order*len(edges))
	return &state{
		dim: dim, f: f, opt: opt, rule: legendre(),
		value: make([]float64, dim), err: make([]float64, dim), scale: make([]float64, dim),
		x: make([]float64, size), buf: make([]float64, dim*size), out: make([][]float64, dim),
	}
}

// seed makes the first panels, one between each two edges.
func (s *state) seed(edges []float64) error {
	count := len(edges) - 1
	s.panels = make([]panel, count)
	pieces := make([]piece, 0, 3*count)
	store := make([]float64, 5*s.dim*count)
	for i := range s.panels {
		p := &s.panels[i]
		p.lo, p.hi = edges[i], edges[i+1]
		p.mid = p.lo + (p.hi-p.lo)/2
		p.whole, store = take(store, s.dim)
		pieces = append(pieces, piece{p.lo, p.hi, p.whole, nil})
		pieces, store = s.halves(p, pieces, store)
	}
	return s.evaluate(pieces)
}

// halves appends the two halves of p to the pieces to be integrated.
func (s *state) halves(p *panel, pieces []piece, store []float64) ([]piece, []float64) {
	p.left, store = take(store, s.dim)
	p.right, store = take(store, s.dim)
	p.absLeft, store = take(store, s.dim)
	p.absRight, store = take(store, s.dim)
	return append(pieces, piece{p.lo, p.mid, p.left, p.absLeft}, piece{p.mid, p.hi, p.right, p.absRight}), store
}

func take(store []float64, n int) (head, rest []float64) { return store[:n:n], store[n:] }

// bisect replaces the panels with the given ascending indices by their
// halves, whose whole-panel estimates are already known.
func (s *state) bisect(coarse []int) error {
	next := make([]panel, 0, len(s.panels)+len(coarse))
	var fresh []int
	for i, p := range s.panels {
		if len(coarse) == 0 || coarse[0] != i {
			next = append(next, p)
			continue
		}
		coarse = coarse[1:]
		fresh = append(fresh, len(next), len(next)+1)
		next = append(next,
			panel{lo: p.lo, mid: p.lo + (p.mid-p.lo)/2, hi: p.mid, whole: p.left},
			panel{lo: p.mid, mid: p.mid + (p.hi-p.mid)/2, hi: p.hi, whole: p.right})
	}
	s.panels = next
	pieces := make([]piece, 0, 2*len(fresh))
	store := make([]float64, 4*s.dim*len(fresh))
	for _, i := range fresh {
		pieces, store = s.halves(&s.panels[i], pieces, store)
	}
	return s.evaluate(pieces)
}

// evaluate integrates the pieces, a chunk of abscissae at a time.
func (s *state) evaluate(pieces []piece) error {
	perCall := len(s.x) / order
	for len(pieces) > 0 {
		batch := pieces[:min(perCall, len(pieces))]
		pieces = pieces[len(batch):]
		n := len(batch) * order
		for i, q := range batch {
			s.rule.nodes(s.x[i*order:(i+1)*order], q.lo, q.hi)
		}
		for k := range s.out {
			s.out[k] = s.buf[k*len(s.x) : k*len(s.x)+n]
		}
		s.f(s.out, s.x[:n])
		s.evals += n
		for k, y := range s.out {
			for i, q := range batch {
				if err := s.sum(q, k, y[i*order:(i+1)*order], s.x[i*order:]); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// sum applies the rule to the values y of component k on one piece.
func (s *state) sum(q piece, k int, y, x []float64) error {
	half := (q.hi - q.lo) / 2
	w := &s.rule.w
	var sum, abs float64
	for j, v := range y[:order] {
		sum += w[j] * v
		abs += w[j] * math.Abs(v)
	}
	if !finite(abs) {
		for j, v := range y {
			if !finite(v) {
				return fmt.Errorf("component %d is %v at x = %v", k, v, x[j])
			}
		}
		return fmt.Errorf("component %d overflows between x = %v and %v", k, q.lo, q.hi)
	}
	q.sum[k] = half * sum
	if q.abs != nil {
		q.abs[k] = half * abs
	}
	return nil
}

// coarse totals the panels and returns the ascending indices of those to
// bisect: none when every component meets its tolerance or only rounding
// is left.
func (s *state) coarse() []int {
	s.total()
	share := 1 / (2 * float64(len(s.panels)))
	var list []int
	for i := range s.panels {
		if p := &s.panels[i]; s.tooCoarse(p, share) {
			list = append(list, i)
		}
	}
	return list
}

// tooCoarse reports whether p takes more than its share of the tolerance of
// a component that misses it, and a bisection can help.
func (s *state) tooCoarse(p *panel, share float64) bool {
	for k := range s.dim {
		tol := s.tolerance(k)
		if s.err[k] <= tol {
			continue
		}
		d := math.Abs(p.whole[k] - p.value(k))
		if d > tol*share && d > settled*p.magnitude(k) && p.divisible() {
			return true
		}
	}
	return false
}

func (s *state) tolerance(k int) float64 { return max(s.opt.AbsTol, s.opt.RelTol*s.scale[k]) }

func (s *state) total() {
	for k := range s.dim {
		var value, scale, diff compensated
		for i := range s.panels {
			p := &s.panels[i]
			value.add(p.left[k])
			value.add(p.right[k])
			scale.add(p.magnitude(k))
			diff.add(math.Abs(p.whole[k] - p.value(k)))
		}
		s.value[k], s.scale[k], s.err[k] = value.sum(), scale.sum(), diff.sum()
	}
}

func (s *state) result() Result {
	errs := make([]float64, s.dim)
	for k := range errs {
		errs[k] = s.err[k] + 4*roundoff*s.scale[k]
	}
	return Result{Value: s.value, Error: errs, Scale: s.scale, Evaluations: s.evals}
}

// stuck is an error when no bisection helps any more although the difference
// of the estimates is more than rounding explains.
func (s *state) stuck() error {
	for k := range s.dim {
		if s.err[k] > max(s.tolerance(k), settled*s.scale[k]) {
			return &ConvergenceError{k, s.worstPanel(k).mid, s.err[k], s.tolerance(k), 0}
		}
	}
	return nil
}

// exhausted names the component furthest from its tolerance.
func (s *state) exhausted() error {
	worst, ratio := 0, 0.0
	for k, e := range s.err {
		if q := e / s.tolerance(k); q > ratio {
			worst, ratio = k, q
		}
	}
	return &ConvergenceError{worst, s.worstPanel(worst).mid, s.err[worst], s.tolerance(worst), s.opt.MaxPanels}
}

func (s *state) worstPanel(k int) *panel {
	worst, at := -1.0, 0
	for i := range s.panels {
		p := &s.panels[i]
		if d := math.Abs(p.whole[k] - p.value(k)); d > worst {
			worst, at = d, i
		}
	}
	return &s.panels[at]
}

// compensated is a Neumaier sum.
type compensated struct{ s, c float64 }

func (a *compensated) add(v float64) {
	t := a.s + v
	if math.Abs(a.s) >= math.Abs(v) {
		a.c += (a.s - t) + v
	} else {
		a.c += (v - t) + a.s
	}
	a.s = t
}

func (a *compensated) sum() float64 { return a.s + a.c }
