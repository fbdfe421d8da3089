package gpnorm

// At is x ↦ φ(mean + sd·x), for sd > 0: applied to a standard normal it is what
// φ is where it is applied to N(mean, sd²).
func (a Activation) At(mean, sd float64) Activation {
	inner := func(dst, x []float64) {
		for i, v := range x {
			dst[i] = mean + sd*v
		}
	}
	b := Activation{
		Name:           a.Name,
		Lipschitz:      a.Lipschitz * sd,
		DerivLipschitz: a.DerivLipschitz * sd * sd,
		operations:     a.operations,
		sampled:        a.sampled,
		Value: func(dst, x []float64) {
			inner(dst, x)
			a.Value(dst, dst)
		},
		Deriv: func(dst, x []float64) {
			inner(dst, x)
			a.Deriv(dst, dst)
			apply(dst, sd, 0)
		},
		Both: func(val, der, x []float64) {
			inner(val, x)
			a.ValueDeriv(val, der, val)
			apply(der, sd, 0)
		},
	}
	b.Kinks, b.Panels = relocated(a.Kinks, mean, sd), relocated(a.Panels, mean, sd)
	return b
}

// relocated are the places of points on the scale of the normal; what is too large
// for float64 is left out.
func relocated(points []float64, mean, sd float64) []float64 {
	var out []float64
	for _, x := range points {
		if s := (x - mean) / sd; s-s == 0 {
			out = append(out, s)
		}
	}
	return out
}
