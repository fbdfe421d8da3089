package expr

import (
	"strings"

	"bsnn/internal/notation"
)

func unary(op Op) function {
	return fixed("v", func(b *builder, a []int32) int32 { return b.op1(op, a[0]) })
}

// fixed is a function of as many arguments as args names.
func fixed(args string, lower func(b *builder, a []int32) int32) function {
	n := strings.Count(args, ",") + 1
	return function{args, n, n, 0, func(l *lowerer, a []int32) (int32, *Error) { return lower(l.b, a), nil }}
}

func extremum(op Op) function {
	return function{"u, v, ...", 2, -1, 0, func(l *lowerer, a []int32) (int32, *Error) {
		v := a[0]
		for _, w := range a[1:] {
			v = l.b.extreme(op, v, w)
		}
		return v, nil
	}}
}

// calculus has a name for every operation that is not written with symbols.
var calculus = Grammar{
	functions: map[string]function{
		"exp": unary(Exp), "expm1": unary(Expm1),
		"sin": unary(Sin), "cos": unary(Cos), "tan": unary(Tan), "atan": unary(Atan),
		"sinh": unary(Sinh), "cosh": unary(Cosh), "tanh": unary(Tanh),
		"erf": unary(Erf), "erfc": unary(Erfc), "Phi": unary(Phi),
		"sigmoid": unary(Sigmoid), "softplus": unary(Softplus),
		"asinh": fixed("v", func(b *builder, a []int32) int32 { return b.inverse(Asinh, Sinh, a[0]) }),
		"atanh": fixed("v", func(b *builder, a []int32) int32 { return b.inverse(Atanh, Tanh, a[0]) }),
		"acosh": unary(Acosh), "sinxoverx": unary(Sinc), "tri": unary(Tri),
		"asin":  fixed("v", func(b *builder, a []int32) int32 { return b.asin(a[0]) }),
		"acos":  fixed("v", func(b *builder, a []int32) int32 { return b.acos(a[0]) }),
		"log":   fixed("v", func(b *builder, a []int32) int32 { return b.log(a[0]) }),
		"ln":    fixed("v", func(b *builder, a []int32) int32 { return b.log(a[0]) }),
		"log1p": fixed("v", func(b *builder, a []int32) int32 { return b.log1p(a[0]) }),
		"sqrt":  fixed("v", func(b *builder, a []int32) int32 { return b.sqrt(a[0]) }),
		"abs":   fixed("v", func(b *builder, a []int32) int32 { return b.abs(a[0]) }),
		"sign":  fixed("v", func(b *builder, a []int32) int32 { return b.sign(a[0]) }),
		"pow":   {"v, p", 2, 2, 0, func(l *lowerer, a []int32) (int32, *Error) { return l.power(a[0], a[1]) }},
		"min":   extremum(Min),
		"max":   extremum(Max),
		"clamp": fixed("v, lo, hi", (*builder).clamp),
		"clip":  fixed("v, lo, hi", (*builder).clamp),
		"where": {"cond, v, w", 3, 3, 1, func(l *lowerer, a []int32) (int32, *Error) { return l.b.choose(a[0], a[1], a[2]), nil }},
	},
	otherNames: map[string]string{
		"triangle": "tri", "sawtooth": "tri", "iif": "where", "hardtanh": "clamp", "theta": "x", "t": "x", "z": "x", "phi": "Phi",
	},
	spellings: notation.Index(spellings),
}
