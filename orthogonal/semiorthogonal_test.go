package orthogonal

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"
)

// W is the first rows of the Haar matrix of the same source, or its first
// columns transposed, so it is uniform; and it does what its matrix does.
func TestSemiOrthogonal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sizes := rapid.OneOf(rapid.IntRange(1, 5), rapid.SampledFrom([]int{33, 64, 90}))
		m, n := sizes.Draw(t, "m"), sizes.Draw(t, "n")
		k := rapid.IntRange(1, 5).Draw(t, "columns")
		seed := rapid.Uint64().Draw(t, "seed")
		w, err := NewSemiOrthogonal(m, n, source(seed, 0))
		require.NoError(t, err)
		r, c := w.Dims()
		require.Equal(t, [2]int{m, n}, [2]int{r, c})
		matrix := w.Matrix()
		full := haarMatrix(t, max(m, n), source(seed, 0))
		if m <= n {
			require.True(t, mat.EqualApprox(full.Slice(0, m, 0, n), matrix, 1e-13))
			require.LessOrEqual(t, OrthogonalityError(matrix.T()), 1e-13)
		} else {
			require.True(t, mat.EqualApprox(full.Slice(0, n, 0, m).T(), matrix, 1e-13))
			require.LessOrEqual(t, OrthogonalityError(matrix), 1e-13)
		}

		rng := rand.New(source(seed, 1))
		x, y := mat.NewDense(n, k, gaussian(n*k, rng)), mat.NewDense(m, k, gaussian(m*k, rng))
		var wx, wty, want mat.Dense
		w.ApplyColumns(&wx, x)
		w.ApplyTransposeColumns(&wty, y)
		want.Mul(matrix, x)
		require.LessOrEqual(t, difference(&want, &wx), 1e-12*mat.Norm(x, 2))
		want.Reset()
		want.Mul(matrix.T(), y)
		require.LessOrEqual(t, difference(&want, &wty), 1e-12*mat.Norm(y, 2))
		one, back := make([]float64, m), make([]float64, n)
		w.Apply(one, mat.Col(nil, 0, x))
		w.ApplyTranspose(back, mat.Col(nil, 0, y))
		size := mat.Norm(x, 2) + mat.Norm(y, 2)
		requireNear(t, mat.Col(nil, 0, &wx), one, 1e-12, size, "Wx")
		requireNear(t, mat.Col(nil, 0, &wty), back, 1e-12, size, "Wᵀy")
		require.InDelta(t, floats.Dot(one, mat.Col(nil, 0, y)), floats.Dot(back, mat.Col(nil, 0, x)), 1e-12*size*size, "adjoint")
		require.True(t, mat.Equal(matrix, w.Matrix()), "forming the matrix leaves the reflectors alone")
	})
}

func TestSemiOrthogonalErrors(t *testing.T) {
	for _, c := range [][2]int{{0, 3}, {3, 0}, {-1, 3}} {
		_, err := NewSemiOrthogonal(c[0], c[1], source(1, 0))
		require.ErrorContains(t, err, fmt.Sprintf("NewSemiOrthogonal: dimension %d", min(c[0], c[1])))
	}
	_, err := NewSemiOrthogonal(2, 3, nil)
	require.ErrorContains(t, err, "nil random source")
	w, err := NewSemiOrthogonal(2, 3, source(1, 0))
	require.NoError(t, err)
	two, three := make([]float64, 2), make([]float64, 3)
	for _, call := range []func(){
		func() { w.Apply(three, three) },
		func() { w.Apply(two, two) },
		func() { w.ApplyTranspose(two, two) },
		func() { w.ApplyTranspose(three, three) },
		func() { w.ApplyColumns(new(mat.Dense), mat.NewDense(2, 1, nil)) },
		func() { w.ApplyTransposeColumns(mat.NewDense(2, 1, nil), mat.NewDense(2, 1, nil)) },
	} {
		func() {
			defer func() { require.Contains(t, fmt.Sprint(recover()), "orthogonal: ") }()
			call()
		}()
	}
}

// A rotation is the Haar matrix of the same source with the sign of its last
// row chosen so that the determinant is +1.
func TestRotations(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 60).Draw(t, "n")
		seed := rapid.Uint64().Draw(t, "seed")
		want := haarMatrix(t, n, source(seed, 0))
		free, err := NewReflectors(n, source(seed, 0))
		require.NoError(t, err)
		require.InDelta(t, mat.Det(want), free.Det(), 1e-10)
		if mat.Det(want) < 0 {
			scale(-1, want.RawRowView(n-1))
		}
		dense, err := NewDenseRotation(n, source(seed, 0))
		require.NoError(t, err)
		require.True(t, mat.Equal(want, dense.Matrix()))
		reflectors, err := NewReflectorsRotation(n, source(seed, 0))
		require.NoError(t, err)
		require.Equal(t, 1.0, reflectors.Det())
		require.True(t, mat.Equal(want, reflectors.Dense().Matrix()))
		x := gaussian(n, rand.New(source(seed, 1)))
		requireNear(t, apply(dense, x), apply(reflectors, x), 1e-13*math.Sqrt(float64(n)), floats.Norm(x, 2), "Wx")
	})
	_, err := NewDenseRotation(0, source(1, 0))
	require.ErrorContains(t, err, "NewDenseRotation: dimension 0")
	_, err = NewReflectorsRotation(2, nil)
	require.ErrorContains(t, err, "NewReflectorsRotation: nil random source")
}

// Redraw gives what a new matrix would be, whatever the old one was.
func TestRedraw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 60).Draw(t, "n")
		seed := rapid.Uint64().Draw(t, "seed")
		d, err := DenseOf(mat.NewDense(n, n, gaussian(n*n, rand.New(source(seed, 1)))))
		require.NoError(t, err)
		m := d.Matrix()
		require.NoError(t, d.Redraw(source(seed, 0)))
		require.True(t, mat.Equal(haarMatrix(t, n, source(seed, 0)), m), "in place")
		require.ErrorContains(t, d.Redraw(nil), "Redraw: nil random source")
	})
}

// A Lazy and the matrix that it completes agree on every vector, also on those
// asked before, and after.
func TestLazyAndItsMatrix(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 60).Draw(t, "n")
		seed := rapid.Uint64().Draw(t, "seed")
		lazy := newLazyFrom(t, n, source(seed, 0))
		x := gaussian(n, rand.New(source(seed, 1)))
		early, earlyBack := apply(lazy, x), applyTranspose(lazy, x)
		dense := lazy.Materialize()
		size := floats.Norm(x, 2)
		requireNear(t, early, apply(dense, x), 1e-12, size, "Lazy and its matrix")
		requireNear(t, earlyBack, applyTranspose(dense, x), 1e-12, size, "Lazy and its matrix, transposed")

		y := gaussian(n, rand.New(source(seed, 2)))
		requireNear(t, apply(dense, y), apply(lazy, y), 1e-12, floats.Norm(y, 2), "Wy, late")
		requireNear(t, applyTranspose(dense, y), applyTranspose(lazy, y), 1e-12, floats.Norm(y, 2), "Wᵀy, late")
	})
}
