package orthogonal

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

const (
	// Questions are taken this many at a time, and so are the vectors of a
	// basis that meet them; the copies that this needs do not grow with the
	// number of either.
	columnBlock = 64

	// When a projection leaves less than this fraction of a vector, rounding
	// errors have grown by as much relative to it, and it is projected once more.
	cancellation = 0.5
)

// askColumns answers the columns of x, a block at a time.
func (l *Lazy) askColumns(dst *mat.Dense, x mat.Matrix, from, to *basis) {
	cols := shapeColumns(l.n, dst, x)
	for first := 0; first < cols; first += columnBlock {
		block := newQuestions(x, first, min(first+columnBlock, cols))
		l.askBlock(block, from, to)
		for j := range block.rows.Rows {
			dst.SetCol(first+j, block.row(j))
		}
	}
}

// questions are vectors that are asked together, each divided by a power of
// two. They are rows, in which BLAS in Go is fastest; answers take their
// place.
type questions struct {
	rows   blas64.General
	size   []float64 // 0 for a zero question, NaN for one that is not finite
	length []float64
}

func newQuestions(x mat.Matrix, from, to int) questions {
	n, _ := x.Dims()
	k := to - from
	q := questions{
		rows: blas64.General{Rows: k, Cols: n, Stride: n, Data: make([]float64, k*n)},
		size: make([]float64, k), length: make([]float64, k),
	}
	for j := range k {
		row := mat.Col(q.row(j), from+j, x)
		q.size[j], q.length[j] = magnitude(row)
		switch {
		case math.IsNaN(q.size[j]):
			clear(row) // its answer is NaN whatever the others are
		case q.size[j] != 0 && q.size[j] != 1:
			scale(1/q.size[j], row)
		}
	}
	return q
}

func (q questions) row(j int) []float64 { return q.rows.Data[j*q.rows.Stride:][:q.rows.Cols] }

// askBlock answers a block by the isometry that takes from[i] to to[i], after
// extending it to the block.
func (l *Lazy) askBlock(q questions, from, to *basis) {
	m, known := q.rows.Rows, len(*from)
	coef := mat.NewDense(m, known+m, nil)
	from.removeFromRows(q.rows, coef)
	for j := range m {
		l.extend(q, j, known, coef.RawRowView(j), from)
	}
	*to = append(*to, l.drawUnits(len(*from)-known, *to)...)

	clear(q.rows.Data)
	to.combineRows(q.rows, coef)
	for j := range m {
		if s := q.size[j]; s != 1 {
			scale(s, q.row(j))
		}
	}
}

// extend adds the direction of the j-th question, from which the first known
// vectors of the basis were removed, if it is a new one; coef receives all
// coefficients of the question.
func (l *Lazy) extend(q questions, j, known int, coef []float64, from *basis) {
	if q.length[j] == 0 || math.IsNaN(q.size[j]) {
		return
	}
	residual, length := q.row(j), q.length[j]
	arrived := norm(residual)
	(*from)[known:].removeFrom(residual, coef[known:])
	rest := norm(residual)
	if len(*from) == l.n || rest <= residualTolerance*length {
		return
	}
	if rest < cancellation*arrived {
		from.removeFrom(residual, coef)
		if rest = norm(residual); rest <= residualTolerance*length {
			return
		}
	}
	direction := make([]float64, l.n)
	floats.ScaleTo(direction, 1/rest, residual)
	coef[len(*from)] = rest
	*from = append(*from, direction)
}

// drawUnits draws k orthonormal vectors, uniform in the complement of b, one
// after the other as drawUnit does.
func (l *Lazy) drawUnits(k int, b basis) basis {
	if k == 0 {
		return nil
	}
	rows := blas64.General{Rows: k, Cols: l.n, Stride: l.n, Data: make([]float64, k*l.n)}
	for j := range k {
		l.draw(rows.Data[j*l.n:][:l.n])
	}
	b.removeFromRows(rows, nil)
	fresh := make(basis, 0, k)
	for j := range k {
		g := append(make([]float64, 0, l.n), rows.Data[j*l.n:][:l.n]...)
		arrived := norm(g)
		fresh.removeFrom(g, nil)
		if norm(g) < max(cancellation*arrived, 2*degenerate*math.Sqrt(float64(l.n))) {
			all := append(b[:len(b):len(b)], fresh...)
			all.removeFrom(g, nil)
			if !l.normalise(g) {
				g = l.drawUnit(all)
			}
		} else {
			l.normalise(g)
		}
		fresh = append(fresh, g)
	}
	return fresh
}

// removeFromRows is removeFrom for every row of r at once, with the second
// pass only if some row needs it. The coefficients of row i are added to the
// first columns of row i of coef, unless that is nil.
func (b basis) removeFromRows(r blas64.General, coef *mat.Dense) {
	before := make([]float64, r.Rows)
	for i := range before {
		before[i] = norm(r.Data[i*r.Stride:][:r.Cols])
	}
	b.projectRows(r, coef)
	for i := range before {
		if norm(r.Data[i*r.Stride:][:r.Cols]) < cancellation*before[i] {
			b.projectRows(r, coef)
			return
		}
	}
}

// projectRows is one pass of removeFromRows.
func (b basis) projectRows(r blas64.General, coef *mat.Dense) {
	for first := 0; first < len(b); first += columnBlock {
		panel := b.panel(first)
		c := blas64.General{Rows: r.Rows, Cols: panel.Rows, Stride: panel.Rows, Data: make([]float64, r.Rows*panel.Rows)}
		blas64.Gemm(blas.NoTrans, blas.Trans, 1, r, panel, 0, c)
		blas64.Gemm(blas.NoTrans, blas.NoTrans, -1, c, panel, 1, r)
		if coef == nil {
			continue
		}
		for i := range r.Rows {
			floats.Add(coef.RawRowView(i)[first:first+panel.Rows], c.Data[i*c.Stride:][:c.Cols])
		}
	}
}

// combineRows adds Σ_i coef_ji·b_i to row j of dst.
func (b basis) combineRows(dst blas64.General, coef *mat.Dense) {
	for first := 0; first < len(b); first += columnBlock {
		panel := b.panel(first)
		c := coef.Slice(0, dst.Rows, first, first+panel.Rows).(*mat.Dense).RawMatrix()
		blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, c, panel, 1, dst)
	}
}

// panel copies up to columnBlock vectors, from the given one, into a matrix.
func (b basis) panel(first int) blas64.General {
	part := b[first:min(first+columnBlock, len(b))]
	n := len(part[0])
	m := blas64.General{Rows: len(part), Cols: n, Stride: n, Data: make([]float64, 0, len(part)*n)}
	for _, v := range part {
		m.Data = append(m.Data, v...)
	}
	return m
}
