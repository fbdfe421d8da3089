package properties_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"bsnn/gpnorm"
	"bsnn/orthogonal"
	"bsnn/properties"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// report stands for the *testing.T of a test, and prints what it would say.
type report struct{}

func (report) Helper()                        {}
func (report) Name() string                   { return "TestMine" }
func (report) Logf(string, ...any)            {}
func (report) Errorf(format string, a ...any) { fmt.Printf(format+"\n", a...) }

func ExampleGPNormalized() {
	var t report // in a test: func TestMine(t *testing.T)
	softsign, err := gpnorm.FromFunc("softsign",
		func(x float64) float64 { return x / (1 + math.Abs(x)) },
		func(x float64) float64 { return 1 / (1 + math.Abs(x)) / (1 + math.Abs(x)) }, 0)
	if err != nil {
		t.Errorf("%v", err)
		return
	}
	properties.GPNormalized(t, softsign)
	normalized, err := gpnorm.Normalize(softsign)
	if err != nil {
		t.Errorf("%v", err)
		return
	}
	fmt.Println(properties.GPNormalized(t, normalized.Activation))
	// Output:
	// refuted: softsign is Gaussian–Poincaré normalised
	//   claimed: E φ(g)² = 1 and E φ′(g)² = 1 within 1e-06
	//   seen:    E φ(g)² = 0.183014, E φ′(g)² = 0.227671
	//   odds:    no chance is involved; quadrature to about 1e-14
	//   advice:  2.09578061·φ +0.442886194 is normalised (gpnorm.Normalize)
	// true
}

func ExampleNormsPreserved() {
	var t report
	raw, err := gpnorm.Lookup("tanh")
	if err != nil {
		t.Errorf("%v", err)
		return
	}
	normalized, err := gpnorm.Normalize(raw)
	if err != nil {
		t.Errorf("%v", err)
		return
	}
	fmt.Println(properties.NormsPreserved(t, normalized.Activation, properties.Widths(256, 1024), properties.Depth(10)))
	// Output: true
}

func ExampleHaarDistributed() {
	var t report
	// The sampler under test may return a matrix or an operator.
	fmt.Println(properties.HaarDistributed(t, orthogonal.NewReflectors))

	// The rows of the identity in random order are orthogonal, and no more.
	permutation := func(n int, src rand.Source) (mat.Matrix, error) {
		m := mat.NewDense(n, n, nil)
		for i, j := range rand.New(src).Perm(n) {
			m.Set(i, j, 1)
		}
		return m, nil
	}
	properties.HaarDistributed(t, permutation, properties.Widths(4), properties.Seed(1))
	// Output:
	// true
	// refuted: the sampler draws Haar-distributed matrices
	//   claimed: independent Haar matrices, n = 4
	//   seen:    entries: sum of all: p ≤ 0, threshold 4.2×10⁻¹¹
	//   odds:    if the claim were true, this would happen with probability at most 1e-09 (400 matrices)
	//   advice:  that statistic sees sign conventions of a row, a column or all entries; entries that are too large, too small or concentrated on few values; parts of the matrix that are left unrotated
	//   replay:  the seed is fixed, 1
}

// A network of the reader's own: plain slices, two passes.
type twoPasses struct {
	weights []*mat.Dense
	act     gpnorm.Activation
}

func (n twoPasses) run(x, y []float64) properties.Passage {
	xs, ders := [][]float64{x}, [][]float64{}
	for _, w := range n.weights {
		var h mat.VecDense
		h.MulVec(w, mat.NewVecDense(len(x), xs[len(xs)-1]))
		value, der := make([]float64, len(x)), make([]float64, len(x))
		n.act.ValueDeriv(value, der, h.RawVector().Data)
		xs, ders = append(xs, value), append(ders, der)
	}
	ds := make([][]float64, len(n.weights))
	for l := len(ds) - 1; l >= 0; l-- {
		ds[l] = floats.MulTo(make([]float64, len(y)), ders[l], y)
		var below mat.VecDense
		below.MulVec(n.weights[l].T(), mat.NewVecDense(len(y), ds[l]))
		y = below.RawVector().Data
	}
	return properties.Passage{Norms: properties.NormsOf(xs, ds), Output: xs[len(xs)-1], InputGradient: y}
}

func ExampleNetwork() {
	var t report
	act, err := gpnorm.Lookup("tanh")
	if err != nil {
		t.Errorf("%v", err)
		return
	}
	normalized, err := gpnorm.Normalize(act)
	if err != nil {
		t.Errorf("%v", err)
		return
	}
	const width, depth = 100, 2
	mine := properties.Net{Name: "my network", Width: width, Depth: depth,
		Run: func(src rand.Source, x, y []float64) (properties.Passage, error) {
			net := twoPasses{act: normalized.Activation}
			for range depth {
				w, err := orthogonal.NewDense(width, src)
				if err != nil {
					return properties.Passage{}, err
				}
				net.weights = append(net.weights, w.Matrix())
			}
			return net.run(x, y), nil
		}}
	fmt.Println(properties.Network(t, mine))
	// Output: true
}

var _ properties.TB = (*testing.T)(nil)
