package theorem

import (
	"fmt"
	"math"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bsnn/gpnorm"
)

func chainOf(t require.TestingT, a gpnorm.Activation) *chain {
	c, err := chainFor(a)
	require.NoError(t, err)
	return c
}

var (
	stable       = []gpnorm.Activation{gpTanh, gpReLU, gpELU, gpSELU, gpGELU, linear}
	anyStable    = rapid.SampledFrom(stable)
	anyStatistic = rapid.SampledFrom([]string{"forward", "backward", "steady", "spread", "mixing", "leak"})
)

func statistic(c *chain, name string) *average {
	return map[string]*average{
		"forward":  c.forward.knots[len(c.forward.knots)-1],
		"backward": c.backward.knots[len(c.backward.knots)-1],
		"steady":   &c.steady, "spread": &c.spread, "mixing": &c.mixing, "leak": &c.leak,
	}[name]
}

// on returns E X(rg) for functions given at the nodes. The nodes are one panel
// rule: ratios of weights change with r.
func on(sh *shells, r float64, functions ...func(j int) float64) []float64 {
	weight := make([]float64, len(sh.h))
	sh.weigh(weight, r)
	out := make([]float64, len(functions))
	for j, w := range weight {
		for i, f := range functions {
			out[i] += w * f(j)
		}
	}
	return out
}

// inWindow are r in a window: its ends, its middle, and what was drawn.
func inWindow(t *rapid.T, k int) []float64 {
	out := []float64{math.Exp(-edges[k]), 1, math.Exp(edges[k])}
	for _, x := range rapid.SliceOfN(rapid.Float64Range(-1, 1), 12, 12).Draw(t, "r") {
		out = append(out, math.Exp(x*edges[k]))
	}
	return out
}

// The enclosure of E exp(τψ(rg)) over a window holds at every r in it, against the
// sum over the nodes with the weights of that r. Its two parts, the mean of τψ and
// the rest, are each attained up to the third order of the cells.
func TestSupremaEnclose(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := chainOf(t, anyStable.Draw(t, "activation"))
		s := statistic(c, anyStatistic.Draw(t, "statistic"))
		if s.zero {
			return
		}
		tau := rate(rapid.IntRange(27, 41).Draw(t, "rate")) * rapid.SampledFrom([]float64{-1, 1}).Draw(t, "sign")
		k := rapid.IntRange(1, widestWindow).Draw(t, "window")
		top := c.shells.suprema(s, tau)[k]
		mean, rest, size := math.Inf(-1), math.Inf(-1), 0.0
		for _, r := range inWindow(t, k) {
			x := on(c.shells, r,
				func(j int) float64 { return math.Expm1(tau * s.psi[j]) },
				func(j int) float64 { return tau * s.psi[j] },
				func(j int) float64 { return expm1Beyond(tau * s.psi[j]) },
				func(j int) float64 { return expm1Beyond(tau*s.psi[j]) * expm1Beyond(tau*s.psi[j]) })
			require.LessOrEqual(t, math.Log1p(x[0]), top+1e-12)
			mean, rest, size = max(mean, x[1]), max(rest, x[2]), max(size, x[3])
		}
		step := edges[k] - edges[k-1]
		// The largest values may lie between the r that were tried.
		slack := step*step*step*10*math.Sqrt(size) + 0.1*edges[k]*edges[k]*(math.Abs(tau)+rest) + 1e-12
		require.LessOrEqual(t, top-math.Log1p(mean+rest), slack)
	})
}

// The means over a window are enclosed, from both sides, and so closely that a
// million layers add up to less than a hundredth.
func TestWindowMeansEnclose(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := chainOf(t, anyStable.Draw(t, "activation"))
		s := statistic(c, anyStatistic.Draw(t, "statistic"))
		if s.zero {
			return
		}
		k := rapid.IntRange(0, widestWindow).Draw(t, "window")
		for _, r := range inWindow(t, k) {
			x := on(c.shells, r, func(j int) float64 { return s.psi[j] })[0]
			require.LessOrEqual(t, x, s.mean.above[k]+1e-12)
			require.LessOrEqual(t, -x, s.mean.below[k]+1e-12)
		}
		if edges[k] <= 1e-5 { // where ψ, of second order, has no room of its own
			require.InDelta(t, 0, s.mean.above[k], 1e-8)
			require.InDelta(t, 0, s.mean.below[k], 1e-8)
		}
	})
	// 2·max(0,h)² − h² has mean 0 on every shell.
	relu := chainOf(t, gpReLU).forward.knots[rungs].mean
	require.Less(t, max(relu.above[widestWindow], relu.below[widestWindow]), 5e-8)
	require.GreaterOrEqual(t, min(relu.above[widestWindow], relu.below[widestWindow]), 0.0)
}

