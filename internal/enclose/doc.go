// Package enclose proves statements about a function given as a program of
// package expr: intervals that contain its Gaussian moments and everything
// that the normalisation of activations derives from them, Lipschitz
// constants, or the reason why the theory does not cover it.
//
// Certify is the whole of it. g is a standard normal variable, ρ its density.
//
// # Definedness and continuity
//
// A survey evaluates the program in interval arithmetic on panels and
// divides those on which something is open. A value outside a domain is an
// error at once, a panel that stays doubtful down to a width of 1e-13 as
// well.
//
// Comparisons and sign change at borders, the sets {u = v} of two nodes of
// the program. On a panel on which only some borders are open the function is
// continuous if for each of them, and for all positions of the others, both
// sides have the same value wherever u = v holds. That is decided
// symbolically: u = v is solved for a node where this takes inverses of exact
// rational operations only, substituted, and both sides are reduced to terms over
// exact rational numbers. Equal terms are equal numbers; different terms prove nothing,
// and then intervals decide: if the enclosures of both sides are disjoint and
// the border is really crossed the function jumps, otherwise it is not
// proven continuous. Several borders meeting in one point need no case of their own: a
// change of all sides is a sequence of changes of one. The derivative is
// carried along, which tells whether φ′ jumps at a kink.
//
// The value at an isolated point, as of x == 0 ? 5 : x, matters to no integral:
// continuous means equal to a continuous function up to such points.
//
// A panel whose end lies on a border sees only one side; such ends are
// examined again with a neighbourhood of a few floats.
//
// # Integrals over panels
//
// [−R, R] is cut into panels a quarter wide. On each one the program is run
// twice over Taylor series of order 21: at the middle for the polynomial, over the panel
// for Lagrange's remainder. All integrands, polynomials in x, f and f′, share
// the Gaussian moments of the panel. A panel that is wider than its share of the
// tolerance is halved; the result of a panel is intersected with the sum of
// its halves, so refinement gives nested enclosures. Both runs take the
// branch that the second one proves. Where none is proven, only the range of
// values or the mean value theorem is used; halving closes in on such a kink
// until what it contributes is below its share.
//
// No integrand is centred at 0: u = f − c₀ with a float64 c₀ near E f is exact
// and free of cancellation. E f′² − Var f, which decides about b and vanishes
// for affine f, is E r′² − Var r for the residual r = f − c₀ − c₁x by Stein's
// identity E f′ = E gf, which a continuous f satisfies. V_f, V_b and C come from integrals of
// squares and products of w = φ² − 1 − κ(x² − 1) and q = φ′² − 1, where
// the subtractions of their definitions have been done before integrating;
// see variances for the correction from float64 constants to the exact ones.
//
// # Tails
//
// Beyond R every node of the program, its first and its second derivative
// carry bounds valid for all y = |x| ≥ R, on each side separately:
//
//	l(y) ≤ v ≤ h(y)                        quadratics, or ±∞
//	exp(αy² + βy + γ)·yᵏ between            lower and upper bounds of |v|
//
// with rules for every operation: sums add quadratics and let the faster exponential
// absorb the slower one; products add exponents; exp turns quadratics into exponents, by
// convexity also into lower quadratics; log does the opposite with the tangent at
// R; the saturating functions use
//
//	e^{−2|u|} ≤ sech² u ≤ 4e^{−2|u|}       erfc u ≤ e^{−u²}, u ≥ 0
//	¼e^{−|u|} ≤ σ′(u) ≤ e^{−|u|}           Φ(u) ≤ ½e^{−u²/2}, u ≤ 0
//	½eᵘ ≤ σ(u), log(1+eᵘ) ≤ eᵘ, u ≤ 0      u ≤ log(1+eᵘ) ≤ u + e^{−u}
//
// Coefficients are rounded towards the bound's side, which is sound because y
// and log y are not negative. The tail of an integral is at most e^{E(R)}/s
// where E is its concave exponent, the normal density included, and −s = E′(R). R is the first of 9, 10, …, 38 at
// which the tails no longer matter. If a lower bound grows like e^{y²/4} or
// faster E f² or E f′² is infinite; if only the upper one does it is not
// proven finite.
//
// # Lipschitz constants
//
// sup|f′| and sup|f″| are found by branch and bound: on a panel f⁽ʲ⁾ lies in
// its direct enclosure, in the mean value form and in Taylor's form of second order, and
// between its end values where it is proven to be monotone; values at points
// are lower bounds. Beyond some R ≤ 2³⁰ the growth bounds of the tail take
// over. φ′ is Lipschitz with sup|f″| if moreover it is proven to be continuous at
// every kink. It is proven not to be where its enclosures on both sides of a
// kink are disjoint, or where a lower bound of a tail grows without limit.
//
// # What is assumed
//
// The promises of package interval: correct IEEE arithmetic, and the table of
// error bounds of package math that it states and tests. Float computations
// here choose where to centre and to divide; no proven statement depends on
// their accuracy.
package enclose
