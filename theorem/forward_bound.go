package theorem

import (
	"fmt"
	"math"

	"bsnn/gpnorm"
)

// ForwardBound bounds P(|‖φ(Wx)‖²/n − 1| ≥ eps) for W Haar on O(n) and any
// fixed x with ‖x‖² = nq. Proven, up to the quadrature error of the moments,
// which is added on the safe side.
//
// Wx/√q is u, uniform on the sphere of radius √n. F = ‖φ(√q·u)‖/√n is
// Lip(φ)·√q-Lipschitz on the unit sphere, whose log-Sobolev constant is n−1,
// so P(F − E F ≥ t) ≤ exp(−(n−1)t²/(2Lip²q)) and the same below. E F² is known
// exactly and encloses E F. Where Chebyshev's or Cantelli's inequality with the
// exact variance of F² is smaller, it is taken; it needs no Lipschitz constant.
//
// It is an error if φ refutes its declared Lipschitz constants.
func ForwardBound(a gpnorm.Activation, n int, q, eps float64) (Bound, error) {
	if err := checkEps(eps); err != nil {
		return Bound{}, err
	}
	return forwardOutside(a, n, q, 1-eps, 1+eps)
}

func forwardOutside(a gpnorm.Activation, n int, q, lo, hi float64) (Bound, error) {
	m, err := declaredMoments(a, n, q)
	if err != nil {
		return Bound{}, err
	}
	return forwardSquare(a, m).outside(lo, hi).bound(), nil
}

func forwardSquare(a gpnorm.Activation, m LayerMoments) square {
	k := a.Lipschitz * math.Sqrt(m.Shell)
	root := math.Abs(valueAt(a, 0)) + k // ‖φ(√q·u)‖ ≤ ‖φ(0)‖ + Lip·‖√q·u‖
	return squareFrom(m.Forward, m.Width, k, root*root)
}

func valueAt(a gpnorm.Activation, x float64) float64 {
	y := []float64{x}
	a.Value(y, y)
	return y[0]
}

func checkEps(eps float64) error {
	if !(eps > 0) {
		return fmt.Errorf("deviation ε = %v, want a positive number", eps)
	}
	return nil
}
