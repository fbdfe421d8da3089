package properties_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"bsnn/gpnorm"
	"bsnn/internal/replay"
	"bsnn/network"
	"bsnn/orthogonal"
	"bsnn/properties"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

func TestSeedVariableIsTheProjects(t *testing.T) {
	require.Equal(t, replay.Variable, properties.SeedVariable)
}

// requireFailure runs an assertion that must fail, and looks for what a
// reader needs in its message.
func requireFailure(t *testing.T, assertion func(t properties.TB) bool, parts ...string) {
	t.Helper()
	r := &recorder{name: t.Name()}
	require.False(t, assertion(r))
	require.True(t, r.failed)
	for _, p := range append(parts, "claimed:", "seen:", "odds:") {
		require.Contains(t, r.String(), p)
	}
	t.Log(r)
}

// scaled is the activation with a multiplied by the factor.
func scaled(a gpnorm.Activation, factor float64) gpnorm.Activation {
	out := a.Affine(factor, 0)
	out.Name = "scaled " + a.Name
	return out
}

func TestGPNormalized(t *testing.T) {
	for _, name := range []string{"tanh", "relu", "gelu"} {
		require.True(t, properties.GPNormalized(t, normalize(t, name).Activation))
	}
	requireFailure(t, func(t properties.TB) bool { return properties.GPNormalized(t, lookup2("tanh")) }, "E φ(g)² = 0.394", "1.46741")
	off := scaled(normalize(t, "tanh").Activation, 1.01)
	requireFailure(t, func(t properties.TB) bool { return properties.GPNormalized(t, off) }, "1.0201")
	require.True(t, properties.GPNormalized(t, off, properties.Tolerance(0.03)))
	wrong := normalize(t, "tanh").Activation
	wrong.Both, wrong.Deriv = nil, lookup2("tanh").Deriv
	requireFailure(t, func(t properties.TB) bool { return properties.GPNormalized(t, wrong) }, "derivative does not belong")
}

func lookup2(name string) gpnorm.Activation {
	a, _ := gpnorm.Lookup(name)
	return a
}

// A right activation passes except with probability 1e-9 for a wrong answer,
// and below 1e-10 for no answer: theory puts 1 % outside, the limit is 10 %.
func TestNormsPreserved(t *testing.T) {
	if testing.Short() {
		t.Skip("takes more than a second")
	}
	if raceDetector {
		requireFailure(t, func(t properties.TB) bool {
			return properties.NormsPreserved(t, lookup2("tanh"), properties.Widths(64))
		}, "replay:")
		return
	}
	require.True(t, properties.NormsPreserved(t, normalize(t, "tanh").Activation))
	require.True(t, properties.NormsPreserved(t, normalize(t, "relu").Activation, properties.Widths(256, 2048), properties.Depth(5)))
	requireFailure(t, func(t properties.TB) bool { return properties.NormsPreserved(t, lookup2("tanh")) },
		"‖x⁽ᴸ⁺¹⁾‖/√n", "‖d⁽¹⁾‖/‖d⁽ᴸ⁾‖", "replay:", "BSNN_SEED=", "TestNormsPreserved")
	off := scaled(normalize(t, "tanh").Activation, 1.01)
	requireFailure(t, func(t properties.TB) bool { return properties.NormsPreserved(t, off, properties.Depth(1)) }, "within 0.005")
	other, err := normalize(t, "gelu").WithRoot(1 - normalize(t, "gelu").Chosen)
	require.NoError(t, err)
	requireFailure(t, func(t properties.TB) bool {
		return properties.NormsPreserved(t, other.Activation, properties.Depth(100), properties.Seed(5))
	}, "the seed is fixed, 5")
}

// withoutSigns is the orthogonal factor of a Gaussian matrix as LAPACK returns it.
func withoutSigns(n int, src rand.Source) (*mat.Dense, error) {
	r := rand.New(src)
	m := mat.NewDense(n, n, nil)
	for i := range n {
		for j := range n {
			m.Set(i, j, r.NormFloat64())
		}
	}
	var qr mat.QR
	qr.Factorize(m)
	var q mat.Dense
	qr.QTo(&q)
	return &q, nil
}

