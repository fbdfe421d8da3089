package network

import "gonum.org/v1/gonum/mat"

// memory hands out vectors that are all taken back at once, so that networks which
// are drawn one after the other leave nothing to collect. Without one, as nil, vectors
// are made.
type memory struct {
	slabs [][]float64
	slab  int // at hand
	used  int // of it
}

const slabSize = 1 << 16 // numbers, unless more are asked for at once

// vector has any contents.
func (m *memory) vector(n int) []float64 {
	if m == nil {
		return make([]float64, n)
	}
	for m.slab < len(m.slabs) && m.used+n > len(m.slabs[m.slab]) {
		m.slab, m.used = m.slab+1, 0
	}
	if m.slab == len(m.slabs) {
		m.slabs = append(m.slabs, make([]float64, max(slabSize, n)))
	}
	m.used += n
	return m.slabs[m.slab][m.used-n : m.used : m.used]
}

func (m *memory) matrix(rows, cols int) *mat.Dense {
	return mat.NewDense(rows, cols, m.vector(rows*cols))
}

// alike has the shape of x.
func (m *memory) alike(x *mat.Dense) *mat.Dense { return m.matrix(x.Dims()) }

// copyOf has the numbers of x.
func (m *memory) copyOf(x mat.Matrix) *mat.Dense {
	out := m.matrix(x.Dims())
	out.Copy(x)
	return out
}

// takeBack ends all vectors.
func (m *memory) takeBack() { m.slab, m.used = 0, 0 }
