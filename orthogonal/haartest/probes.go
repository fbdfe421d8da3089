package haartest

import (
	"math"
	"math/rand/v2"

	"bsnn/orthogonal"

	"gonum.org/v1/gonum/mat"
)

// probes are the fixed directions and involutions in which a test looks at
// matrices. They depend on n and the seed, not on the matrices.
type probes struct {
	forms       [formCount]struct{ u, v *mat.VecDense } // uᵀQv
	address     *mat.VecDense                           // Qe tells matrices apart
	left, right involution
}

// forms are the bilinear forms uᵀQv with unit vectors u and v that are
// compared with the exact law of an entry.
type form int

const (
	firstEntry form = iota
	lastEntry
	allEntries // u = v = (1, …, 1)/√n
	firstRow   // the mean of the first row, as a form
	firstColumn
	randomForm
	formCount
)

// An involution is a symmetric orthogonal matrix A = I − 2P, P an
// orthogonal projection. A² = I, so under the hypothesis that AQ has the law of Q
// the pairs (Q, AQ) and (AQ, Q) have one law, and f(Q) > f(AQ) is a fair
// coin for every function f for which ties have probability zero.
type involution struct {
	half *mat.Dense    // P of rank ⌊n/2⌋, for sums and traces
	ones *mat.VecDense // P·(1, …, 1)
	v    *mat.VecDense // unit vector; P = vvᵀ, for fourth powers
}

func newProbes(n int, seed uint64) (*probes, error) {
	rng := rand.New(stream(seed, "probes", 0))
	p := &probes{address: randomUnit(n, rng)}
	first, last, flat := basisVector(n, 0), basisVector(n, n-1), mat.NewVecDense(n, nil)
	for i := range n {
		flat.SetVec(i, 1/math.Sqrt(float64(n)))
	}
	for f, uv := range [formCount][2]*mat.VecDense{
		firstEntry:  {first, first},
		lastEntry:   {last, last},
		allEntries:  {flat, flat},
		firstRow:    {first, flat},
		firstColumn: {flat, first},
		randomForm:  {randomUnit(n, rng), randomUnit(n, rng)},
	} {
		p.forms[f].u, p.forms[f].v = uv[0], uv[1]
	}
	var err error
	for _, side := range []*involution{&p.left, &p.right} {
		if *side, err = newInvolution(n, rng); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func newInvolution(n int, rng *rand.Rand) (involution, error) {
	w, err := orthogonal.NewSemiOrthogonal(n, n/2, rng)
	if err != nil {
		return involution{}, err
	}
	columns := w.Matrix()
	a := involution{half: new(mat.Dense), ones: new(mat.VecDense), v: randomUnit(n, rng)}
	a.half.Mul(columns, columns.T())
	ones := mat.NewVecDense(n, nil)
	for i := range n {
		ones.SetVec(i, 1)
	}
	a.ones.MulVec(a.half, ones)
	return a, nil
}

// changes returns f(Q) − f(AQ), up to a positive factor, for f the trace,
// the sum of all entries and the sum of their fourth powers. Of Qᵀ it is
// f(Q) − f(QA), as all three f ignore transposition.
func (a involution) changes(q *mat.Dense) [3]float64 {
	n, _ := q.Dims()
	var trace, sum, fourth float64
	var vq mat.VecDense
	vq.MulVec(q.T(), a.v)
	for i := range n {
		row, projected := q.RawRowView(i), a.half.RawRowView(i)
		for j, x := range row {
			trace += projected[j] * x // tr PQ, P being symmetric
			sum += a.ones.AtVec(i) * x
			y := x - 2*a.v.AtVec(i)*vq.AtVec(j)
			fourth += x*x*x*x - y*y*y*y
		}
	}
	return [3]float64{trace, sum, fourth}
}

// changeNames name the functions of changes.
var changeNames = [3]string{"trace", "sum", "fourth powers"}

func basisVector(n, i int) *mat.VecDense {
	e := mat.NewVecDense(n, nil)
	e.SetVec(i, 1)
	return e
}

func randomUnit(n int, rng *rand.Rand) *mat.VecDense {
	v := mat.NewVecDense(n, nil)
	for i := range n {
		v.SetVec(i, rng.NormFloat64())
	}
	v.ScaleVec(1/v.Norm(2), v)
	return v
}
