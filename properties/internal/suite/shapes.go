package suite

import (
	"fmt"
	"math"
	"slices"

	"bsnn/gpnorm"
)

// raw draws an activation that is not normalised: a built-in one, a mixture
// of two, or a random shape; the simplest first.
func (d *Draw) raw() (gpnorm.Activation, error) {
	switch pick(d, "family", "built-in", "mixture", "broken line", "curve") {
	case "mixture":
		f, err := d.builtin("activation")
		if err != nil {
			return f, err
		}
		g, err := d.builtin("second")
		if err != nil {
			return g, err
		}
		return mixture(f, g, d.float("weight", 0.1, 2), d.float("slope", 0.3, 2)), nil
	case "broken line":
		return d.brokenLine(), nil
	case "curve":
		return d.curve(), nil
	}
	return d.builtin("activation")
}

// builtin draws one of the registered activations. Affine ones are left out:
// most claims are trivial for them, and their normalisation has one root.
func (d *Draw) builtin(label string) (gpnorm.Activation, error) {
	var names []string
	for _, f := range gpnorm.Definitions() {
		if a, err := gpnorm.Lookup(f.Name); err != nil || a.DerivLipschitz != 0 {
			names = append(names, f.Name)
		}
	}
	return d.Lookup(pick(d, label, names...))
}

// activation draws a normalised activation.
func (d *Draw) activation() (gpnorm.Normalized, error) {
	f, err := d.raw()
	if err != nil {
		return gpnorm.Normalized{}, err
	}
	return d.Normalize(f)
}

// mixture is f(x) + weight·g(slope·x).
func mixture(f, g gpnorm.Activation, weight, slope float64) gpnorm.Activation {
	combine := func(of func(gpnorm.Activation) gpnorm.Func, factor float64) gpnorm.Func {
		return func(dst, x []float64) {
			second := make([]float64, len(x))
			for i, v := range x {
				second[i] = slope * v
			}
			of(g)(second, second)
			of(f)(dst, x)
			for i := range dst {
				dst[i] += factor * second[i]
			}
		}
	}
	kinks := slices.Clone(f.Kinks)
	for _, k := range g.Kinks {
		kinks = append(kinks, k/slope)
	}
	slices.Sort(kinks)
	return gpnorm.Activation{
		Name:           fmt.Sprintf("%s(x) + %.4g·%s(%.4g·x)", f.Name, weight, g.Name, slope),
		Value:          combine(func(a gpnorm.Activation) gpnorm.Func { return a.Value }, weight),
		Deriv:          combine(func(a gpnorm.Activation) gpnorm.Func { return a.Deriv }, weight*slope),
		Kinks:          slices.Compact(kinks),
		Lipschitz:      f.Lipschitz + weight*slope*g.Lipschitz,
		DerivLipschitz: f.DerivLipschitz + weight*slope*slope*g.DerivLipschitz,
	}
}

// pointwise makes an activation of a function that returns value and
// derivative.
func pointwise(name string, f func(float64) (float64, float64), kinks []float64, lipschitz, derivLipschitz float64) gpnorm.Activation {
	return gpnorm.Activation{
		Name: name,
		Value: func(dst, x []float64) {
			for i, v := range x {
				dst[i], _ = f(v)
			}
		},
		Deriv: func(dst, x []float64) {
			for i, v := range x {
				_, dst[i] = f(v)
			}
		},
		Kinks: kinks, Lipschitz: lipschitz, DerivLipschitz: derivLipschitz,
	}
}

