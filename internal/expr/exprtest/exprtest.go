// Package exprtest draws random expressions of one variable for tests of
// everything that computes with them.
//
// Every text is well formed: package expr accepts it. Numbers are decimals
// with at most two digits after the point. A drawn function may be constant,
// as x - x is.
package exprtest

import (
	"fmt"
	"strconv"
	"strings"

	"pgregory.net/rapid"
)

// Smooth returns a generator of functions that are infinitely differentiable
// and Lipschitz on the whole line, built by sums, multiples, compositions and
// products of bounded functions.
func Smooth() *rapid.Generator[string] { return generator(false, 3) }

// Kinked returns a generator of continuous, Lipschitz functions that may have
// kinks: Smooth with abs, relu, min, max, clamp, elu, selu, leakyrelu and
// selections whose branches meet.
func Kinked() *rapid.Generator[string] { return generator(true, 3) }

// Wild returns a generator over the whole grammar: functions may jump, grow
// without bound, and be undefined somewhere or everywhere.
func Wild() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string { return wild(t, 4) })
}

func generator(kinked bool, depth int) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string { return lipschitz(t, kinked, depth) })
}

// number draws a decimal other than zero, between −3 and 3.
func number(t *rapid.T) string {
	hundredths := rapid.IntRange(1, 300).Draw(t, "hundredths")
	text := strconv.FormatFloat(float64(hundredths)/100, 'f', -1, 64)
	if rapid.Bool().Draw(t, "negative") {
		return "(-" + text + ")"
	}
	return text
}

func pick(t *rapid.T, from ...string) string { return rapid.SampledFrom(from).Draw(t, "form") }

func lipschitz(t *rapid.T, kinked bool, depth int) string {
	if depth == 0 {
		return pick(t, "x", "x", fmt.Sprintf("(%s*x + %s)", number(t), number(t)))
	}
	sub := func() string { return lipschitz(t, kinked, depth-1) }
	bounded := func() string {
		f := pick(t, "tanh", "sin", "cos", "atan", "erf", "erfc", "Phi", "sigmoid", "sinxoverx", "asinh(sin", "atanh(0.9*sin",
			"asin(0.8*cos", "acos(0.9*tanh")
		return fmt.Sprintf("%s(%s)%s", f, sub(), strings.Repeat(")", strings.Count(f, "(")))
	}
	last := 7
	if kinked {
		last = 12
	}
	switch rapid.IntRange(0, last).Draw(t, "form") {
	case 0:
		return bounded()
	case 1:
		return fmt.Sprintf("%s(%s)", pick(t, "softplus", "gelu", "silu", "mish", "asinh"), sub())
	case 2:
		return fmt.Sprintf("(%s %s %s)", sub(), pick(t, "+", "-"), sub())
	case 3:
		return fmt.Sprintf("%s*%s", number(t), sub())
	case 4:
		return fmt.Sprintf("%s*%s", bounded(), bounded())
	case 5:
		return fmt.Sprintf(pick(t, "exp(-(%s)^2)", "1/(1 + (%s)^2)", "sqrt(1 + (%s)^2)", "log(1 + (%s)^2)", "log(1 + exp(%s))",
			"acosh(1.5 + (%s)^2)"), sub())
	case 6:
		return fmt.Sprintf("-%s", sub())
	case 7:
		return fmt.Sprintf("%s/(%s + cosh(%s))", bounded(), pick(t, "1.5", "2", "pi", "e"), sub())
	case 8:
		return fmt.Sprintf("%s(%s)", pick(t, "abs", "relu", "elu", "selu", "leakyrelu", "tri"), sub())
	case 9:
		return fmt.Sprintf("%s(%s, %s)", pick(t, "min", "max"), sub(), sub())
	case 10:
		return fmt.Sprintf("clamp(%s, -%d, %d)", sub(), rapid.IntRange(0, 2).Draw(t, "below"), rapid.IntRange(1, 3).Draw(t, "above"))
	case 11:
		return fmt.Sprintf("%s(%s, %s)", pick(t, "elu", "leakyrelu"), sub(), number(t))
	default:
		v := sub()
		return fmt.Sprintf("(%s %s 0 ? %s*%s : %s*%s)", v, pick(t, "<", "<=", ">", ">="), number(t), v, number(t), v)
	}
}

func wild(t *rapid.T, depth int) string {
	if depth == 0 || rapid.IntRange(0, 9).Draw(t, "stop") == 0 {
		return pick(t, "x", "x", "x", number(t), "pi", "e", "1e-3", ".5")
	}
	sub := func() string { return wild(t, depth-1) }
	switch rapid.IntRange(0, 8).Draw(t, "form") {
	case 0, 1:
		return fmt.Sprintf("(%s %s %s)", sub(), pick(t, "+", "-", "*", "/"), sub())
	case 2, 3, 4:
		return fmt.Sprintf("%s(%s)", pick(t, "exp", "expm1", "log", "log1p", "sqrt", "sin", "cos", "tan", "atan", "sinh", "cosh", "tanh",
			"erf", "erfc", "Phi", "sigmoid", "softplus", "asinh", "acosh", "atanh", "asin", "acos",
			"sinxoverx", "tri", "ln", "abs", "sign", "relu", "elu", "selu", "gelu", "silu", "mish", "leakyrelu", "-", "+"), sub())
	case 5:
		return fmt.Sprintf("(%s)%s%s", sub(), pick(t, "^", "**"), pick(t, "2", "3", "-1", "-2", "0.5", "(1/3)", "1.7", "0", "("+sub()+")"))
	case 6:
		return fmt.Sprintf(pick(t, "min(%s, %s)", "max(%s, %s)", "pow(%s, %s)", "elu(%s, %s)", "1/(1 + exp(-%s*%s))", "%s*%s", "%s/%s"),
			sub(), sub())
	case 7:
		return fmt.Sprintf(pick(t, "clamp(%s, %s, %s)", "clip(%s, %s, %s)", "max(%s, %s, %s)", "(%s - %s*%s)", "(%s*%s + %s)"),
			sub(), sub(), sub())
	default:
		return fmt.Sprintf(pick(t, "(%s ? %s : %s)", "where(%s, %s, %s)"), condition(t, depth-1), sub(), sub())
	}
}

func condition(t *rapid.T, depth int) string {
	sub := func() string { return wild(t, max(depth-1, 0)) }
	compare := func() string { return pick(t, "<", "<=", ">", ">=") }
	if depth <= 0 || rapid.IntRange(0, 2).Draw(t, "compound") > 0 {
		return fmt.Sprintf("%s %s %s", sub(), pick(t, "<", "<=", ">", ">=", "==", "!="), sub())
	}
	switch rapid.IntRange(0, 2).Draw(t, "form") {
	case 0:
		return fmt.Sprintf("%s %s %s %s %s", sub(), compare(), sub(), compare(), sub())
	case 1:
		return fmt.Sprintf("%s(%s)", pick(t, "not ", "!"), condition(t, depth-1))
	default:
		return fmt.Sprintf("(%s) %s (%s)", condition(t, depth-1), pick(t, "and", "or", "&&", "||"), condition(t, depth-1))
	}
}
