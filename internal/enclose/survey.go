package enclose

import (
	"fmt"
	"math"

	"bsnn/internal/expr"
	"bsnn/internal/interval"
)

// A surveyor proves that a function is defined and continuous on the whole
// line, and finds its kinks.
type surveyor struct {
	p       *expr.Program
	m       *machine
	borders []border
	checked map[string]bool // outcomes of joins for the value
	budget  int

	sites     []site              // of singularities
	endpoints map[float64]bool    // to be looked at from both sides
	kinks     []interval.Interval // tiny neighbourhoods of kinks
	complete  bool                // every kink on the surveyed part is in kinks
	reach     [2]float64          // to the left and to the right
}

const (
	surveyBudget = 20000
	maxKinks     = 1024
	near         = 9.0 // panels are a quarter wide up to here
	horizon      = 0x1p30
)

// survey proves what integrals and derivatives need, or returns the reason
// why not.
func survey(p *expr.Program) (*surveyor, error) {
	s := &surveyor{p: p, m: newMachine(p, 2), borders: borders(p.Code()), checked: map[string]bool{}, budget: surveyBudget,
		endpoints: map[float64]bool{}, complete: true}
	var pending error
	for k, sign := range []float64{-1, 1} {
		reach, err := s.beyond(sign)
		s.reach[k] = reach
		if err != nil {
			pending = err
		}
	}
	if err := s.line(); err != nil {
		return nil, err
	}
	for _, x := range sortedKeys(s.endpoints) {
		if err := s.endpoint(x); err != nil {
			return nil, err
		}
	}
	return s, pending
}

// beyond finds an R beyond which the tail rules prove that the function is
// defined and continuous.
func (s *surveyor) beyond(sign float64) (float64, error) {
	var f *tailMachine
	for _, r := range []float64{near, 38, 0x1p10, horizon} {
		f = newTailMachine(s.p, sign, r)
		st := f.state[len(f.state)-1]
		if st.lost == 0 && (!st.jump || s.joins(f.sides)) {
			return r, nil
		}
	}
	st := f.state[len(f.state)-1]
	if st.lost > 0 {
		e := &Error{NotProvenDefined, f.place(), operand(&f.code[st.lost-1])}
		if st.proven {
			e.Reason = Undefined
		}
		return horizon, e
	}
	return horizon, &Error{NotProvenContinuous, f.place(), "a branch switches there without end"}
}

// operand says what may be wrong with the arguments of an operation.
func operand(in *expr.Instr) string {
	switch in.Op {
	case expr.Div:
		return "division by zero"
	case expr.Log:
		return "logarithm of a number that is not positive"
	case expr.Log1p:
		return "log1p of a number that is not above −1"
	case expr.Sqrt:
		return "square root of a negative number"
	case expr.PowInt:
		return "negative power of zero"
	case expr.PowRat, expr.Pow:
		return "real power of a number that is negative, or zero"
	case expr.Tan:
		return "pole of tan"
	case expr.Acosh:
		return "acosh of a number below 1"
	case expr.Atanh:
		return "atanh of a number that is not between −1 and 1"
	case expr.Asin, expr.Acos:
		return in.Op.String() + " of a number beyond ±1"
	}
	return in.Op.String() + " of a number outside its domain"
}

// line goes through the panels, those near 0 first.
func (s *surveyor) line() error {
	for _, e := range grid(max(s.reach[0], s.reach[1])) {
		if e[0] < s.reach[1] {
			if err := s.panel(e[0], e[1]); err != nil {
				return err
			}
		}
		if e[0] < s.reach[0] {
			if err := s.panel(-e[1], -e[0]); err != nil {
				return err
			}
		}
	}
	return nil
}

// grid divides [0, R] into quarters up to 9 and then by about half of x.
func grid(r float64) [][2]float64 {
	var list [][2]float64
	for x := 0.0; x < min(r, near); x += 0.25 {
		list = append(list, [2]float64{x, x + 0.25})
	}
	for x := near; x < r; {
		next := min(r, math.Floor(x*1.25))
		list = append(list, [2]float64{x, next})
		x = next
	}
	return list
}

