package network

import (
	"math"

	"gonum.org/v1/gonum/floats"
)

func squaredNorm(x []float64) float64 { return floats.Dot(x, x) }

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
