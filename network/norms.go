package network

import "math"

// Norms are the squared Euclidean norms of one forward and backward pass
// through L layers, in the notation of the paper: x⁽ˡ⁾ enters layer l,
// d⁽ˡ⁾ = ∂E/∂h⁽ˡ⁾ with h⁽ˡ⁾ = W⁽ˡ⁾x⁽ˡ⁾, y⁽ˡ⁾ = ∂E/∂x⁽ˡ⁺¹⁾.
type Norms struct {
	X []float64 // ‖x⁽ˡ⁾‖² for l = 1 … L+1, at index l−1
	D []float64 // ‖d⁽ˡ⁾‖² for l = 1 … L, at index l−1
	Y []float64 // ‖y⁽ˡ⁾‖² for l = 0 … L, at index l
}

// NewNorms has room for a network of the given depth.
func NewNorms(depth int) Norms {
	return Norms{X: make([]float64, depth+1), D: make([]float64, depth), Y: make([]float64, depth+1)}
}

// Depth is the number of layers L.
func (n Norms) Depth() int { return len(n.D) }

// WeightGradient is ‖∂E/∂W⁽ˡ⁾‖_F = ‖d⁽ˡ⁾‖·‖x⁽ˡ⁾‖ for l = 1 … L.
func (n Norms) WeightGradient(l int) float64 {
	return math.Sqrt(n.D[l-1]) * math.Sqrt(n.X[l-1])
}