// tiny is the width at which a panel that stays undecided is given up.
func tiny(lo, hi float64) bool {
	return hi-lo <= 0x1p-44*max(0x1p-4, math.Abs(lo), math.Abs(hi))
}

func (s *surveyor) panel(lo, hi float64) error {
	x := interval.Interval{Lo: lo, Hi: hi}
	s.budget--
	st := s.m.run(x, 1).Status()
	switch {
	case st&interval.Undefined != 0:
		return s.undefined(x)
	case !st.Defined():
		if hi-lo <= siteReach && s.singular(x, tiny(lo, hi)) {
			return s.limits(x)
		}
		if tiny(lo, hi) || s.budget < 0 {
			return s.maybeUndefined(x)
		}
		return s.halves(lo, hi)
	case st&(interval.Singular|interval.Bent) == 0 || s.budget < 0:
	case hi-lo <= siteReach && s.singular(x, tiny(lo, hi)) || tiny(lo, hi):
	case st&interval.Kinked == 0:
		return s.halves(lo, hi)
	}
	s.m.run(x, 1)
	if s.m.touching() {
		s.endpoints[lo], s.endpoints[hi] = true, true
	}
	if st&interval.Kinked == 0 {
		return nil
	}
	safe := st&interval.Jump == 0 || s.joins(s.m.sides)
	switch {
	case tiny(lo, hi) && !safe && s.joinsHere():
		s.addKink(x)
		return nil
	case tiny(lo, hi) && !safe:
		return s.jump(x)
	case !safe && s.budget < 0:
		return &Error{NotProvenContinuous, x, "too many branches to look at"}
	case tiny(lo, hi):
		s.addKink(x)
		return nil
	case safe && (s.budget < 0 || len(s.kinks) >= maxKinks): // enough is known
		s.complete = false
		return nil
	}
	if c, ok := s.crossing(x); ok {
		return s.around(lo, hi, c)
	}
	return s.halves(lo, hi)
}

// around looks at the three parts of a panel with a crossing c.
func (s *surveyor) around(lo, hi float64, c interval.Interval) error {
	if err := s.panel(c.Lo, c.Hi); err != nil {
		return err
	}
	if lo < c.Lo {
		if err := s.panel(lo, c.Lo); err != nil {
			return err
		}
	}
	if c.Hi < hi {
		return s.panel(c.Hi, hi)
	}
	return nil
}

func (s *surveyor) halves(lo, hi float64) error {
	mid := lo/2 + hi/2
	parts := [2][2]float64{{lo, mid}, {mid, hi}}
	if hi <= 0 { // the part near 0 first
		parts[0], parts[1] = parts[1], parts[0]
	}
	for _, p := range parts {
		if err := s.panel(p[0], p[1]); err != nil {
			return err
		}
	}
	return nil
}

// addKink merges neighbours.
func (s *surveyor) addKink(x interval.Interval) {
	for i, k := range s.kinks {
		if k.Lo <= x.Hi && x.Lo <= k.Hi {
			s.kinks[i] = k.Hull(x)
			return
		}
	}
	s.kinks = append(s.kinks, x)
}

// joins reports whether the function is continuous across the borders that
// are open.
func (s *surveyor) joins(sides []side) bool {
	key := fmt.Sprint(sides)
	ok, seen := s.checked[key]
	if !seen {
		ok, _ = joins(s.p.Code(), s.borders, sides, nil)
		s.checked[key] = ok
	}
	return ok
}

// joinsHere is joins for the sides and ranges of the last run.
func (s *surveyor) joinsHere() bool {
	ok, _ := joins(s.p.Code(), s.borders, s.m.sides, s.m.value)
	return ok
}

