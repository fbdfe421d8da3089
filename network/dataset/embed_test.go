package dataset_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"bsnn/internal/replay"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"

	"bsnn/network/dataset"
)

func newEmbedding(t require.TestingT, m, n int, seed uint64) *dataset.Embedding {
	e, err := dataset.NewEmbedding(m, n, rand.NewPCG(seed, 0))
	require.NoError(t, err)
	return e
}

// The map, asked for the axes in random order and some of them twice, is
// one semi-orthogonal matrix: BᵀB = I for n ≥ m and BBᵀ = I for n ≤ m.
func TestMapSemiOrthogonal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, n := rapid.IntRange(1, 40).Draw(t, "m"), rapid.IntRange(1, 40).Draw(t, "n")
		e := newEmbedding(t, m, n, rapid.Uint64().Draw(t, "seed"))
		order := rapid.SliceOfN(rapid.IntRange(0, m-1), 0, 5).Draw(t, "repeats")
		for j := range m {
			order = append(order, j)
		}
		order = rapid.Permutation(order).Draw(t, "order")
		b := mat.NewDense(n, m, nil)
		seen := make([]bool, m)
		for _, j := range order {
			axis, col := make([]float64, m), make([]float64, n)
			axis[j] = 1
			e.Map(col, axis)
			if seen[j] {
				require.InDeltaSlice(t, mat.Col(nil, j, b), col, 1e-12, "the same image, asked again")
			}
			b.SetCol(j, col)
			seen[j] = true
		}
		var gram mat.Dense
		if n >= m {
			gram.Mul(b.T(), b)
		} else {
			gram.Mul(b, b.T())
		}
		for i := range min(m, n) {
			for j := range min(m, n) {
				want := 0.0
				if i == j {
					want = 1
				}
				require.InDelta(t, want, gram.At(i, j), 1e-12)
			}
		}
	})
}

// Images under one map keep their cosines when n ≥ m, and land on the shell
// at every n.
func TestEmbedKeepsAngles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, n := rapid.IntRange(1, 64).Draw(t, "m"), rapid.IntRange(1, 64).Draw(t, "n")
		k := rapid.IntRange(1, 6).Draw(t, "images")
		images := dataset.Images{Dim: m, Pixels: rapid.SliceOfN(rapid.Uint8(), k*m, k*m).Draw(t, "pixels"), Labels: make([]uint8, k)}
		for i := range k {
			images.At(i)[0] |= 1 // no blank image
		}
		e := newEmbedding(t, m, n, rapid.Uint64().Draw(t, "seed"))
		raw, embedded := make([][]float64, k), make([][]float64, k)
		for i := range k {
			raw[i], embedded[i] = make([]float64, m), make([]float64, n)
			images.Row(raw[i], i, dataset.UnitInterval())
			require.NoError(t, e.EmbedImage(embedded[i], images, i, dataset.UnitInterval()))
			require.InDelta(t, 1, floats.Dot(embedded[i], embedded[i])/float64(n), 1e-12)
		}
		if n < m {
			return
		}
		for i := range k {
			for j := range i {
				cos := floats.Dot(raw[i], raw[j]) / (floats.Norm(raw[i], 2) * floats.Norm(raw[j], 2))
				require.InDelta(t, cos, floats.Dot(embedded[i], embedded[j])/float64(n), 1e-12)
			}
		}
	})
}

