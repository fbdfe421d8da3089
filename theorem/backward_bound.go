package theorem

import (
	"fmt"
	"math"

	"bsnn/gpnorm"
)

// BackwardBoundFixed bounds P(|‖Dy‖²/‖y‖² − 1| ≥ eps) for the fixed vector y of
// length n ≥ 4, D = diag φ′(Wx), W Haar on O(n), ‖x‖² = nq: the statement of
// Theorem 2. Proven, up to the quadrature error of the moments.
//
// F = ‖Dy‖/‖y‖ as a function of the direction of Wx is
// Lip(φ′)·√q·√n‖y‖_∞/‖y‖-Lipschitz on the unit sphere, log-Sobolev constant
// n−1, and E F² = E φ′(u₁)². Chebyshev uses the exact variance
// v_n·p + c_n(1 − p) with p = Σyᵢ⁴/‖y‖⁴; it needs no Lipschitz φ′.
func BackwardBoundFixed(a gpnorm.Activation, y []float64, q, eps float64) (Bound, error) {
	if err := checkEps(eps); err != nil {
		return Bound{}, err
	}
	d, err := ErrorShapeOf(y)
	if err != nil {
		return Bound{}, err
	}
	return BackwardBoundShape(a, d, q, eps)
}

// An ErrorShape is what the backward bound needs to know about a fixed y.
type ErrorShape struct {
	Width         int
	Peak          float64 // √n·‖y‖_∞/‖y‖, between 1 (all |yᵢ| equal) and √n (one-hot)
	Participation float64 // Σyᵢ⁴/‖y‖⁴, between 1/n and Peak²/n
}

// ErrorShapeOf summarises y. It returns an error when y is zero or not finite.
func ErrorShapeOf(y []float64) (ErrorShape, error) {
	var peak, square, fourth float64
	for _, v := range y {
		peak = max(peak, math.Abs(v))
	}
	if !(peak > 0) || math.IsInf(peak, 1) {
		return ErrorShape{}, fmt.Errorf("largest |y_i| = %v of %d entries, want a positive finite number", peak, len(y))
	}
	for _, v := range y {
		s := (v / peak) * (v / peak)
		square += s
		fourth += s * s
	}
	return ErrorShape{
		Width: len(y), Peak: math.Sqrt(float64(len(y)) / square),
		Participation: fourth / (square * square),
	}, nil
}

// BackwardBoundShape is BackwardBoundFixed for a y that is only
// summarised.
func BackwardBoundShape(a gpnorm.Activation, d ErrorShape, q, eps float64) (Bound, error) {
	if err := checkEps(eps); err != nil {
		return Bound{}, err
	}
	m, err := declaredMoments(a, d.Width, q)
	if err != nil {
		return Bound{}, err
	}
	s := derivativeSquare(a, m)
	s.lipschitz *= d.Peak
	s.variance = m.FixedBackwardVariance(d.Participation) + m.Backward.VarianceError
	return s.outside(1-eps, 1+eps).bound(), nil
}

// derivativeSquare describes ‖D‖_F²/n.
func derivativeSquare(a gpnorm.Activation, m LayerMoments) square {
	return squareFrom(m.Backward, m.Width, a.DerivLipschitz*math.Sqrt(m.Shell), a.Lipschitz*a.Lipschitz)
}

// BackwardBoundUniform bounds P(|‖Dy‖²/‖y‖² − 1| ≥ eps) for y uniform on a
// sphere and independent of D = diag φ′(Wx), W Haar on O(n), ‖x‖² = nq. Proven, up to
// the quadrature error of the moments; unlike Theorem 2 it needs no bound on
// ‖y‖_∞ and no Lipschitz φ′.
//
// Given D, F = ‖Dy‖/‖y‖ is Lip(φ)-Lipschitz on the unit sphere, with
// E(F² | D) = S = ‖D‖_F²/n, and S concentrates in its own right (by log-Sobolev when
// φ′ is Lipschitz, by its exact variance always). For every split σ,
// P(F² ≥ h) ≤ P(S ≥ σ) + exp(−(n−1)(√h − √σ)²/(2Lip²)), and likewise below; the
// best σ is searched. Chebyshev with the exact variance of F² is the alternative.
func BackwardBoundUniform(a gpnorm.Activation, n int, q, eps float64) (Bound, error) {
	if err := checkEps(eps); err != nil {
		return Bound{}, err
	}
	return uniformOutside(a, n, q, 1-eps, 1+eps)
}

func uniformOutside(a gpnorm.Activation, n int, q, lo, hi float64) (Bound, error) {
	m, err := declaredMoments(a, n, q)
	if err != nil {
		return Bound{}, err
	}
	p := passage{spread: derivativeSquare(a, m), lipschitz: a.Lipschitz, constant: float64(n - 1)}
	split := sum(p.below(lo, identity), p.above(hi, identity))
	exact := derivativeSquare(a, m)
	exact.lipschitz = math.NaN() // D and y together are no single sphere
	exact.variance = m.UniformBackwardVariance() + 3*m.Backward.VarianceError/float64(n)
	return split.or(exact.outside(lo, hi)).bound(), nil
}