func TestHaarDistributed(t *testing.T) {
	if testing.Short() {
		t.Skip("takes more than a second")
	}
	require.True(t, properties.HaarDistributed(t, orthogonal.NewDense))
	require.True(t, properties.HaarDistributed(t, orthogonal.NewLazy, properties.Widths(5), properties.Trials(300)))
	require.True(t, properties.HaarDistributed(t, func(n int, src rand.Source) (mat.Matrix, error) {
		w, err := orthogonal.NewDense(n, src)
		if err != nil {
			return nil, err
		}
		return w.Matrix().T(), nil
	}))
	requireFailure(t, func(t properties.TB) bool { return properties.HaarDistributed(t, withoutSigns) }, "independent Haar matrices",
		"BSNN_SEED=")
	requireFailure(t, func(t properties.TB) bool { return properties.HaarDistributed(t, orthogonal.NewDenseRotation) }, "determinant")
	requireFailure(t, func(t properties.TB) bool { return properties.HaarDistributed(t, gaussianWeights) }, "not orthogonal")
	r := &recorder{name: t.Name()}
	require.False(t, properties.HaarDistributed(r, func(int, rand.Source) (string, error) { return "", nil }))
	require.Contains(t, r.String(), "want a mat.Matrix or an orthogonal.Operator")
}

func gaussianWeights(n int, src rand.Source) (*orthogonal.Dense, error) {
	r := rand.New(src)
	m := mat.NewDense(n, n, nil)
	for i := range n {
		for j := range n {
			m.Set(i, j, r.NormFloat64()/math.Sqrt(float64(n)))
		}
	}
	return orthogonal.DenseOf(m)
}

// notTransposed applies W where Wᵀ belongs.
type notTransposed struct{ *orthogonal.Dense }

func (w notTransposed) ApplyTranspose(dst, y []float64) { w.Apply(dst, y) }

func TestNetwork(t *testing.T) {
	if testing.Short() {
		t.Skip("takes more than a second")
	}
	act := normalize(t, "tanh").Activation
	require.True(t, properties.Network(t, properties.NetOf(act, 100, 2, orthogonal.NewReflectors)))
	require.True(t, properties.Network(t, properties.NetOf(normalize(t, "relu").Activation, 64, 1, orthogonal.NewLazy)))
	requireFailure(t, func(t properties.TB) bool {
		return properties.Network(t, properties.NetOf(act, 64, 3, gaussianWeights))
	}, "the first weights are orthogonal")
	requireFailure(t, func(t properties.TB) bool {
		return properties.Network(t, properties.NetOf(act, 64, 2, func(n int, src rand.Source) (notTransposed, error) {
			w, err := orthogonal.NewDense(n, src)
			return notTransposed{w}, err
		}))
	}, "is the gradient of")
	requireFailure(t, func(t properties.TB) bool {
		return properties.Network(t, properties.NetOf(lookup2("tanh"), 64, 5, orthogonal.NewReflectors))
	}, "‖x⁽ᴸ⁺¹⁾‖/√n", "‖d⁽¹⁾‖/‖d⁽ᴸ⁾‖", "-run '^TestNetwork$'")
	forgetful := properties.NetOf(act, 64, 2, orthogonal.NewDense)
	run := forgetful.Run
	forgetful.Run = func(_ rand.Source, x, y []float64) (properties.Passage, error) {
		return run(rand.NewPCG(rand.Uint64(), 1), x, y)
	}
	requireFailure(t, func(t properties.TB) bool { return properties.Network(t, forgetful) }, "draw its weights from src")
}

// tied is a network all of whose layers are one matrix.
func tied(act gpnorm.Activation, width, depth int) properties.Net {
	return properties.NetOf(act, width, depth, func() func(n int, src rand.Source) (*orthogonal.Dense, error) {
		drawn := 0
		var w *orthogonal.Dense
		return func(n int, src rand.Source) (_ *orthogonal.Dense, err error) {
			if drawn%depth == 0 {
				w, err = orthogonal.NewDense(n, src)
			}
			drawn++
			return w, err
		}
	}())
}

// What is drawn once for all layers, or once for all networks, keeps norms as
// well as independent weights do, and is another thing.
func TestNetworkSeesWeightsThatAreNotDrawn(t *testing.T) {
	if testing.Short() {
		t.Skip("takes more than a second")
	}
	const own = "the layers have weights of their own"
	act := func(name string) gpnorm.Normalized { return normalize(t, name) }
	for _, name := range []string{"tanh", "gelu"} {
		requireFailure(t, func(t properties.TB) bool { return properties.Network(t, tied(act(name).Activation, 96, 3)) }, own)
	}
	relu := normalize(t, "relu").Activation
	requireFailure(t, func(t properties.TB) bool {
		return properties.Network(t, tied(relu, 64, 20), properties.Tolerance(5))
	}, own, "settles")
	require.True(t, properties.Network(t, properties.NetOf(relu, 64, 4, orthogonal.NewDense), properties.Tolerance(1)))

	fixed := properties.NetOf(normalize(t, "tanh").Activation, 64, 2, orthogonal.NewDense)
	run := fixed.Run
	fixed.Run = func(_ rand.Source, x, y []float64) (properties.Passage, error) { return run(rand.NewPCG(1, 2), x, y) }
	requireFailure(t, func(t properties.TB) bool { return properties.Network(t, fixed) }, "different sources give different networks")
}

