// Package expr turns the text of a real function of one variable x into a
// small straight-line program that can be run over any arithmetic: floats,
// intervals, truncated Taylor series, multi-precision numbers.
//
// [Grammar.Parse] reads the text, checks names and arities, and lowers the syntax
// tree to a [Program]: a list of [Instr] in static single assignment form, in
// which equal sub-expressions appear once. Numbers are kept as the real
// numbers that were written (0.1 is 1/10, not the nearest float64), and only
// identities that hold exactly over the reals are applied, so a statement
// proven about the program is a statement about the text. The rewriting does
// not change where the function is defined.
//
// [Program.Values] and [Program.ValuesDerivs] run the program over slices of
// float64; [Program.Candidates] lists the places where the function may fail
// to be smooth, and [Program.Kinks] finds them in floating point.
//
// [Grammar.Define] names a formula, which makes it a function of the grammar.
// The package itself knows calculus alone, no activation.
//
// # Grammar
//
// The usual one, read by github.com/expr-lang/expr: + - * /, ^ or ** for
// powers (binding tighter than the unary minus, to the right: -x^2 is -(x^2)
// and 2^3^2 is 2^9), parentheses, decimal numbers, x, pi, e, calls of the
// functions in [Grammar.Functions], the comparisons < <= > >= == != (a < b < c is
// a < b and b < c), and, or, not (also && || !), and cond ? a : b.
//
// # Powers
//
// v^n with a literal integer n is defined for every v (v ≠ 0 when n < 0) and
// v^0 is 1. v^r with any other exponent is exp(r·log v): undefined for v < 0
// even when r is 1/3. An odd root is written sign(v)*abs(v)^(1/3).
//
// # Overflow
//
// Float evaluation follows the program operation by operation, so a function
// that is finite at x can still give ±Inf or NaN there when an intermediate
// value exceeds 1.8e308: x*exp(x)/exp(x) at x = 800 is NaN. The frequent cases
// are rewritten to forms that stay finite: with positive numbers c and d,
// log(c+d*exp(v)), log1p(d*exp(v)), log(exp(u)+exp(v)), log(c*exp(v)),
// log(c*cosh(v)), 1/(1+exp(-v)) and exp(v)/(1+exp(v)).
package expr
