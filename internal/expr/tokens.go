package expr

import (
	"errors"
	"math/big"
	"slices"
	"strings"

	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser/lexer"
)

// Limits that keep the time and memory of everything in this package small.
// A text beyond one of them is an error that names the limit.
const (
	MaxLength  = 4096 // characters of the text, also when it is written out by [Program.String]
	MaxNesting = 250  // parentheses inside parentheses
	MaxCode    = 1000 // instructions
)

// tokens is a text that has passed every check that can be made on words
// alone: what remains for the parser is structure.
type tokens struct {
	grammar *Grammar
	text    string // for the parser: every number replaced by 1 and blanks
	column  []int  // of each character of text, from 1; one more for the end
	list    []lexer.Token
	numbers map[int]*big.Rat // by position in text
	params  map[string]*big.Rat
}

var operators = []string{
	"+", "-", "*", "/", "^", "**", ",", "?", ":",
	"<", "<=", ">", ">=", "==", "!=", "and", "or", "not", "&&", "||", "!",
}

// lookalikes maps characters and operators that other notations use to ours.
var lookalikes = map[string]string{
	"=": "==", "&": "and", "|": "or",
	"[": "(", "]": ")", "{": "(", "}": ")",
	"if": "cond ? a : b", "else": "cond ? a : b",
}

// scan splits source into words and checks each of them.
func (g *Grammar) scan(source string, params map[string]*big.Rat) (*tokens, *Error) {
	runes := []rune(source)
	if len(runes) > MaxLength {
		return nil, errorAt(0, "the expression has %d characters, at most %d are read", len(runes), MaxLength)
	}
	if strings.TrimSpace(source) == "" {
		return nil, errorAt(1, "the expression is empty")
	}
	t := &tokens{grammar: g, params: params, numbers: map[int]*big.Rat{}}
	ours, problem := g.vocabulary(t.isValue).Read(source)
	if problem != nil {
		return nil, errorAt(problem.Column, "%s", problem.Message)
	}
	runes, t.column = separateQuestionMarks(ours.Runes, ours.Columns)
	if len(runes) > 2*MaxLength {
		return nil, errorAt(0, "the expression has more than %d characters when it is written out", MaxLength)
	}
	t.text = string(runes)
	if err := t.rejectComments(runes); err != nil {
		return nil, err
	}
	list, err := lexer.Lex(file.NewSource(t.text))
	if err != nil {
		return nil, t.lexError(err, runes)
	}
	t.list = list[:len(list)-1] // without the end
	if err := t.check(runes); err != nil {
		return nil, err
	}
	t.text = string(runes)
	return t, nil
}

// separateQuestionMarks puts a blank between ? and . because the lexer reads
// the two together as another operator, and keeps the column of each character.
func separateQuestionMarks(runes []rune, columns []int) (out []rune, column []int) {
	for i, r := range runes {
		if i > 0 && runes[i-1] == '?' && r == '.' {
			out, column = append(out, ' '), append(column, columns[i])
		}
		out, column = append(out, r), append(column, columns[i])
	}
	return out, append(column, columns[len(runes)])
}

// rejectComments reports what the lexer would skip in silence: x//2 is not x.
func (t *tokens) rejectComments(runes []rune) *Error {
	for i := 1; i < len(runes); i++ {
		if runes[i-1] == '/' && (runes[i] == '/' || runes[i] == '*') {
			return errorAt(t.column[i-1], "%q is not an operator: write / for division", string(runes[i-1:i+1]))
		}
	}
	return nil
}

func (t *tokens) lexError(err error, runes []rune) *Error {
	var e *file.Error
	if !errors.As(err, &e) {
		return errorAt(0, "%v", err)
	}
	at := min(max(e.From, 0), len(runes)-1)
	if strings.Contains(e.Message, "number") {
		// The complaint points at the end of the number: find its start.
		for at > 0 && (isWordRune(runes[at-1]) || runes[at-1] == '.') {
			at--
		}
		end := at
		for end < len(runes) && (isWordRune(runes[end]) || runes[end] == '.') {
			end++
		}
		return errorAt(t.column[at], "%q is not a number: put an operator between a number and a name, as in 2*x", string(runes[at:end]))
	}
	return t.unknownSymbol(at, string(runes[at]))
}