// A test that passes has shown something.
func TestFewMatricesShowNothing(t *testing.T) {
	requireFailure(t, func(t properties.TB) bool {
		return properties.HaarDistributed(t, orthogonal.NewDense, properties.Trials(1))
	},
		"undecided", "undecided after 1 matrices", "properties.Trials")
}

// Bad input is an error of the test, not a statement about the network.
func TestAssertionsRejectBadInput(t *testing.T) {
	act := normalize(t, "tanh").Activation
	net := properties.NetOf(act, 8, 2, orthogonal.NewDense)
	failing := net
	failing.Run = func(rand.Source, []float64, []float64) (properties.Passage, error) {
		return properties.Passage{}, errors.New("no such layer")
	}
	short := net
	short.Run = func(rand.Source, []float64, []float64) (properties.Passage, error) {
		return properties.Passage{Output: make([]float64, 8), InputGradient: make([]float64, 8), Norms: network.NewNorms(1)}, nil
	}
	for want, assertion := range map[string]func(t properties.TB) bool{
		"alpha 2": func(t properties.TB) bool { return properties.NormsPreserved(t, act, properties.Alpha(2)) },
		"no widths": func(t properties.TB) bool {
			return properties.HaarDistributed(t, orthogonal.NewDense, properties.Widths())
		},
		"depth 0":       func(t properties.TB) bool { return properties.NormsPreserved(t, act, properties.Depth(0)) },
		"-3 trials":     func(t properties.TB) bool { return properties.Network(t, net, properties.Trials(-3)) },
		"tolerance NaN": func(t properties.TB) bool { return properties.GPNormalized(t, act, properties.Tolerance(math.NaN())) },
		"tolerance 0;": func(t properties.TB) bool {
			return properties.HaarDistributed(t, orthogonal.NewDense, properties.Tolerance(0))
		},
		"tolerance -1":   func(t properties.TB) bool { return properties.NormsPreserved(t, act, properties.Tolerance(-1)) },
		"tolerance +Inf": func(t properties.TB) bool { return properties.Network(t, net, properties.Tolerance(math.Inf(1))) },
		"returns nil": func(t properties.TB) bool {
			return properties.HaarDistributed(t, func(int, rand.Source) (*mat.Dense, error) { return nil, nil })
		},
		"returns nil; want a mat.Matrix": func(t properties.TB) bool {
			return properties.HaarDistributed(t, func(int, rand.Source) (mat.Matrix, error) { return nil, nil })
		},
		"no such layer": func(t properties.TB) bool { return properties.Network(t, failing) },
		"norms of 2 x":  func(t properties.TB) bool { return properties.Network(t, short) },
		"has no Run":    func(t properties.TB) bool { return properties.Network(t, properties.Net{Width: 8, Depth: 1}) },
		"has no Value":  func(t properties.TB) bool { return properties.NormsPreserved(t, gpnorm.Activation{Name: "empty"}) },
		"width 1; want": func(t properties.TB) bool { return properties.NormsPreserved(t, act, properties.Widths(1)) },
	} {
		r := &recorder{name: t.Name()}
		require.False(t, assertion(r), want)
		require.Contains(t, r.String(), want)
	}
}

// One seed in the environment replays an assertion.
func TestAssertionsReplay(t *testing.T) {
	message := func() string {
		r := &recorder{name: t.Name()}
		properties.NormsPreserved(r, lookup2("tanh"), properties.Depth(3))
		return r.String()
	}
	t.Setenv(properties.SeedVariable, "17")
	first := message()
	require.Contains(t, first, "BSNN_SEED=17")
	require.Equal(t, first, message())
	t.Setenv(properties.SeedVariable, "seventeen")
	require.Contains(t, message(), "want a whole number")
}

func TestNormsOf(t *testing.T) {
	n := properties.NormsOf([][]float64{{3, 4}, {1, 0}}, [][]float64{{2, 2}})
	require.True(t, floats.Equal(n.X, []float64{25, 1}))
	require.True(t, floats.Equal(n.D, []float64{8}))
}
