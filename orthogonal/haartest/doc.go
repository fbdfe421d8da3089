// Package haartest says whether square matrices look like independent draws
// from the Haar measure on O(n).
//
//	test, err := haartest.New(32, haartest.Options{})
//	for _, q := range matrices {
//		err = test.Add(q)
//	}
//	result, err := test.Result(ctx)
//
// First every matrix must be orthogonal to rounding: that is not a matter of
// chance. Then each [Check] compares one statistic, of which every matrix gives
// one independent value, with the law it has under the hypothesis. A p-value is
// exact or too large, never too small, and each check gets an equal share of
// Options.Alpha (Bonferroni), so independent Haar matrices are refuted with
// probability at most Alpha in all. That holds up to the rounding of entries.
//
//   - Determinant: its sign is a fair coin. Sees SO(n) and constant
//     determinants; nothing else.
//   - Entries: uᵀQv for coordinate vectors, the constant vector and random
//     directions, and an entry at a random place; Q_ij² ~ Beta(½, (n−1)/2).
//     Sees conventions on signs and unrotated rows; blind to dependence
//     between entries.
//   - Fourth powers and largest entry: all entries at once. See permutations,
//     blocks, Hadamard matrices; blind to signs.
//   - Extremes: the largest entry and the largest trace by bounds that need no
//     second matrix. See the identity, permutations, few reflections, one
//     large QR without the sign correction; blind to all that is moderate.
//   - Traces of Q, Q², Q³, Q⁴: see QR without the sign correction, symmetric
//     matrices and products of few reflections; blind to eigenvectors.
//   - Eigenangle spacing: sees eigenvalues that do not repel; blind to where
//     they lie and to eigenvectors. From size 8.
//   - Left and right invariance: f(Q) > f(AQ) is a fair coin for a fixed
//     A = Aᵀ = A⁻¹, and so for QA. See laws that single out rows or columns;
//     blind to functions other than the three they use. Beyond size 1,024 A has
//     blocks of 512 rows at most, and the trace sees what lies in them.
//   - Successive matrices: tr QᵢᵀQᵢ₊₁ has the law of a trace. Sees a matrix
//     repeated and slow random walks; blind to dependence further apart.
//   - Repeated matrices: sees any matrix that comes again, up to its sign;
//     blind to weaker dependence.
//
// Laws without closed form (fourth powers, largest entry, traces, spacing)
// are those of matrices simulated by [bsnn/orthogonal.NewDense], which the
// tests of that package check independently. No finite number of matrices
// shows that a law is Haar: [Confirmed] means that the laws of these
// statistics are within Options.Resolution of it, for independent draws of
// one law. A single matrix can be refuted only by the orthogonality check and by
// the extremes; otherwise it is [Undecided].
//
// Measured with the defaults, n = 32, 200 matrices: Haar matrices are
// confirmed at a resolution near 0.36. In the check that answers loudest
// the p-value is 1e-60 or less for QR without the sign correction (determinant, trace,
// invariance), permutations times signs (fourth powers, invariance) and one
// matrix repeated (successive, repeated); Gaussian matrices divided by √n are not
// orthogonal.
package haartest
