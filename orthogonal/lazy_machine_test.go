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

// machineTolerance is relative to the lengths of the vectors compared.
const machineTolerance = 1e-10

// An answered question: b = Wa, whichever of the two was asked. Both are
// divided by the length of the question.
type answered struct {
	a, b  []float64
	scale float64 // the length of the question
}

// lazyMachine asks a Lazy anything and compares it with the model "there is
// one orthogonal W". Such a W exists exactly when ⟨aᵢ, aⱼ⟩ = ⟨bᵢ, bⱼ⟩ for
// all pairs: that is lengths, inner products, repetitions, linearity and,
// where aᵢ was asked of W and bⱼ of Wᵀ, adjointness. Repetition and
// linearity are checked once more as such, entry by entry.
type lazyMachine struct {
	w     *Lazy
	n     int
	asked []answered
}

func TestLazyIsOneOrthogonalMatrix(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.OneOf(rapid.IntRange(1, 4), rapid.IntRange(1, 64)).Draw(t, "n")
		w, err := NewLazy(n, source(rapid.Uint64().Draw(t, "source"), 0))
		require.NoError(t, err)
		m := &lazyMachine{w: w, n: n}
		t.Repeat(rapid.StateMachineActions(m))
		m.finish(t)
	})
}

// Check holds after every action.
func (m *lazyMachine) Check(t *rapid.T) {
	require.LessOrEqual(t, m.w.Known(), min(m.n, len(m.asked)))
	require.Len(t, m.w.u, m.w.Known())
}

// Fresh asks a new vector of any scale.
func (m *lazyMachine) Fresh(t *rapid.T) {
	x := m.vector(t)
	scale(math.Pow(10, rapid.Float64Range(-150, 150).Draw(t, "log scale")), x)
	m.ask(t, x)
}

// Adaptive asks a function of the last answer.
func (m *lazyMachine) Adaptive(t *rapid.T) {
	last := m.former(t)
	x := make([]float64, m.n)
	for i, v := range last.b {
		x[i] = math.Max(v, 0) + last.a[i]*last.a[i]
	}
	m.ask(t, x)
}

// Zero asks the zero vector.
func (m *lazyMachine) Zero(t *rapid.T) {
	known := m.w.Known()
	require.Equal(t, make([]float64, m.n), apply(m.w, make([]float64, m.n)))
	require.Equal(t, make([]float64, m.n), applyTranspose(m.w, make([]float64, m.n)))
	require.Equal(t, known, m.w.Known())
}

// Repeat asks a former question, at another scale, or its answer back.
func (m *lazyMachine) Repeat(t *rapid.T) {
	q := m.former(t)
	known := m.w.Known()
	factor := math.Pow(10, rapid.Float64Range(-150, 150).Draw(t, "log factor"))
	requireNear(t, scaled(factor, q.b), apply(m.w, scaled(factor, q.a)), machineTolerance, factor, "Wa once more")
	requireNear(t, scaled(factor, q.a), applyTranspose(m.w, scaled(factor, q.b)), machineTolerance, factor, "Wᵀb once more")
	require.LessOrEqual(t, m.w.Known(), known, "nothing new was asked")
}

// Combine asks a linear combination of two former questions.
func (m *lazyMachine) Combine(t *rapid.T) {
	p, q := m.former(t), m.former(t)
	c := rapid.Float64Range(-2, 2).Draw(t, "coefficient")
	a, b := scaled(c, q.a), scaled(c, q.b)
	floats.Add(a, p.a)
	floats.Add(b, p.b)
	requireNear(t, b, apply(m.w, a), machineTolerance, 1+math.Abs(c), "W(a + ca′)")
	requireNear(t, a, applyTranspose(m.w, b), machineTolerance, 1+math.Abs(c), "Wᵀ(b + cb′)")
	m.record(t, a, apply(m.w, a), floats.Norm(a, 2))
}

// NearlyDependent asks a former question plus a little.
func (m *lazyMachine) NearlyDependent(t *rapid.T) {
	little := math.Pow(10, -rapid.Float64Range(1, 17).Draw(t, "-log distance"))
	x := scaled(little, m.vector(t))
	floats.Add(x, m.former(t).a)
	m.ask(t, x)
}

// Columns asks many vectors at once.
func (m *lazyMachine) Columns(t *rapid.T) {
	k := rapid.OneOf(rapid.IntRange(1, 5), rapid.IntRange(columnBlock-1, columnBlock+2)).Draw(t, "columns")
	x := mat.NewDense(m.n, k, nil)
	for j := range k {
		x.SetCol(j, m.vector(t))
	}
	var answer mat.Dense
	transpose := rapid.Bool().Draw(t, "transpose")
	if transpose {
		m.w.ApplyTransposeColumns(&answer, x)
	} else {
		m.w.ApplyColumns(&answer, x)
	}
	for j := range k {
		a, b := mat.Col(nil, j, x), mat.Col(nil, j, &answer)
		size := floats.Norm(a, 2)
		if transpose {
			a, b = b, a
		}
		m.record(t, a, b, size)
	}
}

