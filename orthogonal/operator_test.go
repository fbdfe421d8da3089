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

// drawers makes each representation of a Haar matrix.
var drawers = map[string]func(n int, src rand.Source) (Operator, error){
	"Dense":      func(n int, src rand.Source) (Operator, error) { return NewDense(n, src) },
	"Reflectors": func(n int, src rand.Source) (Operator, error) { return NewReflectors(n, src) },
	"Lazy":       func(n int, src rand.Source) (Operator, error) { return NewLazy(n, src) },
}

// requireNear fails unless ‖got − want‖ ≤ tol·size.
func requireNear(t require.TestingT, want, got []float64, tol, size float64, what string) {
	d := floats.Distance(want, got, 2)
	require.Truef(t, d <= tol*size, "%s: differs by %g, allowed %g", what, d, tol*size)
}

func apply(w Operator, x []float64) []float64 {
	dst := make([]float64, len(x))
	w.Apply(dst, x)
	return dst
}

func applyTranspose(w Operator, y []float64) []float64 {
	dst := make([]float64, len(y))
	w.ApplyTranspose(dst, y)
	return dst
}

// identity is Iₙ.
func identity(n int) *mat.DiagDense {
	d := mat.NewDiagDense(n, nil)
	for i := range n {
		d.SetDiag(i, 1)
	}
	return d
}

// formed returns the matrix of w.
func formed(w Operator) *mat.Dense {
	var m mat.Dense
	w.ApplyColumns(&m, identity(w.Dim()))
	return &m
}

func TestOperatorsAreOrthogonal(t *testing.T) {
	for name, draw := range drawers {
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			n := rapid.IntRange(1, 150).Draw(t, "n")
			seed := rapid.Uint64().Draw(t, "seed")
			w, err := draw(n, source(seed, 0))
			require.NoError(t, err)
			require.Equal(t, n, w.Dim())

			rng := rand.New(source(seed, 1))
			x, y := gaussian(n, rng), gaussian(n, rng)
			wx, wty := apply(w, x), applyTranspose(w, y)
			size := floats.Norm(x, 2) * floats.Norm(y, 2)
			require.InDelta(t, floats.Norm(x, 2), floats.Norm(wx, 2), 1e-12*size)
			require.InDelta(t, floats.Dot(wx, y), floats.Dot(x, wty), 1e-12*size, "⟨Wx, y⟩ = ⟨x, Wᵀy⟩")
			requireNear(t, x, applyTranspose(w, wx), 1e-12, floats.Norm(x, 2), "WᵀWx = x")

			m := formed(w)
			require.LessOrEqual(t, OrthogonalityError(m), 1e-13*math.Sqrt(float64(n)))
			require.LessOrEqual(t, OrthogonalityError(m.T()), 1e-13*math.Sqrt(float64(n)))
			explicit, err := DenseOf(m)
			require.NoError(t, err)
			requireNear(t, apply(explicit, x), wx, 1e-12, floats.Norm(x, 2), "matrix · x")
			requireNear(t, applyTranspose(explicit, y), wty, 1e-12, floats.Norm(y, 2), "matrixᵀ · y")
		}))
	}
}

func TestManyColumnsAreTheColumns(t *testing.T) {
	for name, draw := range drawers {
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			n := rapid.IntRange(1, 80).Draw(t, "n")
			k := rapid.IntRange(1, 40).Draw(t, "columns")
			seed := rapid.Uint64().Draw(t, "seed")
			w, err := draw(n, source(seed, 0))
			require.NoError(t, err)
			x := mat.NewDense(n, k, gaussian(n*k, rand.New(source(seed, 1))))
			var question mat.Matrix = x
			if rapid.Bool().Draw(t, "transposed layout") {
				question = mat.DenseCopyOf(x.T()).T()
			}
			var direct mat.Dense
			sized := mat.NewDense(n, k, gaussian(n*k, rand.New(source(seed, 2))))
			w.ApplyColumns(&direct, question)
			w.ApplyTransposeColumns(sized, question)
			for j := range k {
				column := mat.Col(nil, j, x)
				requireNear(t, apply(w, column), mat.Col(nil, j, &direct), 1e-12, floats.Norm(column, 2), "Apply")
				requireNear(t, applyTranspose(w, column), mat.Col(nil, j, sized), 1e-12, floats.Norm(column, 2), "ApplyTranspose")
			}
		}))
	}
}

func TestReflectorsAreTheDenseMatrix(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 150).Draw(t, "n")
		seed := rapid.Uint64().Draw(t, "seed")
		d, err := NewDense(n, source(seed, 0))
		require.NoError(t, err)
		r, err := NewReflectors(n, source(seed, 0))
		require.NoError(t, err)
		require.True(t, mat.Equal(d.Matrix(), r.Dense().Matrix()), "one source, one matrix")
		require.True(t, mat.Equal(d.Matrix(), r.Dense().Matrix()), "forming the matrix leaves the reflectors alone")

		x := gaussian(n, rand.New(source(seed, 1)))
		requireNear(t, apply(d, x), apply(r, x), 1e-13*math.Sqrt(float64(n)), floats.Norm(x, 2), "Wx")
		requireNear(t, applyTranspose(d, x), applyTranspose(r, x), 1e-13*math.Sqrt(float64(n)), floats.Norm(x, 2), "Wᵀx")
	})
}

func TestWrongShapesPanic(t *testing.T) {
	for name, draw := range drawers {
		w, err := draw(3, source(1, 0))
		require.NoError(t, err)
		three, four := make([]float64, 3), make([]float64, 4)
		for what, call := range map[string]func(){
			"dst":                func() { w.Apply(four, three) },
			"x":                  func() { w.Apply(three, four) },
			"transpose dst":      func() { w.ApplyTranspose(four, three) },
			"transpose y":        func() { w.ApplyTranspose(three, four) },
			"rows":               func() { w.ApplyColumns(new(mat.Dense), mat.NewDense(4, 2, nil)) },
			"transpose rows":     func() { w.ApplyTransposeColumns(new(mat.Dense), mat.NewDense(4, 2, nil)) },
			"columns of dst":     func() { w.ApplyColumns(mat.NewDense(3, 1, nil), mat.NewDense(3, 2, nil)) },
			"columns of dst (ᵀ)": func() { w.ApplyTransposeColumns(mat.NewDense(3, 1, nil), mat.NewDense(3, 2, nil)) },
		} {
			t.Run(name+"/"+what, func(t *testing.T) {
				defer func() { require.Contains(t, fmt.Sprint(recover()), "orthogonal: ") }()
				call()
			})
		}
	}
}

func TestDrawingErrors(t *testing.T) {
	for name, draw := range drawers {
		for _, n := range []int{0, -1, math.MinInt} {
			_, err := draw(n, source(1, 0))
			require.ErrorContains(t, err, fmt.Sprintf("New%s: dimension %d", name, n))
		}
		_, err := draw(2, nil)
		require.ErrorContains(t, err, "New"+name+": nil random source")
	}
}
