package suite

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// gradients perturbs one weight matrix and the input along random directions.
// The loss is ⟨c, x⁽ᴸ⁺¹⁾⟩; central differences at h and h/2 are extrapolated
// and their difference bounds what they miss.
func gradients(d *Draw) error {
	act, err := d.Normalize(d.curve()) // smooth
	if err != nil {
		return err
	}
	n, depth := d.int("width", 2, 12), d.int("depth", 1, 5)
	x, c := d.vector("x", n, 1), d.vector("y", n, 1)
	pass, layers, err := d.pass("dense", act.Activation, n, depth, 0, x)
	if err != nil {
		return err
	}
	if err := pass.Backward(c); err != nil {
		return err
	}
	about := fmt.Sprintf("%s, n = %d, L = %d", act.Name, n, depth)
	l := d.int("layer", 1, depth)
	g, norms := pass.WeightGradient(l), pass.Norms()
	if err := d.near(fmt.Sprintf("%s: ‖∂E/∂W⁽%d⁾‖ against ‖d‖‖x‖", about, l), mat.Norm(g, 2), math.Sqrt(norms.D[l-1]*norms.X[l-1]),
		1e-12*(1+mat.Norm(g, 2))*float64(n)); err != nil {
		return err
	}
	if err := d.near(fmt.Sprintf("%s: Norms.WeightGradient(%d)", about, l), norms.WeightGradient(l), mat.Norm(g, 2),
		1e-12*(1+mat.Norm(g, 2))*float64(n)); err != nil {
		return err
	}
	weights := make([]*mat.Dense, depth)
	for i, w := range layers {
		weights[i] = matrixOf(w)
	}
	r := d.random("direction")
	direction, v := mat.NewDense(n, n, nil), make([]float64, n)
	for i := range n {
		v[i] = r.NormFloat64()
		for j := range n {
			direction.Set(i, j, r.NormFloat64())
		}
	}
	loss := func(weightStep, inputStep float64) float64 {
		moved := append([]*mat.Dense(nil), weights...)
		var w mat.Dense
		w.Scale(weightStep, direction)
		w.Add(&w, weights[l-1])
		moved[l-1] = &w
		at := make([]float64, n)
		floats.AddScaledTo(at, x, inputStep, v)
		return floats.Dot(c, plainLoops(act.Activation, moved, at, nil).x[depth+1])
	}
	var along float64
	for i := range n {
		along += floats.Dot(mat.Row(nil, i, g), mat.Row(nil, i, direction))
	}
	for _, check := range []struct {
		what string
		got  float64
		loss func(float64) float64
	}{
		{fmt.Sprintf("derivative along a direction of W⁽%d⁾", l), along, func(h float64) float64 { return loss(h, 0) }},
		{"derivative along a direction of x", floats.Dot(pass.InputGradient(), v), func(h float64) float64 { return loss(0, h) }},
	} {
		want, missed := slopeOf(check.loss)
		if err := d.near(about+": "+check.what, check.got, want, missed+1e-9*(1+math.Abs(want))); err != nil {
			return err
		}
	}
	return nil
}

// slopeOf is f′(0) by central differences, extrapolated, with a bound on its
// error: four times what one more extrapolation changes.
func slopeOf(f func(float64) float64) (slope, missed float64) {
	central := func(h float64) float64 { return (f(h) - f(-h)) / (2 * h) }
	const h = 1e-3
	a, b, c := central(h), central(h/2), central(h/4)
	ab, bc := (4*b-a)/3, (4*c-b)/3
	slope = (16*bc - ab) / 15
	return slope, 4 * math.Abs(slope-bc)
}
