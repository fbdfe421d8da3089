package haartest

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/lapack/lapack64"
	"gonum.org/v1/gonum/mat"
)

// features are numbers of a matrix whose Haar law is simulated.
type feature int

const (
	fourthPowers feature = iota // Σ Q_ij⁴
	largestEntry                // max |Q_ij|
	trace1                      // tr Q, …, tr Q⁴
	trace2
	trace3
	trace4
	gapRatio
	featureCount
)

// minSpacingDim is the least n at which every matrix has two gaps between
// eigenangles in (0, π), also when ±1 are eigenvalues.
const minSpacingDim = 8

// grid is what features are rounded to, so that rounding errors do not tell
// apart what is one atom of a law (tr Q = 0 for a reflection of the plane).
const grid = 1e-6

// featuresOf computes the features of an orthogonal matrix.
func featuresOf(q *mat.Dense) (f [featureCount]float64, err error) {
	f[fourthPowers], f[largestEntry] = sumFourth(q), largest(q)
	cosines, err := eigenCosines(q)
	if err != nil {
		return f, err
	}
	for _, c := range cosines {
		c2 := c * c // tr Qᵖ = Σ cos pθ, by the Chebyshev polynomials of cos θ
		f[trace1] += c
		f[trace2] += 2*c2 - 1
		f[trace3] += (4*c2 - 3) * c
		f[trace4] += 8*c2*(c2-1) + 1
	}
	if len(cosines) >= minSpacingDim {
		f[gapRatio] = meanGapRatio(eigenAngles(cosines, determinantSign(q)))
	}
	for i := range f {
		f[i] = math.Round(f[i]/grid) * grid
	}
	return f, nil
}

// largest is max |Q_ij|.
func largest(q *mat.Dense) float64 {
	var m float64
	for _, v := range q.RawMatrix().Data {
		m = max(m, math.Abs(v))
	}
	return m
}

func sumFourth(q *mat.Dense) float64 {
	var sum float64
	n, _ := q.Dims()
	for i := range n {
		for _, v := range q.RawRowView(i) {
			sum += v * v * v * v
		}
	}
	return sum
}

// eigenCosines returns the cosines of the n eigenangles of an orthogonal
// matrix in ascending order: Q is normal, so they are the eigenvalues of its
// symmetric part.
func eigenCosines(q *mat.Dense) ([]float64, error) {
	n, _ := q.Dims()
	s := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			s.SetSym(i, j, (q.At(i, j)+q.At(j, i))/2)
		}
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(s, false) {
		return nil, errors.New("the eigenvalue iteration does not converge")
	}
	return eigen.Values(nil), nil
}

// eigenAngles returns the eigenangles in (0, π), one of each conjugate pair,
// in descending order. The eigenvalues ±1 that dimension and determinant force are left
// out: both for even n and determinant −1, the determinant for odd n.
func eigenAngles(cosines []float64, det int) []float64 {
	free := cosines
	if len(cosines)%2 == 0 && det < 0 || len(cosines)%2 == 1 && det < 0 {
		free = free[1:]
	}
	if len(cosines)%2 == 0 && det < 0 || len(cosines)%2 == 1 && det > 0 {
		free = free[:len(free)-1]
	}
	angles := make([]float64, 0, len(free)/2)
	for i := 0; i+1 < len(free); i += 2 {
		c := (free[i] + free[i+1]) / 2
		angles = append(angles, math.Acos(math.Max(-1, math.Min(1, c))))
	}
	return angles
}

// meanGapRatio is the mean over neighbouring gaps s, t between sorted angles
// of min(s, t)/max(s, t): about 0.39 for independent angles, 0.60 for those
// of a Haar matrix, which repel (Atas, Bogomolny, Giraud,
// Roux 2013, arXiv 1212.5611). Gaps
// that are both nothing but rounding count as 0.
func meanGapRatio(angles []float64) float64 {
	const nothing = 1e-6
	var sum float64
	for i := 2; i < len(angles); i++ {
		s, t := math.Abs(angles[i-1]-angles[i-2]), math.Abs(angles[i]-angles[i-1])
		if max(s, t) > nothing {
			sum += min(s, t) / max(s, t)
		}
	}
	return sum / float64(len(angles)-2)
}

// determinantSign is the sign of the determinant.
func determinantSign(q mat.Matrix) int { return determinantSignOf(mat.DenseCopyOf(q)) }

// determinantSignOf is the sign of the determinant of a matrix that is overwritten.
func determinantSignOf(q *mat.Dense) int {
	n, _ := q.Dims()
	swaps := make([]int, n)
	lapack64.Getrf(q.RawMatrix(), swaps)
	sign := 1
	for i, swap := range swaps {
		if swap != i {
			sign = -sign
		}
		switch v := q.At(i, i); {
		case v == 0:
			return 0
		case v < 0:
			sign = -sign
		}
	}
	return sign
}
