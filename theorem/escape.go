package theorem

import (
	"fmt"
	"math"

	"bsnn/gpnorm"
)

// ForwardEscapeBound is a lower bound on P(|‖x⁽ˡ⁾‖²/n − 1| ≥ eps for some l ≤ depth+1) in a network of independent Haar
// distributed weights from ‖x⁽¹⁾‖² = n, for 0 < eps < 1: at any width, enough layers ruin a network with κ ≥ 1.
// Proven, up to the quadrature error of the moments, for Lipschitz φ; 0 where nothing is proven, as for κ < 1.
//
// With q the squared length per neuron in front of a layer and q⁺ behind it, let w be such that
//
//	E (q⁺ − 1)² = Var q⁺ + (E q⁺ − 1)² ≥ (q − 1)² + w
//
// for all q within eps of 1. Up to its first exit (q − 1)² − w·l is then a submartingale, and (q − 1)² is at most B
// there, where q ≤ (|φ(0)| + Lip(φ)·√(1+eps))². So from any q within eps of 1 a network stays there for M layers with
// probability at most B/(wM), and for k stretches of M layers with the k-th power of it. See docs/theory.md.
func ForwardEscapeBound(a gpnorm.Activation, width, depth int, eps float64) (float64, error) {
	if err := checkEps(eps); err != nil {
		return 0, err
	}
	if depth < 1 {
		return 0, fmt.Errorf("depth %d, want at least 1", depth)
	}
	if err := checkLayer(a, width, 1); err != nil {
		return 0, err
	}
	if !known(a.Lipschitz) || eps >= 1 {
		return 0, nil
	}
	growth, err := spread(a, width, eps)
	if err != nil || !(growth > 0) {
		return 0, err
	}
	reach := math.Abs(valueAt(a, 0)) + a.Lipschitz*math.Sqrt(1+eps)
	most := math.Max(1, (reach*reach-1)*(reach*reach-1))
	return 1 - staying(most/growth, depth), nil
}

// staying bounds the probability of staying for so many layers, where that for M is at most each/M.
func staying(each float64, depth int) float64 {
	best := 1.
	ideal := int(float64(depth) / (math.E * each)) // stretches of about e·each layers
	for _, stretches := range []int{1, ideal, ideal + 1} {
		if stretches < 1 || stretches > depth {
			continue
		}
		if p := each / float64(depth/stretches); p < 1 {
			best = math.Min(best, math.Pow(p, float64(stretches)))
		}
	}
	return best
}

// spread is a w with E (q⁺ − 1)² ≥ (q − 1)² + w for all q within eps of 1; it may be negative.
//
// In r = √q the root of E q⁺ is K-Lipschitz, K = Lip(φ), because ‖φ(ru)‖/√n is, point by point. For the same reason
// the standard deviation of q⁺ has a Lipschitz constant of 2K times the largest such root nearby. So values on a
// grid enclose both between its points.
func spread(a gpnorm.Activation, n int, eps float64) (float64, error) {
	if homogeneous(a) { // q⁺/q has one law
		m, err := SphereMoments(a, n, 1)
		if err != nil || math.Abs(m.Forward.Mean-1) > NormalizedTolerance*NormalizedTolerance {
			return 0, err
		}
		return (1 - eps) * (1 - eps) * (m.Forward.AverageVariance - m.Forward.VarianceError/float64(n)), nil
	}
	const least, most, perDeviation = 50, 4000, 24 // cells
	lo, hi := math.Sqrt(1-eps), math.Sqrt(1+eps)
	count := min(max(least, int(perDeviation*math.Sqrt(float64(n))*(hi-lo))), most)
	step := (hi - lo) / float64(count)
	k := a.Lipschitz
	worst := math.Inf(1)
	var before, deviationBefore float64
	for i := range count + 1 {
		r := lo + float64(i)*step
		m, err := SphereMoments(a, n, r*r)
		if err != nil {
			return 0, err
		}
		root := math.Sqrt(m.Forward.Mean)
		deviation := math.Sqrt(math.Max(0, m.Forward.AverageVariance-m.Forward.VarianceError/float64(n)))
		if i > 0 {
			slack := k*step/2 + m.Forward.MeanError
			low, high := (before+root)/2-slack, (before+root)/2+slack
			off := math.Max(0, math.Max(low*low-1, 1-high*high))
			sd := math.Max(0, (deviationBefore+deviation)/2-k*(math.Max(before, root)+k*step)*step)
			from, to := (r-step)*(r-step)-1, r*r-1
			worst = math.Min(worst, sd*sd+off*off-math.Max(from*from, to*to))
		}
		before, deviationBefore = root, deviation
	}
	return worst, nil
}
