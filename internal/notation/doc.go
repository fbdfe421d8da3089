// Package notation reads what people write elsewhere, in Python with one of its
// libraries, in LaTeX, or with the signs of mathematics, as text of an expression:
// np.maximum(x, 0) as max(x, 0), |x| as abs(x), \frac{x}{2} as ((x)/(2)).
//
// It changes words alone: whether they make an expression is for the grammar that
// reads them next. Every character of the result knows the column that it comes
// from, so that later messages point into what was typed. What has one meaning is
// read; for what has several a [Problem] says which, with the line to type for each.
package notation

import (
	"fmt"
	"strings"
	"unicode"
)

// A Vocabulary is what the reader of the result knows.
type Vocabulary struct {
	Function  func(name string) bool       // functions that may be called
	Value     func(name string) bool       // the variable x, constants and parameters
	Arguments func(name string) []string   // names of the arguments of a function, of which the first is the value
	Spellings map[string][]Spelling        // by folded name
	MaxLength int                          // of a result, in characters
	Column    func(index int) (column int) // of a character of the source, from 0; nil counts from 1
}

// A Text is an expression, each of whose characters comes from a column of the
// source; the last column is that of the end.
type Text struct {
	Runes   []rune
	Columns []int
}

// A Problem is a sentence about a column, 0 where there is no one place.
type Problem struct {
	Column  int
	Message string
}

func (p *Problem) Error() string { return fmt.Sprintf("column %d: %s", p.Column, p.Message) }

func problem(column int, format string, args ...any) *Problem {
	return &Problem{column, strings.Join(strings.FieldsFunc(fmt.Sprintf(format, args...), isControl), " ")}
}

// isControl finds what would end the line of a message.
func isControl(c rune) bool { return !unicode.IsPrint(c) }

// fold is a name without regard to its case and underscores: LeakyReLU and
// leaky_relu are one name.
func fold(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }
