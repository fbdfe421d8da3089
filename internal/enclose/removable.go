package enclose

import (
	"cmp"
	"math"
	"slices"

	"bsnn/internal/expr"
	"bsnn/internal/interval"
)

// A Removed singularity is a point at which a quotient of the function is 0/0 and has
// a limit, which is what the certificate is about.
type Removed struct {
	Instr  int     // the quotient
	At     float64 // where it is
	Order  int     // of the zeros
	Radius float64 // up to it from At the polynomial is the quotient up to rounding
	// Poly are about the Taylor coefficients of the quotient at At.
	Poly []float64

	root site // … as it is proven
}

const (
	highestZero = 4 // order of the zeros that are looked for
	polyDegree  = 8 // of Removed.Poly
)

// Removable finds the points at which quotients of a function are 0/0 and have a limit.
// It finds none of a function that is not covered for another reason.
func Removable(p *expr.Program) []Removed {
	s, err := survey(p)
	if err != nil {
		return nil
	}
	list := s.m.removed()
	expand(p, list)
	return list
}

// Patches are for computation in floats near removed singularities.
func Patches(list []Removed) []expr.Patch {
	var patches []expr.Patch
	for _, r := range list {
		patches = append(patches, expr.Patch{Instr: r.Instr, At: r.At, Radius: r.Radius, Poly: r.Poly})
	}
	return patches
}

// quotient is a/b. Where both vanish at one and the same point it is their limit there.
func (m *machine) quotient(i int, s, a, b *interval.Series) {
	if v := b.Value(); m.varies[m.code[i].B] && v.Lo <= 0 && v.Hi >= 0 && a.Status().Analytic() && b.Status().Analytic() {
		if order := m.commonZero(i, a, b); order > 0 {
			s.Removable(a, b, order)
			return
		}
	}
	s.Div(a, b)
	if m.guide != nil && m.centre.IsPoint() {
		if r, ok := m.guide.met[i]; ok {
			m.moved(i, s, r)
		}
	}
}

// moved narrows the quotient s, at a point close to its singularity, where division
// loses digits, by its series there.
func (m *machine) moved(i int, s *interval.Series, r site) {
	whole := m.guide.regs[i]
	if !whole.Status().Analytic() {
		return
	}
	key := zeroKey{i, r.at.Mid()}
	at, ok := m.seen[key]
	if !ok {
		q := newMachineWith(m.p, m.order, highestZero)
		q.forced = m.forced
		q.runAt(r, newTerms(), i+1)
		at = q.regs[i]
		if m.seen == nil {
			m.seen = map[zeroKey]*interval.Series{}
		}
		m.seen[key] = at
	}
	if !at.Status().Analytic() {
		return
	}
	if m.scratch == nil {
		m.scratch = interval.NewSeries(m.order)
	}
	scale := m.scale
	m.scratch.Moved(at, whole, m.centre.Sub(r.at).Div(interval.Point(scale)), scale)
	if s.Status().Analytic() {
		s.Meet(m.scratch)
		return
	}
	s.Set(m.scratch)
}

// commonZero is the order to which a and b vanish at a point of the last run's centre,
// 0 unless that is proven and b vanishes nowhere else in it. The points tried are those
// at which arithmetic may be exact, 0 and the ends, and the roots of what b is made of.
func (m *machine) commonZero(i int, a, b *interval.Series) int {
	if m.centre.IsPoint() || m.anchor != nil {
		return zeroOrder(a, b)
	}
	for _, at := range []float64{0, m.centre.Lo, m.centre.Hi} {
		if m.centre.Contains(at) {
			if order := m.vanishes(i, site{-1, interval.Point(at)}, b); order > 0 {
				return order
			}
		}
	}
	for u := m.code[i].B; u >= 0; u-- { // operands come before what is made of them
		if r, ok := m.rootOf(u, m.centre); ok && !r.at.IsPoint() {
			if order := m.vanishes(i, r, b); order > 0 {
				return order
			}
		}
	}
	return 0
}

// vanishes is commonZero for one place; b is the denominator over the centre.
func (m *machine) vanishes(i int, r site, b *interval.Series) int {
	q := m.prober()
	q.forced = m.sides // the branches that rule on this side of the point
	q.runAt(r, newTerms(), i)
	u, v := q.regs[m.code[i].A], q.regs[m.code[i].B]
	if !u.Status().Analytic() || !v.Status().Analytic() {
		return 0
	}
	order := zeroOrder(u, v)
	if order == 0 || order >= b.Order() || b.Coefficient(order).Mignitude() == 0 {
		return 0
	}
	m.zeros[zeroKey{i, r.at.Mid()}] = zero{order, r}
	m.met[i] = r
	return order
}

// A zero is a common zero of both parts of a quotient.
type zero struct {
	order int
	root  site
}

type zeroKey struct {
	instr int
	at    float64
}

// zeroOrder is the order of the zero of b at a point if a has one of that order at
// least, 0 if b has none or it is not proven.
func zeroOrder(a, b *interval.Series) int {
	zero := interval.Interval{}
	for k := range min(highestZero, b.Order()) {
		if b.Coefficient(k) != zero {
			if b.Coefficient(k).Mignitude() > 0 {
				return k
			}
			return 0
		}
		if a.Coefficient(k) != zero {
			return 0
		}
	}
	return 0
}

// removed lists the singularities of a program that runs of its machine have removed.
func (m *machine) removed() []Removed {
	var list []Removed
	for i := range m.code {
		for key, z := range m.zeros {
			if key.instr == i {
				list = append(list, Removed{Instr: i, At: key.at, Order: z.order, root: z.root})
			}
		}
	}
	slices.SortFunc(list, func(a, b Removed) int { return cmp.Or(a.Instr-b.Instr, cmp.Compare(a.At, b.At)) })
	return list
}

// expand adds the polynomials to the removed singularities of p, by one run of high order
// for each.
func expand(p *expr.Program, list []Removed) {
	for k := range list {
		r := &list[k]
		m := newMachineWith(p, polyDegree, extra(list))
		m.runAt(r.root, newTerms(), len(m.code))
		for j := range polyDegree + 1 {
			r.Poly = append(r.Poly, m.regs[r.Instr].Coefficient(j).Mid())
		}
		r.Radius = 1.0 / 16
		for small := func() bool {
			last := math.Abs(r.Poly[polyDegree]) + math.Abs(r.Poly[polyDegree-1])*r.Radius
			return last*math.Pow(r.Radius, polyDegree) <= 1e-17*(math.Abs(r.Poly[0])+math.Abs(r.Poly[1])*r.Radius)
		}; !small() && r.Radius > 0x1p-20; {
			r.Radius /= 2
		}
	}
}

// extra is how many coefficients a machine loses at removed singularities, at most.
func extra(list []Removed) int {
	most := map[int]int{}
	for _, r := range list {
		most[r.Instr] = max(most[r.Instr], r.Order)
	}
	n := 0
	for _, order := range most {
		n += order
	}
	return min(n, 12)
}
