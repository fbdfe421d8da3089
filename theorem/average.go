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
	psi          []float64   // at the nodes
	mean         *windowMean // of ψ
	below, above growth      // −below ≤ ψ ≤ above
	zero         bool        // ψ vanishes at every node

	sups [2][rates][]float64 // log α over windows, for ±τ; nil until asked for
}

// The τ that are tried: rate(i) = slowest·growthOfRatesⁱ. Any τ gives a valid
// bound.
const (
	rates         = 54
	slowest       = 1e-10
	growthOfRates = 1.5
)

func rate(i int) float64 { return allRates[i] }

var allRates = func() (out [rates]float64) {
	for i := range out {
		out[i] = slowest * math.Pow(growthOfRates, float64(i))
	}
	return out
}()

// narrowest is the smallest n that the lemma speaks of.
const narrowest = 200

// mostOff is log(8/7), the largest b of the lemma.
var mostOff = math.Log(8.0 / 7)

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
		s.sups[side][i] = sh.suprema(s, signed)
	}
	alpha := s.sups[side][i][k]
	b1 := tau * max(0, low.square) * q
	b := tau*low.constant + alpha + b1
	if !(b <= mostOff) {
		return math.Inf(1)
	}
	// A bound above 0 may be added up over more layers than there are.
	return max(0, n*alpha+2*b1+0.73*b+3/n)
}

// suprema encloses log E exp(τψ(rg)) over every window. The mean of τψ is small
// and known far better than what is left, exp(τψ) − 1 − τψ, which is of the
// second order in τ: each is bounded by itself.
func (sh *shells) suprema(s *average, tau float64) []float64 {
	rest := make([]float64, len(s.psi))
	for j, v := range s.psi {
		rest[j] = expm1Beyond(tau * v)
	}
	jets := sh.jets(rest)
	noise := sh.err * (math.Sqrt(jets[len(jets)-1].square) + math.Abs(tau))
	means := s.mean.above
	if tau < 0 {
		means = s.mean.below
	}
	out := make([]float64, len(edges))
	middle := widestWindow
	best := jets[middle].f0
	for k := range out {
		if k > 0 {
			for _, i := range []int{middle - k, middle + k - 1} {
				step := math.Log(sh.scale[i+1] / sh.scale[i])
				// For r ≤ r′, E_r X² ≤ (r′/r)·E_r′ X².
				size := math.Sqrt(sh.scale[i+1] / sh.scale[i] * jets[i+1].square)
				best = max(best, jets[i+1].supremum(step, thirdDerivative*size))
			}
		}
		out[k] = math.Log1p(math.Abs(tau)*means[k] + best + noise)
	}
	return out
}

// expm1Beyond is eˣ − 1 − x, without cancellation.
func expm1Beyond(x float64) float64 {
	if math.Abs(x) < 0.01 {
		return x * x / 2 * (1 + x/3*(1+x/4*(1+x/5*(1+x/6))))
	}
	return math.Expm1(x) - x
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
