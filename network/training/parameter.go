package training

// A parameter is what training changes, with what the optimiser remembers of it: the
// momentum v and, of Adam alone, the mean square s of the gradient. A network that lacks
// it has none of the three; one that is fixed has w only.
type parameter[T real] struct{ w, v, s []T }

// newParameter is n numbers, all at start.
func newParameter[T real](o Optimizer, n int, start T) parameter[T] {
	p := parameter[T]{w: newTensor[T](n), v: newTensor[T](n)}
	if o.Method == Adam {
		p.s = newTensor[T](n)
	}
	for i := range p.w {
		p.w[i] = start
	}
	return p
}

// trained is whether there is such a parameter and training changes it.
func (p parameter[T]) trained() bool { return p.v != nil }

// part is the numbers lo … hi of the parameter.
func (p parameter[T]) part(lo, hi int) parameter[T] {
	q := parameter[T]{w: p.w[lo:hi], v: p.v[lo:hi]}
	if p.s != nil {
		q.s = p.s[lo:hi]
	}
	return q
}

// tensors are the numbers that a checkpoint holds.
func (p parameter[T]) tensors() []tensor { return []tensor{p.w, p.v, p.s} }
