package expr

// blockSize is the number of arguments that go through the program together:
// large enough to hide the dispatch on operations, small enough for the
// registers to stay in the first-level cache.
const blockSize = 512

// A worker holds the registers of one evaluation.
type worker struct {
	values, derivs [][]float64 // by register
	fixed          [][]float64 // by instruction: a block of equal numbers, nil if the instruction varies
}

func (p *Program) worker() *worker {
	if w, ok := p.workers.Get().(*worker); ok {
		return w
	}
	w := &worker{fixed: make([][]float64, len(p.code))}
	for range p.plan.registers {
		w.values = append(w.values, make([]float64, blockSize))
		w.derivs = append(w.derivs, make([]float64, blockSize))
	}
	for i := range p.code {
		if p.plan.varies[i] {
			continue
		}
		w.fixed[i] = make([]float64, blockSize)
		for k := range w.fixed[i] {
			w.fixed[i][k] = p.plan.fixed[i]
		}
	}
	return w
}

// value returns the first n values of instruction i, which may be −1.
func (p *Program) value(w *worker, i int32, n int) []float64 {
	switch {
	case i < 0:
		return nil
	case w.fixed[i] != nil:
		return w.fixed[i][:n]
	}
	return w.values[p.plan.register[i]][:n]
}

// deriv returns the first n derivatives of instruction i, nil if they are 0.
func (p *Program) deriv(w *worker, i int32, n int) []float64 {
	if i < 0 || w.fixed[i] != nil {
		return nil
	}
	return w.derivs[p.plan.register[i]][:n]
}

func (p *Program) operand(w *worker, i int32, n int) operand {
	return operand{p.value(w, i, n), p.deriv(w, i, n), i >= 0 && p.code[i].Op == Var}
}

// Values sets dst[i] = f(x[i]): NaN where f is not defined, and see the
// package documentation for overflow. The slices have the same length, and
// dst may be x. Conditions follow Kleene's logic: a comparison with an
// undefined operand is undefined, a and b is false as soon as one of them is,
// a or b true as soon as one of them is, and an undefined condition makes the
// selection undefined.
func (p *Program) Values(dst, x []float64) {
	if len(dst) != len(x) {
		panic("expr: slices of different length")
	}
	w := p.worker()
	for len(x) > 0 {
		n := min(len(x), blockSize)
		p.block(w, x[:n], false)
		copy(dst, p.value(w, int32(len(p.code)-1), n))
		dst, x = dst[n:], x[n:]
	}
	p.workers.Put(w)
}

// ValuesDerivs sets val[i] = f(x[i]) and der[i] = f′(x[i]), in one pass
// (forward mode). At a kink the derivative is that of the right side, so that
// kinks that cancel leave no trace; at a jump the jump is ignored. Where an operand is constant to first order
// so is the result, even at a point like 0 for the square root. All slices
// have the same length, and either of val and der may be x.
func (p *Program) ValuesDerivs(val, der, x []float64) {
	if len(val) != len(x) || len(der) != len(x) {
		panic("expr: slices of different length")
	}
	w := p.worker()
	root := int32(len(p.code) - 1)
	for len(x) > 0 {
		n := min(len(x), blockSize)
		p.block(w, x[:n], true)
		v, d := p.value(w, root, n), p.deriv(w, root, n)
		if d == nil {
			clear(der[:n])
		}
		copy(der, d)
		for i, u := range v {
			if u != u { // no derivative where there is no value
				der[i] = u
			}
		}
		copy(val, v)
		val, der, x = val[n:], der[n:], x[n:]
	}
	p.workers.Put(w)
}

// Derivs sets dst[i] = f′(x[i]), as ValuesDerivs does. The slices have the
// same length, and dst may be x.
func (p *Program) Derivs(dst, x []float64) {
	if len(dst) != len(x) {
		panic("expr: slices of different length")
	}
	var val [blockSize]float64
	for len(x) > 0 {
		n := min(len(x), blockSize)
		p.ValuesDerivs(val[:n], dst[:n], x[:n])
		dst, x = dst[n:], x[n:]
	}
}

// Value returns f(x) and f′(x).
func (p *Program) Value(x float64) (value, deriv float64) {
	var v, d [1]float64
	p.ValuesDerivs(v[:], d[:], []float64{x})
	return v[0], d[0]
}

// block runs the program over at most blockSize arguments.
func (p *Program) block(w *worker, x []float64, derivs bool) {
	n := len(x)
	for i := range p.code {
		if !p.plan.varies[i] {
			continue
		}
		in, at := &p.code[i], int32(i)
		v := p.value(w, at, n)
		if in.Op == Var {
			copy(v, x)
			if derivs {
				ones(p.deriv(w, at, n))
			}
			continue
		}
		a, b, c := p.operand(w, in.A, n), p.operand(w, in.B, n), p.operand(w, in.C, n)
		if f := onePass[in.Op]; f != nil && derivs {
			d := p.deriv(w, at, n)
			f.Both(v, d, a.v)
			if !a.isX {
				chain(d, a.d)
			}
			continue
		}
		in.values(v, a.v, b.v, c.v)
		if derivs {
			in.derivs(p.deriv(w, at, n), v, a, b, c)
		}
	}
}

func ones(d []float64) {
	for i := range d {
		d[i] = 1
	}
}
