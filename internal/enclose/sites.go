package enclose

import (
	"errors"
	"math"

	"bsnn/internal/interval"
)

// siteReach is how far from a site its germs are looked at first, at least.
const siteReach = 0x1p-10

// siteAt is the known site inside an interval.
func (s *surveyor) siteAt(x interval.Interval) (r site, ok bool) {
	for _, r := range s.sites {
		if r.at.Lo <= x.Hi && x.Lo <= r.at.Hi {
			return r, true
		}
	}
	return r, false
}

// germs are those of a site on both sides, as far as beyond.
func (s *surveyor) germs(r site, beyond float64) (left, right *germ) {
	t := newTerms()
	return newGerm(s.p, r, r.at.Lo-beyond, t), newGerm(s.p, r, r.at.Hi+beyond, t)
}

// singular finds the site that makes the last run, over x, singular: a root in x of one of
// the nodes, beside which the function is defined and E f′² is bounded as far as x goes.
// In the last resort, where x is tiny, one beside which it is defined will do.
func (s *surveyor) singular(x interval.Interval, last bool) bool {
	if r, ok := s.siteAt(x); ok {
		if defined, bounded := s.covers(r, x); defined && (bounded || last) {
			return true
		}
	}
	var resort *site
	for i := range s.m.code {
		r, ok := s.m.rootOf(int32(i), x)
		if !ok {
			continue
		}
		switch defined, bounded := s.covers(r, x); {
		case defined && bounded:
			s.sites = append(s.sites, r)
			return true
		case defined && resort == nil:
			resort = &r
		}
	}
	if resort != nil && last {
		s.sites = append(s.sites, *resort)
		return true
	}
	return false
}

// covers reports whether the function is defined between a site and the ends of x, and
// whether the integral of f′² is bounded there.
func (s *surveyor) covers(r site, x interval.Interval) (defined, bounded bool) {
	s.budget -= 10
	bounded = true
	for _, end := range []float64{x.Lo, x.Hi} {
		if r.at.Contains(end) {
			continue
		}
		g := newGerm(s.p, r, end, newTerms())
		if g.state[len(g.state)-1].lost > 0 {
			return false, false
		}
		bounded = bounded && g.slopeBounded()
	}
	return true, bounded
}

// slopeBounded reports whether the integral of f′² over the piece is.
func (g *germ) slopeBounded() bool {
	return g.measure(g.mul2(g.root().d)).IsBounded()
}

// limits decides whether a function that has no value somewhere in a tiny x, but is
// defined on both sides of the site in x, is defined at the site and has one limit there.
func (s *surveyor) limits(x interval.Interval) error {
	r, _ := s.siteAt(x)
	q := s.m.prober()
	q.forced = nil
	q.runAt(r, newTerms(), len(q.code))
	if st := q.regs[len(q.code)-1].Status(); !st.Defined() {
		what := blamed(q, interval.Undefined|interval.Partial)
		s.m.run(x, 1)
		err := s.maybeUndefined(x)
		if e := new(Error); errors.As(err, &e) && e.Reason == NotProvenDefined && st&interval.Undefined != 0 {
			return &Error{Undefined, r.at, what}
		}
		return err
	}
	for beyond := max(siteReach, x.Width()); ; beyond /= 16 {
		l, h := s.germs(r, beyond)
		if l.state[len(l.state)-1].lost > 0 || h.state[len(h.state)-1].lost > 0 {
			if beyond > 0x1p-30 {
				continue
			}
			return &Error{NotProvenDefined, r.at, blamed(s.m, interval.Undefined|interval.Partial)}
		}
		if l.state[len(l.state)-1].jump || h.state[len(h.state)-1].jump {
			return &Error{NotProvenContinuous, r.at, "a branch switches there without end"}
		}
		if v, w := l.limit(l.exact.values), h.limit(h.exact.values); v == w && !l.exact.bad[v] {
			return nil
		}
		a, b := l.span(l.root().v), h.span(h.root().v)
		switch {
		case a.Hi < b.Lo || b.Hi < a.Lo:
			l, h = s.germs(r, math.Max(0x1p-45, 4*r.at.Width()))
			a, b = a.Intersect(l.span(l.root().v)), b.Intersect(h.span(h.root().v))
			return &Error{Discontinuous, r.at, "it jumps from " + rangeText(a) + " to " + rangeText(b)}
		case a == b && a.IsPoint():
			return nil
		case beyond < 0x1p-30:
			return &Error{NotProvenContinuous, r.at, "the limits from both sides are not proven to be the same"}
		}
	}
}

