package notation

// bars writes |x| as abs(x). A bar opens where an operand is expected and closes
// where one has ended; between two operands, with none open, it is left alone.
func bars(list []token) ([]token, *Problem) {
	var out []token
	var open []int // columns of the bars that are open; -1 is a parenthesis
	ended := false
	opened := func() bool { return len(open) > 0 && open[len(open)-1] >= 0 }
	for _, t := range list {
		count := 0
		switch {
		case t.kind == space:
			out = append(out, t)
			continue
		case t.is("|"):
			count = 1
		case t.is("||") && (!ended || len(open) > 1 && opened() && open[len(open)-2] >= 0):
			count = 2
		}
		if count == 0 || ended && !opened() {
			switch {
			case t.is("("):
				open = append(open, -1)
			case t.is(")") && len(open) > 0 && !opened():
				open = open[:len(open)-1]
			}
			ended = t.kind == number || t.kind == name && !keyword(t.text) || t.is(")")
			out = append(out, t)
			continue
		}
		for k := range count {
			at := t.columns[k]
			if ended {
				out, open = append(out, made(symbol, ")", at)), open[:len(open)-1]
				continue
			}
			out, open = append(out, made(name, "abs", at), made(symbol, "(", at)), append(open, at)
		}
	}
	for i := len(open) - 1; i >= 0; i-- {
		if open[i] >= 0 {
			return nil, problem(open[i], "the bar is not closed: write |x| or abs(x)")
		}
	}
	return out, nil
}
