package vector

import (
	"math"
	"unsafe"
)

// Dot is Σxy. The slices have the same length.
func Dot[T Real](x, y []T) float64 {
	y = y[:len(x)]
	a := arguments{n: len(x)}
	a.in[0], a.in[1] = first(x), first(y)
	sized[T](kernelDot64, kernelDot32).run(&a)
	return total(&a.sums[0])
}

// SumSquares is Σx².
func SumSquares[T Real](x []T) float64 { return Dot(x, x) }

// AddSquares adds x², element by element, to dst. The slices have the same length.
func AddSquares[T Real](dst []float64, x []T) {
	x = x[:len(dst)]
	whole := len(x) &^ (lanes - 1)
	a := arguments{n: whole}
	a.in[0], a.in[1], a.out[0] = first(x), first(dst), first(dst)
	sized[T](kernelAddSquares64, kernelAddSquares32).run(&a)
	for i, v := range x[whole:] {
		dst[whole+i] += float64(float64(v) * float64(v))
	}
}

// Combine sets dst = a·x + b·y and returns Σdst². The slices have the same length, and dst may be x or y.
func Combine[T Real](dst []T, a float64, x []T, b float64, y []T) (sumSquares float64) {
	x, y = x[:len(dst)], y[:len(dst)]
	args := arguments{n: len(dst)}
	args.in[0], args.in[1], args.out[0] = first(x), first(y), first(dst)
	args.scalars[0], args.scalars[1] = math.Float64bits(a), math.Float64bits(b)
	sized[T](kernelCombine64, kernelCombine32).run(&args)
	return total(&args.sums[0])
}

// MulNormDot replaces y by y·d, element by element, and returns Σy² and Σhy of
// the new y. The slices have the same length.
func MulNormDot[T Real](y, d, h []T) (yy, hy float64) {
	d, h = d[:len(y)], h[:len(y)]
	a := arguments{n: len(y)}
	a.in[0], a.in[1], a.in[2], a.out[0] = first(y), first(d), first(h), first(y)
	sized[T](kernelMultiplyDot64, kernelMultiplyDot32).run(&a)
	return total(&a.sums[0]), total(&a.sums[1])
}

// Multiply sets dst = y·d, element by element, and returns Σdst². The slices have
// the same length, and dst may be y or d.
func Multiply[T Real](dst, y, d []T) (sumSquares float64) {
	y, d = y[:len(dst)], d[:len(dst)]
	a := arguments{n: len(dst)}
	a.in[0], a.in[1], a.out[0] = first(y), first(d), first(dst)
	sized[T](kernelMultiply64, kernelMultiply32).run(&a)
	return total(&a.sums[0])
}

// Descend is a step of gradient descent: v ← momentum·v + (g + decay·w) and
// w ← w − rate·v. It returns Σg². The slices have the same length.
func Descend[T Real](w, v, g []T, rate, momentum, decay float64) (sumSquares float64) {
	v, g = v[:len(w)], g[:len(w)]
	a := arguments{n: len(w)}
	a.in[0], a.in[1], a.in[2] = first(w), first(v), first(g)
	a.out[0], a.out[1] = first(v), first(w)
	a.scalars[0], a.scalars[1], a.scalars[2] = math.Float64bits(rate), math.Float64bits(momentum), math.Float64bits(decay)
	sized[T](kernelDescend64, kernelDescend32).run(&a)
	return total(&a.sums[0])
}

// Products are Σxu, Σxv, Σyu and Σyv. The slices have the same length.
func Products(x, y, u, v []float64) (xu, xv, yu, yv float64) {
	y, u, v = y[:len(x)], u[:len(x)], v[:len(x)]
	a := arguments{n: len(x)}
	a.in = [5]unsafe.Pointer{first(x), first(y), first(u), first(v)}
	kernelProducts64.run(&a)
	return total(&a.sums[0]), total(&a.sums[1]), total(&a.sums[2]), total(&a.sums[3])
}

// Against are Σxp, Σxq, Σxr and Σxs. The slices have the same length.
func Against(x, p, q, r, s []float64) (xp, xq, xr, xs float64) {
	p, q, r, s = p[:len(x)], q[:len(x)], r[:len(x)], s[:len(x)]
	a := arguments{n: len(x)}
	a.in = [5]unsafe.Pointer{first(x), first(p), first(q), first(r), first(s)}
	kernelAgainst64.run(&a)
	return total(&a.sums[0]), total(&a.sums[1]), total(&a.sums[2]), total(&a.sums[3])
}

// MulGram sets a = dx, b = dy and c = dz, element by element, and returns Σa², Σab, Σac, Σb², Σbc and Σc². The
// slices have the same length; a, b and c may be x, y and z.
func MulGram(a, b, c, d, x, y, z []float64) (aa, ab, ac, bb, bc, cc float64) {
	a, b, c, x, y, z = a[:len(d)], b[:len(d)], c[:len(d)], x[:len(d)], y[:len(d)], z[:len(d)]
	args := arguments{n: len(d)}
	args.in = [5]unsafe.Pointer{first(d), first(x), first(y), first(z)}
	args.out = [3]unsafe.Pointer{first(a), first(b), first(c)}
	kernelGram64.run(&args)
	s := &args.sums
	return total(&s[0]), total(&s[1]), total(&s[2]), total(&s[3]), total(&s[4]), total(&s[5])
}
