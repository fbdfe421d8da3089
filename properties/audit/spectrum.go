package audit

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack"
	"gonum.org/v1/gonum/lapack/lapack64"
	"gonum.org/v1/gonum/mat"
)

// Spectrum is the singular values of a matrix.
type Spectrum struct {
	Min    Number `json:"min"`    // NaN where Lanczos has no bound for it
	Median Number `json:"median"` // NaN from Lanczos
	Max    Number `json:"max"`
	// Error bounds how far a value is from that of the matrix: p(n)·u·Max by the
	// singular value decomposition, which is backward stable; by Lanczos the residual, which bounds
	// the distance of Max from a singular value.
	Error  Number `json:"error"`
	Method string `json:"method"` // "svd", "lanczos", or "frobenius" where no values were asked for

	all []float64 // descending
}

// What is decomposed in full: so many singular values of so many numbers.
const (
	mostValues  = 4096
	mostNumbers = mostValues * mostValues
)

// spectrumOf finds the singular values of a matrix with finite entries: all, where
// there are at most 4,096. The scratch is overwritten.
func spectrumOf(w *mat.Dense, s *scratch) (Spectrum, error) {
	m, n := w.Dims()
	if min(m, n) > mostValues || m*n > mostNumbers {
		return lanczos(w, 60), nil
	}
	a := s.matrix(m, n)
	a.Copy(w)
	values, ok := singularValues(a)
	if !ok {
		return Spectrum{}, fmt.Errorf("the singular values of a %d×%d matrix were not found", m, n)
	}
	k := len(values)
	return Spectrum{
		Min: Number(values[k-1]), Median: Number((values[k/2] + values[(k-1)/2]) / 2), Max: Number(values[0]),
		Error: Number(float64(max(m, n)) * 0x1p-52 * values[0]), Method: "svd", all: values,
	}, nil
}

// singularValues are those of a matrix, which is overwritten; descending.
func singularValues(a *mat.Dense) (values []float64, ok bool) {
	m, n := a.Dims()
	values = make([]float64, min(m, n))
	work := []float64{0}
	lapack64.Gesvd(lapack.SVDNone, lapack.SVDNone, a.RawMatrix(), blas64.General{}, blas64.General{}, values, work, -1)
	work = make([]float64, int(work[0]))
	ok = lapack64.Gesvd(lapack.SVDNone, lapack.SVDNone, a.RawMatrix(), blas64.General{}, blas64.General{}, values, work, len(work))
	return values, ok
}

// scratch is memory for one matrix besides that which is looked at; the zero value has none.
type scratch struct{ numbers []float64 }

// matrix takes an m×n matrix from it, with any numbers.
func (s *scratch) matrix(m, n int) *mat.Dense {
	if cap(s.numbers) < m*n {
		s.numbers = nil // free, while new memory is asked for
		s.numbers = make([]float64, m*n)
	}
	return mat.NewDense(m, n, s.numbers[:m*n])
}

// lanczos finds the largest singular value by Golub and Kahan's bidiagonalisation,
// reorthogonalised, after so many steps (Golub, Van Loan, Matrix Computations, section 10.4). The residual
// ‖WᵀWv − θ²v‖/(2θ) bounds, to first order, the distance to a singular value.
func lanczos(w *mat.Dense, steps int) Spectrum {
	m, n := w.Dims()
	steps = min(steps, m, n)
	r := rand.New(rand.NewPCG(1, 2))
	v := mat.NewVecDense(n, nil)
	for i := range n {
		v.SetVec(i, r.NormFloat64())
	}
	v.ScaleVec(1/mat.Norm(v, 2), v)
	var basis []*mat.VecDense
	t := mat.NewSymDense(steps, nil)
	beta := 0.
	for k := range steps {
		basis = append(basis, mat.VecDenseCopyOf(v))
		var u, next mat.VecDense
		u.MulVec(w, v)
		next.MulVec(w.T(), &u)
		t.SetSym(k, k, mat.Dot(&u, &u))
		for range 2 {
			for _, b := range basis {
				next.AddScaledVec(&next, -mat.Dot(&next, b), b)
			}
		}
		beta = mat.Norm(&next, 2)
		if beta == 0 || k+1 == steps {
			steps = k + 1
			break
		}
		t.SetSym(k, k+1, beta)
		v.ScaleVec(1/beta, &next)
	}
	var e mat.EigenSym
	e.Factorize(t.SliceSym(0, steps), true)
	values := e.Values(nil)
	var vectors mat.Dense
	e.VectorsTo(&vectors)
	top := math.Sqrt(math.Max(values[steps-1], 0))
	s := Spectrum{Min: none, Median: none, Max: Number(top), Method: "lanczos"}
	if top > 0 {
		s.Error = Number(math.Abs(beta*vectors.At(steps-1, steps-1))/(2*top) + float64(n)*0x1p-52*top)
	}
	return s
}

// outliers is how many singular values lie beyond the end of the spectrum that random
// entries of the same variance would have (Marchenko, Pastur 1967).
func (s Spectrum) outliers(rows, cols int, variance float64) int {
	edge := math.Sqrt(variance) * (math.Sqrt(float64(rows)) + math.Sqrt(float64(cols))) * (1 + 2/math.Pow(float64(min(rows, cols)), 2./3))
	return len(s.all) - len(slices.DeleteFunc(slices.Clone(s.all), func(v float64) bool { return v > edge }))
}
