package haartest

// A kind is a family of checks that see the same things.
type kind int

const (
	determinant kind = iota
	entry
	entrySize
	extremeEntry
	extremeTrace
	traces
	spacing
	leftInvariance
	rightInvariance
	successive
	repeated
	kindCount
)

// catalogue says of each kind how its p-value is obtained and what it can
// and cannot see.
var catalogue = [kindCount]struct{ Method, Sees, Blind string }{
	determinant: {
		"sign of the determinant against a fair coin, exact binomial",
		"determinants that are constant or not fair: SO(n), QR by Householder reflectors without the sign correction",
		"anything but the sign of the determinant; a bias of less than about the resolution",
	},
	entry: {
		"entries and bilinear forms uᵀQv of fixed unit vectors, one of each matrix, against their law w² ~ Beta(½, (n−1)/2) with a fair sign; " +
			"Kolmogorov–Smirnov with Massart's bound",
		"sign conventions of a row, a column or all entries; entries that are too large, too small or concentrated on few values; parts of " +
			"the matrix that are left unrotated",
		"dependence between entries that leaves each of the forms its law",
	},
	entrySize: {
		"one number made of all entries of a matrix against simulated Haar matrices; exact two-sample Kolmogorov–Smirnov",
		"matrices whose entries are jointly too equal (Hadamard, Fourier) or too unequal (permutations, block-diagonal, few Givens rotations)",
		"signs: it is the same for DQE with D and E diagonal ±1",
	},
	extremeEntry: {
		"the largest entry of all by the exact law of one and their number",
		"in a single matrix already: the identity, permutations, unrotated rows",
		"all that shows only in many matrices, or in moderate entries",
	},
	extremeTrace: {
		"the largest |tr Q| by the concentration of measure, P(|tr Q| ≥ t) ≤ 2exp(−(n−2)t²/(8n)) (the Ricci curvature of SO(n) is (n−2)/4; " +
			"Bakry–Émery and Herbst), and the number of matrices",
		"in a single matrix already: few reflections, and QR without the sign correction from about n = 600",
		"traces of moderate size: the bound is about exp(−t²/8) where the truth is about exp(−t²/2)",
	},
	traces: {
		"trace of a power of each matrix against simulated Haar matrices; exact two-sample Kolmogorov–Smirnov",
		"signs that lean to one side along the diagonal, as without the sign correction of QR; too many eigenvalues in one place, as in " +
			"products of few reflections, symmetric matrices and rotations of low order",
		"eigenvectors: a fixed basis with Haar eigenvalues passes",
	},
	spacing: {
		"mean ratio of neighbouring gaps between eigenangles in each matrix against simulated Haar matrices; exact two-sample Kolmogorov–Smirnov",
		"eigenangles that do not repel: independent angles, permutations, matrices made of blocks; eigenangles that are too regular",
		"where the eigenangles lie, and eigenvectors",
	},
	leftInvariance: {
		"f(Q) > f(AQ) against a fair coin for a fixed random A with A² = I, exact binomial: (Q, AQ) and (AQ, Q) have one law when AQ has that " +
			"of Q",
		"laws that change when the matrices are multiplied from the left, in the trace, in the sum of entries or in how unequal the entries " +
			"are; it trusts no simulation",
		"laws that change only in other functions of the matrix, or under other A",
	},
	rightInvariance: {
		"f(Q) > f(QA) against a fair coin for a fixed random A with A² = I, exact binomial",
		"laws that change when the matrices are multiplied from the right, in the trace, in the sum of entries or in how unequal the entries " +
			"are; it trusts no simulation",
		"laws that change only in other functions of the matrix, or under other A; for the trace, left and right ask the same question with " +
			"different A",
	},
	successive: {
		"tr QᵢᵀQᵢ₊₁, which for independent Haar matrices are independent with the law of a trace, against simulated Haar matrices; exact " +
			"two-sample Kolmogorov–Smirnov",
		"one matrix repeated, matrices that move slowly, a random walk",
		"dependence at a distance of two or more, and dependence that leaves this inner product its law",
	},
	repeated: {
		"the largest |⟨Qᵢe, Qⱼe⟩| over pairs for a fixed random unit vector e, by the exact law of one pair and the number of pairs",
		"any matrix that comes twice, also with its sign changed, among the 4,096 before it",
		"weaker dependence; two matrices whose images of e differ. Below size 4 a repetition may be chance",
	},
}

var formNames = [formCount]string{
	firstEntry:  "first",
	lastEntry:   "last",
	allEntries:  "sum of all",
	firstRow:    "sum of the first row",
	firstColumn: "sum of the first column",
	randomForm:  "random directions",
}

var featureNames = [featureCount]string{
	fourthPowers: "entries: fourth powers",
	largestEntry: "entries: largest",
	trace1:       "trace of Q",
	trace2:       "trace of Q²",
	trace3:       "trace of Q³",
	trace4:       "trace of Q⁴",
	gapRatio:     "eigenangle spacing",
}

var featureKinds = [featureCount]kind{
	fourthPowers: entrySize,
	largestEntry: entrySize,
	trace1:       traces,
	trace2:       traces,
	trace3:       traces,
	trace4:       traces,
	gapRatio:     spacing,
}