// eˣ − 1 − x keeps its digits for small x: against a longer series, and across the
// place where the way of computing changes.
func TestExpm1BeyondKeepsItsDigits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64Range(-0.02, 0.02).Draw(t, "x") * math.Pow(10, -float64(rapid.IntRange(0, 8).Draw(t, "scale")))
		want, term := 0.0, x
		for k := 2.0; k < 16; k++ {
			term *= x / k
			want += term
		}
		require.InDelta(t, want, expm1Beyond(x), 1e-12*want+1e-300)
	})
}

// The derivatives along the scale are those that the weights show: by
// differences between two shells near r = 1.
func TestDerivativesMoveToTheDensity(t *testing.T) {
	c := chainOf(t, gpGELU)
	at := func(eta float64, p func(g2 float64) float64) float64 {
		sum, total := 0.0, 0.0
		r := math.Exp(eta)
		for j, h := range c.shells.h {
			w := c.shells.weight[widestWindow][j] * math.Exp(h*h/2-h*h/(2*r*r))
			g2 := h * h / (r * r)
			sum += w * c.shells.value[j] * p(g2)
			total += w
		}
		return sum / total
	}
	polynomials := []func(g2 float64) float64{
		func(float64) float64 { return 1 },
		func(x float64) float64 { return x - 1 },
		func(x float64) float64 { return x*x - 4*x + 1 },
		func(x float64) float64 { return x*x*x - 9*x*x + 13*x - 1 },
	}
	for i, p := range polynomials[:3] {
		const d = 1e-3
		require.InDelta(t, (at(d, p)-at(-d, p))/(2*d), at(0, polynomials[i+1]), 1e-4)
	}
	for i, x := range c.shells.jets(c.shells.value) {
		eta := math.Log(c.shells.scale[i])
		const d = 1e-3
		low, middle, high := at(eta-d, polynomials[0]), at(eta, polynomials[0]), at(eta+d, polynomials[0])
		require.InDelta(t, middle, x.f0, 1e-12)
		require.InDelta(t, (high-low)/(2*d), x.f1, 1e-5)
		require.InDelta(t, (high-2*middle+low)/(d*d), x.f2, 1e-5)
	}
	square := 0.0
	for j, h := range c.shells.h {
		p := polynomials[3](h * h)
		square += c.shells.weight[widestWindow][j] * p * p
	}
	require.InDelta(t, 1616, square, 1e-6)
	require.Greater(t, thirdDerivative*thirdDerivative, square)
}

// θ takes the mean of ψ to second order at r = 1, and nothing else does: a
// change of θ by 0.01 is seen.
func TestCorrectorsRemoveTheFirstOrder(t *testing.T) {
	for _, a := range stable {
		c := chainOf(t, a)
		require.InDelta(t, c.steadyWeight(), c.s+c.kappa*c.steadyWeight(), 1e-12)
		for _, name := range []string{"forward", "backward", "steady", "spread", "mixing", "leak"} {
			s := statistic(c, name)
			if s.zero {
				continue
			}
			var mean, slope, second, moved float64
			for j, w := range c.shells.weight[widestWindow] {
				g := c.shells.h[j] * c.shells.h[j]
				mean += w * s.psi[j]
				slope += w * s.psi[j] * (g - 1)
				second += w * s.psi[j] * s.psi[j]
				moved += w * (s.psi[j] - 0.01*(g-1)) * (g - 1)
			}
			where := fmt.Sprint(a.Name, " ", name)
			require.InDelta(t, 0, mean, 1e-9, where)
			require.InDelta(t, 0, slope, 1e-8, where)
			require.InDelta(t, -0.02, moved, 1e-6, where)
			// What is left is the variance of the limit law.
			p := profile(t, a)
			switch name {
			case "forward":
				require.InDelta(t, p.ForwardVariance, second, 1e-8, where)
			case "spread":
				require.InDelta(t, spreadVariance(p), second, 1e-8, where)
			}
		}
	}
}

// spreadVariance is n times the asymptotic variance of ‖D‖_F²/n:
// V_b = 3E φ′⁴ − 3 − c_b²/2, so E φ′⁴ − 1 = (V_b + c_b²/2)/3.
func spreadVariance(p gpnorm.Profile) float64 {
	return (p.BackwardVariance+p.DerivSlope*p.DerivSlope/2)/3 - p.DerivSlope*p.DerivSlope/2
}

