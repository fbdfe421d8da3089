package orthogonal

import (
	"math"
	"math/rand/v2"
	"testing"

	"bsnn/internal/replay"
	"bsnn/internal/vector"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"
)

// askBoth puts the columns of x to two twins, together and one by one.
func askBoth(t *rapid.T, together, single *Lazy, transpose bool, x *mat.Dense) (got, want *mat.Dense) {
	n, k := x.Dims()
	got, want = new(mat.Dense), mat.NewDense(n, k, nil)
	ask, askOne := together.ApplyColumns, single.Apply
	if transpose {
		ask, askOne = together.ApplyTransposeColumns, single.ApplyTranspose
	}
	ask(got, x)
	answer := make([]float64, n)
	for j := range k {
		askOne(answer, mat.Col(nil, j, x))
		want.SetCol(j, answer)
	}
	require.Equal(t, single.Known(), together.Known())
	return got, want
}

var columnCounts = []int{1, 2, 7, columnBlock - 1, columnBlock, columnBlock + 1, 2*columnBlock + 3}

// Asking columns together is asking them one after the other: the same
// answers up to rounding, the same number of known directions, the same
// draws. Questions here are well-conditioned, at most a third of n, so that
// rounding is not amplified.
func TestColumnsTogetherAreOneByOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		first, second := rapid.SampledFrom(columnCounts).Draw(t, "columns"), rapid.SampledFrom(columnCounts).Draw(t, "more columns")
		n := 3 * (first + second)
		together, single := newLazyFrom(t, n, source(seed, 0)), newLazyFrom(t, n, source(seed, 0))
		rng := rand.New(source(seed, 1))
		var old []float64
		for call, k := range []int{first, second} {
			x := mat.NewDense(n, k, gaussian(n*k, rng))
			for j := range k {
				column := mat.Col(nil, j, x)
				switch rng.IntN(8) {
				case 0:
					clear(column)
				case 1:
					column[rng.IntN(n)] = math.NaN()
				case 2:
					scale(math.Pow(10, 280*rng.Float64()-140), column)
				case 3:
					if old != nil {
						copy(column, old)
					}
				default:
					old = column
				}
				x.SetCol(j, column)
			}
			got, want := askBoth(t, together, single, call == 1, x)
			for j := range k {
				answer, right := mat.Col(nil, j, got), mat.Col(nil, j, want)
				if math.IsNaN(right[0]) {
					for _, v := range answer {
						require.True(t, math.IsNaN(v))
					}
					continue
				}
				requireNear(t, right, answer, 1e-12, floats.Norm(right, 2), "answer")
			}
		}
		require.Equal(t, single.src.Uint64(), together.src.Uint64(), "the same draws")
	})
}

// Nearly dependent questions, more of them than dimensions: the bases stay
// orthonormal, and all answers are those of the one matrix that they
// determine.
func TestColumnsOfAnyConditionAreOneMatrix(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.SampledFrom([]int{150, 100, 70, 30, 5, 2, 1}).Draw(t, "n")
		seed := rapid.Uint64().Draw(t, "seed")
		together, single := newLazyFrom(t, n, source(seed, 0)), newLazyFrom(t, n, source(seed, 0))
		rng := rand.New(source(seed, 1))
		var old [][]float64
		var questions, answers []*mat.Dense
		for call := range rapid.IntRange(1, 4).Draw(t, "calls") {
			k := rapid.SampledFrom(columnCounts).Draw(t, "columns")
			x := mat.NewDense(n, k, nil)
			for j := range k {
				column := gaussian(n, rng)
				switch rng.IntN(4) {
				case 0:
					clear(column)
					column[rng.IntN(n)] = 1
				case 1, 2: // a former question, exactly or nearly
					if len(old) > 0 {
						scale(math.Pow(10, -1-8*rng.Float64())*float64(rng.IntN(2)), column)
						floats.Add(column, old[rng.IntN(len(old))])
					}
				}
				old = append(old, column)
				x.SetCol(j, column)
			}
			got, _ := askBoth(t, together, single, call%2 == 1, x)
			if call%2 == 1 {
				x, got = got, x
			}
			questions, answers = append(questions, x), append(answers, got)
			require.LessOrEqual(t, OrthogonalityError(together.v.matrix()), 1e-13)
			require.LessOrEqual(t, OrthogonalityError(together.u.matrix()), 1e-13)
		}
		require.Equal(t, single.src.Uint64(), together.src.Uint64(), "the same draws")
		restored, err := together.Clone()
		require.NoError(t, err)
		w := restored.Materialize().Matrix()
		for i, x := range questions {
			var want mat.Dense
			want.Mul(w, x)
			require.LessOrEqual(t, difference(&want, answers[i]), 1e-11*mat.Norm(x, 2), "call %d", i)
		}
	})
}

