package theorem

import "math"

// growth bounds a function of h by constant + square·h².
type growth struct{ constant, square float64 }

func (g growth) plus(o growth, times float64) growth {
	return growth{g.constant + times*o.constant, g.square + times*o.square}
}

// An average is (1/n)Σψ(hᵢ) over the coordinates of
// h = r√n·u, u uniform on the unit sphere of ℝⁿ. Its exponential moments are
// bounded without any smoothness of ψ:
//
// Lemma. Let n ≥ 200, τ real, α = E exp(τψ(rg)), and τψ(rt) ≥ −B₀ − B₁t² with
// B₀ ≤ 1, B₁ ≥ 0 and b = B₀ + log α + B₁ ≤ −log(7/8), and τψ(rt) ≤ 1 + t²/4. Then
//
//	E exp(τΣψ(hᵢ)) ≤ αⁿ·e^σ,  σ = 2B₁ + 0.73·b + 3/n.
//
// Its proof is in docs/theory.md. It says that sums over the sphere have the
// exponential moments of sums of independent terms, up to a factor that shifts
// the statistic by O(1/n) only. As the length of h is fixed, a multiple of
// (1/n)Σhᵢ² − r² may be added to ψ to make α small.
type average struct {
	psi          []float64 // at the nodes
	below, above growth    // −below ≤ ψ ≤ above
	zero         bool      // ψ vanishes at every node

	sups [2][rates][]float64 // log α over windows, for ±τ; nil until asked for
}

// The τ that are tried: rate(i) = slowest·growthOfRatesⁱ. Any τ gives a valid
// bound.
const (
	rates         = 36
	slowest       = 1e-7
	growthOfRates = 1.5
)

func rate(i int) float64 { return allRates[i] }

var allRates = func() (out [rates]float64) {
	for i := range out {
		out[i] = slowest * math.Pow(growthOfRates, float64(i))
	}
	return out
}()

// thirdDerivative is √E p₆(g)² with p₆ = g⁶ − 9g⁴ + 13g² − 1, rounded up: see
// supremum.
const thirdDerivative = 40.2

// narrowest is the smallest n that the lemma speaks of.
const narrowest = 200

// exponent bounds log E exp(±nτ·(1/n)Σψ(hᵢ)) over every r in window k, with
// τ = rate(i); +Inf where the lemma says nothing.
func (s *average) exponent(sh *shells, n float64, positive bool, i, k int) float64 {
	if s.zero {
		return 0
	}
	tau, low, high, side := rate(i), s.below, s.above, 0
	if !positive {
		low, high, side = high, low, 1
	}
	q, largest := windows[k].hi, windows[widestWindow].hi
	// The squares of exp(τψ) are integrated on every shell.
	if !(tau*high.square*largest <= 0.1 && tau*math.Abs(high.constant) <= 1 && tau*math.Abs(low.constant) <= 1) {
		return math.Inf(1)
	}
	if s.sups[side][i] == nil {
		signed := tau
		if !positive {
			signed = -tau
		}
		s.sups[side][i] = sh.suprema(s.psi, signed)
	}
	alpha := s.sups[side][i][k]
	b1 := tau * max(0, low.square) * q
	b := tau*low.constant + alpha + b1
	if !(b <= -math.Log(7.0/8)) {
		return math.Inf(1)
	}
	// A bound above 0 may be added up over more layers than there are.
	return max(0, n*alpha+2*b1+0.73*b+3/n)
}

// suprema encloses log E exp(τψ(rg)) over every window.
//
// With η = log r and χ = exp(τψ), ∂_η moves from χ to the normal density:
// E χ(rg) has the derivatives E χp₂, E χp₄, E χp₆ with p₂ = g² − 1,
// p₄ = g⁴ − 4g² + 1 and p₆ = g⁶ − 9g⁴ + 13g² − 1, each of mean 0, so that χ − 1
// may stand for χ. The first two give a parabola from the upper end of a cell,
// and the third a remainder: for r ≤ r′, E_r(χ−1)² ≤ (r′/r)·E_r′(χ−1)². No
// smoothness of φ is used.
func (sh *shells) suprema(psi []float64, tau float64) []float64 {
	chi := make([]float64, len(psi))
	for j, v := range psi {
		chi[j] = math.Expm1(tau * v)
	}
	jets := sh.jets(chi)
	noise := sh.err * (math.Sqrt(jets[len(jets)-1].square) + math.Abs(tau))
	// cell is the supremum between scales i and i+1.
	cell := func(i int) float64 {
		x := jets[i+1]
		step := math.Log(sh.scale[i+1] / sh.scale[i])
		top := max(x.f0, x.f0-x.f1*step+x.f2*step*step/2)
		if at := x.f1 / x.f2; x.f2 < 0 && at > 0 && at < step { // the vertex, at −f₁/f₂ … 0
			top = max(top, x.f0-x.f1*x.f1/(2*x.f2))
		}
		return top + step*step*step/6*thirdDerivative*math.Sqrt(sh.scale[i+1]/sh.scale[i]*x.square)
	}
	out := make([]float64, len(edges))
	middle := widestWindow
	best := jets[middle].f0
	for k := range out {
		if k > 0 {
			best = max(best, cell(middle-k), cell(middle+k-1))
		}
		out[k] = math.Log1p(best + noise)
	}
	return out
}

// A jet is E X(rg) on one shell with its first two derivatives in log r, and
// E X(rg)².
type jet struct{ f0, f1, f2, square float64 }

// jets of the function with the values x at the nodes, on every shell.
func (sh *shells) jets(x []float64) []jet {
	out := make([]jet, len(sh.scale))
	for i, r := range sh.scale {
		t, inverse := &out[i], 1/(r*r)
		for j, w := range sh.weight[i] {
			c := w * x[j]
			g := sh.h[j] * sh.h[j] * inverse
			t.f0 += c
			t.f1 += c * (g - 1)
			t.f2 += c * (g*g - 4*g + 1)
			t.square += c * x[j]
		}
	}
	return out
}

// threshold returns the smallest x for which the bound on
// P(±(1/n)Σψ(hᵢ) ≥ x) is exp(−level), for every r in window k.
func (s *average) threshold(sh *shells, n float64, positive bool, k int, level float64) float64 {
	if s.zero {
		return 0
	}
	return smallestThreshold(n, level, func(i int) float64 { return s.exponent(sh, n, positive, i, k) })
}

// smallestThreshold minimises (exponent + level)/(nτ) over the rates: by
// Markov's inequality for the exponential.
func smallestThreshold(n, level float64, exponent func(i int) float64) float64 {
	return overRates(func(i int) float64 { return (exponent(i) + level) / (n * rate(i)) })
}

// overRates minimises f, which falls and then rises as far as exponents are
// convex. Any rate gives a valid bound, so nothing rests on that.
func overRates(f func(i int) float64) float64 { return overRatesFrom(0, f) }

// overRatesFrom is overRates over the rates from the first on: an f that is
// +Inf up to there does not fall, and would end the search where it says nothing.
func overRatesFrom(first int, f func(i int) float64) float64 {
	lo, hi := first, rates-1
	best := math.Inf(1)
	for lo < hi {
		mid := (lo + hi) / 2
		x, y := f(mid), f(mid+1)
		best = min(best, x, y)
		if y < x {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return best
}