// rangeText is about a number that lies in x.
func rangeText(x interval.Interval) string {
	switch {
	case math.IsInf(x.Lo, 0):
		return "below " + number(x.Hi)
	case math.IsInf(x.Hi, 0):
		return "above " + number(x.Lo)
	}
	return number(x.Mid())
}

// limit is the term of the value or the slope of the function where it tends to.
func (g *germ) limit(of []term) term { return g.exact.resolve(of[len(of)-1]) }

// cornerAt is corner for a site.
func (s *surveyor) cornerAt(r site) (c corner, first, second interval.Interval) {
	l, h := s.germs(r, siteReach)
	a, b := l.span(l.root().d), h.span(h.root().d)
	first, second = a.Hull(b), l.span(l.root().dd).Hull(h.span(h.root().dd))
	switch v, w := l.limit(l.exact.slopes), h.limit(h.exact.slopes); {
	case l.root().d.low.unbounded() || h.root().d.low.unbounded():
		return steep, first, second
	case a.Hi < b.Lo || b.Hi < a.Lo:
		return sharp, first, second
	case v == w && !l.exact.bad[v] && first.IsBounded():
		return round, first, second
	}
	return unclear, first, second
}

// diverging says that the integral of the square, or of the fourth power, of the value or
// the slope beside a site is infinite.
func (g *germ) diverging(v bound, power float64) bool {
	l := v.low
	return l.known() && leading(l.a, l.b, power*l.k-1) >= 0
}

// growthNear describes e^l beside a site.
func (g *germ) growthNear(l rate) string {
	distance := "|x|"
	if c := g.at.at.Mid(); c < 0 {
		distance = "|x + " + number(-c) + "|"
	} else if c > 0 {
		distance = "|x − " + number(c) + "|"
	}
	if leading(l.a, l.b) > 0 {
		return "an exponential of 1/" + distance
	}
	return distance + "^" + number(-l.k)
}

// divergence finds a second moment that is infinite because of a site.
func (s *surveyor) divergence() error {
	for _, r := range s.sites {
		l, h := s.germs(r, siteReach)
		for _, g := range []*germ{l, h} {
			j := g.root()
			switch {
			case g.diverging(j.v, 2):
				return &Error{Infinite, r.at, "E f² is infinite, the function grows like " + g.growthNear(j.v.low)}
			case g.diverging(j.d, 2):
				return &Error{Infinite, r.at, "E f′² is infinite, the slope grows like " + g.growthNear(j.d.low)}
			}
		}
	}
	return nil
}

// infiniteFourth says whether a fourth moment is infinite because of a site.
func (s *surveyor) infiniteFourth() error {
	for _, r := range s.sites {
		l, h := s.germs(r, siteReach)
		for _, g := range []*germ{l, h} {
			if j := g.root(); g.diverging(j.d, 4) {
				return &Error{Infinite, r.at, "E f′⁴ is infinite, the slope grows like " + g.growthNear(j.d.low)}
			}
		}
	}
	return nil
}

// unbounded are the integrals beside the sites as they stay, however close one looks: no
// panel needs to be narrow for those that are not finite.
func (s *surveyor) unbounded(rough sketch) []vector {
	var list []vector
	for _, r := range s.sites {
		l, h := s.germs(r, math.Max(0x1p-30, 64*r.at.Width()))
		list = append(list, l.integrals(rough), h.integrals(rough))
	}
	return list
}
