package expr

import "math/big"

// What follows recognises the composite functions that lowering took apart.
// Writing them by name keeps the formula as short as the text it came from:
// written out, gelu(gelu(...)) would double in length with every call.

func ratInt(n int) *big.Rat      { return new(big.Rat).SetInt64(int64(n)) }
func ratAbs(r *big.Rat) *big.Rat { return new(big.Rat).Abs(r) }
func isRat(in *Instr, n int64) bool {
	return in.Op == Const && in.Const.Rat != nil && in.Const.Rat.Cmp(new(big.Rat).SetInt64(n)) == 0
}

// gated returns the name of the function v·g(v) that the product is, or "".
func (f *formatter) gated(in *Instr) string {
	g := &f.code[in.B]
	switch {
	case g.Op == Phi && g.A == in.A:
		return "gelu"
	case g.Op == Sigmoid && g.A == in.A:
		return "silu"
	case g.Op == Tanh && f.code[g.A].Op == Softplus && f.code[g.A].A == in.A:
		return "mish"
	}
	return ""
}

// rectifier returns the name of the function that is v for v > 0 and c times
// something else for v ≤ 0, or "".
func (f *formatter) rectifier(in *Instr) string {
	condition, other := &f.code[in.A], &f.code[in.C]
	if condition.Op != Less || !isRat(&f.code[condition.A], 0) || condition.B != in.B {
		return ""
	}
	if other.Op == Expm1 && other.A == in.B {
		return "elu"
	}
	if other.Op != Mul || f.gated(other) != "" || f.code[other.A].Op != Const || f.code[other.A].Const.Rat == nil {
		return ""
	}
	switch right := &f.code[other.B]; {
	case other.B == in.B:
		return "leakyrelu"
	case right.Op == Expm1 && right.A == in.B:
		return "elu"
	}
	return ""
}

// conjuncts lists the left-nested operands of and.
func (f *formatter) conjuncts(i int32) []int32 {
	if f.code[i].Op != And {
		return []int32{i}
	}
	return append(f.conjuncts(f.code[i].A), f.code[i].B)
}

// chain writes comparisons that share operands as a < b <= c. It writes
// nothing and returns false if they do not.
func (f *formatter) chain(comparisons []int32) bool {
	for _, flipped := range []bool{false, true} {
		if terms, symbols, ok := f.link(comparisons, flipped); ok {
			f.write(terms[0], bindSum)
			for k, symbol := range symbols {
				f.put(symbol)
				f.write(terms[k+1], bindSum)
			}
			return true
		}
	}
	return false
}

// link orders the operands of the comparisons, the first one turned around
// if flipped.
func (f *formatter) link(comparisons []int32, flipped bool) (terms []int32, symbols []string, ok bool) {
	for k, i := range comparisons {
		in := &f.code[i]
		if in.Op != Less && in.Op != LessEq {
			return nil, nil, false
		}
		from, to, symbol := in.A, in.B, " "+in.Op.String()+" "
		if k == 0 && flipped || k > 0 && from != terms[k] {
			from, to = to, from
			symbol = map[Op]string{Less: " > ", LessEq: " >= "}[in.Op]
		}
		if k == 0 {
			terms = append(terms, from)
		} else if from != terms[k] {
			return nil, nil, false
		}
		terms, symbols = append(terms, to), append(symbols, symbol)
	}
	return terms, symbols, true
}
