package network

// pool hands out vectors that are given back one by one, or all at once.
type pool struct {
	free, all map[int][][]float64 // by their length
	out       map[*float64]bool   // may be given back
}

// get has any contents.
func (p *pool) get(n int) []float64 {
	free := p.free[n]
	if len(free) == 0 {
		v := make([]float64, n)
		p.all[n] = append(p.all[n], v)
		p.out[&v[0]] = true
		return v
	}
	v := free[len(free)-1]
	p.free[n] = free[:len(free)-1]
	p.out[&v[0]] = true
	return v
}

// put takes a vector back, unless it is another's or pinned.
func (p *pool) put(v []float64) {
	if len(v) == 0 || !p.out[&v[0]] {
		return
	}
	delete(p.out, &v[0])
	p.free[len(v)] = append(p.free[len(v)], v)
}

// pin keeps a vector until all are taken back.
func (p *pool) pin(v []float64) { delete(p.out, &v[0]) }

// reset takes all back.
func (p *pool) reset() {
	if p.all == nil {
		p.free, p.all, p.out = map[int][][]float64{}, map[int][][]float64{}, map[*float64]bool{}
	}
	clear(p.out)
	for n, all := range p.all {
		p.free[n] = append(p.free[n][:0], all...)
	}
}
