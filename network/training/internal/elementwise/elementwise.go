package elementwise

import "unsafe"

// Real is what the elements are.
type Real interface{ float32 | float64 }

// register is how many elements are worked on at a time.
func register[T Real]() int { return 32 / int(unsafe.Sizeof(T(0))) }

// whole is the part of n elements that fills registers; 0 without them.
func whole[T Real](n int) int {
	if !available {
		return 0
	}
	return n &^ (register[T]() - 1)
}

// single is whether T is float32.
func single[T Real]() bool { return unsafe.Sizeof(T(0)) == 4 }

func pointer32[T Real](x []T) *float32 { return (*float32)(unsafe.Pointer(unsafe.SliceData(x))) }

func pointer64[T Real](x []T) *float64 { return (*float64)(unsafe.Pointer(unsafe.SliceData(x))) }

// Squares is Σx².
func Squares[T Real](x []T) (sum float64) {
	m := whole[T](len(x))
	if m > 0 {
		if single[T]() {
			sum = squares32(pointer32(x), m)
		} else {
			sum = squares64(pointer64(x), m)
		}
	}
	for _, v := range x[m:] {
		sum += float64(v) * float64(v)
	}
	return sum
}

// Multiply sets dst = y∘s and returns its sum of squares. The slices have the
// same length.
func Multiply[T Real](dst, y, s []T) (sum float64) {
	y, s = y[:len(dst)], s[:len(dst)]
	m := whole[T](len(dst))
	if m > 0 {
		if single[T]() {
			sum = multiply32(pointer32(dst), pointer32(y), pointer32(s), m)
		} else {
			sum = multiply64(pointer64(dst), pointer64(y), pointer64(s), m)
		}
	}
	for i := m; i < len(dst); i++ {
		v := y[i] * s[i]
		dst[i] = v
		sum += float64(v) * float64(v)
	}
	return sum
}

// Descend sets V ← μV + G, W ← W − ηV with η = rate and μ = momentum, and
// returns ΣG². The slices have the same length.
func Descend[T Real](w, v, g []T, rate, momentum T) (sum float64) {
	v, g = v[:len(w)], g[:len(w)]
	m := whole[T](len(w))
	if m > 0 {
		if single[T]() {
			sum = descend32(pointer32(w), pointer32(v), pointer32(g), m, float32(rate), float32(momentum))
		} else {
			sum = descend64(pointer64(w), pointer64(v), pointer64(g), m, float64(rate), float64(momentum))
		}
	}
	for i := m; i < len(w); i++ {
		sum += float64(g[i]) * float64(g[i])
		step := momentum*v[i] + g[i]
		v[i] = step
		w[i] -= rate * step
	}
	return sum
}
