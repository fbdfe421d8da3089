package theorem

import (
	"math"
	"math/rand/v2"
	"testing"

	"bsnn/internal/replay"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/floats"
	"pgregory.net/rapid"

	"bsnn/gpnorm"
)

// A tangentStep is one block of a network with a tangent T in front of it, |T| = 1.
type tangentStep struct {
	z                       float64 // squared norm of T behind the block
	q, tilt                 float64 // in front: ‖x‖²/n, x̂·T
	e, f, along, g          float64
	inner, swing, component float64 // |φ·Dw|/√n, F − E F, T·VDWT/‖DWT‖
}

// drawTangent sends a random tangent through a network, block by block. Vφ(h) and VDWT
// are a uniformly random pair of vectors with the inner product of φ(h) and DWT.
func drawTangent(r *rand.Rand, a gpnorm.Activation, branch float64, n, depth int) []tangentStep {
	alpha, beta, size := math.Sqrt(1-branch), math.Sqrt(branch), float64(n)
	x, tangent, random := make([]float64, n), make([]float64, n), make([]float64, n)
	h, val, der, z := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	turned := make([]float64, n)
	onSphere(r, x, math.Sqrt(size))
	onSphere(r, tangent, 1)
	steps := make([]tangentStep, depth)
	for l := range steps {
		s := &steps[l]
		s.q = floats.Dot(x, x) / size
		s.tilt = floats.Dot(x, tangent) / math.Sqrt(size*s.q)
		onSphere(r, h, math.Sqrt(size*s.q))
		a.ValueDeriv(val, der, h)
		copy(random, aligned(r, h, 0))
		var tr, hh float64
		for i, d := range der {
			z[i] = d * (s.tilt*h[i]/math.Sqrt(size*s.q) + math.Sqrt(1-s.tilt*s.tilt)*random[i])
			tr += d * d
			hh += d * d * h[i] * h[i]
			s.along += h[i] * val[i] * d / size
			s.inner += val[i] * d * random[i] / math.Sqrt(size)
		}
		s.e, s.f, s.g = tr/size, meanSquare(val), hh/(size*s.q)
		square := floats.Dot(z, z)
		s.swing = square - s.e - (s.g-s.e)*(s.tilt*s.tilt-(1-s.tilt*s.tilt)/(size-1))
		onSphere(r, turned, math.Sqrt(size*s.f))
		other := answered(r, val, turned, z)
		s.component = floats.Dot(tangent, other) / math.Sqrt(square)
		floats.Scale(alpha, x)
		floats.AddScaled(x, beta, turned)
		floats.Scale(alpha, tangent)
		floats.AddScaled(tangent, beta, other)
		s.z = floats.Dot(tangent, tangent)
		floats.Scale(1/math.Sqrt(s.z), tangent)
	}
	return steps
}

// A random tangent behind the network has the squared norm of a random error in front of
// it: the moments of both agree. Two z-tests at 7 standard errors.
func TestTangentsHaveTheLawOfErrors(t *testing.T) {
	r := rand.New(rand.NewPCG(replay.Seed(t), 0))
	const n, depth, branch = 5, 3, 0.4
	trials := 10_000
	var first, second []float64
	for range trials {
		theta := 1.0
		for _, s := range drawTangent(r, gpTanh, branch, n, depth) {
			theta *= s.z
		}
		ratio := drawRotated(r, gpTanh, branch, 1, n, depth).ratio
		first = append(first, theta-ratio)
		second = append(second, theta*theta-ratio*ratio)
	}
	requireMean(t, 0, first, "mean")
	requireMean(t, 0, second, "second moment")
}

// Exponential moments of a rotation applied to two vectors: E exp(s₁·Vâ + s₂·Vĉ) is at most
// exp((|s₁|² + |s₂|² + 2γ s₁·s₂)/(2(n−1))), at the smallest widths as well. A mean that is
// larger by 7 standard errors is refused.
func TestTurnedPairs(t *testing.T) {
	r := rand.New(rand.NewPCG(replay.Seed(t), 0))
	for _, c := range []struct {
		n                  int
		first, second      float64
		gamma, between, at float64
	}{{4, 1, 1, 0.9, 0.9, 1.5}, {4, 1, -1, 0.9, 0.9, 2}, {5, 1, 0.5, 0, 0.3, 3}, {40, 1, 1, 1, 1, 4}, {40, 1, 1, -0.5, 0.5, 6}} {
		size := c.at // of s₁
		var values []float64
		p, other := make([]float64, c.n), make([]float64, c.n)
		s1, s2 := make([]float64, c.n), make([]float64, c.n)
		s1[0] = size * c.first
		s2[0], s2[1] = size*c.second*c.between, size*c.second*math.Sqrt(1-c.between*c.between)
		for range 10_000 {
			onSphere(r, p, 1)
			copy(other, aligned(r, p, c.gamma))
			values = append(values, math.Exp(floats.Dot(s1, p)+floats.Dot(s2, other)))
		}
		norm := floats.Dot(s1, s1) + floats.Dot(s2, s2) + 2*c.gamma*floats.Dot(s1, s2)
		bound := math.Exp(norm / (2 * float64(c.n-1)))
		mean, se := 0.0, deviation(values)/math.Sqrt(float64(len(values)))
		for _, v := range values {
			mean += v / float64(len(values))
		}
		require.LessOrEqual(t, mean, bound+7*se, "%+v", c)
	}
}

