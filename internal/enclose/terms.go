package enclose

import (
	"fmt"
	"math/big"

	"bsnn/internal/expr"
)

// A term is a symbolic expression, one number for each distinct one, so that
// equal numbers prove equal values. The opposite proves nothing.
type term int32

// A termKey identifies a term by its operation and operands.
type termKey struct {
	op      string
	a, b, c term
	number  string
}

// terms makes terms, folding rational arithmetic.
type terms struct {
	keys []termKey
	rats []*big.Rat // of terms that are rational numbers
	bad  []bool     // of terms that may be no number: 1/0 and what is made of it
	seen map[termKey]term

	// known is what the border under consideration adds: terms that have
	// another term's value there.
	known map[term]term
}

// resolve returns what is known of the value of a term.
func (t *terms) resolve(a term) term {
	if v, ok := t.known[a]; ok {
		return v
	}
	return a
}

func newTerms() *terms { return &terms{seen: map[termKey]term{}} }

func (t *terms) put(k termKey, r *big.Rat) term {
	if i, ok := t.seen[k]; ok {
		return i
	}
	i := term(len(t.keys))
	bad := false
	for _, o := range []term{k.a, k.b, k.c} {
		bad = bad || k.number == "" && o >= 0 && o < i && t.bad[o]
	}
	t.keys, t.rats, t.bad, t.seen[k] = append(t.keys, k), append(t.rats, r), append(t.bad, bad), i
	return i
}

// none is a term that is no number, or may be none, equal to nothing.
func (t *terms) none() term {
	i := t.put(termKey{op: "none", a: term(len(t.keys)), b: -1, c: -1}, nil)
	t.bad[i] = true
	return i
}

func (t *terms) rat(r *big.Rat) term { return t.put(termKey{op: "number", number: r.RatString()}, r) }
func (t *terms) int(n int64) term    { return t.rat(new(big.Rat).SetInt64(n)) }
func (t *terms) isInt(a term, n int64) bool {
	return t.rats[a] != nil && t.rats[a].Cmp(new(big.Rat).SetInt64(n)) == 0
}

// apply is an operation about which nothing more is known.
func (t *terms) apply(op string, args ...term) term {
	k := termKey{op: op, a: -1, b: -1, c: -1}
	for i, p := range []*term{&k.a, &k.b, &k.c} {
		if i < len(args) {
			*p = args[i]
		}
	}
	return t.resolve(t.put(k, nil))
}

// small keeps folded numbers from growing without limit.
func small(r *big.Rat) bool { return r.Num().BitLen() < 4000 && r.Denom().BitLen() < 4000 }

func (t *terms) fold(a, b term, op func(z, x, y *big.Rat) *big.Rat) (term, bool) {
	x, y := t.rats[a], t.rats[b]
	if x == nil || y == nil {
		return 0, false
	}
	z := op(new(big.Rat), x, y)
	if !small(z) {
		return 0, false
	}
	return t.rat(z), true
}

func (t *terms) add(a, b term) term {
	if z, ok := t.fold(a, b, (*big.Rat).Add); ok {
		return z
	}
	switch {
	case t.isInt(a, 0):
		return b
	case t.isInt(b, 0):
		return a
	case a > b:
		a, b = b, a
	}
	return t.apply("+", a, b)
}

func (t *terms) neg(a term) term { return t.mul(t.int(-1), a) }
func (t *terms) sub(a, b term) term {
	if a == b && !t.bad[a] {
		return t.int(0)
	}
	return t.add(a, t.neg(b))
}

// mul keeps a rational factor in front.
func (t *terms) mul(a, b term) term {
	if z, ok := t.fold(a, b, (*big.Rat).Mul); ok {
		return z
	}
	if t.rats[b] != nil || t.rats[a] == nil && a > b {
		a, b = b, a
	}
	switch {
	case t.isInt(a, 0) && t.bad[b]:
		return t.none()
	case t.isInt(a, 0):
		return a
	case t.isInt(a, 1):
		return b
	case a == b && t.keys[a].op == "sqrt": // defined, so of a number that is not negative
		return t.keys[a].a
	}
	if k := t.keys[b]; k.op == "*" && t.rats[k.a] != nil {
		if t.rats[a] != nil {
			return t.mul(t.mul(a, k.a), k.b)
		}
		return t.mul(k.a, t.mul(a, k.b))
	}
	if k := t.keys[a]; t.rats[a] == nil && k.op == "*" && t.rats[k.a] != nil {
		return t.mul(k.a, t.mul(k.b, b))
	}
	return t.apply("*", a, b)
}

func (t *terms) div(a, b term) term {
	switch r := t.rats[b]; {
	case r != nil && r.Sign() != 0:
		return t.mul(a, t.rat(new(big.Rat).Inv(r)))
	case r != nil:
		return t.none()
	case a == b && t.nonzero(b):
		return t.int(1)
	}
	return t.mul(a, t.apply("/", b))
}

// nonzero reports whether a term is known not to be 0.
func (t *terms) nonzero(a term) bool {
	if r := t.rats[a]; r != nil {
		return r.Sign() != 0
	}
	switch k := t.keys[a]; k.op {
	case "pi", "e", "exp":
		return true
	case "*":
		return t.nonzero(k.a) && t.nonzero(k.b)
	case "sqrt":
		return t.rats[k.a] != nil && t.rats[k.a].Sign() > 0
	}
	return false
}

// turn is q where a = q·π.
func (t *terms) turn(a term) (q *big.Rat, ok bool) {
	k := t.keys[a]
	switch {
	case t.isInt(a, 0):
		return new(big.Rat), true
	case k.op == "pi":
		return big.NewRat(1, 1), true
	case k.op == "*" && t.rats[k.a] != nil && t.keys[k.b].op == "pi":
		return t.rats[k.a], true
	}
	return nil, false
}

