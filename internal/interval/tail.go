package interval

// GaussianTail encloses ∫ xᵏ dμ over [a, ∞) for the standard normal law μ, a ≥
// 0 and k ≥ 0: T₀ = Φ(−a), T₁ = ρ(a), T_k = a^{k−1}ρ(a) + (k−1)T_{k−2} by
// parts, a sum of positive terms.
func GaussianTail(a float64, k int) Interval {
	x := Point(a)
	density := Density(x)
	tail := Phi(x.Neg())
	if k%2 == 1 {
		tail = density
	}
	for j := 2 + k%2; j <= k; j += 2 {
		tail = PowInt(x, j-1).Mul(density).Add(tail.Scale(float64(j - 1)))
	}
	return tail
}
