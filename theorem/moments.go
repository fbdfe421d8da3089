package theorem

import (
	"fmt"

	"bsnn/gpnorm"
)

// MinWidth is the smallest width with exact moments: below it two
// coordinates of a point on the sphere have no joint density in ℝ².
const MinWidth = 4

// Moments describe a function f of the coordinates of u, uniform on a sphere
// of ℝⁿ, and its average S = (1/n)Σf(uᵢ). They are exact at the finite n.
type Moments struct {
	Mean       float64 // E f(u₁) = E S
	Variance   float64 // Var f(u₁)
	Covariance float64 // Cov(f(u₁), f(u₂)), of order 1/n

	// AverageVariance is Var S = (Variance + (n−1)·Covariance)/n. It is
	// accurate at every n, which the sum of the two fields is not.
	AverageVariance float64

	MeanError     float64 // estimated absolute quadrature error of Mean
	VarianceError float64 // the same of Variance, and of n·AverageVariance
}

// LayerMoments are the exact moments of one layer with input on the shell
// ‖x‖² = n·Shell: those of φ(h)² and φ′(h)² for h = Wx, W Haar.
type LayerMoments struct {
	Width int
	Shell float64

	Forward  Moments // f = φ², S = ‖φ(Wx)‖²/n
	Backward Moments // f = φ′², S = ‖D‖_F²/n

	// Cross is n·Cov(‖φ(Wx)‖²/n, ‖D‖_F²/n).
	Cross float64
}

// SphereMoments computes the exact moments of one layer of width n whose
// input has squared length nq. The values are numerical quadrature with an
// error estimate, accurate to about 1e-12 for functions of order 1.
//
// With p_k the orthonormal Gegenbauer polynomials of the coordinate law,
// Cov(f(u₁), f(u₂)) = Σ_k λ_k(E f p_k)² over even k ≥ 2, where λ_k is known in
// closed form and λ₂ = −1/(n−1). The tail after degree k is at most
// |λ_{k+2}| times the variance of f that the terms so far leave unexplained
// (Bessel's inequality), so a few terms are exact in float64 unless n is small
// and φ has kinks. Then the covariance is integrated over u₁ = √(nq)·s and
// u₂ = √(nq)·√(1−s²)·t, with s and t independent.
//
// It returns an error when n < MinWidth, when q is not positive, or when the
// quadrature fails (φ or φ′ not finite somewhere, or too rough).
func SphereMoments(a gpnorm.Activation, n int, q float64) (LayerMoments, error) {
	if err := checkLayer(a, n, q); err != nil {
		return LayerMoments{}, err
	}
	m, err := sphereMoments(a, n, q)
	if err != nil {
		return LayerMoments{}, fmt.Errorf("moments of %s at width %d: %w", a.Name, n, err)
	}
	return m, nil
}

func sphereMoments(a gpnorm.Activation, n int, q float64) (LayerMoments, error) {
	degree := seriesDegree(n)
	m, err := integrateMarginal(a, n, q, degree)
	if err != nil {
		return LayerMoments{}, err
	}
	cov, enough := m.series(n, degree)
	if !enough {
		if cov, err = integratePairs(a, n, q, m); err != nil {
			return LayerMoments{}, err
		}
	}
	return m.moments(n, q, cov), nil
}

// UniformBackwardVariance is the exact variance of R = ‖Dy‖²/n for y uniform
// on the sphere of radius √n and independent of D; E R = Backward.Mean.
//
// E yᵢ⁴ = 3n/(n+2) and E yᵢ²yⱼ² = n/(n+2), so
// E R² = (2n·E φ′(u₁)⁴ + n²·E S²)/(n(n+2)) with S = ‖D‖_F²/n, and subtracting
// (E R)² leaves (2·Var φ′(u₁)² + n·Var S)/(n+2). As n → ∞,
// n·Var R → 3E φ′⁴ − 3(E φ′²)² − c_b²/2.
func (m LayerMoments) UniformBackwardVariance() float64 {
	n, b := float64(m.Width), m.Backward
	return (2*b.Variance + n*b.AverageVariance) / (n + 2)
}

// FixedBackwardVariance is the exact variance of ‖Dy‖²/‖y‖² for a fixed y
// with participation Σyᵢ⁴/‖y‖⁴, a number between 1/n and 1.
func (m LayerMoments) FixedBackwardVariance(participation float64) float64 {
	b := m.Backward
	return participation*b.Variance + (1-participation)*b.Covariance
}
