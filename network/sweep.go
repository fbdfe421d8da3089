package network

import (
	"bsnn/internal/parallel"
	"bsnn/internal/vector"
)

// block is the number of neurons handled at a time, so that what is done with
// them stays in the first-level cache. Sums are taken over blocks and then over
// their results, in order, whoever has computed them.
const block = 512

// sums are those over the neurons between layer l and layer l+1: x is what
// layer l puts out, z the normal draws for the way back through layer l+1, D the
// diagonal of φ′(h⁽ˡ⁾) and g the normal draws of which h⁽ˡ⁾ is a multiple. Above the
// last layer there is no z, and y⁽ᴸ⁾ stands for x in the sums with D.
type sums struct {
	xx, zz, zx       float64 // ‖x‖², ‖z‖², z·x
	xDDx, xDDz, zDDz float64 // ‖Dx‖², Dx·Dz, ‖Dz‖²
	gDx, gDz         float64 // g·Dx, g·Dz
	gg               float64 // ‖g‖² of layer l+1
}

func (s *sums) add(t *sums) {
	s.xx += t.xx
	s.zz += t.zz
	s.zx += t.zx
	s.xDDx += t.xDDx
	s.xDDz += t.xDDz
	s.zDDz += t.zDDz
	s.gDx += t.gDx
	s.gDz += t.gDz
	s.gg += t.gg
}

// A hand is the scratch memory of one worker: vectors of one block.
type hand struct{ x, der, z, g []float64 }

func newHand(n int) hand {
	v := make([]float64, 4*n)
	next := func() []float64 {
		u := v[:n:n]
		v = v[n:]
		return u
	}
	return hand{next(), next(), next(), next()}
}

// A sweep goes through the neurons between layer l and layer l+1, block by block.
type sweep struct {
	part func(s *Simulator, h *hand, w sweep, lo, hi int) sums
	l    int

	// On the way back y = alongX·x + alongZ·(z − along·x).
	along, alongX, alongZ float64
}

// run adds up what the sweep makes of the blocks, shared among the workers.
func (s *Simulator) run(w sweep) (total sums) {
	if len(s.hands) == 1 {
		s.share(0, w)
	} else {
		s.together(w)
	}
	for i := range s.parts {
		total.add(&s.parts[i])
	}
	return total
}

func (s *Simulator) together(w sweep) {
	var all parallel.Group
	for k := range s.hands {
		all.Go(func() { s.share(k, w) })
	}
	all.Wait()
}

// share is what worker k does of a sweep.
func (s *Simulator) share(k int, w sweep) {
	for b := len(s.parts) * k / len(s.hands); b < len(s.parts)*(k+1)/len(s.hands); b++ {
		s.parts[b] = w.part(s, &s.hands[k], w, b*block, min((b+1)*block, s.cfg.Width))
	}
}

// ahead is a block on the way forward.
func (s *Simulator) ahead(h *hand, w sweep, lo, hi int) (p sums) {
	x, der, g := s.outputs(h, w.l, lo, hi, s.g, &p)
	if w.l == s.cfg.Depth {
		copy(x, s.y[lo:hi])
		p.xDDx, p.gDx = vector.MulNormDot(x, der, g)
		return p
	}
	up := &s.layers[w.l+1].stream
	z := h.z[:hi-lo]
	p.zz = up.NormalsAt(z, up.NextNormal(s.cfg.Width)+uint64(lo))
	p.zx = vector.Dot(z, x)
	if w.l > 0 { // x and z become Dx and Dz
		p.xDDx, p.gDx = vector.MulNormDot(x, der, g)
		p.zDDz, p.gDz = vector.MulNormDot(z, der, g)
		p.xDDz = vector.Dot(x, z)
	}
	p.gg = up.NormalsAt(draws(h, s.g, lo, hi), up.NextNormal(0)+uint64(lo))
	return p
}

// draws is where the normal draws of a block belong: in all, or in the scratch
// memory when that is empty.
func draws(h *hand, all []float64, lo, hi int) []float64 {
	if len(all) == 0 {
		return h.g[:hi-lo]
	}
	return all[lo:hi]
}

// outputs are a block of x, what layer l puts out, with φ′ and the normal draws
// of the layer, which are taken from g or, when that is empty, drawn again. The
// input of the network has neither.
func (s *Simulator) outputs(h *hand, l, lo, hi int, all []float64, p *sums) (x, der, g []float64) {
	if l == 0 {
		return s.x[lo:hi], nil, nil
	}
	st := &s.layers[l]
	g = draws(h, all, lo, hi)
	if len(all) == 0 {
		st.stream.NormalsAt(g, st.stream.NextNormal(0)+uint64(lo))
	}
	x, der = h.x[:hi-lo], h.der[:hi-lo]
	p.xx = s.cfg.Activation.ScaledValueDeriv(x, der, g, st.scale)
	return x, der, g
}
