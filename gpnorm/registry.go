package gpnorm

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"bsnn/internal/expr"
)

// A registry holds the built-in activations and the grammar in which they are
// functions. It is immutable: registration replaces it by a larger one.
type registry struct {
	entries []*entry // in the order of registration
	grammar *expr.Grammar
}

// known is what Register adds to.
var known = func() *atomic.Pointer[registry] {
	r := &registry{grammar: expr.Calculus().Spell(spellings...)}
	for _, d := range builtins {
		larger, err := r.with(d)
		if err != nil {
			panic(fmt.Sprintf("gpnorm: built-in %s: %v", d.Name, err)) // as every test would
		}
		r = larger
	}
	p := new(atomic.Pointer[registry])
	p.Store(r)
	return p
}()

// with is the registry with a definition added.
func (r *registry) with(d Definition) (*registry, error) {
	switch {
	case r.entry(d.Name) != nil:
		return nil, errors.New("an activation of this name is registered already")
	case d.Name != strings.ToLower(d.Name) || !identifier(d.Name):
		return nil, errors.New("want a name of lower-case letters, digits and _ that does not begin with a digit")
	}
	g, err := defined(r.grammar, d)
	if err != nil {
		return nil, err
	}
	e, err := newEntry(d, g)
	if err != nil {
		return nil, err
	}
	return &registry{append(slices.Clip(r.entries), e), g}, nil
}

// defined is the grammar in which the name means the formula. Calculus has some
// of the names: then the formula has to agree.
func defined(g *expr.Grammar, d Definition) (*expr.Grammar, error) {
	if !expr.Calculus().Has(d.Name) {
		definition := expr.Definition{Name: d.Name, Formula: d.Formula, OtherNames: d.OtherNames}
		for _, p := range d.Parameters {
			definition.Parameters = append(definition.Parameters, expr.Parameter(p))
		}
		return g.Define(definition)
	}
	formula, err := g.Parse(d.Formula, nil)
	if err != nil {
		return nil, err
	}
	call, err := g.Parse(d.Name+"(x)", nil)
	if err != nil {
		return nil, err
	}
	if !call.Equal(formula) {
		return nil, fmt.Errorf("%s(x) is a function of every expression, and not %s", d.Name, formula)
	}
	return g.Alias(d.Name, d.OtherNames...), nil
}

// entry is nil for a name that is not registered.
func (r *registry) entry(name string) *entry {
	i := slices.IndexFunc(r.entries, func(e *entry) bool { return e.Name == name })
	if i < 0 {
		return nil
	}
	return r.entries[i]
}

// names lists the registered names in alphabetical order.
func (r *registry) names() []string {
	var names []string
	for _, e := range r.entries {
		names = append(names, e.Name)
	}
	slices.Sort(names)
	return names
}

// otherName is the registered name of what others call so, or "".
func (r *registry) otherName(name string) string {
	for _, e := range r.entries {
		if slices.Contains(e.OtherNames, name) {
			return e.Name
		}
	}
	return ""
}
