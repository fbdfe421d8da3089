// Package theorem holds what is known about norms in bidirectionally
// self-normalising networks, as values and functions that other packages
// read: the statements of the paper with their assumptions, the exact
// moments of one layer at finite width, bounds that hold at every width, for one
// layer and for whole networks in both directions, and limit laws; and the
// widths that follow from either.
//
// The network has width n, depth L and no biases: h⁽ˡ⁾ = W⁽ˡ⁾x⁽ˡ⁾ and
// x⁽ˡ⁺¹⁾ = φ(h⁽ˡ⁾), with independent W⁽ˡ⁾ from the Haar measure of O(n). On
// the way back d⁽ˡ⁾ = D⁽ˡ⁾y⁽ˡ⁾ and y⁽ˡ⁻¹⁾ = W⁽ˡ⁾ᵀd⁽ˡ⁾ with
// D⁽ˡ⁾ = diag φ′(h⁽ˡ⁾).
//
// Every result carries its [Status]. Proven results hold at the width given,
// up to the error of the quadrature behind the moments (reported with them,
// and added on the safe side) and provided that the Lipschitz constants of
// the activation are what it declares. Asymptotic results are limits for
// n → ∞ used at finite n.
//
// The statements are from Y. Lu, S. Gould, T. Ajanthan, "Bidirectionally
// Self-Normalizing Neural Networks", arXiv 2006.12169, Neural Networks 167
// (2023). The concentration inequality on the sphere is in M. Ledoux, "The
// Concentration of Measure Phenomenon" (2001, doi:10.1090/surv/089), chapters 1 and 5.
package theorem
