package montecarlo_test

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"

	"bsnn/internal/replay"
	"bsnn/montecarlo"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestStreamsAreAddressed(t *testing.T) {
	first := func(seed uint64, name string, trial, layer int) [3]uint64 {
		s := montecarlo.NewStream(seed, name, trial, layer)
		return [3]uint64{s.Uint64(), s.Uint64(), s.Uint64()}
	}
	seen := map[[3]uint64]bool{}
	const half, high = bits.UintSize / 2, bits.UintSize - 24
	addresses := []int{-1, math.MinInt, 1 << 24, 1<<24 + 1, 1 << half, 1<<half + 1, 1 << high, math.MaxInt}
	for i := range 20 {
		addresses = append(addresses, i)
	}
	for _, seed := range []uint64{0, 1, 1 << 63} {
		for _, name := range []string{"", "a", "b"} {
			for _, trial := range addresses {
				for _, layer := range addresses {
					s := first(seed, name, trial, layer)
					require.Equal(t, s, first(seed, name, trial, layer), "the same address gives the same bits")
					require.False(t, seen[s], "another address gives other bits")
					seen[s] = true
				}
			}
		}
	}
}

// What stands at a position does not depend on what was drawn before, nor on
// how much is drawn at a time.
func TestStreamsAreAddressedWithin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		begin := montecarlo.NewStream(rapid.Uint64().Draw(t, "seed"), "within", rapid.IntRange(0, 9).Draw(t, "trial"), 3)
		whole := make([]float64, 1+rapid.IntRange(0, 3000).Draw(t, "numbers"))
		squares := begin.NormalsAt(whole, 0)
		var sum float64
		for _, v := range whole {
			sum += v * v
		}
		require.InEpsilon(t, sum, squares, 1e-12)
		at := rapid.IntRange(0, len(whole)-1).Draw(t, "at")
		part := make([]float64, rapid.IntRange(1, len(whole)-at).Draw(t, "part"))
		begin.NormalsAt(part, uint64(at))
		require.Equal(t, whole[at:at+len(part)], part)

		// In turn: bits, then normal numbers twice.
		s, words := begin, rapid.IntRange(0, 40).Draw(t, "words")
		for range words {
			s.Uint64()
		}
		n := rapid.IntRange(0, 100).Draw(t, "n")
		first, second := s.NextNormal(0), s.NextNormal(n)
		require.GreaterOrEqual(t, first, uint64(words))
		a, b, want := make([]float64, n), make([]float64, n), make([]float64, n)
		s.Normals(a)
		s.Normals(b)
		begin.NormalsAt(want, first)
		require.Equal(t, want, a)
		begin.NormalsAt(want, second)
		require.Equal(t, want, b)
		saved, err := s.MarshalBinary()
		require.NoError(t, err)
		var copied, restored montecarlo.Stream
		copied = s
		require.NoError(t, restored.UnmarshalBinary(saved))
		for range 3 {
			next := s.Uint64()
			require.Equal(t, next, copied.Uint64(), "a copy goes on from the same place")
			require.Equal(t, next, restored.Uint64())
		}
	})
}

// The streams of neighbouring layers and trials must be unrelated. For 64
// pairs of streams the correlation of 4,096 normal draws has standard
// deviation 1/64; |r| > 7.5/64 in one of them has probability below 64·1e-13.
func TestNeighbouringStreamsAreUncorrelated(t *testing.T) {
	seed := replay.Seed(t)
	normals := func(trial, layer int) []float64 {
		s := montecarlo.NewStream(seed, "correlation", trial, layer)
		x := make([]float64, 4096)
		s.Normals(x)
		return x
	}
	for i := range 32 {
		for _, next := range [][2]int{{i, i + 1}, {i + 1, i}} {
			a, b := normals(i, i), normals(next[0], next[1])
			dot := 0.0
			for j := range a {
				dot += a[j] * b[j]
			}
			require.Less(t, math.Abs(dot)/4096, 7.5/64, "trial %d layer %d against %v", i, i, next)
		}
	}
}

// A Stream serves everything that takes a source of random bits: a permutation
// and the mean of 4,096 uniform numbers, whose standard deviation is 1/√(12·4096); 7 of
// them are exceeded with probability below 1e-11.
func TestStreamsAreSources(t *testing.T) {
	var none montecarlo.Stream
	require.Error(t, none.UnmarshalBinary([]byte("philox")))
	s := montecarlo.NewStream(replay.Seed(t), "source", 0, 0)
	r := rand.New(&s)
	p := r.Perm(50)
	slices.Sort(p)
	for i, v := range p {
		require.Equal(t, i, v)
	}
	mean := 0.0
	for range 4096 {
		mean += r.Float64() / 4096
	}
	require.InDelta(t, 0.5, mean, 7/math.Sqrt(12*4096))
}
