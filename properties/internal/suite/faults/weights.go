package faults

import (
	"math"
	"math/rand/v2"

	"bsnn/gpnorm"
	"bsnn/orthogonal"
	"bsnn/properties/internal/suite"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

type sampler = func(n int, src rand.Source) (orthogonal.Operator, error)

func gaussianMatrix(n int, src rand.Source) *mat.Dense {
	r := rand.New(src)
	m := mat.NewDense(n, n, nil)
	for i := range n {
		for j := range n {
			m.Set(i, j, r.NormFloat64())
		}
	}
	return m
}

func weights() []Fault {
	dense := func(f sampler) func(*suite.System) { return func(s *suite.System) { s.Dense = f } }
	lazy := func(f sampler) func(*suite.System) { return func(s *suite.System) { s.Lazy = f } }
	return []Fault{
		{"haar-without-signs", "dense weights", "QR without the signs of R's diagonal", "haar-moments",
			dense(func(n int, src rand.Source) (orthogonal.Operator, error) {
				var qr mat.QR
				qr.Factorize(gaussianMatrix(n, src))
				var q mat.Dense
				qr.QTo(&q)
				return orthogonal.DenseOf(&q)
			})},
		{"gaussian-matrix", "dense weights", "independent N(0, 1/n) entries", "isometry",
			dense(func(n int, src rand.Source) (orthogonal.Operator, error) {
				m := gaussianMatrix(n, src)
				m.Scale(1/math.Sqrt(float64(n)), m)
				return orthogonal.DenseOf(m)
			})},
		{"rotations-only", "dense weights", "SO(n) instead of O(n)", "determinant",
			dense(func(n int, src rand.Source) (orthogonal.Operator, error) {
				return orthogonal.NewDenseRotation(n, src)
			})},
		{"reflected-only", "reflector weights", "SO(n) instead of O(n)", "determinant", func(s *suite.System) {
			s.Reflectors = func(n int, src rand.Source) (orthogonal.Operator, error) {
				return orthogonal.NewReflectorsRotation(n, src)
			}
		}},
		{"uniform-entries", "dense weights", "uniform instead of normal entries before orthogonalisation", "one-column",
			dense(func(n int, src rand.Source) (orthogonal.Operator, error) {
				r := rand.New(src)
				m := mat.NewDense(n, n, nil)
				for i := range n {
					for j := range n {
						m.Set(i, j, r.Float64()-0.5)
					}
				}
				return signed(m)
			})},
		{"reflector-left-out", "reflector weights", "the last n−1 reflectors only: the first coordinate never moves", "haar-moments",
			func(s *suite.System) {
				s.Reflectors = func(n int, src rand.Source) (orthogonal.Operator, error) {
					if n == 1 {
						return orthogonal.NewReflectors(n, src)
					}
					small, err := orthogonal.NewDense(n-1, src)
					if err != nil {
						return nil, err
					}
					m := mat.NewDense(n, n, nil)
					m.Set(0, 0, 1)
					m.Slice(1, n, 1, n).(*mat.Dense).Copy(small.Matrix())
					return orthogonal.DenseOf(m)
				}
			}},
		{"float32-weights", "dense weights", "entries rounded to float32", "isometry",
			dense(func(n int, src rand.Source) (orthogonal.Operator, error) {
				w, err := orthogonal.NewDense(n, src)
				if err != nil {
					return nil, err
				}
				w.Matrix().Apply(func(_, _ int, v float64) float64 { return float64(float32(v)) }, w.Matrix())
				return w, nil
			})},
		{"lazy-two-matrices", "lazy weights", "Wᵀ belongs to another matrix than W", "adjoint",
			lazy(func(n int, src rand.Source) (orthogonal.Operator, error) {
				w, err := orthogonal.NewDense(n, src)
				if err != nil {
					return nil, err
				}
				other, err := orthogonal.NewDense(n, src)
				return transposedBy{w, other}, err
			})},
		{"lazy-cube", "lazy weights", "directions from the cube instead of the sphere", "one-column",
			lazy(func(n int, src rand.Source) (orthogonal.Operator, error) {
				return newLazyVariant(n, src, func(r *rand.Rand) float64 { return r.Float64() - 0.5 }, true), nil
			})},
		{"lazy-unprojected", "lazy weights", "a new direction is not made orthogonal to the known ones", "isometry",
			lazy(func(n int, src rand.Source) (orthogonal.Operator, error) {
				return newLazyVariant(n, src, (*rand.Rand).NormFloat64, false), nil
			})},
		{"transpose-forgotten", "network, backward", "W instead of Wᵀ on the way back", "plain-loops", func(s *suite.System) {
			s.Network = func(a gpnorm.Activation, layers ...orthogonal.Operator) (suite.Network, error) {
				wrong := make([]orthogonal.Operator, len(layers))
				for i, w := range layers {
					wrong[i] = transposedBy{w, flipped{w}}
				}
				return suite.Real().Network(a, wrong...)
			}
		}},
	}
}

// signed is the orthogonal factor with positive diagonal of R.
func signed(m *mat.Dense) (orthogonal.Operator, error) {
	var qr mat.QR
	qr.Factorize(m)
	var q, r mat.Dense
	qr.QTo(&q)
	qr.RTo(&r)
	n, _ := q.Dims()
	for j := range n {
		if r.At(j, j) < 0 {
			for i := range n {
				q.Set(i, j, -q.At(i, j))
			}
		}
	}
	return orthogonal.DenseOf(&q)
}

// transposedBy takes W from one operator and Wᵀ from another.
type transposedBy struct {
	orthogonal.Operator
	other orthogonal.Operator
}

func (t transposedBy) ApplyTranspose(dst, y []float64) { t.other.ApplyTranspose(dst, y) }
func (t transposedBy) ApplyTransposeColumns(dst *mat.Dense, y mat.Matrix) {
	t.other.ApplyTransposeColumns(dst, y)
}

// flipped has W for Wᵀ.
type flipped struct{ orthogonal.Operator }

func (f flipped) ApplyTranspose(dst, y []float64)                    { f.Operator.Apply(dst, y) }
func (f flipped) ApplyTransposeColumns(dst *mat.Dense, y mat.Matrix) { f.Operator.ApplyColumns(dst, y) }

// lazyVariant answers questions as orthogonal.Lazy does, from any law of
// coordinates and with or without projecting what is new.
type lazyVariant struct {
	n       int
	r       *rand.Rand
	draw    func(*rand.Rand) float64
	project bool
	v, u    [][]float64
}

func newLazyVariant(n int, src rand.Source, draw func(*rand.Rand) float64, project bool) *lazyVariant {
	return &lazyVariant{n: n, r: rand.New(src), draw: draw, project: project}
}

func (l *lazyVariant) Dim() int { return l.n }

func (l *lazyVariant) Apply(dst, x []float64)          { l.ask(dst, x, &l.v, &l.u) }
func (l *lazyVariant) ApplyTranspose(dst, y []float64) { l.ask(dst, y, &l.u, &l.v) }

func (l *lazyVariant) ask(dst, x []float64, from, to *[][]float64) {
	rest := append([]float64(nil), x...)
	removeSpan(rest, *from)
	removeSpan(rest, *from)
	if norm := floats.Norm(rest, 2); norm > 1e-10*floats.Norm(x, 2) && len(*from) < l.n {
		floats.Scale(1/norm, rest)
		fresh := make([]float64, l.n)
		for i := range fresh {
			fresh[i] = l.draw(l.r)
		}
		if l.project {
			removeSpan(fresh, *to)
			removeSpan(fresh, *to)
		}
		floats.Scale(1/floats.Norm(fresh, 2), fresh)
		*from, *to = append(*from, rest), append(*to, fresh)
	}
	clear(dst)
	for i, v := range *from {
		floats.AddScaled(dst, floats.Dot(v, x), (*to)[i])
	}
}

func removeSpan(x []float64, basis [][]float64) {
	for _, b := range basis {
		floats.AddScaled(x, -floats.Dot(b, x), b)
	}
}

func (l *lazyVariant) ApplyColumns(dst *mat.Dense, x mat.Matrix) { columns(dst, x, l.Apply) }
func (l *lazyVariant) ApplyTransposeColumns(dst *mat.Dense, y mat.Matrix) {
	columns(dst, y, l.ApplyTranspose)
}

func columns(dst *mat.Dense, x mat.Matrix, apply func(dst, x []float64)) {
	n, k := x.Dims()
	if dst.IsEmpty() {
		dst.ReuseAs(n, k)
	}
	out := make([]float64, n)
	for j := range k {
		apply(out, mat.Col(nil, j, x))
		dst.SetCol(j, out)
	}
}