// brokenLine draws a continuous function that is linear between random kinks.
func (d *Draw) brokenLine() gpnorm.Activation {
	kinks := make([]float64, d.int("kinks", 1, 5))
	for i := range kinks {
		kinks[i] = float64(d.int("kink ·100", -250, 250)) / 100
	}
	slices.Sort(kinks)
	kinks = slices.Compact(kinks)
	count, steepest := len(kinks), 0.0
	slopes := make([]float64, count+1)
	for i := range slopes {
		slopes[i] = float64(d.int("slope ·10", -20, 20)) / 10
		steepest = math.Max(steepest, math.Abs(slopes[i]))
	}
	if steepest < 0.5 {
		slopes[count], steepest = 1, 1
	}
	if len(slices.Compact(slices.Clone(slopes))) == 1 { // no line: an affine function has one root only
		slopes[count] = -slopes[0]
	}
	f := func(x float64) (float64, float64) {
		value, at := 0.0, 0.0 // f is 0 at the first kink
		if x <= kinks[0] {
			return slopes[0] * (x - kinks[0]), slopes[0]
		}
		for i := range kinks {
			at = kinks[i]
			if i == count-1 || x <= kinks[i+1] {
				return value + slopes[i+1]*(x-at), slopes[i+1]
			}
			value += slopes[i+1] * (kinks[i+1] - at)
		}
		return value, 0
	}
	name := fmt.Sprintf("line with slopes %.3g and kinks at %.4g", slopes, kinks)
	return pointwise(name, f, kinks, steepest, math.Inf(1))
}

// waves are the shapes that curves are sums of, with sup|ψ′| and sup|ψ″|.
var waves = []struct {
	name                      string
	f                         func(float64) (float64, float64)
	lipschitz, derivLipschitz float64
}{
	{"tanh", func(x float64) (float64, float64) { t := math.Tanh(x); return t, 1 - t*t }, 1, 0.7698003589195011},
	{"sin", func(x float64) (float64, float64) { s, c := math.Sincos(x); return s, c }, 1, 1},
	{"bump", func(x float64) (float64, float64) { e := math.Exp(-x * x / 2); return e, -x * e }, 0.6065306597126335, 1},
	{"ramp", func(x float64) (float64, float64) {
		r := math.Sqrt(1 + x*x)
		return (x + r) / 2, (1 + x/r) / 2
	}, 1, 0.5},
}

// curve draws a smooth function: a random line plus waves of random height,
// slope and place.
func (d *Draw) curve() gpnorm.Activation {
	type term struct {
		wave                int
		height, slope, move float64
	}
	line := float64(d.int("line ·10", -10, 10)) / 10
	terms := make([]term, d.int("waves", 1, 3))
	name := fmt.Sprintf("%.3g·x", line)
	lipschitz, derivLipschitz := math.Abs(line), 0.0
	for i := range terms {
		t := term{d.int("wave", 0, len(waves)-1), float64(d.int("height ·10", 3, 20)) / 10, float64(d.int("slope ·10", 5, 25)) / 10,
			float64(d.int("place ·10", -20, 20)) / 10}
		terms[i] = t
		name += fmt.Sprintf(" + %.3g·%s(%.3g·x + %.3g)", t.height, waves[t.wave].name, t.slope, t.move)
		lipschitz += t.height * t.slope * waves[t.wave].lipschitz
		derivLipschitz += t.height * t.slope * t.slope * waves[t.wave].derivLipschitz
	}
	f := func(x float64) (float64, float64) {
		value, deriv := line*x, line
		for _, t := range terms {
			v, dv := waves[t.wave].f(t.slope*x + t.move)
			value += t.height * v
			deriv += t.height * t.slope * dv
		}
		return value, deriv
	}
	return pointwise(name, f, nil, lipschitz, derivLipschitz)
}

// homogeneous draws a normalised function of degree 1, a·max(x, 0) − b·max(−x, 0):
// the case in which networks of any depth have exact moments.
func (d *Draw) homogeneous() gpnorm.Activation {
	slope := float64(d.int("slope on the left ·100", -99, 90)) / 100
	a := math.Sqrt(2 / (1 + slope*slope))
	return pointwise(fmt.Sprintf("%.4g·(max(x, 0) + %.3g·min(x, 0))", a, slope), func(x float64) (float64, float64) {
		if x > 0 {
			return a * x, a
		}
		return a * slope * x, a * slope
	}, []float64{0}, a, math.Inf(1))
}
