package haartest

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"bsnn/internal/replay"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

const (
	size    = 32
	samples = 200
)

// Haar matrices, by another method than ours and by ours, are not refuted,
// and 200 of them are enough to confirm. False alarm: 1e-6 for each of the
// three, by construction. That the resolution 0.5 is reached fails with less: the
// largest of 24 distances between distribution functions would have to
// exceed 0.5 − 0.263, which Massart's inequality gives 24·2exp(−2·200·0.237²) <
// 1e-8.
func TestAcceptsHaar(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a second")
	}
	seed := replay.Seed(t)
	draws := map[string]func(*rand.Rand) *mat.Dense{
		"QR with the sign correction": func(rng *rand.Rand) *mat.Dense { return haar(size, rng) },
		"ours":                        ensembles["ours"](size),
		"float32":                     func(rng *rand.Rand) *mat.Dense { return rounded(ensembles["ours"](size)(rng)) },
	}
	for name, draw := range draws {
		test, err := New(size, Options{Seed: seed})
		require.NoError(t, err)
		add, rng := test.Add, rand.New(rand.NewPCG(seed, 1))
		if name == "float32" {
			add = test.AddFloat32
		}
		for range samples {
			require.NoError(t, add(draw(rng)))
		}
		r, err := test.Result(t.Context())
		require.NoError(t, err)
		require.Equal(t, Confirmed, r.Outcome, "%s: %s", name, r.Reason)
		require.LessOrEqual(t, *r.Reached, 0.5)
	}
}

// rounded rounds the entries of a matrix to float32, in place.
func rounded(q *mat.Dense) *mat.Dense {
	for i, v := range q.RawMatrix().Data {
		q.RawMatrix().Data[i] = float64(float32(v))
	}
	return q
}

// A matrix is judged by the rounding that it is said to have, unless a
// tolerance is given.
func TestRounding(t *testing.T) {
	q := rounded(haar(8, rand.New(rand.NewPCG(replay.Seed(t), 0))))
	passes := func(opt Options, add func(*Test, mat.Matrix) error) bool {
		test, err := New(8, opt)
		require.NoError(t, err)
		require.NoError(t, add(test, q))
		r, err := test.Result(t.Context())
		require.NoError(t, err)
		return r.Orthogonality.Passed
	}
	require.False(t, passes(Options{}, (*Test).Add))
	require.True(t, passes(Options{}, (*Test).AddFloat32))
	require.True(t, passes(Options{Tolerance: 1e-5}, (*Test).Add))
	require.False(t, passes(Options{Tolerance: 1e-12}, (*Test).AddFloat32))
}

// named are tested with the defaults, the others with a smaller reference.
var named = []string{"QR without the sign correction", "permutations times signs", "one matrix repeated"}

// Each wrong ensemble is refuted, by the checks that are said to see it. The
// statistics differ so much from their laws that a miss has no measurable
// probability: 200 tosses of a coin that is constant under the alternative,
// or distances of distribution functions above 0.4 against a threshold below 0.3.
func TestRefutesWrongEnsembles(t *testing.T) {
	seed := replay.Seed(t)
	for name, seen := range map[string][]string{
		"QR without the sign correction": {"determinant", "trace of Q", "entries: first", "left invariance: trace",
			"right invariance: trace"},
		"permutations times signs": {"entries: fourth powers", "entries: largest", "entries: random place",
			"left invariance: fourth powers", "right invariance: fourth powers", "eigenangle spacing"},
		"one matrix repeated":                  {"successive matrices", "repeated matrices", "determinant"},
		"SO(n)":                                {"determinant"},
		"first column non-negative at the top": {"entries: sum of the first row", "entries: first"},
		"rows with a positive diagonal":        {"trace of Q", "left invariance: trace"},
		"Haar in two blocks":                   {"entries: fourth powers", "eigenangle spacing", "left invariance: fourth powers"},
		"symmetric":                            {"trace of Q²", "trace of Q⁴", "eigenangle spacing"},
		"one reflection":                       {"trace of Q", "extremes: trace", "left invariance: trace"},
		"constant vector fixed":                {"entries: sum of all", "left invariance: sum", "right invariance: sum"},
		"independent eigenangles":              {"eigenangle spacing"},
		"slow random walk":                     {"successive matrices"},
		"two matrices in turn":                 {"repeated matrices"},
	} {
		opt := Options{Seed: seed}
		if testing.Short() || !slices.Contains(named, name) {
			opt.Reference = 300
		}
		r := judge(t, size, samples, opt, rand.New(rand.NewPCG(seed, 1)), ensembles[name](size))
		require.Equal(t, Refuted, r.Outcome, name)
		require.NotEmpty(t, r.Reason)
		for _, c := range r.Checks {
			if slices.Contains(seen, c.Name) {
				require.Equal(t, Refuted, c.Outcome, "%s should see %s: p = %g", c.Name, name, *c.P)
				seen = slices.DeleteFunc(seen, func(s string) bool { return s == c.Name })
			}
		}
		require.Empty(t, seen, name)
	}
	r := judge(t, size, samples, Options{Seed: seed}, rand.New(rand.NewPCG(seed, 1)), ensembles["Gaussian/√n"](size))
	require.Equal(t, Refuted, r.Outcome)
	require.False(t, r.Orthogonality.Passed)
	require.Empty(t, r.Checks)
}

