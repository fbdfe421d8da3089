package expr

import (
	"fmt"

	"github.com/expr-lang/expr/ast"
)

// A lowerer walks the syntax tree and asks the builder for instructions.
type lowerer struct {
	*tokens
	b *builder

	// For the formula of a definition: the values of its arguments, and the
	// column of the call in the text.
	bound map[string]int32
	call  int

	// The parser shares the middle operand of a < b < c between two nodes, so
	// that without a memory nested chains would take exponential time.
	done map[any]int32
}

// number lowers a node that must have a numeric value.
func (l *lowerer) number(n ast.Node) (int32, *Error) {
	i, err := l.node(n)
	if err == nil && l.b.code[i].Op.Condition() {
		return 0, errorAt(l.columnOf(n), "a comparison stands where a number is expected: write cond ? a : b")
	}
	return i, err
}

// condition lowers a node that must be a condition.
func (l *lowerer) condition(n ast.Node) (int32, *Error) {
	i, err := l.node(n)
	if err == nil && !l.b.code[i].Op.Condition() {
		return 0, errorAt(l.columnOf(n), "a number stands where a comparison such as x > 0 is expected")
	}
	return i, err
}

func (l *lowerer) columnOf(n ast.Node) int {
	if l.bound != nil {
		return l.call
	}
	if c, ok := n.(*ast.ConditionalNode); ok { // the parser places it at its end
		return l.columnOf(c.Cond)
	}
	return l.column[min(max(n.Location().From, 0), len(l.column)-1)]
}

func (l *lowerer) node(n ast.Node) (int32, *Error) {
	if i, ok := l.done[n]; ok {
		return i, nil
	}
	i, err := l.fresh(n)
	if err == nil && len(l.b.code) > 4*MaxCode {
		err = errorAt(0, "the expression takes more than %d operations", MaxCode)
	}
	if err != nil {
		return 0, err
	}
	l.done[n] = i
	return i, nil
}

func (l *lowerer) fresh(n ast.Node) (int32, *Error) {
	switch n := n.(type) {
	case *ast.IntegerNode:
		l.b.column = l.columnOf(n)
		return l.b.rat(l.numbers[n.Location().From]), nil
	case *ast.IdentifierNode:
		l.b.column = l.columnOf(n)
		return l.identifier(n.Value), nil
	case *ast.UnaryNode:
		return l.unary(n)
	case *ast.BinaryNode:
		return l.binary(n)
	case *ast.ConditionalNode:
		return l.conditional(n)
	case *ast.BuiltinNode: // a function that has the name of one of the parser's own
		return l.apply(n, n.Name, n.Arguments)
	case *ast.CallNode:
		if callee, ok := n.Callee.(*ast.IdentifierNode); ok {
			return l.apply(n, callee.Value, n.Arguments)
		}
	}
	return 0, errorAt(l.columnOf(n), "this is not part of an expression")
}

func (l *lowerer) identifier(name string) int32 {
	if v, ok := l.bound[name]; ok {
		return v
	}
	switch name {
	case "x":
		return l.b.op0(Var)
	case "pi":
		return l.b.constant(constPi)
	case "e":
		return l.b.constant(constE)
	}
	return l.b.rat(l.params[name])
}

func (l *lowerer) unary(n *ast.UnaryNode) (int32, *Error) {
	if n.Operator == "not" || n.Operator == "!" {
		c, err := l.condition(n.Node)
		if err != nil {
			return 0, err
		}
		l.b.column = l.columnOf(n)
		return l.b.not(c), nil
	}
	v, err := l.number(n.Node)
	if err != nil || n.Operator == "+" {
		return v, err
	}
	l.b.column = l.columnOf(n)
	return l.b.neg(v), nil
}

func (l *lowerer) binary(n *ast.BinaryNode) (int32, *Error) {
	operand := l.number
	switch n.Operator {
	case "and", "&&", "or", "||":
		operand = l.condition
	}
	left, err := operand(n.Left)
	if err != nil {
		return 0, err
	}
	right, err := operand(n.Right)
	if err != nil {
		return 0, err
	}
	b := l.b
	b.column = l.columnOf(n)
	switch n.Operator {
	case "+":
		return b.add(left, right), nil
	case "-":
		return b.sub(left, right), nil
	case "*":
		return b.mul(left, right), nil
	case "/":
		return b.div(left, right), nil
	case "^", "**":
		return l.power(left, right)
	case "and", "&&":
		return b.and(left, right), nil
	case "or", "||":
		return b.or(left, right), nil
	case "<", "<=", ">", ">=", "==", "!=":
		return b.compare(n.Operator, left, right), nil
	}
	return 0, errorAt(l.columnOf(n), "%q is not an operator of an expression", n.Operator)
}

func (l *lowerer) power(v, exponent int32) (int32, *Error) {
	i, ok := l.b.pow(v, exponent)
	if !ok {
		return 0, errorAt(l.b.column, "the integer exponent is too large: at most %d in magnitude", maxExponent)
	}
	return i, nil
}

func (l *lowerer) conditional(n *ast.ConditionalNode) (int32, *Error) {
	c, err := l.condition(n.Cond)
	if err != nil {
		return 0, err
	}
	then, err := l.number(n.Exp1)
	if err != nil {
		return 0, err
	}
	other, err := l.number(n.Exp2)
	if err != nil {
		return 0, err
	}
	l.b.column = l.columnOf(n)
	return l.b.choose(c, then, other), nil
}

func (l *lowerer) apply(n ast.Node, name string, args []ast.Node) (int32, *Error) {
	f, ok := l.grammar.functions[name]
	if !ok {
		return 0, errorAt(l.columnOf(n), "unknown function %q", name)
	}
	if len(args) < f.min || f.max >= 0 && len(args) > f.max {
		return 0, errorAt(l.columnOf(n), "%s takes %s: write %s(%s), not %d of them", name, argumentCount(f), name, f.args, len(args))
	}
	values := make([]int32, len(args))
	for i, arg := range args {
		read := l.number
		if i < f.conditions {
			read = l.condition
		}
		v, err := read(arg)
		if err != nil {
			return 0, err
		}
		values[i] = v
	}
	l.b.column = l.columnOf(n)
	return f.lower(l, values)
}

func argumentCount(f function) string {
	switch {
	case f.max < 0:
		return fmt.Sprintf("at least %d arguments", f.min)
	case f.max == f.min+1:
		return fmt.Sprintf("%d or %d arguments", f.min, f.max)
	case f.max > f.min:
		return fmt.Sprintf("%d to %d arguments", f.min, f.max)
	case f.min == 1:
		return "1 argument"
	}
	return fmt.Sprintf("%d arguments", f.min)
}
