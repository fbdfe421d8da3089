package haartest

import (
	"math"
	"math/rand/v2"
	"testing"

	"bsnn/orthogonal"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

func gaussian(n int, rng *rand.Rand) *mat.Dense {
	m := mat.NewDense(n, n, nil)
	for i := range m.RawMatrix().Data {
		m.RawMatrix().Data[i] = rng.NormFloat64()
	}
	return m
}

func qr(m *mat.Dense) (q, r *mat.Dense) {
	var f mat.QR
	f.Factorize(m)
	q, r = new(mat.Dense), new(mat.Dense)
	f.QTo(q)
	f.RTo(r)
	return q, r
}

// haar is QR with the sign correction, made without the package orthogonal.
func haar(n int, rng *rand.Rand) *mat.Dense {
	q, r := qr(gaussian(n, rng))
	for j := range n {
		if r.At(j, j) < 0 {
			scaleColumn(q, j, -1)
		}
	}
	return q
}

func scaleColumn(m *mat.Dense, j int, c float64) {
	n, _ := m.Dims()
	for i := range n {
		m.Set(i, j, c*m.At(i, j))
	}
}

func scaleRow(m *mat.Dense, i int, c float64) {
	_, n := m.Dims()
	for j := range n {
		m.Set(i, j, c*m.At(i, j))
	}
}

func permutation(n int, rng *rand.Rand) *mat.Dense {
	q := mat.NewDense(n, n, nil)
	for i, j := range rng.Perm(n) {
		q.Set(i, j, float64(2*rng.IntN(2)-1))
	}
	return q
}

// ensembles of matrices that are not independent Haar draws. A function is
// called once for each sample and returns its draws.
var ensembles = map[string]func(n int) func(rng *rand.Rand) *mat.Dense{
	"QR without the sign correction": func(n int) func(*rand.Rand) *mat.Dense {
		return func(rng *rand.Rand) *mat.Dense {
			q, _ := qr(gaussian(n, rng))
			return q
		}
	},
	"Gaussian/√n": func(n int) func(*rand.Rand) *mat.Dense {
		return func(rng *rand.Rand) *mat.Dense {
			m := gaussian(n, rng)
			m.Scale(1/float64(n), m)
			return m
		}
	},
	"permutations times signs": func(n int) func(*rand.Rand) *mat.Dense {
		return func(rng *rand.Rand) *mat.Dense { return permutation(n, rng) }
	},
	"one matrix repeated": func(n int) func(*rand.Rand) *mat.Dense {
		var q *mat.Dense
		return func(rng *rand.Rand) *mat.Dense {
			if q == nil {
				q = haar(n, rng)
			}
			return q
		}
	},
	"SO(n)": func(n int) func(*rand.Rand) *mat.Dense {
		return func(rng *rand.Rand) *mat.Dense {
			q := haar(n, rng)
			if mat.Det(q) < 0 {
				scaleRow(q, n-1, -1)
			}
			return q
		}
	},
	"first column non-negative at the top": func(n int) func(*rand.Rand) *mat.Dense {
		return func(rng *rand.Rand) *mat.Dense {
			q := haar(n, rng)
			for j := range n {
				if q.At(0, j) < 0 {
					scaleColumn(q, j, -1)
				}
			}
			return q
		}
	},
	"rows with a positive diagonal": func(n int) func(*rand.Rand) *mat.Dense {
		return func(rng *rand.Rand) *mat.Dense {
			q := haar(n, rng)
			for i := range n {
				if q.At(i, i) < 0 {
					scaleRow(q, i, -1)
				}
			}
			return q
		}
	},
	"Haar in two blocks": func(n int) func(*rand.Rand) *mat.Dense {
		return func(rng *rand.Rand) *mat.Dense {
			q := mat.NewDense(n, n, nil)
			q.Slice(0, n/2, 0, n/2).(*mat.Dense).Copy(haar(n/2, rng))
			q.Slice(n/2, n, n/2, n).(*mat.Dense).Copy(haar(n-n/2, rng))
			return q
		}
	},
	"symmetric": func(n int) func(*rand.Rand) *mat.Dense {
		return func(rng *rand.Rand) *mat.Dense {
			q, s := haar(n, rng), new(mat.Dense)
			d := mat.NewDiagDense(n, nil)
			for i := range n {
				d.SetDiag(i, float64(2*rng.IntN(2)-1))
			}
			s.Product(q, d, q.T())
			return s
		}
	},
	"one reflection": func(n int) func(*rand.Rand) *mat.Dense {
		return func(rng *rand.Rand) *mat.Dense {
			v := randomUnit(n, rng)
			q := mat.NewDense(n, n, nil)
			for i := range n {
				q.Set(i, i, 1)
			}
			q.RankOne(q, -2, v, v)
			return q
		}
	},
	"constant vector fixed": func(n int) func(*rand.Rand) *mat.Dense {
		flat := mat.NewVecDense(n, nil)
		for i := range n {
			flat.SetVec(i, 1/math.Sqrt(float64(n)))
		}
		return func(rng *rand.Rand) *mat.Dense {
			// A reflection takes the constant vector to the first one and back.
			v := mat.NewVecDense(n, nil)
			v.SubVec(flat, basisVector(n, 0))
			v.ScaleVec(1/v.Norm(2), v)
			p := new(mat.Dense)
			p.Outer(1, v, v)
			mirror, blocks, q := reflection(p), mat.NewDense(n, n, nil), new(mat.Dense)
			blocks.Set(0, 0, 1)
			blocks.Slice(1, n, 1, n).(*mat.Dense).Copy(haar(n-1, rng))
			q.Product(mirror, blocks, mirror)
			return q
		}
	},
	"independent eigenangles": func(n int) func(*rand.Rand) *mat.Dense {
		return func(rng *rand.Rand) *mat.Dense {
			blocks := mat.NewDense(n, n, nil)
			for i := 0; i+1 < n; i += 2 {
				b := mat.NewDense(2, 2, nil)
				var f mat.QR
				f.Factorize(gaussian(2, rng))
				b.Copy(haar(2, rng))
				if mat.Det(b) < 0 {
					scaleRow(b, 0, -1)
				}
				blocks.Slice(i, i+2, i, i+2).(*mat.Dense).Copy(b)
			}
			if rng.IntN(2) == 0 {
				scaleRow(blocks, 0, -1)
			}
			q := haar(n, rng)
			out := new(mat.Dense)
			out.Product(q, blocks, q.T())
			return out
		}
	},
	"slow random walk": func(n int) func(*rand.Rand) *mat.Dense {
		var q *mat.Dense
		return func(rng *rand.Rand) *mat.Dense {
			if q == nil {
				q = haar(n, rng)
			}
			for range 10 {
				v := randomUnit(n, rng)
				var image mat.VecDense
				image.MulVec(q.T(), v)
				q.RankOne(q, -2, v, &image)
			}
			return mat.DenseCopyOf(q)
		}
	},
	"two matrices in turn": func(n int) func(*rand.Rand) *mat.Dense {
		var seen []*mat.Dense
		return func(rng *rand.Rand) *mat.Dense {
			q := haar(n, rng)
			if len(seen) > 10 && rng.IntN(20) == 0 {
				q = mat.DenseCopyOf(seen[rng.IntN(len(seen))])
				q.Scale(-1, q)
			}
			seen = append(seen, q)
			return q
		}
	},
	"ours": func(n int) func(*rand.Rand) *mat.Dense {
		return func(rng *rand.Rand) *mat.Dense {
			d, _ := orthogonal.NewDense(n, rng)
			return d.Matrix()
		}
	},
}

// judge tests k draws of an ensemble.
func judge(t testing.TB, n, k int, opt Options, rng *rand.Rand, draw func(*rand.Rand) *mat.Dense) Result {
	t.Helper()
	test, err := New(n, opt)
	require.NoError(t, err)
	for range k {
		require.NoError(t, test.Add(draw(rng)))
	}
	r, err := test.Result(t.Context())
	require.NoError(t, err)
	return r
}
