package orthogonal

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// A Retraction turns a step in the space of matrices into a step on O(n). It
// sets dst to an orthogonal matrix near W + P(Z), where W is orthogonal, Z any
// n×n matrix, for example −η times a gradient, and P the projection on the
// tangent space at W (see [ProjectTangent]). dst may be w or z itself, and an
// empty dst is resized. It is an error if W or Z is not square, if their
// sizes differ, if an entry is not finite, or if W is too far from orthogonal to
// be W (‖WᵀW − I‖_F > ½).
//
// Every retraction leads to the component of O(n) that W is in: the
// determinant does not change. Each removes the rounding errors that W brings
// with it by a Newton–Schulz iteration, so the error of many steps is that of
// one, a few times the unit roundoff. [RetractExp] is the exponential map, the
// others cost less and agree with it to second order: for Z of norm t they differ
// from it by O(t³) (proven; see each).
type Retraction func(dst *mat.Dense, w, z mat.Matrix) error

var (
	_ Retraction = RetractExp
	_ Retraction = RetractQR
	_ Retraction = RetractCayley
	_ Retraction = RetractPolar
)

// ProjectTangent sets dst to the orthogonal projection of Z on the tangent
// space of O(n) at W, which is {WΩ : Ωᵀ = −Ω}: dst = W·(WᵀZ − ZᵀW)/2. dst may
// be w or z. The errors are those of a [Retraction].
func ProjectTangent(dst *mat.Dense, w, z mat.Matrix) error {
	w0, omega, err := tangent("ProjectTangent", dst, w, z)
	if err != nil {
		return err
	}
	dst.Mul(w0, omega)
	return nil
}

// RetractExp follows the geodesic: dst = W·exp(Ω), Ω = (WᵀZ − ZᵀW)/2. The
// exponential is computed by scaling and squaring.
func RetractExp(dst *mat.Dense, w, z mat.Matrix) error {
	return retract("RetractExp", dst, w, z, func(omega *mat.Dense) error {
		omega.Exp(omega)
		return nil
	})
}

// RetractCayley is dst = W·(I − Ω/2)⁻¹(I + Ω/2). The Cayley transform is
// orthogonal for every skew Ω and equals I + Ω + Ω²/2 + Ω³/4 + …, so it
// differs from the exponential by Ω³/12 to leading order.
func RetractCayley(dst *mat.Dense, w, z mat.Matrix) error {
	return retract("RetractCayley", dst, w, z, func(omega *mat.Dense) error {
		omega.Scale(0.5, omega)
		minus := new(mat.Dense)
		minus.Scale(-1, omega)
		addIdentity(minus, 1)
		addIdentity(omega, 1)
		var lu mat.LU
		lu.Factorize(minus) // its singular values are at least 1
		return ignoreCondition(lu.SolveTo(omega, false, mat.DenseCopyOf(omega)))
	})
}

// RetractPolar is the orthogonal polar factor of W + WΩ, the nearest
// orthogonal matrix: dst = W(I + Ω)(I − Ω²)^{−1/2}, by the Newton–Schulz
// iteration. It equals W(I + Ω + Ω²/2 + Ω³/2 + …) and differs from the exponential by Ω³/3 to
// leading order.
func RetractPolar(dst *mat.Dense, w, z mat.Matrix) error {
	return retract("RetractPolar", dst, w, z, func(omega *mat.Dense) error {
		addIdentity(omega, 1)
		return polarFactor(omega)
	})
}

// RetractQR is W times the orthogonal factor of the QR factorisation, with
// positive diagonal of R, of I + Ω + Ω²/2. That matrix is orthogonal up to
// (I + Ω + Ω²/2)ᵀ(I + Ω + Ω²/2) = I + Ω⁴/4, so its factor differs from it by
// O(‖Ω‖⁴), and from the exponential by Ω³/6 to leading order. The textbook
// retraction by QR (Absil, Mahony, Sepulchre 2008, example 4.1.3,
// doi:10.1515/9781400830244) leaves out the square, and the second order with it.
func RetractQR(dst *mat.Dense, w, z mat.Matrix) error {
	return retract("RetractQR", dst, w, z, func(omega *mat.Dense) error {
		square := new(mat.Dense)
		square.Mul(omega, omega)
		square.Scale(0.5, square)
		omega.Add(omega, square)
		addIdentity(omega, 1)
		return qrFactor(omega)
	})
}

// retract multiplies W by the orthogonal matrix that factor makes of Ω in
// its place, and makes the product orthogonal to rounding.
func retract(what string, dst *mat.Dense, w, z mat.Matrix, factor func(omega *mat.Dense) error) error {
	w0, omega, err := tangent(what, dst, w, z)
	if err != nil {
		return err
	}
	if err := factor(omega); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	product := new(mat.Dense)
	product.Mul(w0, omega)
	if err := polarFactor(product); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	dst.Copy(product)
	return nil
}

