package network

import "math"

// back takes a step on the way back.
func (s *NormSimulator) back(i int) bool {
	at := &s.steps[i]
	switch at.kind {
	case closes:
		s.backInto(i)
	case opens:
		front := s.shortcuts[len(s.shortcuts)-1]
		s.shortcuts = s.shortcuts[:len(s.shortcuts)-1]
		g, y := s.gradient, front.gradient
		s.mine(&g)
		g.square = combine(g.v, at.shortcut.Alpha*y.scale, y.v, 1, g.v)
		s.drop(y)
		s.gradient, s.signal = g, front.x.v
		if below := s.steps[i-1].stretch; below.mapped || below.saved != nil || i == 1 || s.steps[i-2].kind != closes {
			s.pool.put(s.signal) // which nobody needs
			s.signal = nil
		}
	default:
		if st := at.stretch; st.mapped {
			return s.backThrough(i)
		} else {
			s.reopen(i)
			s.descend(st)
			s.signal = st.entered
			s.forget(st)
		}
	}
	return true
}

// backInto comes to the end of a branch.
func (s *NormSimulator) backInto(i int) {
	at := &s.steps[i]
	c, y := at.shortcut, s.gradient
	s.trace.Blocks[at.record].Gradient = y.square
	x := multiple{at.saved, 1, 0, false}
	if x.v == nil {
		last := s.reopen(i - 1)
		x.v, x.own = s.pool.get(len(s.signal)), true
		combine(x.v, 1/c.Alpha, s.signal, -c.Beta*last.x.scale/c.Alpha, last.x.v)
	}
	s.pool.put(s.signal) // unless it is the input, or was saved
	s.shortcuts = append(s.shortcuts, around{x: x, gradient: y})
	s.gradient = multiple{y.v, y.scale * c.Beta, y.square * c.Beta * c.Beta, false}
}

// backThrough goes through the operations of a stretch and the map that it begins with.
func (s *NormSimulator) backThrough(i int) bool {
	st, below := s.steps[i].stretch, s.steps[i-1].stretch
	var dd, gd float64
	if s.pair {
		for j := len(st.operations); j >= 0; j-- {
			f := st.forms[j]
			square, ok := form(s.onX, s.onZ, f.xx, f.xz, f.zz)
			if !ok {
				return false
			}
			if j > 0 {
				s.trace.Blocks[st.operations[j-1].record].Gradient = square
			}
			dd = square
		}
		gd = s.onX*st.gx + s.onZ*st.gz
	} else {
		s.reopen(i)
		gd = s.descend(st)
		dd = s.gradient.square
	}
	if st.record >= 0 {
		s.trace.Blocks[st.record].Gradient = dd
	}
	if !(dd > 1/extreme && dd < extreme) {
		return false
	}
	if below.mapped {
		if !s.pair {
			s.drop(s.gradient)
			s.gradient = multiple{}
			s.forget(st)
		}
		return s.transpose(st, dd, gd)
	}
	x := s.reopen(i - 1).x
	z, stream := s.pool.get(st.in), st.up
	if !st.askBack(z, x.v, &stream) || !s.transpose(st, dd, gd) {
		return false
	}
	s.pair = false
	s.drop(s.gradient)
	s.forget(st)
	s.gradient = multiple{z, 1, combine(z, s.onX, x.v, s.onZ, z), true}
	return true
}

// transpose finds Wᵀd as onX·x + onZ·z: the component along x̂ that Wx = h dictates, and an
// independent one in x̂^⊥ along z − (z·x̂)x̂.
func (s *NormSimulator) transpose(st *stretch, dd, gd float64) bool {
	along, beside := gd/st.gauge, st.zx/st.xNorm
	if st.law == Gaussian {
		s.onZ = math.Sqrt(dd / float64(st.in))
	} else {
		rest := dd - along*along
		if !(rest > cancelled*dd) {
			return false
		}
		s.onZ = math.Sqrt(rest / (st.zz - beside*beside))
	}
	s.onX = st.scale * (along - s.onZ*beside) / st.xNorm
	s.onZ *= st.scale
	s.pair = true
	return true
}

// descend takes the gradient, a vector, back through the operations, to the end of
// the map, and returns g·d there.
func (s *NormSimulator) descend(st *stretch) (gd float64) {
	for j := len(st.operations) - 1; j >= 0; j-- {
		s.trace.Blocks[st.operations[j].record].Gradient = s.gradient.square
		s.mine(&s.gradient)
		if j == 0 && st.mapped && st.operations[0].function != nil {
			s.gradient.square, gd = multiplyDot(s.gradient.v, st.data[0], st.g)
			return gd
		}
		s.gradient.square = s.pull(st, j, s.gradient.v)
	}
	if st.mapped {
		return s.gradient.scale * dot(st.g, s.gradient.v)
	}
	return 0
}

// reopen applies the stretch to what enters it once more.
func (s *NormSimulator) reopen(i int) *stretch {
	st := s.steps[i].stretch
	if st.open {
		return st
	}
	if !st.mapped {
		st.entered = s.entering(i)
		s.x = multiple{st.entered, 1, 0, false}
		if len(st.operations) > 0 && st.operations[0].function == nil {
			s.x.square = squaredNorm(s.x.v)
		}
		s.operate(st)
		return st
	}
	bias := st.bias
	z := s.drawBias(st, &bias)
	g := st.kept
	if g == nil {
		draws := st.draws
		g = s.pool.get(st.out)
		draws.Normals(g)
	}
	s.enter(st, g, z)
	s.operate(st)
	return st
}

// forget gives back what a stretch has made on the way back, if it was gone through.
func (s *NormSimulator) forget(st *stretch) {
	if !st.open {
		return
	}
	for _, v := range st.data {
		s.pool.put(v)
	}
	s.drop(st.x)
	s.pool.put(st.g)
	st.g, st.open = nil, false
}

// entering is the signal in front of a stretch without a map.
func (s *NormSimulator) entering(i int) []float64 {
	st := s.steps[i].stretch
	switch {
	case i == 0:
		return s.input
	case s.steps[i-1].kind == opens:
		return s.shortcuts[len(s.shortcuts)-1].x.v
	case st.saved != nil:
		return st.saved
	}
	for j := len(st.operations) - 1; j >= 0; j-- { // normalisations
		v := s.pool.get(len(s.signal))
		combine(v, st.size[j]/math.Sqrt(float64(len(v))), s.signal, st.mean[j], s.constants(len(v)))
		s.pool.put(s.signal)
		s.signal = v
	}
	return s.signal
}