func identity(s float64) float64 { return s }

// BackwardBoundInside bounds P(|‖d‖²/‖y‖² − 1| ≥ eps, |ρ| ≤ rho) for one layer
// inside a network, d = Dy, with ρ = ⟨y, x⟩/(‖y‖‖x‖) the alignment of the error y
// with the layer's output x = φ(h). Proven, up to the quadrature error of the
// moments, for every loss and whatever lies above the layer; rho = 1 makes no
// assumption about the alignment, which is of size 1/√n below the last layer.
//
// Given the forward pass and the layers above, y = ‖y‖(ρx̂ + √(1−ρ²)·ũ) with ũ
// uniform on the unit sphere of x̂^⊥, log-Sobolev constant n−2, and ‖d‖/‖y‖ is
// Lip(φ)-Lipschitz in ũ. Its conditional mean square is
// ρ²G + (1−ρ²)(nS − G)/(n−1) with S = ‖D‖_F²/n and G = ‖Dx̂‖² somewhere in
// [0, Lip(φ)²]. The split between S and ũ is searched as in BackwardBoundUniform.
func BackwardBoundInside(a gpnorm.Activation, n int, q, rho, eps float64) (Bound, error) {
	if err := checkEps(eps); err != nil {
		return Bound{}, err
	}
	return insideOutside(a, n, q, rho, 1-eps, 1+eps)
}

func insideOutside(a gpnorm.Activation, n int, q, rho, lo, hi float64) (Bound, error) {
	if !(rho >= 0 && rho <= 1) {
		return Bound{}, fmt.Errorf("alignment ρ = %v, want a number in [0, 1]", rho)
	}
	m, err := declaredMoments(a, n, q)
	if err != nil {
		return Bound{}, err
	}
	p := passage{spread: derivativeSquare(a, m), lipschitz: a.Lipschitz, constant: float64(n - 2)}
	smallest, largest := alignedMeans(n, rho, a.Lipschitz*a.Lipschitz)
	return sum(p.below(lo, smallest), p.above(hi, largest)).bound(), nil
}

// alignedMeans encloses ρ²G + (1−ρ²)(nS − G)/(n−1), as functions of S, over
// |ρ| ≤ rho and 0 ≤ G ≤ min(ceiling, nS). For each G it is linear in ρ².
func alignedMeans(n int, rho, ceiling float64) (smallest, largest func(s float64) float64) {
	size, along := float64(n), rho*rho
	largest = func(s float64) float64 {
		across := size * s / (size - 1) // ρ = 0, G = 0
		return max(across, along*min(ceiling, size*s)+(1-along)*across)
	}
	smallest = func(s float64) float64 {
		return (1 - along) * max(0, size*s-ceiling) / (size - 1)
	}
	return smallest, largest
}

// A passage is the way of an error vector through D: the spread S of D, and
// given D the concentration of ‖Dũ‖ over the direction ũ.
type passage struct {
	spread    square
	lipschitz float64
	constant  float64
}

// above bounds P(‖Dũ‖² ≥ t) where E(‖Dũ‖² | D) ≤ mean(S), an increasing
// function, by the best split.
func (p passage) above(t float64, mean func(float64) float64) tail {
	if t > p.lipschitz*p.lipschitz {
		return tail{0, Range}
	}
	return search(p.spread.mean, t, func(split float64) tail {
		given := square{mean: mean(split), variance: math.NaN(), lipschitz: p.lipschitz, constant: p.constant, ceiling: math.NaN()}
		return sum(p.spread.above(split), given.above(t))
	})
}

// below bounds P(‖Dũ‖² ≤ t) where E(‖Dũ‖² | D) ≥ mean(S).
func (p passage) below(t float64, mean func(float64) float64) tail {
	if t < 0 {
		return tail{0, Range}
	}
	return search(p.spread.mean, t, func(split float64) tail {
		given := square{mean: mean(split), variance: math.NaN(), lipschitz: p.lipschitz, constant: p.constant, ceiling: math.NaN()}
		return sum(p.spread.below(split), given.below(t))
	})
}

// search minimises a bound over splits between from and to: a scan, then
// twice a finer one about the best. Any split gives a valid bound, so nothing
// rests on convexity.
func search(from, to float64, at func(float64) tail) tail {
	const steps = 24
	best, where := certain, (from+to)/2
	width := to - from
	for range 3 {
		centre := where
		for i := range steps + 1 {
			x := centre + width*(float64(i)/steps-0.5)
			if x < min(from, to) || x > max(from, to) {
				continue
			}
			if b := at(x); b.p < best.p {
				best, where = b, x
			}
		}
		width *= 2.0 / steps
	}
	return best
}
