package enclose

import (
	"math"

	"bsnn/internal/expr"
	"bsnn/internal/interval"
)

// Options say how far to go. The zero value asks for the narrowest
// enclosures that float64 endpoints make sense for.
type Options struct {
	Tolerance float64 // relative width to aim at; 0 means 1e-14
	MaxPanels int     // panels to evaluate at most; 0 means what takes about a second
	Reach     float64 // integrate panels over [−Reach, Reach], a multiple of ¼; 0 chooses between 9 and 38

	// For tests: the degree of the polynomials on a panel, even, and a relative
	// error of the float64 constants that nothing proven may depend on.
	degree  int
	perturb float64
	// … and to leave out the Lipschitz constants.
	momentsOnly bool
}

const (
	defaultTolerance = 1e-14
	mostPanels       = 12000
	defaultDegree    = 20
)

// reaches are the candidates for R. Beyond 38 the normal density is below
// 1e-313.
var reaches = [...]float64{9, 10, 12, 15, 19, 24, 30, 38}

// Certify encloses the Gaussian moments of the function p, the constants that
// normalise it, and its Lipschitz constants. Every interval in the result is
// proven to contain the true value. An error is an *Error.
func Certify(p *expr.Program, opt Options) (Certificate, error) {
	if opt.Tolerance <= 0 {
		opt.Tolerance = defaultTolerance
	}
	if opt.MaxPanels <= 0 {
		opt.MaxPanels = affordable(p)
	}
	if opt.degree <= 0 {
		opt.degree = defaultDegree
	}
	s, err := survey(p)
	if err != nil {
		return Certificate{}, err
	}
	if err := s.divergence(); err != nil {
		return Certificate{}, err
	}
	rough := newSketch(p, s.kinks)
	rough.disturb(opt.perturb)
	left, right := tails(p, rough, opt)
	if err := infinite(rough.scale, left, right); err != nil {
		return Certificate{}, err
	}
	removed := s.m.removed()
	point := newMachineWith(p, opt.degree+1, extra(removed))
	whole := newMachineWith(p, opt.degree+1, extra(removed))
	e := &engine{in: newIntegrator(point, whole, rough, opt.degree+1), budget: opt.MaxPanels, sites: s.sites, rough: rough}
	e.in.meets = len(removed) > 0
	if e.in.meets {
		point.guide = whole
	}
	e.start(right.r, s.kinks)
	l, r := tailIntegrals(left, rough), tailIntegrals(right, rough)
	open := append(s.unbounded(rough), l, r)
	for n := -1; n != len(e.nodes); {
		n = len(e.nodes)
		e.setLimits(opt.Tolerance, open...)
		e.refine()
	}
	v := e.total()
	v.add(&l)
	v.add(&r)
	if err := e.unbounded(&v); err != nil {
		return Certificate{}, err
	}
	m := momentsOf(&v, rough.mean)
	if err := varies(p, m); err != nil {
		return Certificate{}, err
	}
	c := assemble(m, &v, rough.guess)
	c.rescale(rough.scale)
	c.Panels, c.Reach, c.Narrow = len(e.nodes), right.r, e.narrowEnds()
	c.Kinks = s.kinks
	expand(p, removed)
	c.Removed = removed
	c.FourthMoment = fourth(&v, left, right)
	if err := s.infiniteFourth(); err != nil && c.FourthMoment != nil {
		c.FourthMoment = err
	}
	if !opt.momentsOnly {
		c.Lipschitz, c.DerivLipschitz = lipschitz(s)
	}
	return c, nil
}

// affordable is how many panels take about a second: work is counted, not time, so that
// a result does not depend on the machine. The integrals of a panel take about as long
// as twelve instructions, each over two series.
func affordable(p *expr.Program) int {
	const work = 500_000
	return min(mostPanels, work/(12+len(p.Code())))
}

// tails evaluates both sides, as far out as it takes for them not to matter.
func tails(p *expr.Program, rough sketch, opt Options) (left, right *tailMachine) {
	for _, r := range reaches {
		if opt.Reach > 0 {
			r = opt.Reach
		}
		left, right = newTailMachine(p, -1, r), newTailMachine(p, 1, r)
		a, b := tailIntegrals(left, rough), tailIntegrals(right, rough)
		if opt.Reach > 0 || negligible(&a, rough) && negligible(&b, rough) {
			break
		}
	}
	return left, right
}

func negligible(v *vector, rough sketch) bool {
	for k, x := range v {
		if !(x.Hi <= 1e-17*rough.size[k]+1e-40) {
			return false
		}
	}
	return true
}

