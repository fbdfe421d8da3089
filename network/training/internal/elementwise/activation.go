package elementwise

import "unsafe"

// An Activation is a function φ with its derivative, in assembly. It must not be
// used by two goroutines at once.
type Activation[T Real] struct {
	loop32 func(x, h *float32, n int, table *float32) float64
	loop64 func(x, h *float64, n int, table *float64) float64
	table  table[T]
	x, h   []T // one register, for what is left over
}

// The constructors return nil where there is no assembly.

// Tanh is φ(h) = scale·tanh h + shift.
func Tanh[T Real](scale, shift float64) *Activation[T] {
	return newActivation[T](tanh32, tanh64, scale, shift, 4*scale, -2)
}

// Linear is φ(h) = above·h + shift for h ≥ 0 and below·h + shift for h < 0.
func Linear[T Real](above, below, shift float64) *Activation[T] {
	return newActivation[T](linear32, linear64, above, shift, below, 0)
}

// Exponential is φ(h) = above·h + shift for h ≥ 0 and below·(exp h − 1) + shift
// for h < 0.
func Exponential[T Real](above, below, shift float64) *Activation[T] {
	return newActivation[T](exponential32, exponential64, above, shift, below, 0)
}

// GELU is φ(h) = scale·h·Φ(h) + shift with the normal distribution function Φ.
func GELU[T Real](scale, shift float64) *Activation[T] {
	return newActivation[T](gelu32, gelu64, scale, shift, 0, -0.5)
}

func newActivation[T Real](
	loop32 func(x, h *float32, n int, table *float32) float64,
	loop64 func(x, h *float64, n int, table *float64) float64,
	a, b, c, z float64,
) *Activation[T] {
	if !available {
		return nil
	}
	return &Activation[T]{
		loop32: loop32, loop64: loop64, table: newTable[T](a, b, c, z),
		x: make([]T, register[T]()), h: make([]T, register[T]()),
	}
}

// Forward sets x = φ(h), replaces h by φ′(h) and returns Σx². The slices have the
// same length and do not overlap.
func (a *Activation[T]) Forward(x, h []T) (sum float64) {
	h = h[:len(x)]
	m := whole[T](len(x))
	if m > 0 {
		sum = a.run(x, h, m)
	}
	if rest := h[m:]; len(rest) > 0 {
		clear(a.h[copy(a.h, rest):])
		a.run(a.x, a.h, len(a.h))
		copy(rest, a.h)
		for i := range rest {
			v := a.x[i]
			x[m+i] = v
			sum += float64(v) * float64(v)
		}
	}
	return sum
}

func (a *Activation[T]) run(x, h []T, n int) float64 {
	t := unsafe.Pointer(unsafe.SliceData(a.table))
	if single[T]() {
		return a.loop32(pointer32(x), pointer32(h), n, (*float32)(t))
	}
	return a.loop64(pointer64(x), pointer64(h), n, (*float64)(t))
}
