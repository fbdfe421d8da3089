package theorem

import (
	"fmt"
	"math"
	"slices"

	"bsnn/gpnorm"
)

// lipschitzTolerance allows for rounding in a declared Lipschitz constant.
const lipschitzTolerance = 1e-6

// The places where the constants of one layer are held against the function: up
// to eight standard deviations of a coordinate, 0 among them.
const (
	declaredReach = 8.0
	declaredSteps = 256
)

// checkDeclared refuses Lipschitz constants of φ and φ′ that the function itself
// refutes on the shell q: a bound that rests on one is no bound. Constants
// that are too small only between the places that are looked at are believed.
func checkDeclared(a gpnorm.Activation, q float64) error {
	at := declaredPlaces(a, math.Sqrt(q))
	value, deriv := make([]float64, len(at)), make([]float64, len(at))
	a.ValueDeriv(value, deriv, slices.Clone(at))
	for i, x := range at {
		if err := exceeds(a.Name, "φ′", x, math.Abs(deriv[i]), a.Lipschitz); err != nil {
			return err
		}
		if i == 0 {
			continue
		}
		step := x - at[i-1]
		rounding := 4 * epsilon * (math.Abs(value[i]) + math.Abs(deriv[i])*(1+math.Abs(x))) / step
		if err := exceeds(a.Name, "Δφ/Δh", x, math.Abs(value[i]-value[i-1])/step-rounding, a.Lipschitz); err != nil {
			return err
		}
		if err := exceeds(a.Name, "Δφ′/Δh", x, math.Abs(deriv[i]-deriv[i-1])/step-rounding, a.DerivLipschitz); err != nil {
			return err
		}
	}
	return nil
}

// declaredPlaces are a grid over the coordinates of a shell of the given radius per
// root of the width, and thirds between the panels of a, which lie densely where it
// has narrow features.
func declaredPlaces(a gpnorm.Activation, radius float64) []float64 {
	var list []float64
	for i := range declaredSteps + 1 {
		list = append(list, float64(i-declaredSteps/2)*(2*declaredReach/declaredSteps)*radius)
	}
	for i, p := range a.Panels {
		if math.Abs(p) > declaredReach*radius || i+1 == len(a.Panels) || a.Panels[i+1]-p > declaredReach/declaredSteps {
			continue
		}
		list = append(list, p+(a.Panels[i+1]-p)/3, p+(a.Panels[i+1]-p)*2/3)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// declaredMoments are the SphereMoments of an activation whose constants a bound may
// rest on.
func declaredMoments(a gpnorm.Activation, n int, q float64) (LayerMoments, error) {
	m, err := SphereMoments(a, n, q)
	if err != nil {
		return m, err
	}
	return m, checkDeclared(a, q)
}

const epsilon = 0x1p-52

// exceeds is the refusal of a constant that is known and too small.
func exceeds(name, what string, at, size, declared float64) error {
	if !known(declared) || !(size > declared*(1+lipschitzTolerance)) {
		return nil
	}
	return fmt.Errorf("%s: |%s| = %.6g at %.4g exceeds the declared Lipschitz constant %.6g", name, what, size, at, declared)
}