// sineOfTurn is sin qπ where that is rational.
func (t *terms) sineOfTurn(q *big.Rat) (term, bool) {
	six := new(big.Rat).Mul(q, big.NewRat(6, 1))
	if !six.IsInt() {
		return 0, false
	}
	n := new(big.Int).Mod(six.Num(), big.NewInt(12)).Int64() // sixths of a half turn
	switch n {
	case 0, 6:
		return t.int(0), true
	case 1, 5:
		return t.rat(big.NewRat(1, 2)), true
	case 3:
		return t.int(1), true
	case 7, 11:
		return t.rat(big.NewRat(-1, 2)), true
	case 9:
		return t.int(-1), true
	}
	return 0, false
}

// pow is aⁿ.
func (t *terms) pow(a term, n int) term {
	switch r := t.rats[a]; {
	case n == 0:
		return t.int(1)
	case n == 1:
		return a
	case n > 0 && n%2 == 0 && t.keys[a].op == "sqrt":
		return t.pow(t.keys[a].a, n/2)
	case r != nil && (r.Sign() != 0 || n > 0) && n > -64 && n < 64:
		z := t.int(1)
		for range max(n, -n) {
			z = t.mul(z, a)
		}
		if n < 0 {
			z = t.div(t.int(1), z)
		}
		return z
	}
	return t.apply(fmt.Sprintf("^%d", n), a)
}

// values of functions at 0.
var atZero = map[expr.Op]int64{
	expr.Exp: 1, expr.Expm1: 0, expr.Log1p: 0, expr.Sqrt: 0, expr.Sin: 0, expr.Cos: 1, expr.Tan: 0, expr.Atan: 0,
	expr.Sinh: 0, expr.Cosh: 1, expr.Tanh: 0, expr.Erf: 0, expr.Erfc: 1,
	expr.Asinh: 0, expr.Atanh: 0, expr.Asin: 0, expr.Sinc: 1, expr.Tri: 0,
}

// function is op(a) for a function of one argument.
func (t *terms) function(op expr.Op, a term) term {
	if v, ok := atZero[op]; ok && t.isInt(a, 0) {
		return t.int(v)
	}
	switch {
	case op == expr.Expm1:
		return t.sub(t.function(expr.Exp, a), t.int(1))
	case op == expr.Log1p:
		return t.function(expr.Log, t.add(t.int(1), a))
	case op == expr.Log && t.isInt(a, 1):
		return t.int(0)
	case op == expr.Log && t.keys[a].op == "e":
		return t.int(1)
	case op == expr.Log && t.keys[a].op == "exp":
		return t.keys[a].a
	case op == expr.Exp && t.isInt(a, 1):
		return t.apply("e")
	case op == expr.Exp && t.keys[a].op == "log":
		return t.keys[a].a
	case op == expr.Sin || op == expr.Cos:
		if q, ok := t.turn(a); ok {
			if op == expr.Cos {
				q = new(big.Rat).Add(q, big.NewRat(1, 2))
			}
			if v, ok := t.sineOfTurn(q); ok {
				return v
			}
		}
	case (op == expr.Sigmoid || op == expr.Phi) && t.isInt(a, 0):
		return t.rat(big.NewRat(1, 2))
	case op == expr.Sqrt && t.rats[a] != nil:
		if r, ok := root(t.rats[a]); ok {
			return t.rat(r)
		}
	}
	return t.apply(op.String(), a)
}

// root is √r if that is rational.
func root(r *big.Rat) (*big.Rat, bool) {
	if r.Sign() < 0 {
		return nil, false
	}
	n, d := new(big.Int).Sqrt(r.Num()), new(big.Int).Sqrt(r.Denom())
	z := new(big.Rat).SetFrac(n, d)
	return z, new(big.Rat).Mul(z, z).Cmp(r) == 0
}

// slope is op′(a).
func (t *terms) slope(op expr.Op, a term) term {
	one := t.int(1)
	square := func(b term) term { return t.pow(b, 2) }
	switch op {
	case expr.Exp, expr.Expm1:
		return t.function(expr.Exp, a)
	case expr.Log:
		return t.div(one, a)
	case expr.Log1p:
		return t.div(one, t.add(one, a))
	case expr.Sqrt:
		return t.div(t.rat(big.NewRat(1, 2)), t.function(expr.Sqrt, a))
	case expr.Sin:
		return t.function(expr.Cos, a)
	case expr.Cos:
		return t.neg(t.function(expr.Sin, a))
	case expr.Tan:
		return t.add(one, square(t.function(expr.Tan, a)))
	case expr.Atan:
		return t.div(one, t.add(one, square(a)))
	case expr.Sinh:
		return t.function(expr.Cosh, a)
	case expr.Cosh:
		return t.function(expr.Sinh, a)
	case expr.Tanh:
		return t.sub(one, square(t.function(expr.Tanh, a)))
	case expr.Asinh:
		return t.div(one, t.function(expr.Sqrt, t.add(one, square(a))))
	case expr.Acosh:
		return t.div(one, t.function(expr.Sqrt, t.sub(square(a), one)))
	case expr.Atanh:
		return t.div(one, t.sub(one, square(a)))
	case expr.Asin:
		return t.div(one, t.function(expr.Sqrt, t.sub(one, square(a))))
	case expr.Acos:
		return t.neg(t.slope(expr.Asin, a))
	case expr.Sigmoid:
		s := t.function(expr.Sigmoid, a)
		return t.mul(s, t.sub(one, s))
	case expr.Softplus:
		return t.function(expr.Sigmoid, a)
	case expr.Erfc:
		return t.neg(t.slope(expr.Erf, a))
	}
	return t.apply("slope of "+op.String(), a)
}
