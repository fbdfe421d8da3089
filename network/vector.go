package network

import (
	"math"

	"bsnn/internal/vector"
)

func squaredNorm(x []float64) float64 { return vector.SumSquares(x) }

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
