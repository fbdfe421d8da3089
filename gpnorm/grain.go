package gpnorm

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Functions in Go are often computed in float32, or quantised. Then they consist of
// steps or carry noise, their moments do not converge, and what a quadrature says
// of that misleads. grain recognises both.

// grainPlaces are where a function is looked at.
const grainPlaces = 41

// steps is an error that says so when φ itself changes in steps.
func (a Activation) steps() error {
	if s := stepsOf(pointwise(a.Value), false); s != "" {
		return fmt.Errorf("φ changes in steps: %s", s)
	}
	return nil
}

// grain is an error that says what was seen when φ or φ′ changes in steps or
// scatters as rounded numbers do, and nil otherwise.
func (a Activation) grain() error {
	if err := a.steps(); err != nil {
		return err
	}
	if s := noiseOf(pointwise(a.Value)); s != "" {
		return fmt.Errorf("φ carries noise: %s", s)
	}
	if s := stepsOf(pointwise(a.Deriv), true, a.Breaks()...); s != "" {
		return fmt.Errorf("φ′ changes in steps: %s", s)
	}
	if s := noiseOf(pointwise(a.Deriv)); s != "" {
		return fmt.Errorf("φ′ carries noise: %s", s)
	}
	return nil
}

func pointwise(f Func) func(float64) float64 {
	return func(x float64) float64 {
		y := [1]float64{x}
		f(y[:], y[:])
		return y[0]
	}
}

// explain is what grain sees, if anything, and err otherwise.
func (a Activation) explain(err error) error {
	if seen := a.grain(); seen != nil {
		return seen
	}
	return err
}

// A step is an interval around x on which a function is constant, and by how much it
// jumps at an end.
type step struct{ x, width, value, jump float64 }

// relative is the jump over the size of the function.
func (s step) relative() float64 { return s.jump / max(math.Abs(s.value), s.jump) }

// stepsOf describes the steps of f, "" if most of what varies has none. A slope may
// have steps by right, that of a table for example; those that end at a declared kink are
// no surprise.
func stepsOf(f func(float64) float64, slope bool, kinks ...float64) string {
	var steps []step
	varies := 0
	for i := range grainPlaces {
		x := -3.1 + 6.2*(float64(i)+1/math.Pi)/grainPlaces
		s, ok := stepAt(f, x)
		if !ok {
			varies++
			continue
		}
		if s.width > 0 {
			varies++
			if slices.ContainsFunc(kinks, func(k float64) bool { return math.Abs(k-s.x) <= 2*s.width }) {
				continue
			}
			steps = append(steps, s)
		}
	}
	if len(steps) < grainPlaces/4 || 2*len(steps) < varies {
		return ""
	}
	slices.SortFunc(steps, func(s, t step) int { return cmp.Compare(s.jump, t.jump) })
	low, high, middle := steps[len(steps)/10], steps[len(steps)-1-len(steps)/10], steps[len(steps)/2]
	text := fmt.Sprintf("near x = %.4g it is constant over %.1g and then jumps by %.2g", middle.x, middle.width, middle.jump)
	slices.SortFunc(steps, func(s, t step) int { return cmp.Compare(s.relative(), t.relative()) })
	bits := -math.Log2(steps[len(steps)/2].relative())
	const float32Bits = 19 // and some that cancelled
	switch {
	case bits > float32Bits:
		text += ", as float32 values do. Compute it in float64 throughout"
	case slope:
		return text + ", as that of a table does. Declare the ends of its pieces as kinks, or compute it exactly"
	case high.jump <= 1.01*low.jump:
		text += ", as quantised values do. Normalise the function before it is quantised"
	default:
		text += fmt.Sprintf(", as values rounded to about %.0f bits do. Compute it in float64 throughout", bits)
	}
	return text + "; a function of steps has no weak derivative in L²"
}

// stepAt finds the step around x; its width is 0 where f is constant far and wide.
// ok is false if f has no step there that float64 would not have by itself.
func stepAt(f func(float64) float64, x float64) (s step, ok bool) {
	const narrowest, widest = 0x1p-40, 0.5
	value := f(x)
	if value-value != 0 {
		return s, false
	}
	w := narrowest
	for w < widest && f(x-w) == value && f(x+w) == value {
		w *= 2
	}
	switch {
	case w == narrowest:
		return s, false
	case w >= widest:
		return step{}, true
	}
	side := w
	if f(x+w) == value {
		side = -w
	}
	inside, outside := x+side/2, x+side
	for range 60 {
		if middle := inside + (outside-inside)/2; f(middle) == value {
			inside = middle
		} else {
			outside = middle
		}
	}
	jump := math.Abs(f(outside) - value)
	// A smooth function that float64 cannot resolve has steps of its rounding.
	return step{x, w, value, jump}, jump > 0x1p-45*math.Abs(value)
}

// noiseOf describes the scatter of f, "" if there is none: seven values at small
// distances whose sixth differences do not shrink with the distance (Moré, Wild
// 2011, Estimating computational noise, doi:10.1137/100786125).
func noiseOf(f func(float64) float64) string {
	const wide, visible = 1e-4, 1e-13
	var seen []step
	for i := range grainPlaces {
		x := -3.1 + 6.2*(float64(i)+1/math.Pi)/grainPlaces
		far, near := scatter(f, x, wide), scatter(f, x, wide/16)
		if size := math.Abs(f(x)); near > visible*size && near > far/64 {
			seen = append(seen, step{x: x, value: size, jump: near})
		}
	}
	if len(seen) < grainPlaces/2 {
		return ""
	}
	slices.SortFunc(seen, func(s, t step) int { return cmp.Compare(s.relative(), t.relative()) })
	s := seen[len(seen)/2]
	text := fmt.Sprintf("near x = %.4g neighbouring values scatter by %.1g about a smooth curve", s.x, s.jump)
	if s.relative() > 1e-9 && s.relative() < 1e-6 {
		text += ", as after float32 arithmetic"
	}
	return text + ". Compute it in float64 throughout"
}

// scatter is the deviation of seven values around x, h apart, from a polynomial of
// fifth degree.
func scatter(f func(float64) float64, x, h float64) float64 {
	difference := 0.0
	for k, c := range [7]float64{1, -6, 15, -20, 15, -6, 1} {
		difference += c * f(x+float64(k-3)*h)
	}
	return math.Abs(difference) / math.Sqrt(924) // the root of Σc²
}
