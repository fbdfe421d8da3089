package orthogonal

import (
	"math"
	"math/rand/v2"
	"testing"

	"bsnn/internal/replay"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// matrix returns the matrix whose columns are the vectors of b.
func (b basis) matrix() *mat.Dense {
	m := mat.NewDense(len(b[0]), len(b), nil)
	for j, v := range b {
		m.SetCol(j, v)
	}
	return m
}

func newLazy(t testing.TB, n int, seed uint64) *Lazy {
	t.Helper()
	w, err := NewLazy(n, source(seed, 0))
	require.NoError(t, err)
	return w
}

// The first answer is the first n normal numbers of the source, made as long
// as the question; the first answer of Wᵀ uses the next n; questions inside
// the span of former ones draw nothing.
func TestLazyDrawsInOrder(t *testing.T) {
	const n = 50
	seed := replay.Seed(t)
	src, twin := source(seed, 0), source(seed, 0)
	w, err := NewLazy(n, src)
	require.NoError(t, err)
	rng := rand.New(twin)
	x, y := gaussian(n, rand.New(source(seed, 1))), gaussian(n, rand.New(source(seed, 2)))

	wx := apply(w, x)
	g := gaussian(n, rng)
	requireNear(t, scaled(floats.Norm(x, 2)/floats.Norm(g, 2), g), wx, 1e-14, floats.Norm(x, 2), "Wx = ‖x‖·g/‖g‖")

	wty := applyTranspose(w, y)
	g = gaussian(n, rng)
	// Wᵀy = (ŵx·y)·x̂ + √(‖y‖² − (ŵx·y)²)·(g made a unit vector of x̂^⊥).
	along := floats.Dot(wx, y) / floats.Norm(wx, 2)
	xhat := scaled(1/floats.Norm(x, 2), x)
	floats.AddScaled(g, -floats.Dot(g, xhat), xhat)
	want := scaled(math.Sqrt(floats.Dot(y, y)-along*along)/floats.Norm(g, 2), g)
	floats.AddScaled(want, along, xhat)
	requireNear(t, want, wty, 1e-13, floats.Norm(y, 2), "Wᵀy")

	apply(w, make([]float64, n))
	apply(w, scaled(-3, x))
	applyTranspose(w, wx)
	floats.Add(x, wty)
	apply(w, x)
	require.Equal(t, 2, w.Known())
	require.Equal(t, twin.Uint64(), src.Uint64(), "nothing else was drawn")
}

func TestLazyDrawsNothingWhenComplete(t *testing.T) {
	const n = 20
	seed := replay.Seed(t)
	src := rand.NewPCG(seed, 0)
	w, err := NewLazy(n, src)
	require.NoError(t, err)
	formed(w)
	require.Equal(t, n, w.Known())
	before, err := src.MarshalBinary()
	require.NoError(t, err)
	for i := range 100 {
		x := gaussian(n, rand.New(source(seed, 1+i)))
		require.InDelta(t, floats.Norm(x, 2), floats.Norm(apply(w, x), 2), 1e-12)
		requireNear(t, x, apply(w, applyTranspose(w, x)), 1e-12, floats.Norm(x, 2), "WWᵀx = x")
	}
	after, err := src.MarshalBinary()
	require.NoError(t, err)
	require.Equal(t, before, after)
	require.Equal(t, n, w.Known())
}

// Both bases stay orthonormal to rounding when questions are nearly
// dependent and when the complement to draw from shrinks to a line. Of 300
// matrices the worst Gaussian is expected to have 1/250 of its usual
// projection on that line, so that projecting it once leaves an error about
// 250·√n times the rounding unit; twice leaves none.
func TestLazyBasesStayOrthonormal(t *testing.T) {
	seed := replay.Seed(t)
	for i := range 300 {
		const n = 24
		w := newLazy(t, n, seed+uint64(i))
		rng := rand.New(source(seed, -1-i))
		x := gaussian(n, rng)
		for k := 0; w.Known() < n; k++ {
			if k%2 == 0 {
				apply(w, x)
			} else {
				applyTranspose(w, x)
			}
			little := gaussian(n, rng)
			scale(math.Pow(10, -12*rng.Float64()), little)
			floats.Add(x, little)
		}
		require.LessOrEqual(t, OrthogonalityError(w.v.matrix()), 4e-15, "VᵀV = I")
		require.LessOrEqual(t, OrthogonalityError(w.u.matrix()), 4e-15, "UᵀU = I")
	}
}

func TestLazyExtremeScales(t *testing.T) {
	const n = 8
	w := newLazy(t, n, replay.Seed(t))
	x := []float64{1, -0.5, 0.25, 0, 0.75, -1, 0.5, 0.125}
	want := apply(w, x)
	for _, exp := range []int{-1000, -700, 700, 1000, 1023} {
		s := math.Ldexp(1, exp)
		requireNear(t, scaled(1/s, apply(w, scaled(s, x))), want, 1e-14, 2, "power of two")
	}
	// Subnormal questions have subnormal answers, exact to their last bit.
	tiny := math.Ldexp(1, -1050)
	requireNear(t, scaled(0x1p1000, apply(w, scaled(tiny, x))), scaled(0x1p-50, want), 0x1p-20, 0x1p-50, "subnormal")
	require.Equal(t, 1, w.Known(), "one direction was asked")

	// Coordinates 300 orders apart are two directions, one after the other.
	apply(w, []float64{1e150, 1e-150, 0, 0, 0, 0, 0, 0})
	apply(w, []float64{0, 1e-150, 0, 0, 0, 0, 0, 0})
	require.Equal(t, 3, w.Known())
	require.LessOrEqual(t, OrthogonalityError(formed(w)), 1e-14)
}

func TestLazyRefusesWhatIsNotFinite(t *testing.T) {
	const n = 3
	seed := replay.Seed(t)
	w, untouched := newLazy(t, n, seed), newLazy(t, n, seed)
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		for i := range n {
			x := []float64{1, 2, 3}
			x[i] = bad
			for _, answer := range [][]float64{apply(w, x), applyTranspose(w, x)} {
				for _, v := range answer {
					require.True(t, math.IsNaN(v))
				}
			}
		}
	}
	require.Zero(t, w.Known())
	x := []float64{3, -1, 2}
	require.Equal(t, apply(untouched, x), apply(w, x), "nothing was drawn")

	var mixed mat.Dense
	w.ApplyColumns(&mixed, mat.NewDense(n, 2, []float64{math.NaN(), 3, 0, -1, 0, 2}))
	require.True(t, math.IsNaN(mixed.At(2, 0)))
	requireNear(t, apply(w, x), mat.Col(nil, 1, &mixed), 1e-15, 4, "the other column")
}

func TestLazyBrokenSource(t *testing.T) {
	w, err := NewLazy(2, new(stuckSource))
	require.NoError(t, err)
	require.PanicsWithValue(t, "orthogonal: the random source gives no usable directions", func() {
		apply(w, []float64{1, 0})
		apply(w, []float64{0, 1})
	})
}

// The memory of a question is one column in each basis.
func TestLazyKeepsOnlyWhatWasAsked(t *testing.T) {
	const n = 1 << 16
	w := newLazy(t, n, replay.Seed(t))
	x := gaussian(n, rand.New(source(1, 1)))
	for range 3 {
		apply(w, x)
		applyTranspose(w, x)
	}
	require.Equal(t, 2, w.Known())
	for _, b := range []basis{w.v, w.u} {
		require.Len(t, b, 2)
		for _, column := range b {
			require.LessOrEqual(t, cap(column), n+n/8)
		}
	}
}
