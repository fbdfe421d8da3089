package haartest

import "gonum.org/v1/gonum/mat"

// large is the size beyond which memory counts: the last matrix is remembered in single precision, and involutions
// have blocks.
const large = 1024

// previous is the last matrix. One of more than large rows is rounded to float32, which changes an overlap, of standard
// deviation 1, by 3e-8 or so.
type previous struct {
	wide   []float64
	narrow []float32
}

func (p *previous) held() bool { return p.wide != nil || p.narrow != nil }

// keep remembers a matrix.
func (p *previous) keep(q *mat.Dense) {
	data := q.RawMatrix().Data
	if n, _ := q.Dims(); n <= large {
		p.wide = append(p.wide[:0], data...)
		return
	}
	if p.narrow == nil {
		p.narrow = make([]float32, len(data))
	}
	for i, v := range data {
		p.narrow[i] = float32(v)
	}
}

// overlap is tr PᵀQ, P the matrix that is remembered.
func (p *previous) overlap(q *mat.Dense) (sum float64) {
	data := q.RawMatrix().Data
	if p.wide != nil {
		for i, v := range p.wide {
			sum += data[i] * v
		}
		return sum
	}
	for i, v := range p.narrow {
		sum += data[i] * float64(v)
	}
	return sum
}

// transpose transposes a square matrix in its place, tile by tile.
func transpose(q *mat.Dense) {
	const tile = 32
	n, _ := q.Dims()
	for top := 0; top < n; top += tile {
		for left := top; left < n; left += tile {
			for i := top; i < min(top+tile, n); i++ {
				row := q.RawRowView(i)
				for j := max(left, i+1); j < min(left+tile, n); j++ {
					other := q.RawRowView(j)
					row[j], other[i] = other[i], row[j]
				}
			}
		}
	}
}
