package theorem

import (
	"math"
	"math/rand/v2"
	"testing"

	"bsnn/internal/replay"

	"github.com/stretchr/testify/require"
)

// The exponents of steps 5 and 6 of the proof, block by block from its formulas and the
// recursion of its correctors, at a way's bounds.
type exponents struct {
	*rotatedWay
	lambda                 float64
	per, small, mu, onTilt float64
}

// correctors are |C_l| from λC_{l−1} = μs + λκ′C_l and C_L = 0.
func (e exponents) correctors() []float64 {
	out := make([]float64, e.depth)
	for l := e.depth - 2; l >= 0; l-- {
		out[l] = e.mu*math.Abs(e.s)/e.lambda + e.slope*out[l+1]
	}
	return out
}

// sum adds up what the blocks cost: per each, small times 1/(n−1), onTilt times ξ², and
// the averages at rate sign·μ whose weight has the size |s|σ and ΛC²q₊/μ more or less.
func (e exponents) sum(sign, largestCommon float64) float64 {
	big := 2 * e.aa * e.bb * e.lambda * e.lambda / (e.n - 1) // Λ
	c := e.correctors()
	common := func(c float64) (constant, square float64) { // of Λ|C|·2√q|ξ·ã·Dz|, in 1 and ξ²
		root := math.Sqrt(e.qHi)
		return big * c * root * e.inner * e.inner, big * c * (2*e.along + root)
	}
	tilts := e.across / e.bb // Σξ²
	total, most := 0.0, 0.0
	outer := e.s * c[0] * e.lambda * e.bb / (e.mu * math.Abs(e.s)) // s·σ of the first block
	at := func(w float64) float64 { return e.gainAt(e.n, sign*e.mu/e.n, w, e.k) }
	end := max(at(outer), at(outer+sign*big*c[0]*c[0]*e.qHi/e.mu))
	for _, c0 := range c {
		constant, square := common(c0)
		most = max(most, square)
		share := 0.0
		if c[0] > 0 {
			share = c0 / c[0]
		}
		total += e.per + big*c0*c0*e.shellSupremum(e.k) + largestCommon*constant
		total += e.mu*e.small/(e.n-1) + e.mu*e.mu*math.Pow(e.k2, 2)/(2*(e.n-2))
		if share < 1 { // or else 0 times what may be infinite
			total += (1 - share) * at(0)
		}
		if share > 0 {
			total += share * end
		}
	}
	return total + largestCommon*most*tilts + e.mu*e.onTilt*tilts
}

func aboveByFormula(w *rotatedWay, lambda float64) float64 {
	turned := 2 * w.aa * w.bb * lambda * lambda / (w.n - 1)
	return exponents{rotatedWay: w, lambda: lambda, per: turned, mu: lambda*w.bb + turned, small: w.gDown, onTilt: w.gUp}.sum(1, 1)
}

func belowByFormula(w *rotatedWay, lambda float64) float64 {
	b2 := 1.0 // b², b the largest 2αβ√F/(α² + β²F)
	if f := w.k2; f < w.aa/w.bb {
		b2 = 4 * w.aa * w.bb * f / math.Pow(w.aa+w.bb*f, 2)
	}
	d0 := 1 - 2*lambda*w.second*b2/(w.n-1)
	turned := 2 * w.aa * w.bb * (lambda*lambda + 2*w.second*lambda) / ((w.n - 1) * d0) // Λ′
	e := exponents{rotatedWay: w, lambda: lambda, per: turned, mu: lambda*w.bb - (1-2*w.bb)*turned, small: w.gUp, onTilt: w.gDown}
	// k(β²)β⁴(F−1)², |F − 1| ≤ off + drift·ξ².
	drift := max(w.gUp, w.gDown)
	off := min(w.swing+w.spread+drift/(w.n-1), max(1, w.k2-1))
	e.per += lambda * w.fourth * w.bb * w.bb * 2 * off * off
	tilted := lambda * w.fourth * w.bb * w.bb * 2 * drift * drift * w.tilt2 * w.across / w.bb
	// |J| ≤ 2Λ|C|√q·√f·K/(Aλ), A ≥ α².
	big := 2 * w.aa * w.bb * lambda * lambda / (w.n - 1)
	largest := 2 * big * e.correctors()[0] * math.Sqrt(w.qHi*w.fMax*w.k2) / (w.aa * lambda)
	return e.sum(-1, (1+w.second*largest)/(w.aa*d0)) + tilted
}