// SaveAndRestore goes on with a copy made of bytes.
func (m *lazyMachine) SaveAndRestore(t *rapid.T) {
	data, err := m.w.MarshalBinary()
	require.NoError(t, err)
	restored := new(Lazy)
	require.NoError(t, restored.UnmarshalBinary(data))
	again, err := restored.MarshalBinary()
	require.NoError(t, err)
	require.Equal(t, data, again)
	m.w = restored
}

// Clone asks a clone something and goes on with the original, or the other
// way round: what was asked of the one has no effect on the other.
func (m *lazyMachine) Clone(t *rapid.T) {
	before, err := m.w.MarshalBinary()
	require.NoError(t, err)
	other, err := m.w.Clone()
	require.NoError(t, err)
	if rapid.Bool().Draw(t, "go on with the clone") {
		m.w, other = other, m.w
	}
	apply(other, m.vector(t))
	applyTranspose(other, m.vector(t))
	other.Materialize()
	after, err := m.w.MarshalBinary()
	require.NoError(t, err)
	require.Equal(t, before, after)
}

// vector draws a vector: Gaussian, a coordinate vector, or anything of
// moderate size.
func (m *lazyMachine) vector(t *rapid.T) []float64 {
	switch rapid.IntRange(0, 2).Draw(t, "kind") {
	case 0:
		return gaussian(m.n, rand.New(source(rapid.Uint64().Draw(t, "vector"), 0)))
	case 1:
		x := make([]float64, m.n)
		x[rapid.IntRange(0, m.n-1).Draw(t, "coordinate")] = 1
		return x
	default:
		x := rapid.SliceOfN(rapid.Float64Range(-8, 8), m.n, m.n).Draw(t, "entries")
		for i, v := range x {
			if math.Abs(v) < 1e-100 { // so that no scale makes all of x subnormal
				x[i] = 0
			}
		}
		return x
	}
}

func (m *lazyMachine) former(t *rapid.T) answered {
	if len(m.asked) == 0 {
		t.Skip("nothing asked yet")
	}
	return m.asked[rapid.IntRange(0, len(m.asked)-1).Draw(t, "former question")]
}

// ask puts x to W or to Wᵀ and compares the answer with all former ones.
func (m *lazyMachine) ask(t *rapid.T, x []float64) {
	before := append([]float64(nil), x...)
	size := floats.Norm(x, 2)
	if rapid.Bool().Draw(t, "transpose") {
		m.record(t, applyTranspose(m.w, x), x, size)
	} else {
		m.record(t, x, apply(m.w, x), size)
	}
	require.Equal(t, before, x, "the question is not written to")
}

func (m *lazyMachine) record(t *rapid.T, a, b []float64, size float64) {
	if size == 0 {
		require.Zero(t, floats.Norm(a, 2))
		require.Zero(t, floats.Norm(b, 2))
		return
	}
	m.asked = append(m.asked, answered{scaled(1/size, a), scaled(1/size, b), size})
	m.compare(t, len(m.asked)-1)
}

// compare checks the j-th answer against all up to it.
func (m *lazyMachine) compare(t *rapid.T, j int) {
	last := m.asked[j]
	for i, other := range m.asked[:j+1] {
		in, out := floats.Dot(other.a, last.a), floats.Dot(other.b, last.b)
		require.InDelta(t, in, out, machineTolerance, "⟨a%d, a%d⟩ and ⟨b%d, b%d⟩", i, j, i, j)
	}
}

// finish asks for the whole matrix, row by row and column by column, and
// checks every answer against it.
func (m *lazyMachine) finish(t *rapid.T) {
	w := m.w.Materialize().Matrix()
	require.Equal(t, m.n, m.w.Known(), "the matrix is complete")
	require.True(t, mat.EqualApprox(w, formed(m.w), machineTolerance), "W is what it answers")
	require.LessOrEqual(t, OrthogonalityError(w), machineTolerance)
	wt := new(mat.Dense)
	m.w.ApplyTransposeColumns(wt, identity(m.n))
	require.True(t, mat.EqualApprox(w.T(), wt, machineTolerance), "W and Wᵀ are one matrix")
	d, err := DenseOf(w)
	require.NoError(t, err)
	for i, q := range m.asked {
		requireNear(t, q.b, apply(d, q.a), machineTolerance, 1, fmt.Sprintf("question %d of length %g", i, q.scale))
	}
}

func scaled(c float64, x []float64) []float64 {
	dst := make([]float64, len(x))
	floats.ScaleTo(dst, c, x)
	return dst
}
