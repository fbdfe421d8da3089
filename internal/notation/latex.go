package notation

import (
	"slices"
	"strings"
)

// commands are those of LaTeX that stand for a sign or a space.
var commands = map[string]string{
	`\cdot`: "*", `\times`: "*", `\ast`: "*", `\div`: "/",
	`\le`: "<=", `\leq`: "<=", `\leqslant`: "<=", `\ge`: ">=", `\geq`: ">=", `\geqslant`: ">=", `\ne`: "!=", `\neq`: "!=",
	`\lt`: "<", `\gt`: ">",
	`\,`: " ", `\;`: " ", `\:`: " ", `\!`: " ", `\ `: " ", `\quad`: " ", `\displaystyle`: " ",
	`\left`: " ", `\right`: " ", `\big`: " ", `\Big`: " ", `\bigl`: " ", `\bigr`: " ",
	`\{`: "(", `\}`: ")", `\lvert`: "|", `\rvert`: "|", `\vert`: "|", `\land`: " and ", `\lor`: " or ",
	`\sigma`: "σ", `\phi`: "phi", `\varphi`: "phi",
}

// spoken are the commands around a word in braces.
var spoken = []string{`\operatorname`, `\mathrm`, `\text`, `\textrm`, `\mathit`, `\mathsf`, `\rm`}

// latex replaces commands and braces; a text without commands and without x^{…} is
// returned as it is. Between two factors a product sign is put, which LaTeX leaves out.
func (v *Vocabulary) latex(list []token) ([]token, *Problem) {
	found := false
	for i, t := range list {
		found = found || t.kind == command || t.is("{") && i > 0 && list[i-1].is("^")
	}
	if !found {
		return list, nil
	}
	list = slices.DeleteFunc(list, func(t token) bool { return t.is("$") })
	out, problem := v.commands(apart(list), 0)
	if problem != nil {
		return nil, problem
	}
	return v.products(out), nil
}

// apart divides 2x, which is a product here, into its factors.
func apart(list []token) []token {
	var out []token
	for _, t := range list {
		digits := strings.IndexFunc(t.text, func(c rune) bool { return !isDigit(c) && c != '.' })
		if t.kind != symbol || digits <= 0 || t.text[0] == '.' {
			out = append(out, t)
			continue
		}
		out = append(out, token{number, t.text[:digits], t.columns[:digits]}, token{name, t.text[digits:], t.columns[digits:]})
	}
	return out
}

func (v *Vocabulary) commands(list []token, depth int) ([]token, *Problem) {
	var out []token
	if depth > mostNested {
		return nil, problem(list[0].column(), "braces are nested more than %d deep", mostNested)
	}
	for i := 0; i < len(list); i++ {
		t := list[i]
		switch {
		case t.is("{"):
			out = append(out, made(symbol, "(", t.column()))
		case t.is("}"):
			out = append(out, made(symbol, ")", t.column()))
		case t.kind != command:
			out = append(out, t)
		case slices.Contains([]string{`\frac`, `\tfrac`, `\dfrac`, `\cfrac`}, t.text):
			over, under, rest, p := fraction(list[i:])
			if p != nil {
				return nil, p
			}
			above, p := v.commands(over, depth+1)
			if p != nil {
				return nil, p
			}
			below, p := v.commands(under, depth+1)
			if p != nil {
				return nil, p
			}
			at := t.column()
			out = append(out, made(symbol, "(", at), made(symbol, "(", at))
			out = append(append(out, above...), made(symbol, ")", at), made(symbol, "/", at), made(symbol, "(", at))
			out = append(append(out, below...), made(symbol, ")", at), made(symbol, ")", at))
			i = len(list) - len(rest) - 1
		case slices.Contains(spoken, t.text):
			inside, rest, ok := braced(list[i+1:])
			if !ok {
				return nil, problem(t.column(), "%s wants a word in braces, as in %s{erf}", t.text, t.text)
			}
			out = append(out, made(name, strings.TrimSpace(textOf(inside)), t.column()))
			i = len(list) - len(rest) - 1
		case commands[t.text] != "":
			out = append(out, split([]rune(commands[t.text]), made(space, commands[t.text], t.column()).columns)...)
		default:
			word := made(name, t.text[1:], t.column())
			if !v.known(word.text) && !v.Value(word.text) {
				return nil, problem(t.column(), "%s is not known here: write the formula with + - * / ^ and functions such as tanh(x)", t.text)
			}
			out = append(out, word)
			if v.Value(word.text) {
				continue
			}
			var p *Problem
			if out, i, p = v.bare(out, list, i); p != nil {
				return nil, p
			}
		}
	}
	return out, nil
}

// bare puts parentheses around the single word that follows a function, as in \tanh x.
func (v *Vocabulary) bare(out, list []token, i int) ([]token, int, *Problem) {
	next := skip(list, i+1)
	if next == len(list) || !(list[next].kind == number || list[next].kind == name) {
		return out, i, nil
	}
	if after := skip(list, next+1); after < len(list) && !strings.Contains("+-*/)},", list[after].text) {
		return nil, 0, problem(list[i].column(), "%s wants its argument in parentheses, as in %s(x)", list[i].text, list[i].text)
	}
	at := list[next].column()
	return append(out, made(symbol, "(", at), list[next], made(symbol, ")", at)), next, nil
}

// fraction takes \frac{over}{under} apart; \frac12 has one digit above the other.
func fraction(list []token) (over, under, rest []token, p *Problem) {
	start := skip(list, 1)
	if start < len(list) && list[start].kind == number && len(list[start].text) == 2 {
		t := list[start]
		return []token{{number, t.text[:1], t.columns[:1]}}, []token{{number, t.text[1:], t.columns[1:]}}, list[start+1:], nil
	}
	over, rest, ok := braced(list[1:])
	if ok {
		under, rest, ok = braced(rest)
	}
	if !ok {
		return nil, nil, nil, problem(list[0].column(), `%s wants two parts in braces, as in %s{x}{2}`, list[0].text, list[0].text)
	}
	return over, under, rest, nil
}

// braced is what stands in the braces with which the list begins.
func braced(list []token) (inside, rest []token, ok bool) {
	start := skip(list, 0)
	if start == len(list) || !list[start].is("{") {
		return nil, nil, false
	}
	depth := 0
	for i := start; i < len(list); i++ {
		switch {
		case list[i].is("{"):
			depth++
		case list[i].is("}"):
			if depth--; depth == 0 {
				return list[start+1 : i], list[i+1:], true
			}
		}
	}
	return nil, nil, false
}

// products puts a sign between factors that stand side by side.
func (v *Vocabulary) products(list []token) []token {
	var out []token
	last := -1 // in out, the last that is no space
	for i, t := range list {
		if t.kind == space {
			out = append(out, t)
			continue
		}
		starts := t.kind == number || t.kind == name && !keyword(t.text) || t.is("(")
		if last >= 0 && starts {
			p := out[last]
			ends := p.kind == number || p.is(")") || p.kind == name && !keyword(p.text) && (v.Value(p.text) || !t.is("("))
			if ends {
				out = append(out, made(symbol, "*", t.column()))
			}
		}
		out = append(out, list[i])
		last = len(out) - 1
	}
	return out
}

func keyword(word string) bool {
	return slices.Contains([]string{"and", "or", "not", "if", "else"}, word)
}

// skip is the first place from i on that is no space.
func skip(list []token, i int) int {
	for i < len(list) && list[i].kind == space {
		i++
	}
	return i
}

func textOf(list []token) string {
	var b strings.Builder
	for _, t := range list {
		b.WriteString(t.text)
	}
	return b.String()
}
