package notation

import "slices"

// body takes away what introduces a formula: lambda x:, f(x) =, y =, x ->, return.
// A variable that is introduced under another name becomes x.
func (v *Vocabulary) body(list []token) ([]token, *Problem) {
	words := slices.DeleteFunc(slices.Clone(list), func(t token) bool { return t.kind == space })
	variable := ""
	is := func(i int, text string) bool { return i < len(words) && words[i].is(text) }
	named := func(i int) bool { return i < len(words) && words[i].kind == name }
	for stripped := true; stripped; {
		stripped = true
		switch {
		case is(0, "lambda") && named(1) && is(2, ":"):
			variable, words = words[1].text, words[3:]
		case is(0, "lambda") && !v.Value("lambda"):
			return nil, problem(words[0].column(), "write lambda x: and a formula of x, with numbers for other arguments")
		case is(0, "def") && named(1) && is(2, "(") && named(3) && is(4, ")") && is(5, ":"):
			variable, words = words[3].text, words[6:]
		case is(0, "return"):
			words = words[1:]
		case is(0, "@") && is(1, "(") && named(2) && is(3, ")"):
			variable, words = words[2].text, words[4:]
		case named(0) && (is(1, "->") || is(1, "=>") || is(1, "↦")):
			variable, words = words[0].text, words[2:]
		case is(0, "(") && named(1) && is(2, ")") && (is(3, "->") || is(3, "=>")):
			variable, words = words[1].text, words[4:]
		case named(0) && is(1, "(") && named(2) && is(3, ")") && is(4, "="):
			variable, words = words[2].text, words[5:]
		case named(0) && !v.Value(words[0].text) && (is(1, "=") || is(1, ":=")):
			words = words[2:]
		default:
			stripped = false
		}
	}
	for len(words) > 0 && words[len(words)-1].is(";") {
		words = words[:len(words)-1]
	}
	return rename(within(list, words), variable), nil
}

// within is the list from the first to the last of the words, spaces included.
func within(list, words []token) []token {
	if len(words) == 0 {
		return nil
	}
	place := func(t token) int {
		return slices.IndexFunc(list, func(u token) bool { return u.kind != space && &u.columns[0] == &t.columns[0] })
	}
	return list[place(words[0]) : place(words[len(words)-1])+1]
}

func rename(list []token, variable string) []token {
	if variable == "" || variable == "x" {
		return list
	}
	out := slices.Clone(list)
	for i, t := range out {
		if t.kind == name && t.text == variable && (i == 0 || !out[i-1].is(".")) {
			out[i] = made(name, "x", t.column())
		}
	}
	return out
}

// conditional takes then if condition else other apart.
func conditional(list []token) (then, condition, other []token, ok bool) {
	depth, question := 0, -1
	nested := 0
	for i, t := range list {
		switch {
		case t.is("(") || t.is("["):
			depth++
		case t.is(")") || t.is("]"):
			depth--
		case depth != 0:
		case t.is("if") && question < 0:
			question = i
		case t.is("if"):
			nested++
		case t.is("else") && nested > 0:
			nested--
		case t.is("else") && question > 0:
			return list[:question], list[question+1 : i], list[i+1:], true
		}
	}
	return nil, nil, nil, false
}

// connective is how a sign of Python between conditions in parentheses is written.
func connective(list []token, i int) (text string, ok bool) {
	before, after := i-1, skip(list, i+1)
	for before >= 0 && list[before].kind == space {
		before--
	}
	closed := before >= 0 && list[before].is(")")
	opens := after < len(list) && (list[after].is("(") || list[after].is("~"))
	switch t := list[i]; {
	case t.is("&") && closed && opens:
		return " and ", true
	case t.is("|") && closed && opens:
		return " or ", true
	case t.is("~") && opens:
		return " not ", true
	}
	return "", false
}