// The same when blocks of columns complete the matrix, where the last
// complement to draw from is a line: see TestLazyBasesStayOrthonormal.
func TestColumnsThatCompleteTheMatrix(t *testing.T) {
	const n = 24
	seed := replay.Seed(t)
	for i := range 300 {
		w, rng := newLazy(t, n, seed+uint64(i)), rand.New(source(seed, -1-i))
		var answer, rest mat.Dense
		w.ApplyColumns(&answer, mat.NewDense(n, n/2, gaussian(n*n/2, rng)))
		w.ApplyTransposeColumns(&rest, mat.NewDense(n, n/2, gaussian(n*n/2, rng)))
		require.Equal(t, n, w.Known())
		require.LessOrEqual(t, OrthogonalityError(w.v.matrix()), 4e-15)
		require.LessOrEqual(t, OrthogonalityError(w.u.matrix()), 4e-15)
	}
}

func newLazyFrom(t require.TestingT, n int, src rand.Source) *Lazy {
	w, err := NewLazy(n, src)
	require.NoError(t, err)
	return w
}

// A thousand questions at n = 4,096, singly, in blocks of columns, forward
// and back: both bases stay orthonormal to 1e-13, and nothing is kept but
// them.
func TestLazyThousandQuestions(t *testing.T) {
	if testing.Short() {
		t.Skip("takes ten seconds")
	}
	const n = 4096
	seed := replay.Seed(t)
	w := newLazy(t, n, seed)
	rng := rand.New(source(seed, 1))
	x := make([]float64, n)
	for asked := 0; asked < 1000; {
		if asked%200 == 0 { // some singly, in a direction of their own
			for range 10 {
				apply(w, gaussian(n, rng))
				asked++
			}
			continue
		}
		k := min(95, 1000-asked, 200-asked%200)
		columns := mat.NewDense(n, k, gaussian(n*k, rng))
		for j := 1; j < k; j += 2 { // half of them nearly dependent
			columns.SetCol(j, floats.AddScaledTo(x, mat.Col(nil, j-1, columns), 1e-6, mat.Col(nil, j, columns)))
		}
		var answer mat.Dense
		if asked%400 < 200 {
			w.ApplyColumns(&answer, columns)
		} else {
			w.ApplyTransposeColumns(&answer, columns)
		}
		asked += k
	}
	require.Equal(t, 1000, w.Known())
	require.LessOrEqual(t, OrthogonalityError(w.v.matrix()), 1e-13)
	require.LessOrEqual(t, OrthogonalityError(w.u.matrix()), 1e-13)
	for _, b := range []basis{w.v, w.u} {
		require.Len(t, b, 1000)
		for _, column := range b {
			require.Equal(t, n, cap(column))
		}
	}
}

