// Package gpnorm normalises activation functions in the Gaussian–Poincaré
// sense and certifies the result.
//
// # Definitions
//
// Let g ~ N(0,1). A function φ is Gaussian–Poincaré normalised (Lu, Gould,
// Ajanthan 2020, arXiv 2006.12169, Definition 2) when
//
//	E φ(g)² = 1  and  E φ′(g)² = 1.
//
// For a Lipschitz f that is not constant, the paper's proposition gives
// constants with φ = a·f + b normalised: a = 1/√(E f′²) and
//
//	b = −a·E f ± √(1 − a²·Var f).
//
// The root is real (proven) because Var f ≤ E f′², the Gaussian–Poincaré
// inequality. There are two roots b unless f is affine.
//
// # The root rule
//
// The definition does not say which b to take. Squared lengths follow
// q ↦ Q(q) = E φ(√q·g)² from layer to layer, with Q(1) = 1 and slope
//
//	κ = Q′(1) = E[g φ φ′] = ½ E[(g²−1) φ²],
//
// the second form by Stein's identity. A deviation from the shell is multiplied
// by κ in each layer, so κ < 1 is stable, κ = 1 is a random walk and κ > 1 grows
// with depth although φ is normalised. Normalize takes, among the roots with
// κ ≤ 1, the one with the smallest |b|, the positive one on a tie; when neither
// is stable it takes the smaller κ, the positive one on a tie, and warns.
//
// # The limit laws
//
// With c_f = E[(g²−1)φ²] = 2κ and c_b = E[(g²−1)φ′²], the variances that govern
// fluctuations at width n, all asymptotic in n, are
//
//	V_f = E φ⁴ − 1 − c_f²/2                   one layer forward, ‖φ‖²/n
//	V_b = 3·E φ′⁴ − 3 − c_b²/2                one layer backward
//	C   = E[φ²φ′²] − 1 − c_f·c_b/2
//	V   = V_b + 2C·s/(1−κ) + s²V_f/(1−κ)²     s = c_b/2, backward over depth
//
// so that the logarithm of the squared gradient norm over L layers has variance
// about V·(L−1)/n.
//
// # Where functions come from
//
// Lookup knows the built-ins by name; Parse reads a formula with parameters;
// Resolve takes either, as a user types it. FromFunc, FromDual and FromValues make
// an activation of a function written in Go: with its derivative, over dual
// numbers, or with a numerical derivative that is checked.
//
// # What is refused
//
// A constant has no a. A jump has no weak derivative in L². E f² or E f′² may be
// infinite. A function may be undefined somewhere. Such a function is refused by
// Describe, Normalize and everything that rests on them, with one line that gives
// the reason and the place, as far as sampling shows it.
//
// # Correlations and lengths
//
// Correlation computes C(ρ) = E φ(u)φ(v), the correlation after a layer of two
// inputs that had correlation ρ before it; its fixed points; and how many layers
// bring two inputs closer than a distance. A normalised φ other than ±x has
// C(1) = C′(1) = 1 and C(ρ) > ρ below (proven): the distance 1 − ρ falls to 0, but
// by a power law. LengthFixedPoints does the same for Q.
//
// # Numbers
//
// Expectations are computed by adaptive Gauss–Legendre quadrature on panels
// split at the kinks; each comes with an error estimate (an estimate, not an
// enclosure). Derivatives are checked against the values by Stein's identity
// E[f′(g)·He_k(g)] = E[f(g)·He_{k+1}(g)] for k = 0, 1, 2, which fails for jumps
// and for wrong derivatives. The built-ins and their derivatives are within a few
// units in the last place (tested against 300-bit arithmetic), by tables that are
// computed when the program starts.
package gpnorm
