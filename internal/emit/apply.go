package emit

import (
	"math"

	"bsnn/internal/expr"
)

// apply evaluates one operation; x is its own operand a. Conditions are 1 or 0; where an operand of a
// comparison is undefined the value of the function is too, so either serves.
func apply(n *node, a, b, c float64) float64 {
	switch n.op {
	case expr.Const:
		return n.value()
	case expr.Var:
		return a
	case expr.Neg:
		return -a
	case expr.Add:
		return a + b
	case expr.Sub:
		return a - b
	case expr.Mul:
		return a * b
	case expr.Div:
		return a / b
	case expr.Pow:
		return math.Pow(a, b)
	case expr.PowRat:
		return math.Pow(a, n.value())
	case expr.PowInt:
		return math.Pow(a, float64(n.n))
	case expr.Min:
		return min(a, b)
	case expr.Max:
		return max(a, b)
	case expr.Select:
		if a == 1 {
			return b
		}
		return c
	case expr.Phi:
		return 0.5 * math.Erfc(-a/math.Sqrt2)
	case expr.Sigmoid:
		return 1 / (1 + math.Exp(-a))
	case expr.Softplus:
		return max(a, 0) + math.Log1p(math.Exp(-math.Abs(a)))
	case expr.Sign:
		if a == 0 || a != a {
			return a
		}
		return math.Copysign(1, a)
	}
	if n.op.Condition() {
		return indicator(holds(n.op, a, b))
	}
	return elementary[n.op](a)
}

var elementary = map[expr.Op]func(float64) float64{
	expr.Exp: math.Exp, expr.Expm1: math.Expm1, expr.Log: math.Log, expr.Log1p: math.Log1p, expr.Sqrt: math.Sqrt,
	expr.Sin: math.Sin, expr.Cos: math.Cos, expr.Tan: math.Tan, expr.Atan: math.Atan,
	expr.Sinh: math.Sinh, expr.Cosh: math.Cosh, expr.Tanh: math.Tanh,
	expr.Erf: math.Erf, expr.Erfc: math.Erfc, expr.Abs: math.Abs,
	expr.Asinh: math.Asinh, expr.Acosh: math.Acosh, expr.Atanh: math.Atanh, expr.Asin: math.Asin, expr.Acos: math.Acos,
	expr.Sinc: func(v float64) float64 {
		if v == 0 {
			return 1
		}
		return math.Sin(v) / v
	},
	expr.Tri: func(v float64) float64 { return 1 - math.Abs(math.Remainder(v-1, 4)) },
}

func holds(op expr.Op, a, b float64) bool {
	switch op {
	case expr.Less:
		return a < b
	case expr.LessEq:
		return a <= b
	case expr.Equal:
		return a == b
	case expr.NotEqual:
		return a != b
	case expr.And:
		return a == 1 && b == 1
	case expr.Or:
		return a == 1 || b == 1
	}
	return a != 1 // Not
}

func indicator(v bool) float64 {
	if v {
		return 1
	}
	return 0
}