// The lemma, exactly. For ψ = max(0,h)² − h²/2 and h on the sphere of radius √n,
// Σmax(0,hᵢ)² is n·B, given K positive coordinates Beta(K/2, (n−K)/2), K
// binomial. The exponential moment lies below the bound at every τ and within
// its shift, and above what independent terms alone would give at some: the
// factor e^σ cannot be left out.
func TestSphereLemmaAgainstBeta(t *testing.T) {
	c := chainOf(t, gpReLU)
	s := c.corrected(0, 1) // 2max(0,h)² − h²
	for _, n := range []int{200, 1000} {
		for i := 29; i < rates; i++ {
			for _, positive := range []bool{true, false} {
				tau := rate(i)
				bound := s.exponent(c.shells, float64(n), positive, i, 0)
				if math.IsInf(bound, 1) {
					continue
				}
				if !positive {
					tau = -tau
				}
				exact := betaExponent(n, tau)
				require.LessOrEqual(t, exact, bound+1e-9, "n %d τ %g", n, tau)
				require.LessOrEqual(t, bound, exact+8*math.Abs(tau)+4/float64(n), "n %d τ %g", n, tau)
			}
		}
	}
}

// betaExponent is log E exp(τn(2B − 1)): the series of the confluent
// hypergeometric function for each K.
func betaExponent(n int, tau float64) float64 {
	total := 0.0
	size := float64(n)
	for k := range n + 1 {
		logChoose, _ := math.Lgamma(size + 1)
		a, _ := math.Lgamma(float64(k) + 1)
		b, _ := math.Lgamma(float64(n-k) + 1)
		weight := math.Exp(logChoose - a - b - size*math.Ln2)
		x := 2 * size * math.Abs(tau)
		p, q := float64(k)/2, size/2
		if tau < 0 {
			p = q - p // 1 − B has the same form
		}
		term, sum := 1.0, 1.0
		for m := 0.0; m < 10_000 && term > 1e-18*sum; m++ {
			term *= (p + m) / (q + m) * x / (m + 1)
			sum += term
		}
		total += weight * sum
	}
	return math.Log(total) - size*math.Abs(tau)
}

// The exact law of ‖D‖_F² for ReLU is binomial: exponents of independent terms
// are exact there.
func TestSphereLemmaAgainstBinomial(t *testing.T) {
	c := chainOf(t, gpReLU)
	for _, i := range []int{15, 20, 25, 28} {
		for _, n := range []float64{200, 5000} {
			exact := n * math.Log(math.Cosh(rate(i)))
			for _, k := range []int{0, widestWindow} { // D does not feel the length
				bound := c.spread.exponent(c.shells, n, true, i, k)
				require.GreaterOrEqual(t, bound, exact)
				require.LessOrEqual(t, bound, exact+2*rate(i)+4/n+n*rate(i)*1e-3)
			}
		}
	}
}

// A ψ at every |τ| has the growth that was declared for it.
func TestGrowthBounds(t *testing.T) {
	for _, a := range append(stable, gpGELU2) {
		c := chainOf(t, a)
		all := []*average{&c.spread, &c.mixing, &c.leak}
		all = append(append(all, c.forward.knots...), c.backward.knots...)
		for _, s := range all {
			for j, h := range c.shells.h {
				if s.zero {
					continue
				}
				slack := 1e-12 * (1 + h*h)
				require.LessOrEqual(t, s.psi[j], s.above.constant+s.above.square*h*h+slack, a.Name)
				require.GreaterOrEqual(t, s.psi[j], -s.below.constant-s.below.square*h*h-slack, a.Name)
			}
		}
	}
}

// Exponents of a ladder lie above those of the statistic between its knots, but
// for the 3/n of the lemma, which a knot that vanishes does not have.
func TestLadderInterpolatesFromAbove(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := chainOf(t, anyStable.Draw(t, "activation"))
		d, l := 0.0, c.forward
		if rapid.Bool().Draw(t, "backward") && len(c.backward.knots) > 1 {
			d, l = 1, c.backward
		}
		w := l.lo + (l.hi-l.lo)*rapid.Float64Range(0, 1).Draw(t, "c")
		i := rapid.IntRange(22, 43).Draw(t, "rate")
		k := rapid.IntRange(0, widestWindow).Draw(t, "window")
		positive := rapid.Bool().Draw(t, "positive")
		const n = 1e4
		exact := c.corrected(d, w)
		weights := ladder{knots: l.knots, lo: l.lo, hi: l.hi, weights: map[int][]float64{}}.sum(1, w, identity)
		above := l.exponent(c.shells, n, positive, i, k, weights)
		require.GreaterOrEqual(t, above+3/n+1e-9, exact.exponent(c.shells, n, positive, i, k))
	})
}

