package gpnorm

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/num/dual"
)

// FromFunc makes an activation of a Go function and its derivative. Kinks are
// the points where one of them is not smooth; without them everything still
// works, more slowly. The function is sampled in steps of about 0.001 to find features
// that a quadrature could miss; what is narrower may escape it, since nothing is
// proven of a function in Go. The Lipschitz constants are left unknown (NaN).
//
// It fails when a function is missing or a kink is not finite, and where
// Describe fails: in particular when deriv is not the derivative of f.
func FromFunc(name string, f, deriv func(float64) float64, kinks ...float64) (Activation, error) {
	if f == nil || deriv == nil {
		return Activation{}, fmt.Errorf("activation %q: a function is nil", name)
	}
	a := Activation{
		Name:  name,
		Value: elementwise(f),
		Deriv: elementwise(deriv),
	}
	return a.finish(kinks)
}

// FromDual makes an activation of a Go function written over dual numbers, whose
// dual part is the derivative, exact up to rounding. Otherwise it is as FromFunc.
func FromDual(name string, f func(dual.Number) dual.Number, kinks ...float64) (Activation, error) {
	if f == nil {
		return Activation{}, fmt.Errorf("activation %q: the function is nil", name)
	}
	at := func(x float64) dual.Number { return f(dual.Number{Real: x, Emag: 1}) }
	a := Activation{
		Name:  name,
		Value: elementwise(func(x float64) float64 { return at(x).Real }),
		Deriv: elementwise(func(x float64) float64 { return at(x).Emag }),
		Both: func(val, der, x []float64) {
			for i, t := range x {
				y := at(t)
				val[i], der[i] = y.Real, y.Emag
			}
		},
	}
	return a.finish(kinks)
}

// FromValues makes an activation of a Go function alone. Its derivative is
// numerical: symmetric differences within the smooth piece between two kinks,
// extrapolated (Ridders 1982, doi:10.1016/S0141-1195(82)80057-0). Accuracy is about
// 1e-12 of the size of f for functions that vary on the scale of 1.
//
// Besides the reasons of FromFunc it fails when the derivative cannot be
// trusted: its estimated error, averaged over a Gaussian argument, exceeds 1e-9
// of its size, as near a kink that is not declared; the error says where.
func FromValues(name string, f func(float64) float64, kinks ...float64) (Activation, error) {
	if f == nil {
		return Activation{}, fmt.Errorf("activation %q: the function is nil", name)
	}
	kinks = slices.Clone(kinks)
	slices.Sort(kinks)
	d := differences{f, kinks}
	a, err := Activation{
		Name:  name,
		Value: elementwise(f),
		Deriv: elementwise(func(x float64) float64 { v, _ := d.at(x); return v }),
	}.declare(kinks)
	if err != nil {
		return Activation{}, err
	}
	if err := d.check(); err != nil {
		if seen := stepsOf(f, false); seen != "" {
			err = fmt.Errorf("φ changes in steps: %s", seen)
		} else if seen := noiseOf(f); seen != "" {
			err = fmt.Errorf("φ carries noise: %s", seen)
		}
		return Activation{}, fmt.Errorf("activation %q: %w", name, err)
	}
	return a.finish(kinks)
}

func elementwise(f func(float64) float64) Func {
	return func(dst, x []float64) {
		for i, t := range x {
			dst[i] = f(t)
		}
	}
}

// finish adds the kinks and checks that the function is one that Describe
// accepts.
func (a Activation) finish(kinks []float64) (Activation, error) {
	a, err := a.declare(kinks)
	if err != nil {
		return Activation{}, err
	}
	if a, err = a.sample(); err == nil {
		_, err = newTape(a).describe()
	}
	if err != nil {
		return Activation{}, fmt.Errorf("activation %q: %w", a.Name, err)
	}
	return a, nil
}

// declare sets the kinks, and the Lipschitz constants to unknown.
func (a Activation) declare(kinks []float64) (Activation, error) {
	if i := firstBad(kinks); i >= 0 {
		return Activation{}, fmt.Errorf("activation %q: kink at %v, want a finite number", a.Name, kinks[i])
	}
	a.Kinks = slices.Clone(kinks)
	slices.Sort(a.Kinks)
	a.Lipschitz, a.DerivLipschitz = math.NaN(), math.NaN()
	return a, nil
}

// differences differentiates f numerically without looking across a kink.
type differences struct {
	f     func(float64) float64
	kinks []float64
}

const (
	firstStep = 0.125
	stepRatio = 1.5
	stepCount = 12
)

// at returns f′(x) and the estimated error of it: the entry of Ridders' tableau
// that agrees best with its two parents.
func (d differences) at(x float64) (value, err float64) {
	h := d.room(x)
	var above [stepCount]float64
	err = math.Inf(1)
	for i := range stepCount {
		up, down := x+h, x-h
		row := [stepCount]float64{(d.f(up) - d.f(down)) / (up - down)}
		factor := 1.
		for j := 1; j <= i; j++ {
			factor *= stepRatio * stepRatio
			row[j] = row[j-1] + (row[j-1]-above[j-1])/(factor-1)
			e := max(math.Abs(row[j]-row[j-1]), math.Abs(row[j]-above[j-1]))
			if e <= err {
				value, err = row[j], e
			}
		}
		above = row
		h /= stepRatio
	}
	return value, err
}

// room is the first step at x: it ends before the nearest kink.
func (d differences) room(x float64) float64 {
	h := firstStep
	for _, k := range d.kinks {
		if near := math.Abs(x - k); near > 0 {
			h = min(h, 0.9*near)
		}
	}
	return h
}

// check averages the estimated error over a Gaussian argument on a grid that
// is finer than the smallest step, so that no kink falls between.
func (d differences) check() error {
	const step = 1. / 1024 * math.Sqrt2
	var size, total, worst, at float64
	for x := -12 + step/3; x < 12; x += step {
		v, e := d.at(x)
		if v-v != 0 || e-e != 0 {
			return fmt.Errorf("its numerical derivative is not finite at x = %.6g: the function must be defined everywhere", x)
		}
		w := math.Exp(-x * x / 2)
		size += w * math.Abs(v)
		total += w * e
		if w*e > worst {
			worst, at = w*e, x
		}
	}
	if size == 0 && total == 0 {
		return errors.New("the function is constant: no a makes E (aφ)′² = 1")
	}
	if total > acceptable*size {
		return fmt.Errorf("its numerical derivative cannot be trusted: relative error about %.1g, worst near x = %.4g; "+
			"declare the kink there, or supply the derivative (FromFunc) or a function of dual numbers (FromDual)", total/size, at)
	}
	return nil
}