// Of networks outside the exceptional events all is within the bounds: at level 4 no event
// happens in more than e⁻⁴ of them. Ten exact tests at 1e-9.
func TestRotatedWayHolds(t *testing.T) {
	r := rand.New(rand.NewPCG(replay.Seed(t), 0))
	const n, branch, depth, networks, level = 1500, 0.1, 8, 40, 4.0
	for _, a := range []gpnorm.Activation{gpTanh, gpReLU} {
		c, err := newRotatedChain(a, Rotated{branch}, depth)
		require.NoError(t, err)
		w, ok := c.way(n, level)
		require.True(t, ok)
		events := map[string]int{}
		for range networks {
			failed := map[string]bool{}
			across := 0.0
			for _, s := range drawTangent(r, a, branch, n, depth) {
				across += branch * s.tilt * s.tilt
				for name, is := range map[string]bool{
					"window": s.q <= w.qLo || s.q >= w.qHi, "spread": math.Abs(s.e-1) > w.spread, "f": s.f > w.fMax,
					"along": math.Abs(s.along) > w.along, "g": s.g-s.e > w.gUp || s.e-s.g > w.gDown, "inner": math.Abs(s.inner) > w.inner,
					"swing": math.Abs(s.swing) > w.swing, "tilt": s.tilt*s.tilt > w.tilt2, "across": across > w.across,
					"component": -s.component > w.least/(2*math.Sqrt(c.k2*c.bb/c.aa)/(1+c.k2*c.bb/c.aa)),
				} {
					failed[name] = failed[name] || is
				}
			}
			for name, is := range failed {
				if is {
					events[name]++
				}
			}
		}
		for name, count := range events {
			requireRateAtMost(t, 5*math.Exp(-level), count, networks, name) // some of them are several events
		}
	}
}

// Bounds are never below what the limit laws say of wide networks, by more than those
// are wrong: the exponents carry the whole variance.
func TestRotatedBoundsAreAboveTheLaws(t *testing.T) {
	for _, a := range []gpnorm.Activation{gpTanh, gpReLU, gpGELU2} {
		p, err := gpnorm.Describe(a)
		require.NoError(t, err)
		for _, depth := range []int{4, 50} {
			for _, branch := range []float64{0.02, 1 / float64(depth), 0.5} {
				r := Rotated{branch}
				c, err := newRotatedChain(a, r, depth)
				require.NoError(t, err)
				forward, backward := r.depthVariances(p, depth)
				for _, z := range []float64{2, 8} {
					const n = 1_000_000
					for i, variance := range []float64{forward, backward} {
						x := z * math.Sqrt(variance/n)
						outside := []func(int, float64, float64) float64{c.outsideForward, c.outsideBackward}[i]
						bound := outside(n, math.Exp(-x), math.Exp(x))
						for _, side := range [][2]float64{{math.Exp(-x), math.Exp(8 * x)}, {math.Exp(-8 * x), math.Exp(x)}} { // each alone
							require.Greater(t, outside(n, side[0], side[1]), 0.49*math.Erfc(z/math.Sqrt2), "%s, depth %d, β² = %v", a.Name, depth, branch)
						}
						require.Greater(t, bound, 0.98*math.Erfc(z/math.Sqrt2), "%s, depth %d, β² = %v", a.Name, depth, branch)
						if z == 8 && branch < 0.1 { // and they are not much larger
							require.Less(t, bound, math.Exp(-0.85*z*z/2), "%s, depth %d, β² = %v", a.Name, depth, branch)
						}
					}
				}
			}
		}
	}
}

// With β² = c/L the width that is proven does not grow with the depth.
func TestRotatedWidthsDoNotGrowWithDepth(t *testing.T) {
	at := func(depth int) Widths {
		w, err := Rotated{1 / float64(depth)}.WidthByBound(gpReLU, depth, 0.05, 0.9)
		require.NoError(t, err)
		require.Positive(t, w.Forward)
		return w
	}
	shallow, deep := at(100), at(100_000)
	require.Less(t, float64(deep.Backward), 1.05*float64(shallow.Backward))
	require.Less(t, float64(deep.Forward), 1.02*float64(shallow.Forward))
}

// The chords of a convex function are above it, and it is met at the table's rates.
func TestConvexly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		quadratic := rapid.Float64Range(0, 1e3).Draw(t, "quadratic")
		linear := rapid.Float64Range(0, 10).Draw(t, "linear")
		last := rapid.IntRange(20, rates-1).Draw(t, "last")
		f := func(x float64) float64 { return quadratic*x*x + linear*x }
		at := math.Exp(rapid.Float64Range(math.Log(rate(0))-3, math.Log(rate(last))).Draw(t, "log rate"))
		got := convexly(at, func(i int) float64 {
			if i > last {
				return math.Inf(1)
			}
			return f(rate(i)) + 1e-12
		})
		require.GreaterOrEqual(t, got, f(at)*(1-1e-12))
		require.False(t, math.IsNaN(got))
	})
}

