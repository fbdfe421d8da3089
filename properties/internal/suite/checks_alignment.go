package suite

import (
	"fmt"
	"math"

	"bsnn/gpnorm"
	"bsnn/orthogonal"

	"gonum.org/v1/gonum/floats"
)

// alignment examines the lower of two layers. ratio = ‖Dy‖²/‖y‖² with
// y = ‖y‖(ρx̂ + rũ), ũ uniform on the unit sphere of x̂^⊥ in m = n−1
// dimensions, is a quadratic form of ũ whose mean and variance follow from
// ‖D‖², tr D⁴ and what D does to x̂.
func alignment(d *Draw) error {
	act, err := d.activation()
	if err != nil {
		return err
	}
	n := d.int("width", 3, 24)
	kind := pick(d, "representation", representations...)
	x := d.vector("x", n, d.shell())
	loss := pick(d, "loss", "fixed", "aligned with the output")
	fixed := d.vector("y", n, 1)
	most := act.Lipschitz * act.Lipschitz
	claims := []mean{
		exactly("‖d‖²/‖y‖² less its mean", 0, 1e-12, -most, most, 1, "of ‖y‖²"),
		exactly("its square less its variance", 0, 1e-12, -2*most*most, most*most, 1, "of ‖y‖⁴"),
	}
	cost := map[string]int{"lazy": 20 * n, "reflectors": 2*n*n + 40*n, "dense": n*n*n + 40*n}[kind]
	about := fmt.Sprintf("%s, %s, n = %d, E %s", act.Name, kind, n, loss)
	h, val, der := make([]float64, n), make([]float64, n), make([]float64, n)
	return d.means(about, d.Effort.trials(cost+150, 1, 50), claims, func(i int, s []float64) error {
		pass, layers, err := d.pass(kind, act.Activation, n, 2, i, x)
		if err != nil {
			return err
		}
		y := fixed
		if loss != "fixed" {
			y = append([]float64(nil), pass.Output()...)
		}
		if err := pass.Backward(y); err != nil {
			return err
		}
		norms := pass.Norms()
		s[0], s[1] = 0, 0
		if norms.D[1] < 1e-12 || norms.X[1] < 1e-12 {
			return nil // nothing comes down
		}
		layers[0].Apply(h, x)
		act.ValueDeriv(val, der, h)
		ratio := norms.D[0] / norms.Y[1]
		want, variance := quadraticForm(val, der, comingDown(act.Activation, layers[1], val, y))
		s[0] = ratio - want
		s[1] = s[0]*s[0] - variance
		return nil
	})
}

// comingDown is the alignment ρ = ⟨y, x⟩/(‖y‖‖x‖) that the error has with the
// input x of a layer when it comes down from it: that of d with h = Wx.
func comingDown(act gpnorm.Activation, w orthogonal.Operator, x, y []float64) float64 {
	h, d := make([]float64, len(x)), make([]float64, len(x))
	w.Apply(h, x)
	act.Deriv(d, h)
	floats.Mul(d, y)
	return floats.Dot(h, d) / math.Sqrt(square(h)*square(d))
}

// quadraticForm is the mean and variance of ‖D(ρx̂ + rũ)‖² for D = diag der,
// x̂ = x/‖x‖, ũ uniform on the unit sphere of x̂^⊥, r² = 1 − ρ².
func quadraticForm(x, der []float64, rho float64) (mean, variance float64) {
	m := float64(len(x) - 1)
	var xx, trace, traceSquare, first, second float64
	for j, v := range x {
		a := der[j] * der[j]
		xx += v * v
		trace += a
		traceSquare += a * a
		first += a * v * v
		second += a * a * v * v
	}
	first, second = first/xx, second/xx
	rr := math.Max(1-rho*rho, 0)
	t := trace - first                               // tr PAP
	t2 := traceSquare - 2*second + first*first       // tr (PAP)²
	linear := 4 * rho * rho * (second - first*first) // ‖2ρPAx̂‖²
	mean = rho*rho*first + rr*t/m
	variance = rr*rr*2*(m*t2-t*t)/(m*m*(m+2)) + rr*linear/m
	return mean, variance
}