// Entries of a Haar block in law. With B the map and e₁, e₂ axes:
// (1+B₁₁)/2 ~ Beta((N−1)/2, (N−1)/2) and (B₁₂)² ~ Beta(½, (N−1)/2) for
// N = max(m, n), and for n < m, ‖Bx‖²/‖x‖² ~ Beta(n/2, (m−n)/2).
//
// False alarms: by the Dvoretzky–Kiefer–Wolfowitz inequality with Massart's
// constant each of the five comparisons fails a right map with probability
// at most 2·exp(−2Nt²) = 2e-7, together 1e-6.
func TestMapHaarInLaw(t *testing.T) {
	const trials = 4000
	seed := replay.Seed(t)
	streams := rand.New(rand.NewPCG(seed, 0))
	compare := func(what string, sample []float64, law distuv.Beta) {
		slices.Sort(sample)
		distance := 0.0
		for i, x := range sample {
			p := law.CDF(x)
			distance = max(distance, p-float64(i)/trials, float64(i+1)/trials-p)
		}
		require.Less(t, distance, math.Sqrt(math.Log(1e7)/(2*trials)), what)
	}
	for _, shape := range [][2]int{{3, 8}, {8, 3}} {
		m, n := shape[0], shape[1]
		big := float64(max(m, n))
		var first, second, kept []float64
		for range trials {
			e := newEmbedding(t, m, n, streams.Uint64())
			x, y := make([]float64, m), make([]float64, n)
			x[0] = 1
			e.Map(y, x)
			first = append(first, (1+y[0])/2)
			kept = append(kept, floats.Dot(y, y))
			x[0], x[1] = 0, 1
			e.Map(y, x)
			second = append(second, y[0]*y[0])
		}
		compare("B₁₁", first, distuv.Beta{Alpha: (big - 1) / 2, Beta: (big - 1) / 2})
		compare("B₁₂²", second, distuv.Beta{Alpha: 0.5, Beta: (big - 1) / 2})
		if n < m {
			compare("‖Bx‖²", kept, distuv.Beta{Alpha: float64(n) / 2, Beta: float64(m-n) / 2})
		}
	}
}

// Extreme but finite vectors still have a direction.
func TestEmbedExtremeScales(t *testing.T) {
	for _, size := range []float64{5e-324, 1e-200, 1, 1e200, math.MaxFloat64} {
		e := newEmbedding(t, 3, 5, 1)
		want, got := make([]float64, 5), make([]float64, 5)
		require.NoError(t, e.Embed(want, []float64{1, 0, 1}))
		require.NoError(t, e.Embed(got, []float64{size, 0, size}))
		require.InDeltaSlice(t, want, got, 1e-14)
	}
}

func TestEmbedBadInput(t *testing.T) {
	for _, c := range [][2]int{{0, 3}, {3, 0}, {-1, 2}} {
		_, err := dataset.NewEmbedding(c[0], c[1], rand.NewPCG(1, 2))
		require.ErrorContains(t, err, "want positive dimensions")
	}
	_, err := dataset.NewEmbedding(2, 2, nil)
	require.ErrorContains(t, err, "embedding from dimension 2 into 2: ")

	e := newEmbedding(t, 2, 3, 1)
	dst := make([]float64, 3)
	require.EqualError(t, e.Embed(dst, []float64{0, 0}), "cannot embed: every one of the 2 elements is 0; want at least one other")
	require.EqualError(t, e.Embed(dst, []float64{0, math.NaN()}), "cannot embed: element 1 is NaN; want finite numbers")
	require.EqualError(t, e.Embed(dst, []float64{math.Inf(-1), 0}), "cannot embed: element 0 is -Inf; want finite numbers")

	images := dataset.Images{Dim: 2, Pixels: []uint8{1, 2, 0, 0}, Labels: []uint8{0, 0}}
	require.EqualError(t, e.EmbedImage(dst, images, 1, dataset.UnitInterval()),
		"image 1: cannot embed: every one of the 2 elements is 0; want at least one other")
	require.NoError(t, e.EmbedImage(dst, images, 1, dataset.Scaling{Mean: 0.5, SD: 1}), "not zero once the mean is subtracted")
	require.EqualError(t, e.EmbedImage(dst, images, 2, dataset.UnitInterval()), "image 2 does not exist; want 0 to 1")
	require.EqualError(t, e.EmbedImage(dst, dataset.Images{Dim: 3}, 0, dataset.UnitInterval()),
		"image 0 has 3 pixels; want 2, the dimension embedded from")
	require.Panics(t, func() { e.Map(dst[:2], []float64{1, 2}) })
	require.Panics(t, func() { e.Map(dst, []float64{1}) })
}

func BenchmarkEmbed(b *testing.B) {
	const n = 65536
	images := dataset.Images{Dim: 784, Pixels: make([]uint8, 784), Labels: []uint8{0}}
	for i := range images.Pixels {
		images.Pixels[i] = uint8(i)
	}
	dst := make([]float64, n)
	for b.Loop() {
		e := newEmbedding(b, 784, n, 1)
		require.NoError(b, e.EmbedImage(dst, images, 0, dataset.UnitInterval()))
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/neuron")
}
