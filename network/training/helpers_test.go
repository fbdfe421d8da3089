package training

import (
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"bsnn/internal/openblas"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestMain(m *testing.M) {
	if _, err := openblas.Use(os.Getenv(openblas.Environment)); err != nil {
		panic(err)
	}
	if os.Getenv(victimVariable) != "" {
		victim()
		return
	}
	os.Exit(m.Run())
}

// teacher is a set of Gaussian rows, labelled by the largest of random linear
// functions of them.
type teacher struct {
	rows    [][]float64
	labels  []int
	classes int
}

func newTeacher(seed uint64, samples, inputs, classes int) *teacher {
	r := rand.New(rand.NewPCG(seed, 1))
	t := &teacher{classes: classes}
	directions := make([][]float64, classes)
	for i := range directions {
		directions[i] = normals(r, inputs)
	}
	for range samples {
		row := normals(r, inputs)
		label, best := 0, math.Inf(-1)
		for c, d := range directions {
			var s float64
			for i, v := range row {
				s += v * d[i]
			}
			if s > best {
				label, best = c, s
			}
		}
		t.rows, t.labels = append(t.rows, row), append(t.labels, label)
	}
	return t
}

func (t *teacher) Len() int                 { return len(t.rows) }
func (t *teacher) Inputs() int              { return len(t.rows[0]) }
func (t *teacher) Classes() int             { return t.classes }
func (t *teacher) Row(dst []float64, i int) { copy(dst, t.rows[i]) }
func (t *teacher) Label(i int) int          { return t.labels[i] }

// fitted is a teacher for regression.
type fitted struct{ *teacher }

func (f fitted) Target(dst []float64, i int) {
	for c := range dst {
		dst[c] = math.Sin(float64(c) + f.rows[i][0])
	}
}

func normals(r *rand.Rand, n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = r.NormFloat64()
	}
	return x
}

// drawSpec is any combination of the baselines, small enough to test by brute
// force.
func drawSpec(t *rapid.T) Spec {
	s := Default()
	s.Inputs = rapid.IntRange(1, 12).Draw(t, "inputs")
	s.Classes = rapid.IntRange(1, 5).Draw(t, "classes")
	s.Width = rapid.OneOf(rapid.IntRange(1, 12), rapid.IntRange(33, 70)).Draw(t, "width")
	s.Depth = rapid.IntRange(1, 4).Draw(t, "depth")
	s.Activation = rapid.SampledFrom([]string{"tanh", "gelu", "elu", "softplus", "silu", "sin", "x + tanh(x)/2"}).Draw(t, "activation")
	s.AsIs = rapid.Bool().Draw(t, "raw")
	s.Weights = rapid.SampledFrom([]Weights{Haar, He, Gaussian}).Draw(t, "weights")
	s.BatchNorm = rapid.Bool().Draw(t, "batch norm")
	s.Shortcut = rapid.SampledFrom([]Shortcut{NoShortcut, PlainShortcut, ScaledShortcut}).Draw(t, "shortcut")
	s.Bias = rapid.Bool().Draw(t, "bias")
	s.TrainEmbedding = rapid.Bool().Draw(t, "train embedding")
	s.Sphere = rapid.Bool().Draw(t, "sphere")
	s.FixedOutput = rapid.Bool().Draw(t, "fixed output")
	s.EntryActivation = !s.Sphere && rapid.Bool().Draw(t, "entry activation")
	s.EndBiases = s.TrainEmbedding && !s.FixedOutput && rapid.Bool().Draw(t, "end biases")
	s.Constraint = rapid.SampledFrom([]Constraint{Free, UnitRows}).Draw(t, "unit rows")
	s.Loss = rapid.SampledFrom([]Loss{CrossEntropy, SquaredError}).Draw(t, "loss")
	s.DType = Float64
	s.Batch = rapid.IntRange(4, 9).Draw(t, "batch")
	s.Epochs = rapid.IntRange(1, 3).Draw(t, "epochs")
	s.Seed = rapid.Uint64().Draw(t, "seed")
	s.Optimizer = Optimizer{
		LearningRate: rapid.Float64Range(1e-4, 1e-2).Draw(t, "rate"),
		Momentum:     rapid.SampledFrom([]float64{0, 0.5, 0.9}).Draw(t, "momentum"),
		WeightDecay:  rapid.SampledFrom([]float64{0, 1e-3}).Draw(t, "decay"),
		Schedule:     Schedule{Kind: Constant},
		Method:       rapid.SampledFrom([]Method{"", SGD, Adam}).Draw(t, "method"),
	}
	return s
}

func drawData(t *rapid.T, s Spec) Data {
	data := newTeacher(s.Seed, s.Batch*rapid.IntRange(1, 4).Draw(t, "batches")+rapid.IntRange(0, 3).Draw(t, "rest"), s.Inputs, s.Classes)
	if rapid.Bool().Draw(t, "targets") {
		return fitted{data}
	}
	return data
}

// drawEngine is an engine with a loaded batch and weights that have left their
// start: biases and the parameters of batch normalisation are not trivial.
func drawEngine(t *rapid.T, s Spec) (*engine[float64], Data) {
	data := drawData(t, s)
	a, err := s.activation()
	require.NoError(t, err)
	e := newEngine[float64](s, a)
	require.NoError(t, e.draw())
	r := rand.New(rand.NewPCG(s.Seed, 2))
	perturb := func(x []float64) {
		for i := range x {
			x[i] += 0.3 * r.NormFloat64()
		}
	}
	perturb(e.outBias.w)
	for l := range e.layers {
		p := &e.layers[l]
		perturb(p.bias.w)
		perturb(p.scale.w)
		perturb(p.shift.w)
		perturb(p.mean)
		for i := range p.spread {
			p.spread[i] *= 0.5 + r.Float64()
		}
	}
	dismiss := e.hire(rapid.IntRange(1, 3).Draw(t, "workers"),
		rapid.SampledFrom([]Products{AutoProducts, GoProducts, BLASProducts}).Draw(t, "products"))
	t.Cleanup(dismiss)
	index := make([]int, s.Batch)
	for i := range index {
		index[i] = i
	}
	e.load(data, index)
	return e, data
}
