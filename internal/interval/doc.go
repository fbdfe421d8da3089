// Package interval computes with proven bounds. It changes no rounding mode and
// needs no other number type than float64.
//
//   - [Interval]: a set of real numbers between two float64. [Point], [New],
//     [Entire] and [Empty] make one; methods are its arithmetic (Add, Mul, Div,
//     Sqr, Inv …) and geometry (Hull, Intersect, Contains, Mid, Magnitude …).
//   - [Exp], [Log], [Sin], [Tanh], [Erf], [Phi], [Density], [Sigmoid], [Pow] and
//     the others of their kind enclose a function over an interval.
//   - [Series]: a truncated Taylor series with intervals as coefficients, the
//     destination of its methods, which are the same operations and functions;
//     [Status] says what is not proven about one. Select, Min, Max, Abs and Sign
//     are the branches.
//   - [Panel] and [Moments]: integrals of series over an interval against the
//     normal law.
//
// # What is promised
//
// An Interval stands for a set of real numbers. The result of an operation
// contains every value that the operation takes at members of its arguments,
// as far as they lie in its domain. A function of no member of its domain is
// empty. A bare Interval does not tell that a part of the argument was
// outside the domain; a Series does, in its Status, and a Series of order 0
// is an interval with that memory. A part of the argument gives a part of the
// result: exactly so for arithmetic, and up to a few steps for functions that
// rest on package math, which is monotone only up to its accuracy.
//
// The proof rests on IEEE 754 arithmetic rounded to nearest, including a
// correct FMA and square root, on one table of assumptions, the accuracy of
// package math in bounds.go, measured there against 120-digit references and
// inflated, and on the rules that docs/theory.md lists under "Enclosures".
package interval
