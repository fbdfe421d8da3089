package expr

import (
	"errors"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"unicode"

	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
)

// Parse compiles the text of a function of x. Each parameter is a name that
// the text may use and the decimal number that it stands for, taken exactly:
// {"alpha": "0.2"} makes alpha 1/5. Every error is an *[Error]: one line, with
// the column if a place in the text is to blame.
func (g *Grammar) Parse(source string, params map[string]string) (*Program, error) {
	values, problem := g.parseParams(params)
	if problem != nil {
		return nil, problem
	}
	t, problem := g.scan(source, values)
	if problem != nil {
		return nil, problem
	}
	tree, err := parser.Parse(t.text)
	if err != nil {
		return nil, t.syntaxError(err)
	}
	l := &lowerer{tokens: t, b: newBuilder(g), done: map[any]int32{}}
	root, problem := l.number(tree.Node)
	if problem != nil {
		return nil, problem
	}
	p := newProgram(l.b, root)
	if problem := p.checkSize(); problem != nil {
		return nil, problem
	}
	return p, nil
}

// parseParams reads the values, and refuses names that could not be used.
func (g *Grammar) parseParams(params map[string]string) (map[string]*big.Rat, *Error) {
	values := make(map[string]*big.Rat, len(params))
	for _, name := range slices.Sorted(maps.Keys(params)) {
		if why := g.unusableName(name); why != "" {
			return nil, errorAt(0, "parameter %q: %s", name, why)
		}
		text := params[name]
		if len(text) > MaxLength {
			return nil, errorAt(0, "parameter %q: its value has %d characters, at most %d are read", name, len(text), MaxLength)
		}
		r, problem := parseDecimal(text, true)
		if problem != "" {
			return nil, errorAt(0, "parameter %q: %q %s", name, text, problem)
		}
		values[name] = r
	}
	return values, nil
}

func (g *Grammar) unusableName(name string) string {
	switch {
	case g.Has(name):
		return "the name of a function"
	case name == "x" || name == "pi" || name == "e":
		return "the name is taken"
	case slices.Contains([]string{"and", "or", "not", "in", "matches", "contains", "startsWith", "endsWith", "let", "if", "else", "true",
		"false", "nil"}, name):
		return "a reserved word"
	}
	for i, r := range name {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
			return "a name consists of letters, digits and _, and does not begin with a digit"
		}
	}
	if name == "" {
		return "the name is empty"
	}
	return ""
}

// syntaxError turns the parser's complaint into ours. Since every word has
// been checked, what is left are words in the wrong place.
func (t *tokens) syntaxError(err error) *Error {
	var e *file.Error
	if !errors.As(err, &e) {
		return errorAt(0, "%v", err)
	}
	for _, tok := range t.list {
		if tok.From == e.From && !strings.Contains(e.Message, "EOF") {
			word := tok.Value
			if r, ok := t.numbers[tok.From]; ok {
				word, _ = formatRat(r)
			}
			return errorAt(t.at(tok), "%q is out of place here", word)
		}
	}
	depth := 0
	for _, tok := range t.list {
		switch tok.Value {
		case "(":
			depth++
		case ")":
			depth--
		}
	}
	what := "the expression ends where an operand is expected"
	if depth > 0 {
		what = fmt.Sprintf("the expression ends with %d of its parentheses open", depth)
	}
	return errorAt(t.column[len(t.column)-1], "%s", what)
}

// checkSize refuses programs beyond the limits, so that what is accepted can
// also be written out and read back.
func (p *Program) checkSize() *Error {
	if len(p.code) > MaxCode {
		return errorAt(0, "the expression takes %d operations, at most %d are allowed", len(p.code), MaxCode)
	}
	text, ok := p.format()
	if !ok {
		return errorAt(0, "the expression has more than %d characters when it is written out", MaxLength)
	}
	depth := 0
	for _, r := range text {
		switch r {
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth > MaxNesting {
			return errorAt(0, "the expression is nested more than %d deep when it is written out", MaxNesting)
		}
	}
	return nil
}
