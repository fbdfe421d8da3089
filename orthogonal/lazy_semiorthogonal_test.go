package orthogonal

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"bsnn/internal/replay"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/floats"
	"pgregory.net/rapid"
)

// rectangular are the operators that a lazy one must not be told apart from.
type rectangular interface {
	Dims() (int, int)
	Apply(dst, x []float64)
	ApplyTranspose(dst, y []float64)
}

// Answers are those of one matrix with orthonormal rows or columns: adjoint, linear,
// and the narrow side keeps lengths.
func TestLazySemiOrthogonalIsOneMatrix(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, n := rapid.IntRange(1, 12).Draw(t, "m"), rapid.IntRange(1, 12).Draw(t, "n")
		seed := rapid.Uint64().Draw(t, "seed")
		w, err := NewLazySemiOrthogonal(m, n, source(seed, 0))
		require.NoError(t, err)
		rng := rand.New(source(seed, 1))
		var xs, wxs, ys, wtys [][]float64
		for range rapid.IntRange(1, 30).Draw(t, "questions") {
			if rng.IntN(2) == 0 {
				x, wx := gaussian(n, rng), make([]float64, m)
				if len(wtys) > 0 && rng.IntN(3) == 0 {
					x = wtys[rng.IntN(len(wtys))]
				}
				w.Apply(wx, x)
				xs, wxs = append(xs, x), append(wxs, wx)
			} else {
				y, wty := gaussian(m, rng), make([]float64, n)
				if len(wxs) > 0 && rng.IntN(3) == 0 {
					y = wxs[rng.IntN(len(wxs))]
				}
				w.ApplyTranspose(wty, y)
				ys, wtys = append(ys, y), append(wtys, wty)
			}
		}
		for i, x := range xs {
			for j, y := range ys {
				size := floats.Norm(x, 2) * floats.Norm(y, 2)
				require.InDelta(t, floats.Dot(wxs[i], y), floats.Dot(x, wtys[j]), 1e-11*(1+size), "adjoint")
			}
			again := make([]float64, m)
			w.Apply(again, x)
			requireNear(t, wxs[i], again, 1e-12, floats.Norm(x, 2), "asked again")
			if m >= n {
				require.InDelta(t, floats.Norm(x, 2), floats.Norm(wxs[i], 2), 1e-12*(1+floats.Norm(x, 2)))
			}
		}
		for j, y := range ys {
			if m <= n {
				require.InDelta(t, floats.Norm(y, 2), floats.Norm(wtys[j], 2), 1e-12*(1+floats.Norm(y, 2)))
			}
		}
		require.LessOrEqual(t, w.w.Known(), max(m, n))
	})
}

// The law of answers that are made of earlier answers is that of the explicit
// matrix. False alarm: 1e-6.
func TestLazySemiOrthogonalLaw(t *testing.T) {
	seed := replay.Seed(t)
	var all []comparison
	for s, shape := range [][2]int{{1, 4}, {4, 1}, {2, 5}} {
		m, n := shape[0], shape[1]
		talk := func(w rectangular) map[string]float64 {
			x, y := make([]float64, n), make([]float64, m)
			for i := range x {
				x[i] = float64(1 + i%3)
			}
			for i := range y {
				y[i] = float64(2 - i%2)
			}
			out := map[string]float64{}
			for turn := range 2 { // several fixed questions to the wide side
				k := turn % min(m, n)
				wx, wty := make([]float64, m), make([]float64, n)
				if m < n {
					w.Apply(wx, unit(n, turn))
					out[fmt.Sprintf("(We%d)² %d", turn, k)] = wx[k] * wx[k]
				} else {
					w.ApplyTranspose(wty, unit(m, turn))
					out[fmt.Sprintf("(Wᵀe%d)² %d", turn, k)] = wty[k] * wty[k]
				}
			}
			for turn := range 2 {
				wx, wty := make([]float64, m), make([]float64, n)
				w.Apply(wx, x)
				w.ApplyTranspose(wty, y)
				out[fmt.Sprintf("‖Wx‖² %d", turn)] = floats.Dot(wx, wx)
				out[fmt.Sprintf("‖Wᵀy‖² %d", turn)] = floats.Dot(wty, wty)
				out[fmt.Sprintf("first of Wx %d", turn)] = wx[0]
				out[fmt.Sprintf("last of Wᵀy %d", turn)] = wty[n-1]
				out[fmt.Sprintf("x·Wᵀy %d", turn)] = floats.Dot(x, wty)
				for i := range x { // what was answered and something of its own
					x[i] = wty[i]*float64(1+i%2) + 0.3*x[(i+1)%n]
				}
				for i := range y {
					y[i] = wx[i] * (1 + wx[i])
				}
			}
			return out
		}
		lazy, explicit := observations{}, observations{}
		for i := range samples {
			w, err := NewLazySemiOrthogonal(m, n, source(seed, 2*s*samples+i))
			require.NoError(t, err)
			lazy.add(talk(w))
			e, err := NewSemiOrthogonal(m, n, source(seed, (2*s+1)*samples+i))
			require.NoError(t, err)
			explicit.add(talk(e))
		}
		for _, c := range together(explicit, lazy) {
			c.name = fmt.Sprintf("%d×%d: %s", m, n, c.name)
			all = append(all, c)
		}
	}
	require.Empty(t, refuted(all))
}

// unit is a vector of the standard basis.
func unit(n, i int) []float64 {
	e := make([]float64, n)
	e[i%n] = 1
	return e
}

// A square one is a Lazy.
func TestLazySemiOrthogonalSquare(t *testing.T) {
	const n = 9
	seed := replay.Seed(t)
	w, err := NewLazySemiOrthogonal(n, n, source(seed, 0))
	require.NoError(t, err)
	l := newLazy(t, n, seed)
	rng := rand.New(source(seed, 1))
	got, want := make([]float64, n), make([]float64, n)
	for range 2 * n {
		x := gaussian(n, rng)
		w.Apply(got, x)
		l.Apply(want, x)
		require.Equal(t, want, got)
		w.ApplyTranspose(got, x)
		l.ApplyTranspose(want, x)
		require.Equal(t, want, got)
	}
}

func TestLazySemiOrthogonalErrors(t *testing.T) {
	for _, c := range [][2]int{{0, 3}, {3, 0}, {-1, 3}} {
		_, err := NewLazySemiOrthogonal(c[0], c[1], source(1, 0))
		require.Error(t, err)
	}
	_, err := NewLazySemiOrthogonal(2, 3, nil)
	require.Error(t, err)
	w, err := NewLazySemiOrthogonal(2, 3, source(1, 0))
	require.NoError(t, err)
	require.Panics(t, func() { w.Apply(make([]float64, 3), make([]float64, 3)) })
	require.Panics(t, func() { w.ApplyTranspose(make([]float64, 3), make([]float64, 3)) })
}
