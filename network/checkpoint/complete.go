package checkpoint

import (
	"encoding/binary"
	"hash/fnv"
	"math"

	"bsnn/montecarlo"

	"gonum.org/v1/gonum/mat"
)

// completed adds columns to an m×n matrix with orthonormal columns, n < m: a uniformly
// random basis of what is orthogonal to them. Equal matrices are completed alike, so
// that one that comes twice is seen; for matrices without atoms, hashing their numbers
// into the address of the random stream changes nothing in the law.
func completed(q *mat.Dense, seed uint64) (*mat.Dense, error) {
	m, n := q.Dims()
	h := fnv.New64a()
	var word [8]byte
	for i := range m {
		for _, v := range q.RawRowView(i) {
			binary.LittleEndian.PutUint64(word[:], math.Float64bits(v))
			h.Write(word[:])
		}
	}
	s := montecarlo.NewExperiment(seed^h.Sum64(), "completion").Trial(0).Layer(0)
	g := make([]float64, m*(m-n))
	s.Normals(g)
	all := mat.NewDense(m, m, nil)
	all.Slice(0, m, 0, n).(*mat.Dense).Copy(q)
	all.Slice(0, m, n, m).(*mat.Dense).Copy(mat.NewDense(m, m-n, g))
	var f mat.QR
	f.Factorize(all)
	var rest, r mat.Dense
	f.QTo(&rest)
	f.RTo(&r)
	for j := n; j < m; j++ { // the signs that make the law uniform
		sign := math.Copysign(1, r.At(j, j))
		for i := range m {
			all.Set(i, j, sign*rest.At(i, j))
		}
	}
	return all, nil
}
