package gpnorm

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"bsnn/internal/enclose"
	"bsnn/internal/expr"
)

// An Expression is a real function of x given as text. It is immutable; make
// one with Parse or Formula.
type Expression struct {
	name    string
	program *expr.Program
	floats  *expr.Program // for computation in float64: with limits where the formula is 0/0
	limits  []float64     // where that is
}

func newExpression(name string, p *expr.Program) Expression {
	e := Expression{name: name, program: p, floats: p}
	for i := range p.Code() {
		if p.Code()[i].Op == expr.Div {
			if list := enclose.Removable(p); len(list) > 0 {
				e.floats = p.Patched(enclose.Patches(list))
				for _, r := range list {
					e.limits = append(e.limits, r.At)
				}
			}
			break
		}
	}
	return e
}

// A SyntaxError says what is wrong with the text of an expression. Its Column
// counts characters from 1; it is 0 when no single place is to blame.
type SyntaxError = expr.Error

// Parse reads a function of x: + − * / ^, parentheses, decimal numbers, pi, e,
// the usual functions and activations by name, comparisons, and cond ? a : b.
// Each parameter is a name that the text may use and the decimal number that it
// stands for, taken exactly: {"alpha": "0.2"} makes alpha 1/5.
//
// The error is one line and wraps a *SyntaxError, which has the column.
func Parse(source string, params map[string]string) (Expression, error) {
	p, err := known.Load().grammar.Parse(source, params)
	if err != nil {
		return Expression{}, fmt.Errorf("expression %.60q: %w", source, err)
	}
	name := strings.Join(strings.Fields(source), " ")
	if len(params) > 0 { // the formula shows the numbers
		name = p.String()
	}
	return newExpression(name, p), nil
}

// String returns the formula in a canonical notation; parsing it gives the same
// function.
func (e Expression) String() string {
	if e.program == nil {
		return ""
	}
	return e.program.String()
}

// Name returns the text as it was written or, when it had parameters, the
// formula with their numbers.
func (e Expression) Name() string { return e.name }

// Activation returns the function for computation in float64. Its derivative is
// exact up to rounding (forward mode). The kinks are the places, among those
// that matter to a Gaussian expectation, where an operation may be not smooth,
// as sampling finds them. The Lipschitz constants are NaN, unknown, except for
// a constant.
func (e Expression) Activation() Activation {
	a := Activation{Name: e.name, Lipschitz: math.NaN(), DerivLipschitz: math.NaN()}
	p := e.floats
	if p == nil {
		return a
	}
	a.Value, a.Deriv, a.Both = p.Values, p.Derivs, p.ValuesDerivs
	a.operations = p.Operations()
	if p.Constant() {
		a.Lipschitz, a.DerivLipschitz = 0, 0
		return a
	}
	farthest := reaches[len(reaches)-1]
	kinks, err := e.program.Kinks(-farthest, farthest)
	if err == nil { // the interval is valid, so it is
		a.Kinks = slices.DeleteFunc(kinks, func(k float64) bool {
			return slices.ContainsFunc(e.limits, func(x float64) bool { return math.Abs(k-x) <= 1e-9*(1+math.Abs(x)) })
		})
	}
	return a
}

// Resolve returns the activation that a user means by spec: a built-in by its
// name, as Lookup does; else the name of a function of the grammar, applied to
// x; else an expression, as Parse reads it. Only expressions take parameters.
func Resolve(spec string, params map[string]string) (Activation, error) {
	m, err := interpret(spec, params)
	if err != nil {
		return Activation{}, err
	}
	return m.activation(), nil
}

// Formula returns the expression that a user means by spec, by the rules of
// Resolve; for a built-in it is the formula of the built-in.
func Formula(spec string, params map[string]string) (Expression, error) {
	m, err := interpret(spec, params)
	if err != nil {
		return Expression{}, err
	}
	return m.expression()
}

// A meaning is what a user means by a text: a built-in or an expression.
type meaning struct {
	builtin    *entry // nil for an expression
	parameters []float64
	parsed     Expression
}

func interpret(spec string, params map[string]string) (meaning, error) {
	r := known.Load()
	e, parameters, unknownName := r.find(spec)
	if unknownName == nil {
		return meaning{builtin: e, parameters: parameters}, noParameters(e.Name, params)
	}
	word := strings.TrimSpace(spec)
	_, parameter := params[word]
	if parameter || !identifier(word) || slices.Contains([]string{"x", "pi", "e"}, word) {
		parsed, err := Parse(spec, params)
		return meaning{parsed: parsed}, err
	}
	if r.grammar.Has(word) {
		if parsed, err := Parse(word+"(x)", nil); err == nil {
			return meaning{parsed: parsed}, noParameters(word, params)
		}
	}
	return meaning{}, unknownName
}

func (m meaning) activation() Activation {
	if m.builtin != nil {
		return m.builtin.with(m.parameters)
	}
	return m.parsed.Activation()
}

func (m meaning) expression() (Expression, error) {
	switch {
	case m.builtin == nil:
		return m.parsed, nil
	case slices.Equal(m.parameters, m.builtin.defaults):
		return m.builtin.formula, nil
	}
	return m.builtin.express(m.parameters)
}

func identifier(word string) bool {
	for i, c := range word {
		letter := c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && (i == 0 || c < '0' || '9' < c) {
			return false
		}
	}
	return word != ""
}

func noParameters(name string, params map[string]string) error {
	for p := range params {
		return fmt.Errorf("activation %q takes no parameters, but %s is set", name, p)
	}
	return nil
}
