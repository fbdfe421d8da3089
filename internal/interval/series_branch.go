package interval

// Abs sets s = |v|. It is Kinked when v may change sign: the value is then
// the range, and coefficient 1 covers both slopes.
func (s *Series) Abs(v *Series) {
	switch v0 := v.c[0]; {
	case v0.Lo >= 0:
		s.Set(v)
	case v0.Hi <= 0:
		s.Neg(v)
	default:
		top := s.start(v.status|Kinked, v)
		s.c[0] = v0.Abs()
		if top > 0 {
			s.c[1] = v.c[1].Hull(v.c[1].Neg())
		}
		s.finish(len(s.c), top)
	}
}

// Min sets s = min(a, b), Kinked where neither is proven the smaller.
func (s *Series) Min(a, b *Series) {
	switch {
	case a.c[0].Hi <= b.c[0].Lo:
		s.pick(a, b)
	case b.c[0].Hi <= a.c[0].Lo:
		s.pick(b, a)
	default:
		s.both(a, b, a.c[0].Min(b.c[0]))
	}
}

// Max sets s = max(a, b), Kinked where neither is proven the larger.
func (s *Series) Max(a, b *Series) {
	switch {
	case a.c[0].Lo >= b.c[0].Hi:
		s.pick(a, b)
	case b.c[0].Lo >= a.c[0].Hi:
		s.pick(b, a)
	default:
		s.both(a, b, a.c[0].Max(b.c[0]))
	}
}

// pick sets s to the chosen branch of a function that is defined only where the
// other is too.
func (s *Series) pick(chosen, other *Series) {
	s.start(0, chosen, other)
	s.Set(chosen)
	if bad := other.status & (Partial | Undefined); bad != 0 {
		s.status |= bad
		s.finish(s.n, 0)
	}
}

// both sets s to an undecided branch with the given values.
func (s *Series) both(a, b *Series, value Interval) {
	top := s.start(a.status|b.status|Kinked, a, b)
	s.c[0] = value
	if top > 0 {
		s.c[1] = a.c[1].Hull(b.c[1])
	}
	s.finish(len(s.c), top)
}

// Sign sets s to the sign of v: −1, 0 or 1.
func (s *Series) Sign(v *Series) {
	side, edge := decide(v)
	st := v.status&(Partial|Undefined) | edge
	value := v.c[0].Sign()
	switch {
	case side > 0 && edge == Edge:
		value = Interval{1, 1}
	case side < 0 && edge == Edge:
		value = Interval{-1, -1}
	case side == 0 && !value.IsPoint():
		st |= Kinked | Jump
	case side == 0:
		st |= Edge
	}
	top := s.start(st, v)
	s.c[0] = value
	s.finish(1, top)
	if st&Kinked != 0 && top > 0 {
		s.c[1] = Interval{}
	}
}

// Select sets s to yes where cond > 0 (also where cond = 0, if atZero) and
// to no elsewhere. A branch not chosen need not be defined. When the choice
// is not the same on the whole interval s covers both branches and is
// Kinked and Jump; when cond only touches zero it is the branch of the
// other points, with Edge.
func (s *Series) Select(cond *Series, atZero bool, yes, no *Series) {
	side, edge := decide(cond)
	c0 := cond.c[0]
	if side == 0 {
		switch {
		case c0.Lo == 0 && (c0.Hi == 0 || atZero):
			edge, side = Edge, -1
			if atZero {
				side = 1
			}
		case c0.Hi == 0 && !atZero:
			edge, side = Edge, -1
		}
	}
	switch {
	case side > 0:
		s.choose(yes, cond, edge)
	case side < 0:
		s.choose(no, cond, edge)
	default:
		s.eitherSide(cond, yes, no)
	}
}

// choose sets s to one branch of Select.
func (s *Series) choose(branch, cond *Series, edge Status) {
	s.start(0, branch, cond)
	s.Set(branch)
	s.status |= edge
	if bad := cond.status & (Partial | Undefined); bad != 0 {
		s.status |= bad
		s.finish(s.n, 0)
	}
}

// eitherSide sets s to the hull of both branches of Select.
func (s *Series) eitherSide(cond, yes, no *Series) {
	s.start(0, cond)
	s.both(yes, no, yes.c[0].Hull(no.c[0]))
	s.status |= Jump | cond.status&(Partial|Undefined)
	if s.status&Undefined != 0 && (yes.status&no.status|cond.status)&Undefined == 0 {
		s.status = s.status&^Undefined | Partial
	}
	s.finish(s.n, s.top())
}

// decide returns the sign of v on the whole interval, 0 when it is not
// known. A v that touches zero counts as decided, with Edge, when it is
// strictly monotone: it then vanishes at one point at most.
func decide(v *Series) (side int, edge Status) {
	v0 := v.c[0]
	switch {
	case v0.Lo > 0:
		return 1, 0
	case v0.Hi < 0:
		return -1, 0
	}
	monotone := v.status&^Edge == 0 && v.Order() > 0 && v.c[1].Mignitude() > 0
	switch {
	case !monotone || v0.Lo == v0.Hi:
		return 0, 0
	case v0.Lo == 0:
		return 1, Edge
	case v0.Hi == 0:
		return -1, Edge
	}
	return 0, 0
}