// Gaussian matrices divided by √n stay refuted when later matrices are good
// or overflow.
func TestNotOrthogonal(t *testing.T) {
	rng := rand.New(rand.NewPCG(replay.Seed(t), 0))
	for _, bad := range []float64{1e-6, 1e200} {
		test, err := New(4, Options{})
		require.NoError(t, err)
		q := haar(4, rng)
		require.NoError(t, test.Add(q))
		wrong := mat.DenseCopyOf(q)
		wrong.Set(1, 2, wrong.At(1, 2)+bad)
		require.NoError(t, test.Add(wrong))
		require.NoError(t, test.Add(q))
		r, err := test.Result(t.Context())
		require.NoError(t, err)
		require.Equal(t, Refuted, r.Outcome)
		require.Equal(t, 1, r.Orthogonality.Matrix)
		require.Contains(t, r.Reason, "matrix 1")
		_, err = json.Marshal(r)
		require.NoError(t, err, "no infinities")

		test, err = New(4, Options{Tolerance: 1e-5})
		require.NoError(t, err)
		require.NoError(t, test.Add(wrong))
		r, err = test.Result(t.Context())
		require.NoError(t, err)
		require.Equal(t, bad < 1e-5/2, r.Orthogonality.Passed, "own tolerance")
	}
}

// One matrix of a kind decides nothing, unless it is impossible: the checks
// that need two say so, and the others have no p-value below the threshold.
// False alarm: 1e-8 for each of 18 samples.
func TestFewMatrices(t *testing.T) {
	rng := rand.New(rand.NewPCG(replay.Seed(t), 0))
	for _, n := range []int{2, 3, 7, 8, 9, 33} {
		for _, k := range []int{1, 2, 5} {
			r := judge(t, n, k, Options{Reference: 50, Alpha: 1e-8}, rng, func(rng *rand.Rand) *mat.Dense { return haar(n, rng) })
			require.Equal(t, Undecided, r.Outcome, "n = %d, k = %d: %s", n, k, r.Reason)
			for _, c := range r.Checks {
				require.Equal(t, c.P == nil, c.NotMade != "")
				require.Equal(t, c.NotMade != "", k == 1 && (c.Name == "successive matrices" || c.Name == "repeated matrices") ||
					n < minSpacingDim && c.Name == "eigenangle spacing", "n = %d, k = %d: %s: %s", n, k, c.Name, c.NotMade)
			}
		}
	}
	for name, n := range map[string]int{"one reflection": size, "permutations times signs": size, "QR without the sign correction": 1024} {
		if n > size && testing.Short() {
			continue
		}
		r := judge(t, n, 1, Options{Reference: -1}, rng, ensembles[name](n))
		require.Equal(t, Refuted, r.Outcome, "one matrix: %s", name)
	}
}

// Small matrices can be confirmed too, where spacing does not exist.
// False alarm: 1e-6, and the reached resolution as in TestAcceptsHaar.
func TestSmallSizes(t *testing.T) {
	seed := replay.Seed(t)
	for _, n := range []int{4, 5, 8, 9} {
		r := judge(t, n, 300, Options{Seed: seed}, rand.New(rand.NewPCG(seed, uint64(n))),
			func(rng *rand.Rand) *mat.Dense { return haar(n, rng) })
		require.Equal(t, Confirmed, r.Outcome, "n = %d: %s", n, r.Reason)
	}
	r := judge(t, 2, 300, Options{Seed: seed}, rand.New(rand.NewPCG(seed, 2)), func(rng *rand.Rand) *mat.Dense { return haar(2, rng) })
	require.Equal(t, Undecided, r.Outcome, "in the plane a repetition may be chance: %s", r.Reason)
}