// endpoint looks at a point where two panels meet on a border.
func (s *surveyor) endpoint(at float64) error {
	x := around(at)
	if _, ok := s.siteAt(x); ok {
		s.addKink(x)
		return s.limits(x)
	}
	st := s.m.run(x, 1).Status()
	if !st.Defined() {
		// Each panel is proven to be defined, but a branch taken on one side
		// need not exist on the other: only the formulas can be compared.
		if !s.joins(s.m.sides) && !s.joinsHere() {
			return s.jump(x)
		}
		s.addKink(x)
		return nil
	}
	if st&interval.Kinked == 0 {
		return nil
	}
	if st&interval.Jump != 0 && !s.joins(s.m.sides) && !s.joinsHere() {
		return s.jump(x)
	}
	s.addKink(x)
	return nil
}

// around is a neighbourhood of a few floats.
func around(x float64) interval.Interval {
	w := max(0x1p-55, math.Abs(x)*0x1p-50)
	return interval.Interval{Lo: x - w, Hi: x + w}
}

// undefined extends a place where the function has no value to the panels
// beside it.
func (s *surveyor) undefined(x interval.Interval) error {
	culprit := blamed(s.m, interval.Undefined)
	grow := func(step float64) float64 {
		edge := x.Hi
		if step < 0 {
			edge = x.Lo
		}
		for math.Abs(edge) < near && s.m.run(interval.Interval{Lo: min(edge, edge+step), Hi: max(edge, edge+step)},
			1).Status()&interval.Undefined != 0 {
			edge += step
		}
		return edge
	}
	return &Error{Undefined, interval.Interval{Lo: grow(-0.25), Hi: grow(0.25)}, culprit}
}

// maybeUndefined looks whether one of the points of a tiny panel settles it.
func (s *surveyor) maybeUndefined(x interval.Interval) error {
	culprit := blamed(s.m, interval.Undefined|interval.Partial)
	for _, side := range []interval.Interval{{Lo: x.Lo - 0.25, Hi: x.Lo}, {Lo: x.Hi, Hi: x.Hi + 0.25}} {
		if s.m.run(side, 1).Status()&interval.Undefined != 0 {
			return s.undefined(side)
		}
	}
	for _, at := range []float64{x.Lo, x.Hi, x.Mid()} {
		if s.m.run(interval.Point(at), 1).Status()&interval.Undefined != 0 {
			return &Error{Undefined, interval.Point(at), blamed(s.m, interval.Undefined)}
		}
	}
	return &Error{NotProvenDefined, x, culprit}
}

// blamed names the first operation of a run with one of the given states.
func blamed(m *machine, st interval.Status) string {
	for i := range m.code {
		if in := &m.code[i]; !in.Op.Condition() && m.regs[i].Status()&st != 0 {
			return operand(in)
		}
	}
	return "an operation outside its domain"
}

// sidesOf encloses derivative k of the function on the left and on the right
// of the one border inside x. It fails unless exactly one border is open, and
// changes sides from one end of x to the other.
func (s *surveyor) sidesOf(x interval.Interval, k int) (left, right interval.Interval, ok bool) {
	m := s.m
	m.run(x, 1)
	var open1 *border
	for i := range s.borders {
		if s.openBorder(&s.borders[i]) {
			if open1 != nil {
				return left, right, false
			}
			open1 = &s.borders[i]
		}
	}
	if open1 == nil {
		return left, right, false
	}
	known := append([]side(nil), m.sides...)
	at := [2]side{}
	first := open1.members[0]
	for i, end := range []float64{x.Lo, x.Hi} {
		m.run(interval.Point(end), 1)
		at[i] = m.sides[first.index] * first.flip
		if m.sides[first.index] == equal {
			return left, right, false
		}
	}
	if at[0]*at[1] != -1 {
		return left, right, false
	}
	var z [2]interval.Interval
	for i := range z {
		open1.set(known, at[i])
		m.forced = known
		r := m.run(open1.within(m.code, x), 1)
		m.forced = nil
		if k > 0 && !r.Status().Lipschitz() || !r.Status().Defined() {
			return left, right, false
		}
		z[i] = r.Coefficient(k)
	}
	return z[0], z[1], true
}

// openBorder reports whether no member of b is decided by the last run.
func (s *surveyor) openBorder(b *border) bool {
	for _, m := range b.members {
		if at := s.m.sides[m.index]; !s.m.varies[m.index] || at != open && at != apart {
			return false
		}
	}
	return true
}