// infinite finds a second moment that is infinite or not proven finite
// because of a tail.
func infinite(scale float64, sides ...*tailMachine) error {
	for _, f := range sides {
		j := f.scaled(scale)
		for _, part := range []struct {
			v    bound
			name string
		}{{j.v, "E f²"}, {j.d, "E f′²"}} {
			l := times(part.v.up, 2)
			if f.mass(l) < math.Inf(1) {
				continue
			}
			if diverges(part.v.low) {
				return &Error{Infinite, f.place(), part.name + " is infinite, the function grows like " + part.v.low.growth()}
			}
			return &Error{NotProvenFinite, f.place(), part.name + " could not be bounded, " + part.v.up.growthBound()}
		}
	}
	return nil
}

// diverges reports that e^{2l}·e^{−y²/2} is not integrable.
func diverges(l rate) bool {
	if !l.known() {
		return false
	}
	switch {
	case l.a != 0.25:
		return l.a > 0.25
	case l.b != 0:
		return l.b > 0
	}
	return l.k >= -0.5
}

// growth describes e^l.
func (l rate) growth() string {
	switch {
	case l.a == 1:
		return "exp(x²) or faster"
	case l.a != 0:
		return "exp(" + number(l.a) + "·x²) or faster"
	case l.b != 0:
		return "exp(" + number(l.b) + "·|x|) or faster"
	}
	return "|x|^" + number(l.k) + " or faster"
}

func (l rate) growthBound() string {
	if !l.known() {
		return "no bound of its growth was found"
	}
	return "it may grow like " + l.growth()
}

// fourth says whether the fourth moments are proven finite.
func fourth(v *vector, sides ...*tailMachine) error {
	for k := firstFourth; k < count; k++ {
		if v[k].IsBounded() {
			continue
		}
		for _, f := range sides {
			j := f.root()
			if diverges2(j.v.low) || diverges2(j.d.low) {
				return &Error{Infinite, f.place(), "E f⁴ or E f′⁴ is infinite"}
			}
		}
		return &Error{NotProvenFinite, interval.Entire(), "E f⁴ or E f′⁴ could not be bounded"}
	}
	return nil
}

// diverges2 is diverges for the fourth power.
func diverges2(l rate) bool {
	l.a, l.b, l.k = 2*l.a, 2*l.b, 2*l.k
	return diverges(l)
}

// unbounded names a panel that leaves a second moment unbounded.
func (e *engine) unbounded(v *vector) error {
	for _, k := range []int{iUU, iDD} {
		if v[k].IsBounded() {
			continue
		}
		name := map[int]string{iUU: "E f²", iDD: "E f′²"}[k]
		for i := range e.nodes {
			n := &e.nodes[i]
			if n.halves[0] == 0 && !n.v[k].IsBounded() {
				if n.germ != 0 {
					at := e.sites[max(n.germ, -n.germ)-1].at
					return &Error{NotProvenFinite, at, name + " could not be bounded there, the slope may be infinite"}
				}
				lo, hi := e.narrow(n.lo, n.hi, k)
				return &Error{NotProvenFinite, interval.Interval{Lo: lo, Hi: hi}, name + " could not be bounded there, the slope may be infinite"}
			}
		}
		return &Error{NotProvenFinite, interval.Entire(), name + " could not be bounded"}
	}
	return nil
}

// narrow follows the half of a panel on which integral k stays unbounded.
func (e *engine) narrow(lo, hi float64, k int) (float64, float64) {
	for !tiny(lo, hi) {
		mid := lo/2 + hi/2
		left, _, _ := e.in.panel(lo, mid)
		right, _, _ := e.in.panel(mid, hi)
		switch {
		case !left[k].IsBounded():
			hi = mid
		case !right[k].IsBounded():
			lo = mid
		default:
			return lo, hi
		}
	}
	return lo, hi
}

func varies(p *expr.Program, m moments) error {
	switch {
	case m.dd.Lo > 0:
		return nil
	case p.Constant() || m.dd.Hi == 0 || zeroSlope(p):
		return &Error{Constant, interval.Entire(), "E f′² is 0, so no a makes E (af)′² = 1"}
	}
	detail := "E f′² is only known to lie in [0, " + shortNumber(m.dd.Hi) + "], which does not tell it from 0"
	return &Error{NotProvenVarying, interval.Entire(), detail}
}

// zeroSlope reports that the derivative of a function without branches is 0
// by its formula.
func zeroSlope(p *expr.Program) bool {
	code := p.Code()
	if len(borders(code)) > 0 {
		return false
	}
	t := newTerms()
	s := &symbolic{terms: t, code: code, x: t.apply("x"), at: map[int32]term{}, sides: make([]side, len(code))}
	_, d := s.evaluate()
	return t.isInt(d, 0)
}
