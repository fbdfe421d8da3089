// Package interval computes with proven bounds: intervals with float64
// endpoints rounded outwards, truncated Taylor series whose coefficients are
// such intervals, and integrals over panels made from both. It changes no
// rounding mode and needs no other number type.
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
// correct FMA and square root, on the rules below, and on one table of
// assumptions: the accuracy of package math in bounds.go, measured there
// against 120-digit references and inflated. Everything else is a theorem.
//
// # How each bound is obtained
//
// Sum and difference: the rounding error of a floating-point sum is itself a
// float64, which Knuth's TwoSum finds with five further operations; its sign
// tells whether an endpoint moves to the neighbouring float64. Exact sums
// stay exact. TwoSum holds among subnormals too; where it overflows the
// endpoint moves regardless.
//
// Product, quotient, square root: the residual a·b − fl(a·b), the remainder a −
// b·fl(a/b) and a − fl(√a)² are float64 numbers above 2⁻⁹⁶⁰, found by one FMA,
// and their signs decide in the same way. Below 2⁻⁹⁶⁰ an inexact FMA could lose
// the sign, so endpoints always move, but never across 0. Endpoints are chosen
// by the signs of the operands; 0·∞ is 0, because an infinite endpoint stands
// for arbitrarily large reals. (Widening every operation by one step costs
// about as much, and makes points and zeros grow.)
//
// Whole powers are repeated squarings of a magnitude rounded one way
// throughout; real powers are exp(p·log x), those of whole and half-whole
// exponents up to 32 products of a whole power and a square root.
//
// exp, expm1, log, log1p, atan, erf, erfc: monotone, so they are bounded at
// each endpoint by moving the value from package math outwards by the number of
// steps in bounds.go. Known exact values (e⁰ = 1, log 1 = 0, …) and ranges (eˣ
// ≥ 0, |erf| ≤ 1, x ≤ expm1 x, log1p x ≤ x, …) cut the result. Beyond |x| = 700
// exp is the square of exp(x/2), and log of a subnormal is reduced by 54·log 2,
// because the assembly of package math for amd64 overflows before e^{709.1} and
// does not know subnormals.
//
// sin and cos: relative bounds for |x| ≤ ¾ as above. Beyond, reduction modulo
// π/2 leaves no relative accuracy near zeros, and an absolute bound is used.
// A maximum or minimum inside the argument is found from ⌊2x/π⌋ at its ends,
// formed to 2⁻¹⁰⁵ relative and taken outwards when in doubt; the intervals
// beyond 2⁵⁰ give [−1, 1]. tan is the quotient at the ends, or the whole line
// when a pole may be inside.
//
// sinh, cosh, tanh, sech², sigmoid, softplus: monotone formulas in exp or expm1
// without cancellation, rounded one way. Φ is ½erfc(−x/√2), where the argument
// is kept to 107 bits and its tail enters by the mean value theorem; e^{−x²}
// treats the rounding of x² likewise. So neither is widened by the factor x²
// that rounding the argument would cost.
//
// # Series
//
// Coefficient k of a Series over the interval X encloses f⁽ᵏ⁾(v)/k!·scaleᵏ for
// v in X. Coefficients of a function u of a series v follow from a
// differential equation u′ = w·v′, that is k·u_k = Σ j·v_j·w_{k−j}:
//
//	exp            w = u
//	log            w = 1/v
//	v^p            w = p·u/v
//	sin, cos       each other
//	sinh, cosh     each other
//	tan            w = 1 + u²
//	tanh           w = 1 − u², with w₀ = sech² v₀ taken directly
//	atan           w = 1/(1 + v²)
//	erf, erfc, Φ   w = const·e^{−c·v²}, itself the solution of w′ = −2c·v·w·v′
//	sigmoid        (1 + tanh(v/2))/2
//	softplus       w = sigmoid(v)
//
// Value 0 is the direct enclosure of the function. The recurrences use that
// each derivative of f at v ∈ X is a polynomial or rational expression in
// derivatives at the same v, so evaluating it in intervals contains it; hence
// over a point they are Taylor coefficients and over X they serve as Lagrange's
// remainder. See Moore, Kearfott, Cloud, Introduction to Interval Analysis
// (2009), chapter 9, and Griewank, Walther, Evaluating Derivatives (2008),
// chapter 13.
//
// Sums of products, where nearly all time goes, are formed in ordinary
// arithmetic with one error bound at the end (see convolve); it is a
// standard a-priori bound, proven, and twice as quick as rounding every term.
//
// # Integrals
//
// On a panel with middle c, f(x) = Σ_{k<p} c_k tᵏ + R(t)tᵖ, t = (x − c)/scale,
// with c_k from the series at c and R(t) in coefficient p of the series over
// the panel. For even p the weight tᵖ has one sign, so ∫R(t)tᵖ dμ lies in R·∫tᵖ
// dμ, and ∫ f dμ in Σ c_k M_k + R·M_p with the moments M_k of the measure μ.
// Those of the normal law come from the same formula for its density times tᵏ.
// So an integrand costs two series and one sum, whatever the measure.
package interval
