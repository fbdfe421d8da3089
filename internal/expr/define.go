package expr

import (
	"fmt"
	"maps"
	"slices"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"
)

// A Definition gives a name to a formula: texts may call it as they call the
// functions of calculus.
type Definition struct {
	Name       string
	Formula    string      // of x and the parameters
	Parameters []Parameter // further arguments of a call, which may be left out
	OtherNames []string    // what else it is called
}

// A Parameter of a Definition is a name and the decimal number that it stands
// for where a call does not give it.
type Parameter struct{ Name, Default string }

// Define returns the grammar with a definition added to it. Its formula may
// call what the grammar has so far.
//
// Programs write a definition by its name where the formula mentions its
// argument more than once, so that nested calls do not double in length.
//
// The error, an *[Error], reports a name that is taken or that no text could
// use, and what Parse reports of the formula.
func (g *Grammar) Define(d Definition) (*Grammar, error) {
	if why := g.unusableName(d.Name); why != "" {
		return nil, errorAt(0, "a function cannot be called %q: %s", d.Name, why)
	}
	params := map[string]string{}
	for _, p := range d.Parameters {
		params[p.Name] = p.Default
	}
	if len(params) < len(d.Parameters) {
		return nil, errorAt(0, "the function %s has two parameters of one name", d.Name)
	}
	values, problem := g.parseParams(params)
	if problem != nil {
		return nil, problem
	}
	t, problem := g.scan(d.Formula, values)
	if problem != nil {
		return nil, problem
	}
	tree, err := parser.Parse(t.text)
	if err != nil {
		return nil, t.syntaxError(err)
	}
	f := formula{t, tree.Node, d.Parameters}
	patterns, problem := f.patterns(d.Name)
	if problem != nil {
		return nil, problem
	}
	larger := &Grammar{maps.Clone(g.functions), g.otherNames, slices.Concat(g.patterns, patterns), g.spellings}
	larger.functions[d.Name] = function{f.arguments(), 1, 1 + len(d.Parameters), 0, f.lower}
	for _, other := range d.OtherNames {
		larger = larger.Spell(alias(d.Name, other, d.Parameters))
	}
	return larger, nil
}

// A formula is the syntax tree of a definition.
type formula struct {
	*tokens
	root       ast.Node
	parameters []Parameter
}

// arguments names the arguments of a call, with their defaults.
func (f formula) arguments() string {
	text := "v"
	for _, p := range f.parameters {
		text += fmt.Sprintf(", %s = %s", p.Name, p.Default)
	}
	return text
}

// lower makes the instructions of a call with the given arguments.
func (f formula) lower(l *lowerer, a []int32) (int32, *Error) {
	bound := map[string]int32{"x": a[0]}
	for i, v := range a[1:] {
		bound[f.parameters[i].Name] = v
	}
	inner := &lowerer{tokens: f.tokens, b: l.b, done: map[any]int32{}, bound: bound, call: l.b.column}
	return inner.number(f.root)
}

// patterns are the forms in which the formula appears in programs: with any
// numbers for its parameters, and with their defaults, which may fold with
// others; none if the argument appears only once. The formula must be one that
// Parse would accept.
func (f formula) patterns(name string) ([]pattern, *Error) {
	b, root, problem := f.expand(func(b *builder, k int) int32 { return b.rat(f.params[f.parameters[k].Name]) })
	if problem != nil {
		return nil, problem
	}
	p := newProgram(b, root)
	if problem := p.checkSize(); problem != nil {
		return nil, problem
	}
	if p.uses() < 2 {
		return nil, nil
	}
	usual := pattern{name, p.code}
	if len(f.parameters) == 0 {
		return []pattern{usual}, nil
	}
	b, root, problem = f.expand(func(b *builder, k int) int32 { return b.put(Instr{Op: hole, A: -1, B: -1, C: -1, N: k}) })
	return []pattern{{name, arrange(b.code, root)}, usual}, problem
}

// expand lowers the formula with what stands for its parameters.
func (f formula) expand(parameter func(b *builder, k int) int32) (b *builder, root int32, problem *Error) {
	b = newBuilder(f.grammar)
	arguments := []int32{b.op0(Var)}
	for k := range f.parameters {
		arguments = append(arguments, parameter(b, k))
	}
	root, problem = f.lower(&lowerer{b: b}, arguments)
	return b, root, problem
}

// uses counts how often x is an operand.
func (p *Program) uses() int {
	n := 0
	for i := range p.code {
		for _, o := range p.code[i].Operands() {
			if p.code[o].Op == Var {
				n++
			}
		}
	}
	return n
}