// After saving, both go on with the same answers to the last bit, and the
// matrices they complete are equal.
func TestLazyResumesToTheBit(t *testing.T) {
	for name, newSource := range map[string]func(seed uint64) rand.Source{
		"PCG":     func(seed uint64) rand.Source { return rand.NewPCG(seed, 1) },
		"ChaCha8": func(seed uint64) rand.Source { return rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8)}) },
		"Stream": func(seed uint64) rand.Source {
			s := vector.NewSource(vector.Stream{Key: seed})
			return &s
		},
	} {
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			n := rapid.IntRange(1, 60).Draw(t, "n")
			seed := rapid.Uint64().Draw(t, "seed")
			w := newLazyFrom(t, n, newSource(seed))
			rng := rand.New(source(seed, 2))
			for range rapid.IntRange(0, n+2).Draw(t, "questions before") {
				apply(w, gaussian(n, rng))
				applyTranspose(w, gaussian(n, rng))
			}
			data, err := w.MarshalBinary()
			require.NoError(t, err)
			require.LessOrEqual(t, len(data), 16*n*w.Known()+400)
			restored := new(Lazy)
			require.NoError(t, restored.UnmarshalBinary(data))
			clone, err := w.Clone()
			require.NoError(t, err)
			for range 3 {
				x := gaussian(n, rng)
				want := apply(w, x)
				require.Equal(t, want, apply(restored, x))
				require.Equal(t, want, apply(clone, x))
			}
			want := w.Materialize().Matrix()
			require.True(t, mat.Equal(want, restored.Materialize().Matrix()))
			require.True(t, mat.Equal(want, clone.Materialize().Matrix()))
			require.LessOrEqual(t, OrthogonalityError(want), 1e-13)
		}))
	}
}

// A clone and its original can both go on, in different directions.
func TestLazyCloneIsIndependent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(4, 30).Draw(t, "n")
		seed := rapid.Uint64().Draw(t, "seed")
		w, rng := newLazyFrom(t, n, source(seed, 0)), rand.New(source(seed, 1))
		for range rapid.IntRange(0, 3).Draw(t, "before") {
			apply(w, gaussian(n, rng))
		}
		clone, err := w.Clone()
		require.NoError(t, err)
		x, y := gaussian(n, rng), gaussian(n, rng)
		cx, cy := apply(clone, x), applyTranspose(clone, y)
		wx, wy := applyTranspose(w, x), apply(w, y)
		requireNear(t, cx, apply(clone, x), 1e-12, norm(x), "clone, again")
		requireNear(t, cy, applyTranspose(clone, y), 1e-12, norm(y), "clone, again, transposed")
		requireNear(t, wx, applyTranspose(w, x), 1e-12, norm(x), "original, again")
		requireNear(t, wy, apply(w, y), 1e-12, norm(y), "original, again, transposed")
		for _, m := range []*Dense{clone.Materialize(), w.Materialize()} {
			require.LessOrEqual(t, OrthogonalityError(m.Matrix()), 1e-13)
		}
	})
}

func TestLazyStateErrors(t *testing.T) {
	odd := newLazyFrom(t, 3, new(stuckSource))
	_, err := odd.MarshalBinary()
	require.ErrorContains(t, err, "*orthogonal.stuckSource, want a *montecarlo.Stream, *rand.PCG or *rand.ChaCha8")
	_, err = odd.Clone()
	require.ErrorContains(t, err, "*orthogonal.stuckSource")

	w := newLazy(t, 3, 1)
	want := apply(w, []float64{1, 2, 3})
	data, err := w.MarshalBinary()
	require.NoError(t, err)
	for i := range data {
		require.ErrorContains(t, w.UnmarshalBinary(data[:i]), "Lazy.UnmarshalBinary", "cut at %d", i)
		damaged := append([]byte(nil), data...)
		damaged[i] ^= 1
		require.Error(t, w.UnmarshalBinary(damaged), "byte %d", i)
	}
	require.Error(t, w.UnmarshalBinary(append(data, 0)))
	require.Equal(t, want, apply(w, []float64{1, 2, 3}), "a failure changes nothing")

	for _, c := range []struct {
		n, k, bytes uint64
		want        bool
	}{{3, 1, 48, true}, {3, 0, 0, true}, {0, 0, 0, false}, {3, 0, 48, false}, {3, 4, 192, false}, {3, 1, 47, false}, {1 << 60, 1 << 60, 0,
		false}, {1 << 63, 1, 0, false}, {1 << 32, 1 << 28, 0, false}} {
		require.Equal(t, c.want, fits(c.n, c.k, c.bytes), "%v", c)
	}
}
