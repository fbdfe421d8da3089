package gpnorm

import (
	"fmt"
	"maps"
	"math"
	"regexp"
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
// What people write in Python (np.maximum(x, 0), lambda x: …), in LaTeX (\tanh(x)) and
// with signs (|x|, x²) is read where it has one meaning; where it has several, the error
// says what to write for each.
//
// The error is one line and wraps a *SyntaxError, which has the column.
func Parse(source string, params map[string]string) (Expression, error) {
	p, err := known.Load().grammar.Parse(source, params)
	if err != nil {
		return Expression{}, fmt.Errorf("expression %.60q: %w", source, err)
	}
	name := strings.Join(strings.Fields(source), " ")
	if ours, err := known.Load().grammar.Words(source, params); err == nil && ours != source {
		name = strings.Join(strings.Fields(ours), " ") // how it was understood
	}
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
// name, as Lookup does; else the name of a function of the grammar, or of a library's,
// applied to x; else an expression, as Parse reads it. Parameters are those of the
// built-in, or of the expression.
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
		parameters, err := r.set(spec, e, parameters, params)
		return meaning{builtin: e, parameters: parameters}, err
	}
	word := strings.TrimSpace(spec)
	_, parameter := params[word]
	if parameter || slices.Contains([]string{"x", "pi", "e"}, word) {
		parsed, err := Parse(spec, params)
		return meaning{parsed: parsed}, err
	}
	if r.grammar.Has(word) {
		if parsed, err := Parse(word+"(x)", nil); err == nil {
			return meaning{parsed: parsed}, noParameters(word, params)
		}
		return meaning{}, unknownName
	}
	ours, foreign, err := r.grammar.Apply(spec, params)
	switch {
	case err != nil && foreign:
		return meaning{}, fmt.Errorf("activation %.60q: %w", spec, err)
	case foreign:
		if e, parameters, err := r.find(unapplied(ours)); err == nil {
			parameters, err := r.set(spec, e, parameters, params)
			return meaning{builtin: e, parameters: parameters}, err
		}
		parsed, err := Parse(ours, nil)
		if err == nil {
			err = noParameters(word, params)
		}
		return meaning{parsed: parsed}, err
	case identifier(word):
		return meaning{}, unknownName
	}
	if e, parameters, err := r.find(unapplied(word)); err == nil && len(params) > 0 && len(e.Parameters) > 0 {
		parameters, err := r.set(spec, e, parameters, params)
		return meaning{builtin: e, parameters: parameters}, err
	}
	parsed, err := Parse(spec, params)
	if err == nil {
		err = used(spec, params)
	}
	return meaning{parsed: parsed}, err
}

// words are those of a formula.
var words = regexp.MustCompile(`[\pL_][\pL\pN_]*`)

// used is an error for a parameter that the formula does not have.
func used(spec string, params map[string]string) error {
	list := words.FindAllString(spec, -1)
	for _, p := range slices.Sorted(maps.Keys(params)) {
		if !slices.Contains(list, p) {
			return fmt.Errorf("expression %.60q does not have the parameter %s that is set", spec, p)
		}
	}
	return nil
}

// applied is the call of one function of x, with numbers for its parameters.
var applied = regexp.MustCompile(`^(\w+)\(x(?:, ([-+.,\w ]*))?\)$`)

// unapplied is such a call as Lookup reads it, "leakyrelu(0.2)"; other texts are returned
// as they are.
func unapplied(call string) string {
	m := applied.FindStringSubmatch(call)
	switch {
	case m == nil:
		return call
	case m[2] == "":
		return m[1]
	}
	return m[1] + "(" + m[2] + ")"
}

// Canonical is how a text that Resolve reads as an activation is written here:
// "leakyrelu(0.2)" for nn.LeakyReLU(0.2), "tanh(x)" for np.tanh(x). A text that means
// nothing is returned as it is.
func Canonical(spec string) string {
	r := known.Load()
	spec = strings.TrimSpace(spec)
	if _, _, err := r.find(spec); err == nil {
		return spec
	}
	if ours, foreign, err := r.grammar.Apply(spec, nil); foreign && err == nil {
		return unapplied(ours)
	}
	if ours, err := r.grammar.Words(spec, nil); err == nil {
		return strings.TrimSpace(ours)
	}
	return spec
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
