package expr

import (
	"maps"
	"slices"
	"strings"
)

// The constants of SELU to the 31 and 29 digits given by Klambauer,
// Unterthiner, Mayr and Hochreiter, Self-Normalizing Neural Networks, 2017.
const (
	seluScale = "1.0507009873554804934193349852946"
	seluAlpha = "1.6732632423543772848170429916717"
)

// A function is what a name in the grammar stands for.
type function struct {
	args     string // names of the arguments, as shown in messages
	min, max int    // number of arguments; max < 0: no limit
	lower    func(b *builder, a []int32) int32
}

func unary(op Op) function {
	return function{"v", 1, 1, func(b *builder, a []int32) int32 { return b.op1(op, a[0]) }}
}

func fixed(args string, lower func(b *builder, a []int32) int32) function {
	n := strings.Count(args, ",") + 1
	return function{args, n, n, lower}
}

func extremum(op Op) function {
	return function{"u, v, ...", 2, -1, func(b *builder, a []int32) int32 {
		v := a[0]
		for _, w := range a[1:] {
			v = b.extreme(op, v, w)
		}
		return v
	}}
}

var functions = map[string]function{
	"exp": unary(Exp), "expm1": unary(Expm1),
	"sin": unary(Sin), "cos": unary(Cos), "tan": unary(Tan), "atan": unary(Atan),
	"sinh": unary(Sinh), "cosh": unary(Cosh), "tanh": unary(Tanh),
	"erf": unary(Erf), "erfc": unary(Erfc), "Phi": unary(Phi),
	"sigmoid": unary(Sigmoid), "softplus": unary(Softplus),
	"log":   fixed("v", func(b *builder, a []int32) int32 { return b.log(a[0]) }),
	"log1p": fixed("v", func(b *builder, a []int32) int32 { return b.log1p(a[0]) }),
	"sqrt":  fixed("v", func(b *builder, a []int32) int32 { return b.sqrt(a[0]) }),
	"abs":   fixed("v", func(b *builder, a []int32) int32 { return b.abs(a[0]) }),
	"sign":  fixed("v", func(b *builder, a []int32) int32 { return b.sign(a[0]) }),
	"pow":   fixed("v, p", nil), // as the operator ^
	"min":   extremum(Min),
	"max":   extremum(Max),
	"clamp": fixed("v, lo, hi", func(b *builder, a []int32) int32 {
		return b.extreme(Min, b.extreme(Max, a[0], a[1]), a[2])
	}),
	"relu": fixed("v", func(b *builder, a []int32) int32 { return b.extreme(Max, a[0], b.integer(0)) }),
	"leakyrelu": {"v, slope = 0.01", 1, 2, func(b *builder, a []int32) int32 {
		slope := b.optional(a, "0.01")
		return b.choose(b.positive(a[0]), a[0], b.mul(slope, a[0]))
	}},
	"elu": {"v, alpha = 1", 1, 2, func(b *builder, a []int32) int32 {
		return b.elu(a[0], b.optional(a, "1"))
	}},
	"selu": fixed("v", func(b *builder, a []int32) int32 {
		return b.mul(b.decimal(seluScale), b.elu(a[0], b.decimal(seluAlpha)))
	}),
	"gelu": fixed("v", func(b *builder, a []int32) int32 { return b.mul(a[0], b.op1(Phi, a[0])) }),
	"silu": fixed("v", func(b *builder, a []int32) int32 { return b.mul(a[0], b.op1(Sigmoid, a[0])) }),
	"mish": fixed("v", func(b *builder, a []int32) int32 {
		return b.mul(a[0], b.op1(Tanh, b.op1(Softplus, a[0])))
	}),
}

// Functions returns the names of the functions of the grammar, sorted
// without regard to case.
func Functions() []string {
	return slices.SortedFunc(maps.Keys(functions), func(a, b string) int {
		return strings.Compare(strings.ToLower(a), strings.ToLower(b))
	})
}

func (b *builder) optional(args []int32, otherwise string) int32 {
	if len(args) > 1 {
		return args[1]
	}
	return b.decimal(otherwise)
}

func (b *builder) positive(v int32) int32 { return b.compare(">", v, b.integer(0)) }

func (b *builder) elu(v, alpha int32) int32 {
	return b.choose(b.positive(v), v, b.mul(alpha, b.op1(Expm1, v)))
}