// The weights of a sum are those of the layers: their number, and Σc_l.
func TestLadderSums(t *testing.T) {
	for _, a := range stable {
		c := chainOf(t, a)
		for _, depth := range []int{2, 3, 17, 200} {
			count := func(l ladder, weights []float64) (layers, sum float64) {
				for i, w := range weights {
					layers += w
					if len(weights) > 1 {
						sum += w * (l.lo + (l.hi-l.lo)*float64(i)/float64(len(weights)-1))
					}
				}
				return layers, sum
			}
			layers, sum := count(c.forward, c.forwardSum(depth))
			require.InEpsilon(t, float64(depth), layers, 1e-12)
			require.InEpsilon(t, geometric(c.kappa, depth), sum, 1e-9, a.Name)

			layers, sum = count(c.backward, c.backwardSum(depth-1))
			require.InEpsilon(t, float64(depth-1), layers, 1e-12)
			want, gain := 0.0, 0.0
			for range depth - 1 {
				want += c.s * gain
				gain = 1 + c.kappa*gain
			}
			require.InDelta(t, want, sum, 1e-9*(1+math.Abs(want)), a.Name)
		}
	}
}

// For small τ the exponents over depth are those of the limit laws:
// nτ²/2 times n·variance. The forward part of the way back is what its limit
// law says beyond the 2(E φ′⁴ − 1) of each layer's direction.
func TestDepthExponentsHaveTheLimitVariance(t *testing.T) {
	for _, a := range []gpnorm.Activation{gpTanh, gpELU, gpSELU, gpGELU, gpReLU} {
		c, p := chainOf(t, a), profile(t, a)
		const depth, i, n = 40, 20, 1e12 // at this n nothing of the shift is left
		tau := rate(i)
		per := func(x float64) float64 { return 2 * x / (n * tau * tau) }

		got := per(c.forward.exponent(c.shells, n, true, i, 0, c.forwardSum(depth)))
		want := p.ForwardVariance * geometric(p.Slope*p.Slope, depth)
		require.InEpsilon(t, want, got, 0.03, a.Name)

		got = per(c.backward.exponent(c.shells, n, false, i, 0, c.backwardSum(depth-1)))
		fourth := spreadVariance(p) + p.DerivSlope*p.DerivSlope/2 // E φ′⁴ − 1
		want = BackwardDepthVariance(p, depth) - 2*fourth*(depth-1)
		require.InEpsilon(t, want, got, 0.03, a.Name)
	}
}

// A chain serves again for the function it was prepared for, and for no other.
func TestPreparedChains(t *testing.T) {
	first := chainOf(t, gpTanh)
	require.Same(t, first, chainOf(t, root("tanh", 0.388)))
	wider := gpTanh
	wider.Lipschitz = 2
	moved := gpTanh.Affine(1, 1e-9)
	for _, other := range []gpnorm.Activation{wider, moved, gpReLU, gpELU} {
		require.NotSame(t, first, chainOf(t, other))
	}
	for i := range 2 * mostPrepared {
		chainOf(t, gpTanh.Affine(1, float64(i+1)/1000))
	}
	require.LessOrEqual(t, len(prepared.list), mostPrepared)
	again := chainOf(t, gpTanh)
	require.NotSame(t, first, again)
	require.Equal(t, first.outsideBackward(30_000, 20, 0.5, 1.5, approach{uniform: true}),
		again.outsideBackward(30_000, 20, 0.5, 1.5, approach{uniform: true}))
}

// Bounds may be asked for from several goroutines.
func TestChainsAreShared(t *testing.T) {
	want, err := BackwardDepthBound(gpSELU, 50_000, 20, 0.5)
	require.NoError(t, err)
	var group sync.WaitGroup
	got := make([]Bound, 8)
	for i := range got {
		group.Go(func() { got[i], _ = BackwardDepthBound(gpSELU, 50_000, 20, 0.5) })
	}
	group.Wait()
	for _, b := range got {
		require.Equal(t, want, b)
	}
}

// Both signs of τ: at r = 1 and a width at which no shift is left, the exponent
// is n·log E exp(±τψ(g)). Skewed statistics tell the sides apart.
func TestExponentsTakeTheirSide(t *testing.T) {
	for _, a := range []gpnorm.Activation{gpTanh, gpGELU, gpELU} {
		c := chainOf(t, a)
		for _, name := range []string{"forward", "spread", "leak"} {
			s := statistic(c, name)
			var got, want [2]float64
			for side, sign := range []float64{1, -1} {
				const n, i = 1e15, 42
				sum := 0.0
				for j, w := range c.shells.weight[widestWindow] {
					sum += w * math.Expm1(sign*rate(i)*s.psi[j])
				}
				want[side] = math.Log1p(sum)
				got[side] = s.exponent(c.shells, n, side == 0, i, 0) / n
				require.InEpsilon(t, want[side], got[side], 1e-5, "%s %s", a.Name, name)
			}
			require.Greater(t, math.Abs(want[0]/want[1]-1), 3e-5)
		}
	}
}
