package haartest

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"bsnn/internal/replay"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

// functions are the three f of the invariance checks.
func functions(q *mat.Dense) [3]float64 {
	return [3]float64{mat.Trace(q), mat.Sum(q), sumFourth(q)}
}

// reflection is I − 2P.
func reflection(p mat.Matrix) *mat.Dense {
	a := new(mat.Dense)
	a.Scale(-2, p)
	n, _ := p.Dims()
	for i := range n {
		a.Set(i, i, a.At(i, i)+1)
	}
	return a
}

// projection is P as one matrix.
func (a involution) projection() *mat.Dense {
	n := a.v.Len()
	p, at := mat.NewDense(n, n, nil), 0
	for _, block := range a.half {
		size, _ := block.Dims()
		p.Slice(at, at+size, at, at+size).(*mat.Dense).Copy(block)
		at += size
	}
	return p
}

// The tosses of the invariance checks are the signs of f(Q) − f(AQ) and
// f(Q) − f(QA), computed here with explicit matrices A, and A is an
// involution that differs on the two sides.
func TestInvolutions(t *testing.T) {
	seed := replay.Seed(t)
	rng := rand.New(rand.NewPCG(seed, 0))
	for _, sizes := range [][]int{{2}, {3}, {8}, {17}, {5, 4, 6}} {
		n := 0
		for _, size := range sizes {
			n += size
		}
		test, err := New(n, Options{Seed: seed, Reference: -1})
		require.NoError(t, err)
		if len(sizes) > 1 { // as large matrices have
			test.probes.left, err = newInvolution(sizes, rng)
			require.NoError(t, err)
			test.probes.right, err = newInvolution(sizes, rng)
			require.NoError(t, err)
		}
		var left, right [3]tosses
		for range 20 {
			q := haar(n, rng)
			require.NoError(t, test.Add(q))
			for i, f := range functions(q) {
				for side, a := range []involution{test.probes.left, test.probes.right} {
					var p mat.Matrix = a.projection()
					if i == 2 {
						rankOne := new(mat.Dense)
						rankOne.Outer(1, a.v, a.v)
						p = rankOne
					}
					reflect := reflection(p)
					var square, moved mat.Dense
					square.Mul(reflect, reflect)
					require.True(t, mat.EqualApprox(&square, reflection(mat.NewDense(n, n, nil)), 1e-12), "A² = I")
					if side == 0 {
						moved.Mul(reflect, q)
						left[i].add(f - functions(&moved)[i])
					} else {
						moved.Mul(q, reflect)
						right[i].add(f - functions(&moved)[i])
					}
				}
			}
		}
		require.Equal(t, left, test.left)
		require.Equal(t, right, test.right)
		require.False(t, mat.EqualApprox(test.probes.left.projection(), test.probes.right.projection(), 1e-3))
	}
}

// Features of matrices for which they are known.
func TestFeaturesOfKnownMatrices(t *testing.T) {
	cycle := mat.NewDense(9, 9, nil) // eigenvalues: the ninth roots of unity
	for i := range 9 {
		cycle.Set(i, (i+1)%9, 1)
	}
	f, err := featuresOf(cycle)
	require.NoError(t, err)
	require.Equal(t, [featureCount]float64{fourthPowers: 9, largestEntry: 1, gapRatio: 1}, f)

	mirror := reflection(mat.NewDiagDense(8, []float64{1, 0, 0, 0, 0, 0, 0, 0}))
	f, err = featuresOf(mirror)
	require.NoError(t, err)
	require.Equal(t, [featureCount]float64{fourthPowers: 8, largestEntry: 1, trace1: 6, trace2: 8, trace3: 6, trace4: 8}, f)

	rng := rand.New(rand.NewPCG(replay.Seed(t), 0))
	for _, n := range []int{8, 9, 10, 11} {
		for range 10 {
			q := haar(n, rng)
			f, err := featuresOf(q)
			require.NoError(t, err)
			power := mat.DenseCopyOf(q)
			for p := range 4 {
				require.InDelta(t, mat.Trace(power), f[trace1+feature(p)], grid, "trace of a power")
				power.Mul(mat.DenseCopyOf(power), q)
			}
			cosines, err := eigenCosines(q)
			require.NoError(t, err)
			require.Len(t, eigenAngles(cosines, determinantSign(q)), map[bool]int{true: n / 2, false: (n - 1) / 2}[mat.Det(q) > 0])
		}
	}
}

// Eigenangles of matrices that are built from them, in all four cases of
// size and determinant.
func TestEigenAnglesAreFound(t *testing.T) {
	rng := rand.New(rand.NewPCG(replay.Seed(t), 0))
	for _, n := range []int{8, 9, 12, 13} {
		for _, det := range []int{1, -1} {
			blocks := mat.NewDense(n, n, nil)
			var want []float64
			at := 0
			if det < 0 {
				blocks.Set(0, 0, -1)
				at = 1
			}
			for ; at+1 < n; at += 2 {
				angle := 0.1 + 3*rng.Float64()
				want = append(want, angle)
				s, c := math.Sincos(angle)
				blocks.Set(at, at, c)
				blocks.Set(at+1, at+1, c)
				blocks.Set(at, at+1, -s)
				blocks.Set(at+1, at, s)
			}
			if at < n {
				blocks.Set(at, at, 1)
			}
			slices.Sort(want)
			slices.Reverse(want)
			basis, q := haar(n, rng), new(mat.Dense)
			q.Product(basis, blocks, basis.T())
			cosines, err := eigenCosines(q)
			require.NoError(t, err)
			require.Equal(t, det, determinantSign(q))
			require.InDeltaSlice(t, want, eigenAngles(cosines, det), 1e-6)
		}
	}
	require.InDelta(t, (0.5+0.25)/2, meanGapRatio([]float64{3, 2, 1.5, 1.375}), 1e-15)
	require.Zero(t, meanGapRatio([]float64{1, 1, 1}))
}