// What the bounds on log(1+x) and on F/A² rest on.
func TestElementaryInequalities(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := rapid.OneOf(rapid.Float64Range(1e-12, 0.99), rapid.Float64Range(1e-9, 2e-3)).Draw(t, "d")
		x := rapid.Float64Range(-d, 3).Draw(t, "x")
		require.LessOrEqual(t, -math.Log1p(x), -x+beyondLine(d)*x*x+1e-14)
		bb := rapid.Float64Range(1e-6, 0.5).Draw(t, "β²")
		f := rapid.Float64Range(0, 20).Draw(t, "F")
		a := 1 - bb + bb*f
		require.LessOrEqual(t, f/(a*a), 1+(1-2*bb)*(f-1)+1e-12)
		level := rapid.Float64Range(1, 300).Draw(t, "level")
		y := squareQuantile(level)
		require.LessOrEqual(t, math.Log(y)/2+(1-y)/2, -level+1e-9)
	})
}

func TestProxies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m2, start := rapid.Float64Range(0, 1.2).Draw(t, "m²"), rapid.Float64Range(0, 1).Draw(t, "start")
		noise, layers := rapid.Float64Range(0, 1).Draw(t, "noise"), rapid.IntRange(1, 60).Draw(t, "layers")
		v, want, largest := start, 0.0, 0.0
		for range layers {
			want += v
			largest = max(largest, v)
			v = m2*v + noise
		}
		got, sum := proxies(m2, start, noise, layers)
		require.InDelta(t, want, sum, 1e-9*(1+want))
		require.GreaterOrEqual(t, got, largest*(1-1e-12))
	})
}

// Where nothing is proven the bound says so.
func TestRotatedBoundsWithoutProof(t *testing.T) {
	b, err := Rotated{0.6}.BackwardDepthBound(gpTanh, 100_000, 3, 0.5)
	require.NoError(t, err)
	require.Equal(t, 1.0, b.Probability)
	b, err = Rotated{0.1}.ForwardDepthBound(gpTanh, 100, 3, 0.5)
	require.NoError(t, err)
	require.Equal(t, 1.0, b.Probability)
	unknown := gpTanh
	unknown.Lipschitz = math.NaN()
	b, err = Rotated{0.1}.BackwardDepthBound(unknown, 1000, 3, 0.5)
	require.NoError(t, err)
	require.Equal(t, NoBound(), b)
	_, err = Rotated{0}.WidthByBound(gpTanh, 10, 0.1, 0.9)
	require.ErrorContains(t, err, "branch")
	forward, backward := Rotated{0.6}.Unproven(gpTanh, gpnorm.Profile{})
	require.Empty(t, forward)
	require.Contains(t, backward, "½")
}

// Deep networks of large branches forget: the width grows with log L, also where κ′ᴸ
// underflows.
func TestRotatedForwardWidthsOfDeepNetworks(t *testing.T) {
	lo, hi := NormWindow(0.1)
	for depth, width := range map[int]int{100: 1186, 1600: 1437, 2100: 1472} {
		c, err := newRotatedChain(gpTanh, Rotated{0.5}, depth)
		require.NoError(t, err)
		require.LessOrEqual(t, c.outsideForward(width*101/100, lo, hi), 0.1, "depth %d", depth)
		require.Greater(t, c.outsideForward(width*99/100, lo, hi), 0.1, "depth %d", depth)
	}
}

// Small branches have small fluctuations, and a bound.
func TestRotatedBoundsOfSmallBranches(t *testing.T) {
	for _, branch := range []float64{1e-3, 1e-6} {
		b, err := Rotated{branch}.BackwardDepthBound(gpTanh, 1_000_000, 7, 0.1)
		require.NoError(t, err)
		require.Less(t, b.Probability, 1e-20)
	}
}

// A branch of ½ may be the square of a rounded root.
func TestRotatedBoundsOfHalfABranch(t *testing.T) {
	beta := math.Sqrt(0.5)
	r := Rotated{beta * beta}
	require.Greater(t, r.Branch, 0.5)
	rounded, err := r.BackwardDepthBound(gpTanh, 100_000, 3, 0.1)
	require.NoError(t, err)
	half, err := Rotated{0.5}.BackwardDepthBound(gpTanh, 100_000, 3, 0.1)
	require.NoError(t, err)
	require.Equal(t, half, rounded)
	require.Less(t, rounded.Probability, 0.1)
	_, backward := r.Unproven(gpTanh, gpnorm.Profile{Slope: 0.5})
	require.Empty(t, backward)
}

func TestOverScaleIgnoresWhatIsNoNumber(t *testing.T) {
	require.InDelta(t, 2, overScale(1, func(x float64) float64 {
		if x > 3 {
			return math.NaN()
		}
		return x + 1/x
	}), 1e-3)
	require.Equal(t, math.Inf(1), overScale(0, func(float64) float64 { return math.NaN() }))
}
