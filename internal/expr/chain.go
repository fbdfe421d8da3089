package expr

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
