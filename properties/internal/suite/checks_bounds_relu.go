package suite

import (
	"fmt"
	"math"

	"bsnn/gpnorm"
	"bsnn/theorem"

	"gonum.org/v1/gonum/stat/distuv"
)

// boundsReLU: φ = √2·max(x, 0). Given that k coordinates of a uniform point u
// of the sphere are positive, ‖φ(u)‖²/n = 2·Beta(k/2, (n−k)/2), and k is
// binomial(n, ½). For y uniform on a sphere ‖Dy‖²/‖y‖² has the same law; for y
// with m equal entries it is 2·binomial(m, ½)/m. Inside a network, when y is
// orthogonal to φ(u), one dimension of the k is taken: 2·Beta((k−1)/2, (n−k)/2).
func boundsReLU(d *Draw) error {
	act := pointwise("√2·max(x, 0)", func(x float64) (float64, float64) {
		if x > 0 {
			return math.Sqrt2 * x, math.Sqrt2
		}
		return 0, 0
	}, []float64{0}, math.Sqrt2, math.Inf(1))
	for range 6 { // cheap, so many to a draw
		if err := d.againstReLU(act); err != nil {
			return err
		}
	}
	return nil
}

func (d *Draw) againstReLU(act gpnorm.Activation) error {
	n := d.width(20, 20_000)
	eps := math.Min(float64(d.int("ε in sd ·10", 5, 60))/10*math.Sqrt(3/float64(n+2)), 0.99)
	exact, inside := probabilityReLU(n, eps, 0), probabilityReLU(n, eps, 1)
	depth := d.int("depth", 1, 5)
	m := d.int("entries of y", 1, min(n, 60))
	y := make([]float64, n)
	for i := range m {
		y[i] = 1
	}
	spread := distuv.Binomial{N: float64(m), P: 0.5}
	fixed := 0.0
	for k := range m + 1 {
		if math.Abs(2*float64(k)/float64(m)-1) >= eps {
			fixed += spread.Prob(float64(k))
		}
	}
	for _, c := range []struct {
		name  string
		bound func() (theorem.Bound, error)
		exact float64
	}{
		{"forward", func() (theorem.Bound, error) { return d.ForwardBound(act, n, 1, eps) }, exact},
		{"backward, y uniform", func() (theorem.Bound, error) { return d.BackwardBoundUniform(act, n, 1, eps) }, exact},
		{"backward inside", func() (theorem.Bound, error) { return d.BackwardBoundInside(act, n, 1, 0.1, eps) }, inside},
		{fmt.Sprintf("backward, y with %d equal entries", m), func() (theorem.Bound, error) { return d.BackwardBoundFixed(act, y, 1, eps) },
			fixed},
		{fmt.Sprintf("forward, one of %d layers", depth), func() (theorem.Bound, error) { return d.ForwardDepthBound(act, n, depth, eps) },
			exact},
	} {
		b, err := c.bound()
		if err != nil {
			return err
		}
		if b.Probability < c.exact*(1-1e-6) {
			return refute(fmt.Sprintf("%s bound for ReLU, n = %d, ε = %.4g", c.name, n, eps),
				fmt.Sprintf("at least the exact probability %.6g", c.exact), "%.6g", b.Probability)
		}
	}
	return nil
}

// probabilityReLU is P(|2·Beta((k − less)/2, (n−k)/2) − 1| ≥ ε) for k
// binomial(n, ½), up to the binomial tails beyond 9 standard deviations, which
// only make it smaller.
func probabilityReLU(n int, eps, less float64) float64 {
	s := float64(n)
	signs := distuv.Binomial{N: s, P: 0.5}
	reach := 9*math.Sqrt(s)/2 + 1
	total := 0.0
	for k := math.Max(2, math.Ceil(s/2-reach)); k <= math.Min(s-1, s/2+reach); k++ {
		beta := distuv.Beta{Alpha: (k - less) / 2, Beta: (s - k) / 2}
		total += signs.Prob(k) * (beta.CDF((1-eps)/2) + 1 - beta.CDF((1+eps)/2))
	}
	return total
}

// boundsShrink also compares with what must be: a statistic with range R and
// second moment s about 1 has P(|X − 1| ≥ ε) ≥ (s − ε²)/(R² − ε²).
func boundsShrink(d *Draw) error {
	act, m, err := d.atShell(50, 5000)
	if err != nil {
		return err
	}
	n := m.Width
	most := math.Max(1, largest(act, 1)-1)
	second := m.Forward.AverageVariance + (m.Forward.Mean-1)*(m.Forward.Mean-1)
	eps := 0.5 * math.Sqrt(second)
	type bound func(n int, eps float64) (theorem.Bound, error)
	for name, f := range map[string]bound{
		"forward":          func(n int, eps float64) (theorem.Bound, error) { return d.ForwardBound(act, n, 1, eps) },
		"backward uniform": func(n int, eps float64) (theorem.Bound, error) { return d.BackwardBoundUniform(act, n, 1, eps) },
		"backward inside":  func(n int, eps float64) (theorem.Bound, error) { return d.BackwardBoundInside(act, n, 1, 1, eps) },
	} {
		about := fmt.Sprintf("%s bound for %s, n = %d", name, act.Name, n)
		far := 0.4
		one, err := f(n, far)
		if err != nil {
			return err
		}
		many, err := f(100*n, far)
		if err != nil {
			return err
		}
		if !(one.Probability >= 0 && one.Probability <= 1 && many.Probability <= one.Probability*(1+1e-9)) {
			return refute(about, "probabilities that fall with n", "%v at n, %v at 100n", one.Probability, many.Probability)
		}
		// exp(−(n−1)t²/2K²) at hundred times the width, t half of what ε leaves.
		if k := act.Lipschitz; name == "forward" {
			t := math.Min(math.Sqrt(1+far)-1, 1-math.Sqrt(1-far)) / 2
			if limit := 2 * math.Exp(-float64(100*n-1)*t*t/(2*k*k)); many.Probability > limit+1e-300 && limit < 0.1 {
				return refute(about, fmt.Sprintf("at most %.3g at 100n", limit), "%.3g", many.Probability)
			}
		}
		if name == "forward" && second > eps*eps {
			b, err := f(n, eps)
			if err != nil {
				return err
			}
			if least := (second - eps*eps) / (most*most - eps*eps); b.Probability < least*(1-1e-9) {
				return refute(about, fmt.Sprintf("at least %.4g, which the exact variance forces", least), "%.4g", b.Probability)
			}
		}
	}
	return nil
}
