package gpnorm

import "math"

// Constants are a and b as the authors of the paper gave them, in four decimals (slide 65 of
// their public slides of 2020).
type Constants struct {
	A, B float64
	// Of is the built-in function that they belong to, where that is not the one that they are
	// said to be of: the authors' GELU is x·σ(1.702x).
	Of string
}

// Published are the authors' constants for a built-in function, if they gave any.
func (a Activation) Published() *Constants {
	for _, d := range Definitions() {
		if d.Published == nil {
			continue
		}
		if f, err := Lookup(d.Name); err == nil && f.Name == a.Name {
			return d.Published
		}
	}
	return nil
}

// Misplaced is the built-in function on which a puts constants that were published for it, and
// which belong to another: nil if it is no such function.
func (a Activation) Misplaced() *Definition {
	for _, d := range Definitions() {
		if d.Published == nil || d.Published.Of == "" {
			continue
		}
		if f, err := Lookup(d.Name); err == nil && a.near(f.Affine(d.Published.A, d.Published.B)) {
			return &d
		}
	}
	return nil
}

// near says whether two functions are equal, but for rounding, at some points.
func (a Activation) near(b Activation) bool {
	x := []float64{-3, -1.6, -0.7, -0.2, 0.3, 0.9, 1.4, 2.5}
	y, z := make([]float64, len(x)), make([]float64, len(x))
	a.Value(y, x)
	b.Value(z, x)
	for i := range x {
		if !(math.Abs(y[i]-z[i]) < 1e-12) {
			return false
		}
	}
	return true
}
