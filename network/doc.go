// Package network runs the networks of the theory, x⁽ˡ⁺¹⁾ = φ(W⁽ˡ⁾x⁽ˡ⁾) for
// l = 1 … L without biases, forward and backward, and records every norm.
//
// [Network] holds explicit operators and keeps every vector: for gradients
// and small widths. [Simulator] runs random networks at any width: it uses
// the exact conditional laws of Wx and Wᵀd, so a trial costs O(nL) time and
// O(n) memory.
package network
