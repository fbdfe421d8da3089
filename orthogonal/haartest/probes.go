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
	half []*mat.Dense  // the blocks on the diagonal of P, each of half its rank, for sums and traces
	ones *mat.VecDense // P·(1, …, 1)
	v    *mat.VecDense // unit vector; P = vvᵀ, for fourth powers
}

// blocks are the sizes of the blocks of an involution: one, or blocks of 512 at most where the matrices are large.
func blocks(n int) []int {
	const most = 512
	if n <= large {
		return []int{n}
	}
	count := (n + most - 1) / most
	sizes := make([]int, count)
	for i := range sizes {
		sizes[i] = (i+1)*n/count - i*n/count
	}
	return sizes
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
		if *side, err = newInvolution(blocks(n), rng); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func newInvolution(sizes []int, rng *rand.Rand) (involution, error) {
	var a involution
	var sums []float64
	for _, n := range sizes {
		w, err := orthogonal.NewSemiOrthogonal(n, n/2, rng)
		if err != nil {
			return involution{}, err
		}
		columns, half := w.Matrix(), new(mat.Dense)
		half.Mul(columns, columns.T())
		ones, sum := mat.NewVecDense(n, nil), new(mat.VecDense)
		for i := range n {
			ones.SetVec(i, 1)
		}
		sum.MulVec(half, ones)
		a.half, sums = append(a.half, half), append(sums, sum.RawVector().Data...)
	}
	a.ones, a.v = mat.NewVecDense(len(sums), sums), randomUnit(len(sums), rng)
	return a, nil
}

// changes returns f(Q) − f(AQ), up to a positive factor, for f the trace,
// the sum of all entries and the sum of their fourth powers. Of Qᵀ it is
// f(Q) − f(QA), as all three f ignore transposition.
func (a involution) changes(q *mat.Dense) [3]float64 {
	n, _ := q.Dims()
	var trace, sum, fourth float64
	at := 0
	for _, block := range a.half {
		size, _ := block.Dims()
		for i := range size {
			projected := block.RawRowView(i)
			for j, x := range q.RawRowView(at + i)[at : at+size] {
				trace += projected[j] * x // tr PQ, P being symmetric
			}
		}
		at += size
	}
	var vq mat.VecDense
	vq.MulVec(q.T(), a.v)
	for i := range n {
		for j, x := range q.RawRowView(i) {
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
