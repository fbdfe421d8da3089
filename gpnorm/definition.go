package gpnorm

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"bsnn/internal/expr"
)

// A Definition is everything that has to be said of an activation. Register
// makes it a built-in: Lookup and Resolve know its name, expressions may call
// it, proofs, code and pages follow from its formula and title, and the random
// checks of this module draw it.
type Definition struct {
	Name       string      // as users type it: a word in lower case
	Title      string      // as it is usually written; empty for the name
	OtherNames []string    // what others call it
	Formula    string      // of x and the parameters, as Parse reads it
	Parameters []Parameter // numbers that users may choose, as in "leakyrelu(0.2)"

	// Compiled returns f for values of the parameters, one each: quicker or more
	// accurate than its formula, with kinks and Lipschitz constants. A Name left
	// empty is that of the definition. Where Compiled is nil f is computed by its
	// formula, and its Lipschitz constants are proven when it is looked up first.
	Compiled func(parameters ...float64) Activation

	// Published are the constants of the authors of the paper, with the default parameters; nil
	// where they gave none.
	Published *Constants
}

// A Parameter is a number in the formula of a Definition, with the decimal
// number that it stands for unless a user chooses another.
type Parameter struct{ Name, Default string }

// Register makes a Definition a built-in activation, for the rest of the
// program. It is meant for the start of programs and tests, and may be called
// by several goroutines at once.
//
// It fails when the name is taken or no word, when a formula or default cannot
// be read, and when Compiled is not what the formula says.
func Register(d Definition) error {
	registering.Lock()
	defer registering.Unlock()
	r, err := known.Load().with(d)
	if err != nil {
		return fmt.Errorf("Register %q: %w", d.Name, err)
	}
	known.Store(r)
	return nil
}

var registering sync.Mutex

// Definitions lists the built-in activations in the order of their
// registration, which begins with the simplest.
func Definitions() []Definition {
	var list []Definition
	for _, e := range known.Load().entries {
		list = append(list, e.Definition)
	}
	return list
}

// Title is how people write the activation that Resolve reads spec as: "leaky
// ReLU" for leakyrelu, and an expression as it is.
func Title(spec string) string {
	spec = Canonical(spec)
	c, ok := parseCall(spec)
	if !ok {
		return strings.TrimSpace(spec)
	}
	e := known.Load().entry(c.name)
	if e == nil {
		return strings.TrimSpace(spec)
	}
	if c.given {
		return fmt.Sprintf("%s (%s)", e.Title, strings.Join(c.arguments, ", "))
	}
	return e.Title
}

// An entry is a registered definition.
type entry struct {
	Definition
	grammar    *expr.Grammar // that knows the definition
	defaults   []float64
	formula    Expression        // with the defaults
	activation func() Activation // with the defaults
}

func newEntry(d Definition, g *expr.Grammar) (*entry, error) {
	if d.Title == "" {
		d.Title = d.Name
	}
	e := &entry{Definition: d, grammar: g}
	for _, p := range d.Parameters {
		v, err := strconv.ParseFloat(p.Default, 64)
		if err != nil { // a decimal number by the grammar, so it is one
			return nil, err
		}
		e.defaults = append(e.defaults, v)
	}
	e.activation = sync.OnceValue(func() Activation { return e.compile(e.defaults) })
	var err error
	if e.formula, err = e.express(e.defaults); err != nil {
		return nil, err
	}
	return e, e.compare()
}

// with returns the activation for values of the parameters.
func (e *entry) with(parameters []float64) Activation {
	if slices.Equal(parameters, e.defaults) {
		a := e.activation()
		a.Kinks = slices.Clone(a.Kinks)
		return a
	}
	return e.compile(parameters)
}

func (e *entry) compile(parameters []float64) Activation {
	if e.Compiled != nil {
		a := e.Compiled(parameters...)
		if a.Name == "" {
			a.Name = e.call(parameters)
		}
		a.sampled = true // its formula has a certificate
		return a
	}
	f := e.formula
	if !slices.Equal(parameters, e.defaults) {
		var err error
		if f, err = e.express(parameters); err != nil {
			return Activation{Name: e.call(parameters)} // what uses it says that it has no values
		}
	}
	a := f.Activation()
	if c, err := Certify(f); err == nil {
		a = WithCertificate(a, c)
	}
	return a
}

// call is the name with the parameters, where they are not the defaults.
func (e *entry) call(parameters []float64) string {
	if slices.Equal(parameters, e.defaults) {
		return e.Name
	}
	return callName(e.Name, parameters...)
}

// callName writes a definition and its parameters as Lookup reads them.
func callName(name string, parameters ...float64) string {
	return name + "(" + strings.Join(decimals(parameters), ", ") + ")"
}

func decimals(numbers []float64) []string {
	list := make([]string, len(numbers))
	for i, v := range numbers {
		list[i] = strconv.FormatFloat(v, 'g', -1, 64)
	}
	return list
}

// express is the formula with values of the parameters.
func (e *entry) express(parameters []float64) (Expression, error) {
	p, err := e.grammar.Parse(e.Name+"("+strings.Join(append([]string{"x"}, decimals(parameters)...), ", ")+")", nil)
	if err != nil {
		return Expression{}, err
	}
	return newExpression(e.name(parameters), p), nil
}

// name is what the activation with these parameters is called.
func (e *entry) name(parameters []float64) string {
	if e.Compiled == nil {
		return e.call(parameters)
	}
	return e.with(parameters).Name
}

// compare evaluates the compiled function and its formula at some points, none
// of which is likely to be a kink.
func (e *entry) compare() error {
	if e.Compiled == nil {
		return nil
	}
	a := e.Compiled(e.defaults...)
	if err := a.check(); err != nil {
		return err
	}
	x := make([]float64, 48)
	for i := range x {
		x[i] = math.Sqrt2 * (float64(i)/6 - 3.9)
	}
	val, der, wantVal, wantDer := make([]float64, len(x)), make([]float64, len(x)), make([]float64, len(x)), make([]float64, len(x))
	a.ValueDeriv(val, der, x)
	e.formula.program.ValuesDerivs(wantVal, wantDer, x)
	for i, at := range x {
		differs := func(what string, got, want float64) error {
			if math.Abs(got-want) <= acceptable*(1+math.Abs(want)) {
				return nil
			}
			return fmt.Errorf("%s is %v at x = %.4g by Compiled, and %v by the formula %s", what, got, at, want, e.Formula)
		}
		if err := differs("f", val[i], wantVal[i]); err != nil {
			return err
		}
		if err := differs("f′", der[i], wantDer[i]); err != nil {
			return err
		}
	}
	return nil
}
