package notation

import (
	"strings"
	"unicode"
)

type kind uint8

const (
	space   kind = iota
	number       // decimal digits, a point, an exponent
	name         // letters, digits and underscores
	command      // a backslash and what it introduces
	quoted
	symbol // an operator, a bracket or anything else
)

// A token is a word of the source; columns are those of its characters.
type token struct {
	kind    kind
	text    string
	columns []int
}

// made is a token that the source does not have.
func made(k kind, text string, column int) token {
	t := token{k, text, make([]int, 0, len(text))}
	for range text {
		t.columns = append(t.columns, column)
	}
	return t
}

func (t token) column() int { return t.columns[0] }

func (t token) is(text string) bool { return t.kind != quoted && t.text == text }

// joined are symbols of several characters.
var joined = []string{"**", "->", "=>", "==", "!=", "<=", ">=", "&&", "||", "::", "//", "/*", "??", ":="}

// split cuts characters into tokens, with nothing left out.
func split(runes []rune, columns []int) []token {
	var list []token
	for at := 0; at < len(runes); {
		k, end := scan(runes, at)
		list = append(list, token{k, string(runes[at:end]), columns[at:end]})
		at = end
	}
	return list
}

func scan(r []rune, at int) (k kind, end int) {
	while := func(from int, holds func(rune) bool) int {
		for from < len(r) && holds(r[from]) {
			from++
		}
		return from
	}
	next := func(i int) rune {
		if i < len(r) {
			return r[i]
		}
		return 0
	}
	switch c := r[at]; {
	case unicode.IsSpace(c):
		return space, while(at, unicode.IsSpace)
	case isDigit(c), c == '.' && isDigit(next(at+1)) && (at == 0 || !wordly(r[at-1]) && r[at-1] != ')'):
		end = while(at, isDigit)
		if next(end) == '.' && !unicode.IsLetter(next(end+1)) {
			end = while(end+1, isDigit)
		} else if next(end) == '.' && (next(end+1) == 'e' || next(end+1) == 'E') {
			end++
		}
		if e := next(end); e == 'e' || e == 'E' {
			digits := end + 1
			if s := next(digits); s == '+' || s == '-' {
				digits++
			}
			if isDigit(next(digits)) {
				end = while(digits, isDigit)
			}
		}
		if rest := while(end, wordly); rest > end { // 2x, which is no number: left whole for a message
			return symbol, rest
		}
		return number, end
	case c == '_' || unicode.IsLetter(c):
		return name, while(at, wordly)
	case c == '\\':
		if unicode.IsLetter(next(at + 1)) {
			return command, while(at+1, unicode.IsLetter)
		}
		return command, min(at+2, len(r))
	case c == '\'' || c == '"':
		for end = at + 1; end < len(r) && r[end] != c; end++ {
		}
		if end < len(r) {
			return quoted, end + 1
		}
		return symbol, len(r) // no end: the message is for the parser
	}
	for _, s := range joined {
		if strings.HasPrefix(string(r[at:min(at+2, len(r))]), s) {
			return symbol, at + 2
		}
	}
	return symbol, at + 1
}

func isDigit(c rune) bool { return '0' <= c && c <= '9' }

func wordly(c rune) bool { return c == '_' || unicode.IsLetter(c) || unicode.IsDigit(c) }
