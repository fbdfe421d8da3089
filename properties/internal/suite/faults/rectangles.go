package faults

import (
	"math"
	"math/rand/v2"

	"bsnn/orthogonal"
	"bsnn/properties/internal/suite"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// formed is a matrix that is formed.
type formed struct{ w *mat.Dense }

func (f formed) Apply(dst, x []float64) {
	mat.NewVecDense(len(dst), dst).MulVec(f.w, mat.NewVecDense(len(x), x))
}

func (f formed) ApplyTranspose(dst, y []float64) {
	mat.NewVecDense(len(dst), dst).MulVec(f.w.T(), mat.NewVecDense(len(y), y))
}

// exchangedNorms answers the wider side with 1 − ‖Wx‖² where ‖Wx‖² belongs.
type exchangedNorms struct {
	suite.Rectangular
	rows, cols int
}

func (e exchangedNorms) Apply(dst, x []float64) {
	if e.Rectangular.Apply(dst, x); e.rows < e.cols {
		exchangeNorm(dst, x)
	}
}

func (e exchangedNorms) ApplyTranspose(dst, y []float64) {
	if e.Rectangular.ApplyTranspose(dst, y); e.cols < e.rows {
		exchangeNorm(dst, y)
	}
}

func exchangeNorm(dst, x []float64) {
	in, out := floats.Norm(x, 2), floats.Norm(dst, 2)
	floats.Scale(math.Sqrt(math.Max(in*in-out*out, 0))/out, dst)
}

// forgetful is another matrix for each question.
type forgetful struct{ draw func() suite.Rectangular }

func (f forgetful) Apply(dst, x []float64)          { f.draw().Apply(dst, x) }
func (f forgetful) ApplyTranspose(dst, y []float64) { f.draw().ApplyTranspose(dst, y) }

// tall forms a matrix of at least as many rows as columns, and turns it where need be.
func tall(make func(m, n int, r *rand.Rand) *mat.Dense) func(*suite.System) {
	return func(s *suite.System) {
		s.Rectangular = func(rows, cols int, src rand.Source) (suite.Rectangular, error) {
			w := make(max(rows, cols), min(rows, cols), rand.New(src))
			if rows < cols {
				w = mat.DenseCopyOf(w.T())
			}
			return formed{w}, nil
		}
	}
}

// reflected are the first columns of one reflection.
func reflected(m, n int, r *rand.Rand) *mat.Dense {
	v, w := make([]float64, m), mat.NewDense(m, n, nil)
	for i := range v {
		v[i] = r.NormFloat64()
	}
	vv := floats.Dot(v, v)
	for i := range m {
		for j := range n {
			w.Set(i, j, -2*v[i]*v[j]/vv)
		}
	}
	for j := range n {
		w.Set(j, j, w.At(j, j)+1)
	}
	return w
}

// permuted are columns of a random permutation matrix with signs.
func permuted(m, n int, r *rand.Rand) *mat.Dense {
	w := mat.NewDense(m, n, nil)
	for j, i := range r.Perm(m)[:n] {
		w.Set(i, j, float64(2*r.IntN(2)-1))
	}
	return w
}

// entries are independent.
func entries(m, n int, r *rand.Rand) *mat.Dense {
	w := mat.NewDense(m, n, nil)
	w.Apply(func(_, _ int, _ float64) float64 { return r.NormFloat64() / math.Sqrt(float64(m)) }, w)
	return w
}

func rectangles() []Fault {
	const lazily = "lazy rectangular matrix"
	real := suite.Real().Rectangular
	return []Fault{
		{"rectangular-exchanged", lazily, "the Beta law with the dimensions exchanged", "rectangular", func(s *suite.System) {
			s.Rectangular = func(rows, cols int, src rand.Source) (suite.Rectangular, error) {
				w, err := real(rows, cols, src)
				return exchangedNorms{w, rows, cols}, err
			}
		}},
		{"rectangular-forgets", lazily, "each question is answered by a matrix of its own", "rectangular", func(s *suite.System) {
			s.Rectangular = func(rows, cols int, src rand.Source) (suite.Rectangular, error) {
				return forgetful{func() suite.Rectangular {
					w, _ := orthogonal.NewLazySemiOrthogonal(rows, cols, src)
					return w
				}}, nil
			}
		}},
		{"rectangular-gaussian", lazily, "independent entries: χ² where Beta belongs", "rectangular", tall(entries)},
		{"rectangular-reflection", lazily, "columns of one random reflection, not uniform", "rectangular", tall(reflected)},
		{"rectangular-coordinates", lazily, "signed coordinates, not uniform", "rectangular", tall(permuted)},
	}
}
