package network

import (
	"math"

	"bsnn/internal/vector"
)

func squaredNorm(x []float64) float64 { return vector.SumSquares(x) }

func dot(x, y []float64) float64 { return vector.Dot(x, y) }

// combine sets dst = ax + by and returns its squared norm; dst may be one of them.
func combine(dst []float64, a float64, x []float64, b float64, y []float64) float64 {
	return vector.Combine(dst, a, x, b, y)
}

// multiply sets dst = xy, element by element, and returns its squared norm.
func multiply(dst, x, y []float64) float64 { return vector.Multiply(dst, x, y) }

// multiplyDot replaces y by yd, element by element, and returns ‖y‖² and g·y of the new y.
func multiplyDot(y, d, g []float64) (yy, gy float64) { return vector.MulNormDot(y, d, g) }

// add adds y to x.
func add(x, y []float64) { vector.Combine(x, 1, x, 1, y) }

// scale multiplies x by a.
func scale(x []float64, a float64) { vector.Combine(x, a, x, 0, x) }

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