// tangent checks the arguments of a retraction, gives dst its shape and
// returns a copy of W and Ω = (WᵀZ − ZᵀW)/2.
func tangent(what string, dst *mat.Dense, w, z mat.Matrix) (w0, omega *mat.Dense, err error) {
	if w == nil || z == nil || dst == nil {
		return nil, nil, errors.New("" + what + ": nil matrix")
	}
	n, c := w.Dims()
	if r, k := z.Dims(); n != c || n == 0 || r != n || k != n {
		return nil, nil, fmt.Errorf("%s: W is %d×%d and the step %d×%d, want both square of one size", what, n, c, r, k)
	}
	w0, z0 := mat.DenseCopyOf(w), mat.DenseCopyOf(z)
	if !finite(w0) || !finite(z0) {
		return nil, nil, fmt.Errorf("%s: W or the step has an entry that is not finite", what)
	}
	if e := gramError(w0); !(e <= 0.5) {
		return nil, nil, fmt.Errorf("%s: W is not orthogonal: ‖WᵀW − I‖ = %.3g", what, e)
	}
	shapeDestination(dst, n, n)
	product := new(mat.Dense)
	product.Mul(w0.T(), z0)
	omega = mat.NewDense(n, n, nil)
	for i := range n {
		for j := range i {
			x := product.At(i, j)/2 - product.At(j, i)/2
			omega.Set(i, j, x)
			omega.Set(j, i, -x)
		}
	}
	if !finite(omega) {
		return nil, nil, fmt.Errorf("%s: the step overflows", what)
	}
	return w0, omega, nil
}

// maxNewtonSchulz is more iterations than any start needs whose singular
// values are in [1e-15, 1]: each multiplies small ones by 1.5, and the last six are
// quadratic.
const maxNewtonSchulz = 100

// polarFactor replaces x by its orthogonal polar factor, by the iteration
// X ← X(3I − XᵀX)/2 of Newton and Schulz, which converges quadratically when
// the singular values of X lie in (0, √3). x is first scaled so that they do
// (N. Higham, "Functions of Matrices", 2008, chapter 8). It is an error if
// it does not converge, which is when x is singular to rounding.
func polarFactor(x *mat.Dense) error {
	n, _ := x.Dims()
	gram, next := new(mat.Dense), new(mat.Dense)
	rounding := 4 * float64(n) * 0x1p-53
	if e := gramError(x); e > 1 {
		scale := math.Sqrt(mat.Norm(x, 1)) * math.Sqrt(mat.Norm(x, math.Inf(1))) // ≥ ‖x‖₂
		x.Scale(1/scale, x)
	}
	last := math.Inf(1)
	for range maxNewtonSchulz {
		gram.Mul(x.T(), x)
		gram.Scale(-1, gram)
		addIdentity(gram, 1)
		e := mat.Norm(gram, 2)
		if !(e < math.Inf(1)) {
			break
		}
		if e <= rounding || e < 1e-8 && e >= last/2 { // converged, or as far as rounding lets it
			return nil
		}
		last = e
		gram.Scale(0.5, gram)
		addIdentity(gram, 1)
		next.Mul(x, gram)
		x.Copy(next)
	}
	return errors.New("the polar iteration does not converge")
}

// gramError is ‖XᵀX − I‖_F.
func gramError(x *mat.Dense) float64 {
	var gram mat.Dense
	gram.Mul(x.T(), x)
	addIdentity(&gram, -1)
	return mat.Norm(&gram, 2)
}

// qrFactor replaces x by its factor Q of the QR factorisation with positive
// diagonal of R.
func qrFactor(x *mat.Dense) error {
	n, _ := x.Dims()
	var qr mat.QR
	qr.Factorize(x)
	var r mat.Dense
	qr.RTo(&r)
	qr.QTo(x)
	for j := range n {
		if r.At(j, j) == 0 {
			return errors.New("the step is singular to rounding")
		}
		if r.At(j, j) < 0 {
			for i := range n {
				x.Set(i, j, -x.At(i, j))
			}
		}
	}
	return nil
}

func addIdentity(m *mat.Dense, c float64) {
	n, _ := m.Dims()
	for i := range n {
		m.Set(i, i, m.At(i, i)+c)
	}
}

func finite(m *mat.Dense) bool {
	for _, v := range m.RawMatrix().Data {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}

// ignoreCondition drops the warning that a system is ill-conditioned; what
// is lost to it is made good by the polar iteration, or not solved at all.
func ignoreCondition(err error) error {
	var c mat.Condition
	if errors.As(err, &c) && !math.IsInf(float64(c), 1) {
		return nil
	}
	return err
}