func TestReferenceCanBeDeclined(t *testing.T) {
	seed := replay.Seed(t)
	r := judge(t, size, samples, Options{Seed: seed, Reference: -1}, rand.New(rand.NewPCG(seed, 0)),
		func(rng *rand.Rand) *mat.Dense { return haar(size, rng) })
	require.Equal(t, Undecided, r.Outcome)
	require.Zero(t, r.Reference)
	require.Nil(t, r.Reached)
	r = judge(t, size, samples, Options{Seed: seed, Reference: -1}, rand.New(rand.NewPCG(seed, 0)),
		ensembles["QR without the sign correction"](size))
	require.Equal(t, Refuted, r.Outcome)
}

// The same matrices and seed give the same result, on any number of cores;
// α is divided among the checks made.
func TestResultIsReproducible(t *testing.T) {
	seed := replay.Seed(t)
	run := func() Result {
		return judge(t, 8, 50, Options{Seed: seed, Alpha: 1e-3, Resolution: 0.9}, rand.New(rand.NewPCG(seed, 0)),
			func(rng *rand.Rand) *mat.Dense { return haar(8, rng) })
	}
	a, b := run(), run()
	require.Equal(t, a, b)
	require.InDelta(t, 1e-3, a.CheckAlpha*float64(len(a.Checks)), 1e-12)
	for _, c := range a.Checks {
		for _, text := range []string{c.Name, c.Method, c.Sees, c.Blind} {
			require.NotEmpty(t, text)
		}
	}
	_, err := json.Marshal(a)
	require.NoError(t, err)
}

func TestBadInput(t *testing.T) {
	for _, n := range []int{1, 0, -3} {
		_, err := New(n, Options{})
		require.ErrorContains(t, err, "want at least 2")
	}
	for want, opt := range map[string]Options{
		"alpha is 1":         {Alpha: 1},
		"alpha is NaN":       {Alpha: math.NaN()},
		"resolution is -1":   {Resolution: -1},
		"resolution is 2":    {Resolution: 2},
		"tolerance is -1":    {Tolerance: -1},
		"tolerance is +Inf":  {Tolerance: math.Inf(1)},
		"alpha is -1e-06, w": {Alpha: -1e-6},
	} {
		_, err := New(4, opt)
		require.ErrorContains(t, err, want)
	}
	test, err := New(2, Options{})
	require.NoError(t, err)
	_, err = test.Result(t.Context())
	require.ErrorContains(t, err, "no matrices")
	require.ErrorContains(t, test.Add(mat.NewDense(2, 3, nil)), "2×3, want 2×2")
	require.ErrorContains(t, test.Add(mat.NewDense(2, 2, []float64{1, 0, math.NaN(), 1})), "entry (1, 0) is NaN")
	require.NoError(t, test.Add(mat.NewDense(2, 2, []float64{1, 0, 0, 1})))
	ended, end := context.WithCancel(t.Context())
	end()
	_, err = test.Result(ended)
	require.ErrorIs(t, err, context.Canceled)
}

// The sentences of the catalogue cover all kinds.
func TestCatalogueIsComplete(t *testing.T) {
	for k, about := range catalogue {
		require.NotEmpty(t, about.Sees, "kind %d", k)
		require.NotEmpty(t, about.Blind, "kind %d", k)
		require.NotEmpty(t, about.Method, "kind %d", k)
	}
	require.Len(t, slices.Collect(maps.Keys(ensembles)), 15, "every ensemble is used above: two are Gaussian and ours")
}

func ExampleTest() {
	test, err := New(16, Options{Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 100 {
		q, _ := qr(gaussian(16, rng)) // forgets the signs
		if err := test.Add(q); err != nil {
			fmt.Println(err)
			return
		}
	}
	r, err := test.Result(context.Background())
	fmt.Println(r.Outcome, err)
	fmt.Println(r.Reason)
	// Output:
	// refuted <nil>
	// trace of Q: p ≤ 7.9×10⁻⁷⁷, threshold 4×10⁻⁸
}
