package enclose

import (
	"math"

	"bsnn/internal/expr"
	"bsnn/internal/interval"
)

// A side is what is known about the sign of the difference that a branch
// depends on.
type side int8

const (
	open  side = 0  // not known
	above side = 1  // positive, up to isolated zeros
	below side = -1 // negative, up to isolated zeros
	equal side = 2  // zero everywhere
	apart side = 3  // of == and !=: zero at isolated points at most
)

// A truth is the value of a condition in Kleene's logic.
type truth int8

const (
	unknown truth = 0
	yes     truth = 1
	no      truth = -1
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

// A machine runs a program over series: one register for each instruction,
// allocated once.
type machine struct {
	code   []expr.Instr
	regs   []*interval.Series
	varies []bool
	order  int

	diff   []*interval.Series // of the two sides of a comparison
	truths []truth            // of conditions
	bad    []*interval.Series // of conditions: an undefined operand
	either *interval.Series   // a condition that is not known

	p       *expr.Program
	centre  interval.Interval            // of the last run
	scale   float64                      // … and of its variable
	scratch *interval.Series             // made when it is needed
	probe   *machine                     // looks at single points; made when it is needed
	zeros   map[zeroKey]zero             // the common zeros that quotients have met
	met     map[int]site                 // where they were in the last run
	guide   *machine                     // nil, or one that has run over a panel around the point of a run
	seen    map[zeroKey]*interval.Series // of quotients where they were 0/0, by a run there
	anchor  *anchor                      // nil, or what is known exactly where the machine runs

	sides   []side // of branching instructions, found by the last run
	touches []bool // the difference may vanish although its side is known
	forced  []side // nil, or sides to be taken without asking; open asks
}

// newMachine makes a machine. One of low order has room for what is lost at removable
// singularities.
func newMachine(p *expr.Program, order int) *machine {
	lost := 0
	for _, in := range p.Code() {
		if in.Op == expr.Div && in.B >= 0 && p.Code()[in.B].Op != expr.Const {
			lost = highestZero
		}
	}
	return newMachineWith(p, order, lost)
}

// newMachineWith makes a machine whose series keep their order where so many coefficients
// are lost.
func newMachineWith(p *expr.Program, order, lost int) *machine {
	code := p.Code()
	order += lost
	n := len(code)
	m := &machine{p: p, zeros: map[zeroKey]zero{}, met: map[int]site{},
		code: code, order: order, regs: make([]*interval.Series, n), varies: make([]bool, n),
		diff: make([]*interval.Series, n), truths: make([]truth, n), bad: make([]*interval.Series, n),
		sides: make([]side, n), touches: make([]bool, n), either: interval.NewSeries(order)}
	m.either.Constant(interval.New(-1, 1))
	for i := range code {
		in := &code[i]
		m.regs[i] = interval.NewSeries(order)
		m.varies[i] = in.Op == expr.Var
		for _, o := range in.Operands() {
			m.varies[i] = m.varies[i] || m.varies[o]
		}
		if in.Op.Condition() || in.Op == expr.Min || in.Op == expr.Max {
			m.diff[i] = interval.NewSeries(order)
		}
	}
	for i := range code {
		if !m.varies[i] {
			m.step(i)
		}
	}
	return m
}

// constant encloses a number of the program.
func constant(c *expr.Constant) interval.Interval { return interval.New(c.Lo, c.Hi) }

// run evaluates the program at the variable given by a centre and a scale.
func (m *machine) run(centre interval.Interval, scale float64) *interval.Series {
	m.runTo(centre, scale, len(m.code))
	return m.regs[len(m.code)-1]
}

// runTo evaluates the first n instructions.
func (m *machine) runTo(centre interval.Interval, scale float64, n int) {
	m.centre, m.scale = centre, scale
	clear(m.met)
	for i := range n {
		m.advance(i, scale)
	}
}

// advance evaluates instruction i of a run.
func (m *machine) advance(i int, scale float64) {
	switch {
	case m.code[i].Op == expr.Var:
		m.regs[i].Variable(m.centre, scale)
	case m.varies[i]:
		m.step(i)
	}
	if m.anchor != nil {
		m.anchor.pin(m, i)
	}
}

// value is the range of an instruction on the last run, everything for a condition.
func (m *machine) value(i int32) interval.Interval {
	if m.code[i].Op.Condition() {
		return interval.Entire()
	}
	return m.regs[i].Value()
}

// branches reports whether an instruction chooses between two formulas.
func branches(op expr.Op) bool {
	switch op {
	case expr.Abs, expr.Sign, expr.Min, expr.Max, expr.Tri, expr.Less, expr.LessEq, expr.Equal, expr.NotEqual:
		return true
	}
	return false
}

func (m *machine) step(i int) {
	in := &m.code[i]
	var a, b, c *interval.Series
	switch in.Op.Arity() {
	case 3:
		c = m.regs[in.C]
		fallthrough
	case 2:
		b = m.regs[in.B]
		fallthrough
	case 1:
		a = m.regs[in.A]
	}
	s := m.regs[i]
	switch {
	case in.Op == expr.Select:
		m.selection(in, s, b, c)
	case in.Op == expr.And || in.Op == expr.Or || in.Op == expr.Not:
		m.connect(i)
	case in.Op == expr.Tri:
		m.triangle(i, s, a)
	case branches(in.Op):
		m.branch(i, s, a, b)
	case in.Op == expr.Div:
		m.quotient(i, s, a, b)
	default:
		m.smooth(in, s, a, b)
	}
}

// smooth runs the operations without branches.
func (m *machine) smooth(in *expr.Instr, s, a, b *interval.Series) {
	switch in.Op {
	case expr.Const:
		s.Constant(constant(in.Const))
	case expr.Neg:
		s.Neg(a)
	case expr.Add:
		s.Add(a, b)
	case expr.Sub:
		s.Sub(a, b)
	case expr.Mul:
		m.product(in, s, a, b)
	case expr.PowInt:
		s.PowInt(a, in.N)
	case expr.PowRat:
		s.Pow(a, constant(in.Const))
	case expr.Pow:
		m.power(in, s, a, b)
	case expr.Exp:
		s.Exp(a)
	case expr.Expm1:
		s.Expm1(a)
	case expr.Log:
		s.Log(a)
	case expr.Log1p:
		s.Log1p(a)
	case expr.Sqrt:
		s.Sqrt(a)
	case expr.Acosh:
		m.acosh(in, s, a)
	default:
		special(in.Op, s, a)
	}
}

func special(op expr.Op, s, a *interval.Series) {
	switch op {
	case expr.Sin:
		s.Sin(a)
	case expr.Cos:
		s.Cos(a)
	case expr.Tan:
		s.Tan(a)
	case expr.Atan:
		s.Atan(a)
	case expr.Sinh:
		s.Sinh(a)
	case expr.Cosh:
		s.Cosh(a)
	case expr.Tanh:
		s.Tanh(a)
	case expr.Asinh:
		s.Asinh(a)
	case expr.Atanh:
		s.Atanh(a)
	case expr.Asin:
		s.Asin(a)
	case expr.Acos:
		s.Acos(a)
	case expr.Sinc:
		s.Sinc(a)
	case expr.Erf:
		s.Erf(a)
	case expr.Erfc:
		s.Erfc(a)
	case expr.Phi:
		s.Phi(a)
	case expr.Sigmoid:
		s.Sigmoid(a)
	case expr.Softplus:
		s.Softplus(a)
	}
}

// product takes the quicker and tighter way where a factor is a number.
func (m *machine) product(in *expr.Instr, s, a, b *interval.Series) {
	switch {
	case !m.varies[in.A] && a.Status() == 0:
		s.Scale(b, a.Value())
	case !m.varies[in.B] && b.Status() == 0:
		s.Scale(a, b.Value())
	default:
		s.Mul(a, b)
	}
}

// acosh of 1 + w is 2 arsinh √(w/2), which loses nothing where w is small.
func (m *machine) acosh(in *expr.Instr, s, a *interval.Series) {
	w, ok := onePlus(m.code, in.A)
	if !ok || !m.varies[w] {
		s.Acosh(a)
		return
	}
	half, root, v := interval.NewSeries(m.order), interval.NewSeries(m.order), interval.NewSeries(m.order)
	half.Scale(m.regs[w], interval.Point(0.5))
	root.Sqrt(half)
	v.Asinh(root)
	s.Scale(v, interval.Point(2))
}

// onePlus is w where instruction i is 1 + w.
func onePlus(code []expr.Instr, i int32) (w int32, ok bool) {
	in := &code[i]
	isOne := func(j int32) bool {
		r := ratOf(code, j)
		return r != nil && r.IsInt() && r.Num().IsInt64() && r.Num().Int64() == 1
	}
	switch {
	case in.Op != expr.Add:
	case isOne(in.A):
		return in.B, true
	case isOne(in.B):
		return in.A, true
	}
	return 0, false
}

// power is v^p = exp(p·log v) for an exponent that is no literal.
func (m *machine) power(in *expr.Instr, s, a, b *interval.Series) {
	if !m.varies[in.B] && b.Status() == 0 {
		s.Pow(a, b.Value())
		return
	}
	l, p := interval.NewSeries(m.order), interval.NewSeries(m.order)
	l.Log(a)
	p.Mul(b, l)
	s.Exp(p)
}

// branch runs abs, sign, min, max and the comparisons. Once a side is known
// the series is that branch's.
func (m *machine) branch(i int, s, a, b *interval.Series) {
	in := &m.code[i]
	d := a
	if b != nil {
		d = m.diff[i]
		d.Sub(a, b)
		if m.anchor != nil && m.anchor.same(in.A, in.B) {
			d.Pin(0, interval.Interval{})
		}
	}
	at, touch := m.decide(i, d)
	m.sides[i], m.touches[i] = at, touch
	if in.Op.Condition() {
		m.compare(i, at, d)
		return
	}
	// A branch that is not taken must be defined as well.
	taken := at != open && d.Status().Defined()
	switch {
	case in.Op == expr.Sign && taken && at != equal:
		s.Constant(interval.Point(float64(at)))
	case in.Op == expr.Sign:
		s.Sign(a)
	case in.Op == expr.Abs && taken && at != below:
		s.Set(a)
	case in.Op == expr.Abs && taken:
		s.Neg(a)
	case in.Op == expr.Abs:
		s.Abs(a)
	case taken && (in.Op == expr.Max) == (at != below):
		s.Set(a)
	case taken:
		s.Set(b)
	case in.Op == expr.Max:
		s.Max(a, b)
	default:
		s.Min(a, b)
	}
}

// triangle runs the triangle wave: above is a piece on which it rises, below one on
// which it falls.
func (m *machine) triangle(i int, s, a *interval.Series) {
	v := a.Value()
	at := side(interval.TriSide(v))
	m.touches[i] = at != open && (math.Abs(interval.TriAt(v.Lo)) == 1 || math.Abs(interval.TriAt(v.Hi)) == 1)
	if m.forced != nil && m.forced[i] != open {
		at, m.touches[i] = m.forced[i], false
	}
	m.sides[i] = at
	if at == open {
		s.Tri(a)
		return
	}
	s.TriPiece(a, at == above)
}

// decide finds the side of a difference. One that vanishes at isolated points counts as
// decided; touch then says that the neighbourhood has to be looked at.
func (m *machine) decide(i int, d *interval.Series) (at side, touch bool) {
	if m.forced != nil && m.forced[i] != open {
		return m.forced[i], false
	}
	v := d.Value()
	switch {
	case v.Lo > 0:
		return above, false
	case v.Hi < 0:
		return below, false
	case v.Lo == 0 && v.Hi == 0:
		return equal, false
	case v.IsEmpty():
		return open, false
	}
	return m.decideByEnds(i, d)
}

// decideByEnds finds the side of a difference that is monotone, from its values at the
// ends of the interval. One that vanishes at an end does so nowhere else, being
// analytic and not constant.
func (m *machine) decideByEnds(i int, d *interval.Series) (at side, touch bool) {
	if !d.Status().Analytic() || d.Order() == 0 || m.centre.IsPoint() || !m.centre.IsBounded() {
		return open, false
	}
	lo, hi := m.centre.Lo, m.centre.Hi
	switch slope := d.Coefficient(1); {
	case slope.Lo >= 0:
	case slope.Hi <= 0:
		lo, hi = hi, lo
	default:
		return open, false
	}
	switch least, most := m.differenceAt(i, lo), m.differenceAt(i, hi); {
	case least.Lo >= 0 && most.Lo > 0:
		return above, least.Lo == 0
	case most.Hi <= 0 && least.Hi < 0:
		return below, most.Hi == 0
	}
	return open, false
}

// prober is the machine for single points.
func (m *machine) prober() *machine {
	if m.probe == nil {
		m.probe = newMachine(m.p, 1)
	}
	return m.probe
}

// differenceAt encloses the difference that branching instruction i depends on, at one
// point, on the branches that were taken so far.
func (m *machine) differenceAt(i int, x float64) interval.Interval {
	q := m.prober()
	q.forced = m.sides
	q.runTo(interval.Point(x), 1, i)
	in := &m.code[i]
	d := q.regs[in.A]
	st, v := d.Status(), d.Value()
	if in.Op.Arity() == 2 {
		e := q.regs[in.B]
		st, v = st|e.Status(), v.Sub(e.Value())
	}
	if !st.Defined() {
		return interval.Entire()
	}
	return v
}

// compare sets the truth of a comparison A ? B from the side of A − B. What
// happens at isolated zeros does not matter to an integral.
func (m *machine) compare(i int, at side, d *interval.Series) {
	m.bad[i] = nil
	if !d.Status().Defined() {
		m.bad[i], m.truths[i] = d, unknown
		return
	}
	if at == open && m.isolates(i, d) {
		at = apart
		m.sides[i] = at
	}
	if at == open { // what never is positive is not, also where it vanishes
		switch v := d.Value(); {
		case m.code[i].Op == expr.Less && v.Lo >= 0:
			m.sides[i], m.truths[i] = above, no
		case m.code[i].Op == expr.LessEq && v.Hi <= 0:
			m.sides[i], m.truths[i] = below, yes
		default:
			m.truths[i] = unknown
		}
		return
	}
	var holds bool
	switch m.code[i].Op {
	case expr.Less:
		holds = at == below
	case expr.LessEq:
		holds = at == below || at == equal
	case expr.Equal:
		holds = at == equal
	default:
		holds = at != equal
	}
	m.truths[i] = truthOf(holds)
}

// isolates reports whether == or != asks about isolated points alone.
func (m *machine) isolates(i int, d *interval.Series) bool {
	op := m.code[i].Op
	return (op == expr.Equal || op == expr.NotEqual) && !m.centre.IsPoint() && m.anchor == nil && d.Order() > 0 &&
		d.Status().Analytic() && d.Coefficient(1).Mignitude() > 0
}

// connect sets the truth of and, or, not.
func (m *machine) connect(i int) {
	in := &m.code[i]
	a := m.truths[in.A]
	if in.Op == expr.Not {
		m.truths[i], m.bad[i] = -a, m.bad[in.A]
		return
	}
	b := m.truths[in.B]
	t := min(a, b)
	if in.Op == expr.Or {
		t = max(a, b)
	}
	m.truths[i], m.bad[i] = t, nil
	if t == unknown {
		m.bad[i] = m.bad[in.A]
		if m.bad[i] == nil {
			m.bad[i] = m.bad[in.B]
		}
	}
}

func (m *machine) selection(in *expr.Instr, s, b, c *interval.Series) {
	switch bad := m.bad[in.A]; {
	case bad != nil:
		s.Select(bad, false, b, c)
		if s.Status().Defined() { // the undefined operand was part of a compound condition
			s.Div(m.either, m.either)
		}
	case m.truths[in.A] == yes:
		s.Set(b)
	case m.truths[in.A] == no:
		s.Set(c)
	default:
		s.Select(m.either, false, b, c)
	}
}

// touching reports whether a difference may vanish although its side is
// known: at an endpoint, as a rule.
func (m *machine) touching() bool {
	for i := range m.code {
		if m.varies[i] && m.touches[i] && branches(m.code[i].Op) {
			return true
		}
	}
	return false
}
