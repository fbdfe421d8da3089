// Package elementwise has the loops over neurons and weights that training
// spends its time on, in both precisions: activations with their derivatives,
// products, and the step of gradient descent with momentum, each with the sum of
// squares that is recorded of it. On amd64 processors with AVX2 and FMA they
// work on 32 bytes at a time, in Go assembly; elsewhere, under the build tag
// purego, and on the elements that are left over, they are plain Go. Sums of
// squares are in float64. The last bits differ between the two, as a fused
// multiplication and addition rounds once.
package elementwise
