package orthogonal

import (
	"math"

	"bsnn/internal/vector"
)

// A basis is a set of orthonormal vectors of ℝⁿ, each in memory of its own,
// so that its size is what was put into it and adding one moves nothing. A vector that
// is shorter than others ends in zeros that are left out.
type basis [][]float64

// removeFrom subtracts from r, which is as long as any of b, its projection on the span of b and adds the
// coefficients to coef unless that is nil. It goes through b twice: the first pass leaves
// rounding errors of the size of r as it came in, the second of the size of
// what the first left, which is enough (Giraud, Langou, Rozložník 2005,
// doi:10.1016/j.camwa.2005.08.009)
// unless next to nothing was left.
func (b basis) removeFrom(r, coef []float64) {
	for range 2 {
		for i, v := range b {
			c := dot(v, r[:len(v)])
			axpy(-c, v, r[:len(v)])
			if coef != nil {
				coef[i] += c
			}
		}
	}
}

// remainder sets r, which is as long as any of b and may be x, to ax less its projection on
// the span of b, and returns ‖r‖; x ends in zeros where it is shorter. The
// coefficients are added to coef unless that is nil. It goes through b a second time only where
// the first one took so much that what it left of rounding counts, as
// removeFrom always does.
func (b basis) remainder(r, x []float64, a float64, coef []float64) float64 {
	square := 0.
	if len(x) == len(r) && &x[0] == &r[0] && a == 1 {
		square = vector.SumSquares(r)
	} else {
		clear(r[len(x):])
		square = vector.Combine(r[:len(x)], a, x, 0, x)
	}
	arrived := square
	for pass := 0; pass < 2 && (pass == 0 || square < cancellation*cancellation*arrived); pass++ {
		for i, v := range b {
			part := r[:len(v)]
			c := vector.Dot(v, part)
			square = vector.Combine(part, 1, part, -c, v)
			if len(v) < len(r) {
				square += vector.SumSquares(r[len(v):])
			}
			if coef != nil {
				coef[i] += c
			}
		}
	}
	return math.Sqrt(square)
}

// combine sets dst = Σ coef_i·b_i, as many coordinates of it as dst has. b is
// not empty.
func (b basis) combine(dst, coef []float64) {
	vector.Combine(dst, coef[0], b[0][:len(dst)], 0, b[0][:len(dst)])
	for i, c := range coef[1:] {
		vector.Combine(dst, 1, dst, c, b[i+1][:len(dst)])
	}
}

// longest is how many coordinates the last vector has, which are as many as any has.
func (b basis) longest() int {
	if len(b) == 0 {
		return 0
	}
	return len(b[len(b)-1])
}

// norm returns ‖x‖ for x whose entries can be squared.
func norm(x []float64) float64 { return math.Sqrt(dot(x, x)) }

// magnitude returns a power of two s such that the entries of x/s can be
// squared and summed without overflow, or underflow that matters, and
// ‖x‖/s. s is 1 for ordinary x, 0 when x = 0, NaN when an entry of x is not
// finite.
func magnitude(x []float64) (s, length float64) {
	if sum := dot(x, x); sum > 1e-200 && sum < 1e200 {
		return 1, math.Sqrt(sum)
	}
	var largest float64
	for _, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return math.NaN(), math.NaN()
		}
		largest = max(largest, math.Abs(v))
	}
	if largest == 0 {
		return 0, 0
	}
	_, exp := math.Frexp(largest)
	s = math.Ldexp(1, min(max(exp, -1000), 1000)) // s and 1/s are finite
	var sum float64
	for _, v := range x {
		sum += (v / s) * (v / s)
	}
	return s, math.Sqrt(sum)
}
