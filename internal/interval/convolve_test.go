package interval

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func drawPairs(t *rapid.T, g *rapid.Generator[Interval]) (a, b []Interval) {
	m := rapid.IntRange(0, 24).Draw(t, "terms")
	for range m {
		a = append(a, g.Draw(t, "a"))
		b = append(b, g.Draw(t, "b"))
	}
	return a, b
}

func anyOf(t *rapid.T, x Interval) float64 { return rapid.SampledFrom(membersOf(t, x)).Draw(t, "v") }

// Sums of products contain the exact sums for members of all factors, at any
// magnitude.
func TestConvolveContainsExactSums(t *testing.T) {
	for name, g := range map[string]*rapid.Generator[Interval]{
		"any": anyInterval(), "moderate": within(-3, 4), "tiny": within(-0x1p-530, 0x1p-535), "positive": within(0, 1),
	} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				a, b := drawPairs(t, g)
				sum, self := new(big.Rat), new(big.Rat)
				u, v := make([]*big.Rat, len(a)), make([]*big.Rat, len(a))
				for i := range a {
					u[i], v[i] = new(big.Rat).SetFloat64(anyOf(t, a[i])), new(big.Rat).SetFloat64(anyOf(t, b[i]))
				}
				for i := range a {
					sum.Add(sum, new(big.Rat).Mul(u[i], v[len(v)-1-i]))
					self.Add(self, new(big.Rat).Mul(u[i], u[len(u)-1-i]))
				}
				if z := convolve(a, b); !containsRat(z, sum) {
					t.Fatalf("%v with %v: %v misses %v", a, b, z, sum.FloatString(20))
				}
				if z := convolveSelf(a); !containsRat(z, self) {
					t.Fatalf("%v: %v misses %v", a, z, self.FloatString(20))
				}
			})
		})
	}
}

// Parts of the factors give a part of the sum, exactly.
func TestConvolveKeepsInclusion(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawPairs(t, within(-3, 4))
		p, q := make([]Interval, len(a)), make([]Interval, len(a))
		for i := range a {
			p[i], q[i] = partOf(t, a[i]), partOf(t, b[i])
		}
		require.True(t, convolve(a, b).ContainsInterval(convolve(p, q)))
	})
}

// On points the width is a small multiple of one rounding of the sum of the
// magnitudes.
func TestConvolveIsTight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawPairs(t, rapid.Map(rapid.Float64Range(-5, 5), Point))
		size := 0.0
		for i := range a {
			size += math.Abs(a[i].Lo * b[len(b)-1-i].Lo)
		}
		m := float64(len(a))
		require.LessOrEqual(t, convolve(a, b).Width(), 2*(m+6)*unit*size+64*tiny)
	})
}

// A sum that overflows stays correct, a sum of zeros exact.
func TestConvolveExtremes(t *testing.T) {
	big := Point(math.MaxFloat64)
	z := convolve([]Interval{big, big, big.Neg()}, []Interval{big, big, big})
	require.Equal(t, Entire(), z)
	require.Equal(t, Interval{}, convolve([]Interval{{}, {1, 2}}, []Interval{{}, {3, 4}}))
	require.Equal(t, Interval{}, convolve([]Interval{{}, {}}, []Interval{Entire(), Entire()}))
	require.True(t, convolve([]Interval{{1, 1}, Empty()}, []Interval{{1, 1}, {1, 1}}).IsEmpty())
	require.Equal(t, Interval{0, tiny}, convolve([]Interval{{tiny, tiny}, {}}, []Interval{{}, {tiny, tiny}}))
}
