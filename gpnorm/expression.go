package gpnorm

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"bsnn/internal/expr"
)

// An Expression is a real function of x given as text. It is immutable; make
// one with Parse or Formula.
type Expression struct {
	name    string
	program *expr.Program
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
	p, err := expr.Parse(source, params)
	if err != nil {
		return Expression{}, fmt.Errorf("gpnorm: expression %.60q: %w", source, err)
	}
	name := strings.Join(strings.Fields(source), " ")
	if len(params) > 0 { // the formula shows the numbers
		name = p.String()
	}
	return Expression{name, p}, nil
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
	p := e.program
	if p == nil {
		return a
	}
	a.Value, a.Deriv, a.Both = p.Values, p.Derivs, p.ValuesDerivs
	if p.Constant() {
		a.Lipschitz, a.DerivLipschitz = 0, 0
		return a
	}
	farthest := reaches[len(reaches)-1]
	kinks, err := p.Kinks(-farthest, farthest)
	if err == nil { // the interval is valid, so it is
		a.Kinks = kinks
	}
	return a
}

// Resolve returns the activation that a user means by spec: a built-in by its
// name, as Lookup does; else the name of a function of the grammar, applied to
// x; else an expression, as Parse reads it. Only expressions take parameters.
func Resolve(spec string, params map[string]string) (Activation, error) {
	a, unknownName := Lookup(spec)
	if unknownName == nil {
		return a, noParameters(a.Name, params)
	}
	e, err := parseSpec(spec, params, unknownName)
	if err != nil {
		return Activation{}, err
	}
	return e.Activation(), nil
}

// Formula returns the expression that a user means by spec, by the rules of
// Resolve; for a built-in it is the formula of the built-in.
func Formula(spec string, params map[string]string) (Expression, error) {
	a, unknownName := Lookup(spec)
	if unknownName != nil {
		return parseSpec(spec, params, unknownName)
	}
	if err := noParameters(a.Name, params); err != nil {
		return Expression{}, err
	}
	text := a.Name + "(x)"
	if a.Name == "identity" {
		text = "x"
	} else if slope, ok := strings.CutPrefix(a.Name, leaky+"("); ok {
		text = leaky + "(x, " + slope
	}
	e, err := Parse(text, nil)
	e.name = a.Name
	return e, err
}

// parseSpec reads a spec that is not the name of a built-in.
func parseSpec(spec string, params map[string]string, unknownName error) (Expression, error) {
	word := strings.TrimSpace(spec)
	_, parameter := params[word]
	if parameter || !identifier(word) || slices.Contains([]string{"x", "pi", "e"}, word) {
		return Parse(spec, params)
	}
	if slices.Contains(expr.Functions(), word) {
		if e, err := Parse(word+"(x)", nil); err == nil {
			return e, noParameters(word, params)
		}
	}
	return Expression{}, unknownName
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
		return fmt.Errorf("gpnorm: activation %q takes no parameters, but %s is set", name, p)
	}
	return nil
}
