package emit

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"bsnn/internal/expr"
)

// A language is how one of the target languages writes expressions.
type language struct {
	module, largest string // Python: the name of the library, its largest number

	or, and, not string
	// How strongly operators bind. Sums are 4, products 5, a sign 6, a power 7.
	bindCompare, bindOr, bindAnd int

	pi, e, yes, no, nan, inf, minusInf string

	calls map[expr.Op]string // formats of the operations that are calls
	// special writes the operations that need more than a format.
	special func(p *printer, n node) (text string, strength int)
}

const (
	bindNothing = 0
	bindSum     = 4
	bindProduct = 5
	bindSign    = 6
	bindPower   = 7
	bindAtom    = 8
)

// A printer writes the expressions of a layout.
type printer struct {
	*layout
	*language
}

// use writes the value of node i by its name or else in place, in parentheses
// unless it binds at least as strongly as bind.
func (p *printer) use(i int32, bind int) string {
	if name := p.names[i]; name != "" {
		return name
	}
	text, strength := p.inPlace(i)
	if strength < bind {
		return "(" + text + ")"
	}
	return text
}

func (p *printer) inPlace(i int32) (text string, strength int) {
	n := p.g.nodes[i]
	if format, ok := p.calls[n.op]; ok {
		return p.call(format, n), bindAtom
	}
	switch n.op {
	case expr.Const:
		return p.constant(n)
	case expr.Var:
		return "x", bindAtom
	case expr.Neg:
		return p.negative(n)
	case expr.Add:
		return p.infix(n, " + ", bindSum, bindProduct), bindSum
	case expr.Sub:
		return p.infix(n, " - ", bindSum, bindProduct), bindSum
	case expr.Mul:
		return p.product(n), bindProduct
	case expr.Div:
		return p.infix(n, " / ", bindProduct, bindSign), bindProduct
	case expr.Less, expr.LessEq, expr.Equal, expr.NotEqual:
		return p.comparison(n), p.bindCompare
	case expr.And:
		return p.infix(n, p.and, p.bindAnd, p.bindAnd), p.bindAnd
	case expr.Or:
		return p.infix(n, p.or, p.bindOr, p.bindOr), p.bindOr
	case expr.Not:
		return p.not + p.use(n.a, bindSign), bindSign
	}
	return p.special(p, n)
}

func (p *printer) infix(n node, symbol string, left, right int) string {
	return p.use(n.a, left) + symbol + p.use(n.b, right)
}

func (p *printer) call(format string, n node) string {
	var args []any
	for _, o := range n.operands() {
		args = append(args, p.use(o, bindNothing))
	}
	return fmt.Sprintf(format, args...)
}

// product writes u·(v·w) as u·v·w, which differs by rounding alone.
func (p *printer) product(n node) string {
	right := bindSign
	if p.g.nodes[n.b].op == expr.Mul {
		right = bindProduct
	}
	return p.infix(n, " * ", bindProduct, right)
}

// negative writes −u·v as (−u)·v, which is the same number.
func (p *printer) negative(n node) (text string, strength int) {
	u := p.g.nodes[n.a]
	if p.names[n.a] == "" && (u.op == expr.Mul || u.op == expr.Div) {
		if text := p.use(n.a, bindProduct); text[0] != '-' {
			return "-" + text, bindProduct
		}
	}
	return "-" + p.use(n.a, bindPower), bindSign
}

// comparison puts a number on the right.
func (p *printer) comparison(n node) string {
	symbol := n.op.String()
	if p.g.nodes[n.a].op == expr.Const {
		n.a, n.b = n.b, n.a
		symbol = map[string]string{"<": ">", "<=": ">=", "==": "==", "!=": "!="}[symbol]
	}
	return p.infix(n, " "+symbol+" ", bindSum, bindSum)
}

func (p *printer) constant(n node) (text string, strength int) {
	v := n.value()
	switch {
	case n.name == "pi":
		return p.pi, bindAtom
	case n.name == "e":
		return p.e, bindAtom
	case n.name == "true":
		return p.yes, bindAtom
	case n.name == "false":
		return p.no, bindAtom
	case n.name != "":
		return n.name, bindAtom
	case v != v:
		return p.nan, bindAtom
	case math.IsInf(v, 1):
		return p.inf, bindAtom
	case math.IsInf(v, -1):
		return p.minusInf, bindSign
	case v < 0 || v == 0 && math.Signbit(v):
		return shortest(v), bindSign
	}
	return shortest(v), bindAtom
}

// shortest writes the fewest digits that are read as v.
func shortest(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// real is shortest with a decimal point, for where an integer would be one.
func real(text string) string {
	if digits := strings.TrimPrefix(text, "-"); digits != "" && strings.Trim(digits, "0123456789") == "" {
		return text + ".0"
	}
	return text
}

// exactly writes 17 significant digits.
func exactly(v float64) string { return strconv.FormatFloat(v, 'g', 17, 64) }