// randomWay has the bounds of a way drawn at random, so that each of them counts.
func randomWay(r *rand.Rand, c *rotatedChain) *rotatedWay {
	between := func(lo, hi float64) float64 { return lo * math.Pow(hi/lo, r.Float64()) }
	w := &rotatedWay{rotatedChain: c, n: between(1e5, 1e7), level: between(2, 50), k: 1 + r.IntN(widestWindow)}
	w.qLo, w.qHi = windows[w.k].lo, windows[w.k].hi
	w.deviation = max(w.qHi-1, 1-w.qLo)
	for _, x := range []*float64{&w.spread, &w.along, &w.gUp, &w.gDown, &w.inner, &w.swing, &w.tilt2, &w.across} {
		*x = between(0.05, 1)
	}
	w.fMax, w.least = between(1, 2), between(0.05, 0.5)
	w.second, w.fourth = beyondLine(w.least), beyondLine(c.bb)
	return w
}

func requireExponents(t *testing.T, check func(r *rand.Rand, w *rotatedWay)) {
	r := rand.New(rand.NewPCG(replay.Seed(t), 0))
	for range 6 {
		c, err := newRotatedChain(gpTanh, Rotated{0.05 + 0.45*r.Float64()}, 2+r.IntN(12))
		require.NoError(t, err)
		for range 3 {
			check(r, randomWay(r, c))
		}
	}
}

// Both exponents are those of the proof, term by term.
func TestRotatedExponents(t *testing.T) {
	requireExponents(t, func(r *rand.Rand, w *rotatedWay) {
		finite := 0
		for _, share := range []float64{1e-5, 1e-4, 1e-3, 3e-3, 1e-2, 3e-2} {
			lambda := w.n * share * (1 + r.Float64())
			for _, pair := range [][2]float64{{aboveByFormula(w, lambda), w.above(lambda)}, {belowByFormula(w, lambda), w.below(lambda)}} {
				if math.IsInf(pair[0], 1) || math.IsInf(pair[1], 1) { // at knots of the ladder rounding decides whether the next one counts
					continue
				}
				finite++
				require.InEpsilon(t, pair[0], pair[1], 1e-9, "n = %v, λ = %v", w.n, lambda)
			}
		}
		require.GreaterOrEqual(t, finite, 4)
	})
}

// The range of |log Θ| is what Ville's inequality says of partial sums, and the corrector
// that one of them keeps.
func TestRotatedReach(t *testing.T) {
	requireExponents(t, func(_ *rand.Rand, w *rotatedWay) {
		got := w.reach(0.3)
		up, down := math.Inf(1), math.Inf(1)
		for x := math.Log(w.n) - 14; x < math.Log(w.n); x += 0.05 {
			lambda := math.Exp(x)
			mu := lambda*w.bb + 2*w.aa*w.bb*lambda*lambda/(w.n-1)
			kept := exponents{rotatedWay: w, lambda: lambda, mu: mu}.correctors()[0] * w.deviation
			up = min(up, (w.above(lambda)+w.level)/lambda+kept)
			kept = exponents{rotatedWay: w, lambda: lambda, mu: lambda * w.bb}.correctors()[0] * w.deviation
			if y := (w.below(lambda)+w.level)/lambda + kept; !math.IsNaN(y) {
				down = min(down, y)
			}
		}
		require.InEpsilon(t, max(up, down), got, 5e-3)
	})
}
