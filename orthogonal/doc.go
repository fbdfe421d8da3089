// Package orthogonal provides orthogonal matrices drawn from the Haar
// measure on O(n), the one probability law on orthogonal matrices that no
// rotation or reflection changes, as linear operators.
//
// Three representations implement [Operator]; all have exactly the same law.
//
//   - [Dense] holds the n² entries. Forming them costs 4n³/3 operations,
//     each product with a vector 2n².
//   - [Reflectors] holds W as a product of Householder reflectors that is
//     never multiplied out. Drawing it costs n²/2 normal numbers, each
//     product with a vector 2n² operations.
//   - [Lazy] draws only what the questions put to it determine. k questions
//     cost O(nk²) operations and 2nk numbers of memory, so a network that
//     asks each layer once forward and once backward costs O(n) per layer,
//     at any width.
//
// [SemiOrthogonal] is the rectangular case, uniform on the Stiefel manifold;
// [NewDenseRotation] and [NewReflectorsRotation] draw from SO(n). [Retraction]
// is a step that stays on O(n). The package haartest, below this one, judges
// whether given matrices are Haar.
//
// Randomness comes from a math/rand/v2 source given by the caller; equal
// sources give equal operators.
package orthogonal