func isWordRune(r rune) bool {
	return r == '_' || '0' <= r && r <= '9' || 'a' <= r|0x20 && r|0x20 <= 'z'
}

func (t *tokens) unknownSymbol(at int, symbol string) *Error {
	if ours, ok := lookalikes[symbol]; ok {
		return errorAt(t.column[at], "%q is not part of an expression: write %s", symbol, ours)
	}
	return errorAt(t.column[at], "%q is not part of an expression", symbol)
}

// check looks at every word, and replaces the numbers in runes.
func (t *tokens) check(runes []rune) *Error {
	depth := 0
	for i, tok := range t.list {
		var next *lexer.Token
		if i+1 < len(t.list) {
			next = &t.list[i+1]
		}
		var err *Error
		switch tok.Kind {
		case lexer.Number:
			err = t.number(tok, runes)
		case lexer.Identifier:
			err = t.name(tok, next)
		case lexer.Operator:
			err = t.operator(tok, next)
		case lexer.Bracket:
			switch tok.Value {
			case "(":
				depth++
				if depth > MaxNesting {
					err = errorAt(t.at(tok), "parentheses are nested more than %d deep", MaxNesting)
				}
			case ")":
				depth--
			default:
				err = t.unknownSymbol(tok.From, tok.Value)
			}
		default:
			err = errorAt(t.at(tok), "text in quotes is not part of an expression")
		}
		if err == nil && next != nil && t.endsOperand(tok) && startsOperand(*next) {
			err = errorAt(t.at(*next), "an operator is missing between %q and %q", tok.Value, next.Value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *tokens) at(tok lexer.Token) int { return t.column[tok.From] }

func (t *tokens) number(tok lexer.Token, runes []rune) *Error {
	r, problem := parseDecimal(tok.Value, false)
	if problem != "" {
		return errorAt(t.at(tok), "%q %s", tok.Value, problem)
	}
	t.numbers[tok.From] = r
	runes[tok.From] = '1'
	for i := tok.From + 1; i < tok.To; i++ {
		runes[i] = ' '
	}
	return nil
}

func (t *tokens) operator(tok lexer.Token, next *lexer.Token) *Error {
	if !slices.Contains(operators, tok.Value) {
		return t.unknownSymbol(tok.From, tok.Value)
	}
	if tok.Value == "," && next != nil && next.Is(lexer.Bracket, ")") {
		return errorAt(t.at(*next), "an argument is missing after the comma")
	}
	return nil
}

func (t *tokens) name(tok lexer.Token, next *lexer.Token) *Error {
	f, isFunction := t.grammar.functions[tok.Value]
	called := next != nil && next.Is(lexer.Bracket, "(")
	switch {
	case isFunction && !called:
		return errorAt(t.at(tok), "%s is a function: write %s(%s)", tok.Value, tok.Value, f.args)
	case isFunction:
		return nil
	case t.isValue(tok.Value) && called:
		return errorAt(t.at(tok), "%s is not a function: write %s*(...) for a product", tok.Value, tok.Value)
	case t.isValue(tok.Value):
		return nil
	}
	return t.unknownName(tok, called)
}

func (t *tokens) isValue(name string) bool { return values(t.params)(name) }

func (t *tokens) endsOperand(tok lexer.Token) bool {
	return tok.Kind == lexer.Number || tok.Is(lexer.Bracket, ")") || tok.Kind == lexer.Identifier && !t.grammar.Has(tok.Value)
}

func startsOperand(tok lexer.Token) bool {
	return tok.Kind == lexer.Number || tok.Is(lexer.Bracket, "(") || tok.Kind == lexer.Identifier
}
