// Package vector has the loops over neurons and weights on which this module
// spends its time: standard normals in bulk from an addressed generator
// ([Stream]), activations with their derivatives and norms ([Lookup]), the
// functions of expressions ([Exp] and others), and combinations and products of
// vectors with their norms ([Combine], [MulNormDot], [Dot], [SumSquares], [Descend]).
//
// There are three paths, AVX-512, AVX2 with FMA, and plain Go, and they have the
// same bits: every loop is one list of operations, each rounded as IEEE 754 says,
// with fused multiplications exactly where the list has them. Sums have eight
// accumulators: element i goes to number i mod 8, in ascending order, and these are
// added as ((0+4)+(2+6)) + ((1+5)+(3+7)). Only the payload of a NaN is
// not part of the agreement. The lists are in the folder gen, which prints Go and
// assembly from them.
//
// Functions are within 4 units in the last place on the whole line; a derivative
// that passes through zero, in units of its larger summand. NaN gives NaN. Sums
// are in float64, and so is all arithmetic on float32, which is rounded when it is
// stored.
//
// The path is the best that the processor has, unless the environment variable
// BSNN_VECTOR, read when the program starts, says avx512, avx2 or go.
package vector

//go:generate go run ./gen
