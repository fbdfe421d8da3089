package training

import (
	"context"
	"math"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"bsnn/internal/replay"
	"bsnn/montecarlo"
	"bsnn/network"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

// describedNetworks have every kind of block and every way to stand in each other.
var describedNetworks = map[string]string{
	"rectangular": `
input: 9
blocks: [{linear: {to: 40}}, {activation: tanh}, {linear: {to: 33}}, {activation: gelu, as_is: true}, {linear: {to: 5}}]
`,
	"biases": `
input: 9
blocks:
  - linear: {to: 34, weights: torch-default, bias: true, gain: 1.3}
  - activation: relu
  - linear: {to: 12, weights: gaussian, bias: 0.4}
  - activation: "x*sigmoid(c*x)"
    parameters: {c: 1.7}
  - linear: {to: 5, weights: keras-default, bias: true}
`,
	"rms and layer": `
input: 9
blocks: [{linear: {to: 35, weights: uniform}}, {norm: rms}, {activation: tanh}, {norm: layer}, {linear: {to: 5}}]
`,
	"batch": "input: 9\nblocks: [{linear: {to: 35}}, {norm: batch}, {activation: tanh}, {linear: {to: 5}}]",
	"rotated": `
input: 9
blocks:
  - linear: {to: 16}
  - repeat: 2
    blocks: [{shortcut: {branch: 1/3}, blocks: [{linear: {to: 40}}, {activation: tanh}, {linear: {to: 16}}]}]
  - linear: {to: 5}
`,
	"plain": `
input: 9
blocks:
  - repeat: 2
    blocks: [{linear: {to: 33, bias: 0.1}}, {activation: selu}]
  - shortcut: {alpha: 0.8, beta: -0.7, plain: true}
    blocks:
      - shortcut: {branch: 1/2}
        blocks: [{linear: {to: 33}}, {norm: rms}, {activation: tanh}]
      - activation: gelu
  - linear: {to: 5}
`,
}

func describedSpec(t testing.TB, text string) Spec {
	t.Helper()
	a, err := network.ReadArchitecture("test", []byte(text))
	require.NoError(t, err)
	s := Default()
	s.Batch, s.Epochs, s.DType, s.Optimizer.LearningRate = 6, 1, Float64, 0.05
	s, err = s.Described(a)
	require.NoError(t, err)
	return s
}

// Signals, losses and gradients are those of the network that package network draws with
// the same streams, and derivatives by every weight, bias and input those of finite
// differences.
func TestDescribedNetworksAgreeWithDrawnOnes(t *testing.T) {
	seed := replay.Seed(t)
	for name, text := range describedNetworks {
		t.Run(name, func(t *testing.T) {
			s := describedSpec(t, text)
			s.Seed = seed
			data := newTeacher(seed, s.Batch, s.Inputs, s.Classes)
			m, err := newDescribedMachine[float64](s)
			require.NoError(t, err)
			require.NoError(t, m.draw())
			defer m.hire(2, AutoProducts)()
			index := []int{0, 1, 2, 3, 4, 5}
			m.load(data, index)
			seen := *m.look()

			a, err := s.architecture()
			require.NoError(t, err)
			d, err := a.Draw(func(k int) montecarlo.Stream { return montecarlo.NewStream(seed, weightStreams, s.Trial, k) })
			require.NoError(t, err)
			x := mat.NewDense(s.Inputs, s.Batch, nil)
			for i, row := range data.rows {
				x.SetCol(i, row)
			}
			trace, err := d.Forward(x)
			require.NoError(t, err)
			slopes := mat.NewDense(s.Classes, s.Batch, nil)
			loss := 0.0
			for i, label := range data.labels {
				out := mat.Col(nil, i, trace.Output)
				loss += crossEntropy(out, label, 1/float64(s.Batch))
				slopes.SetCol(i, out)
			}
			back, err := trace.Backward(slopes)
			require.NoError(t, err)
			require.InEpsilon(t, loss, seen.loss, 1e-9)
			var gradients []float64 // behind the linear maps
			for _, b := range trace.Blocks {
				if _, linear := b.Block.(network.Linear); linear {
					gradients = append(gradients, b.Gradient)
				}
			}
			require.Len(t, seen.d, len(gradients))
			for l, g := range gradients {
				require.InEpsilon(t, g, seen.d[l], 1e-7, "map %d", l+1)
			}
			require.InEpsilon(t, trace.Blocks[len(trace.Blocks)-1].Signal, seen.x[s.Depth]/float64(s.Width*s.Batch), 1e-9)
			first := m.blocks[0].(*linearBlock[float64])
			for i := range s.Batch {
				for j := range s.Inputs {
					require.InDelta(t, back.At(j, i), first.dx[i*s.Inputs+j], 1e-8)
				}
			}

			r := rand.New(rand.NewPCG(seed, 2))
			value := func() float64 { return m.look().loss / float64(s.Batch) }
			for l, b := range m.maps {
				at := r.IntN(len(b.w))
				require.InDelta(t, slope(value, &b.w[at]), gradientAt(m, &b.grad[at]), 1e-6, "weight %d of map %d", at, l+1)
			}
			// A step changes biases by −η times their derivative.
			for l, b := range m.maps {
				if b.bias.w == nil {
					continue
				}
				at := r.IntN(b.out)
				want := slope(value, &b.bias.w[at])
				kept := append([]float64{}, b.bias.w...)
				before := snapshot(m)
				_, err := m.train(1e-3, 1)
				require.NoError(t, err)
				require.InDelta(t, want, (kept[at]-b.bias.w[at])/1e-3, 1e-6, "bias of map %d", l+1)
				restore(m, before)
			}
		})
	}
}

// slope is a central difference.
func slope(value func() float64, at *float64) float64 {
	const h = 1e-6
	kept := *at
	*at = kept + h
	up := value()
	*at = kept - h
	down := value()
	*at = kept
	return (up - down) / (2 * h)
}

// gradientAt is the number after a look at the batch.
func gradientAt(m *describedMachine[float64], at *float64) float64 {
	m.look()
	return *at
}

func snapshot(m *describedMachine[float64]) (out [][]float64) {
	for _, x := range m.tensors() {
		out = append(out, append([]float64{}, x.([]float64)...))
	}
	return out
}

func restore(m *describedMachine[float64], from [][]float64) {
	for i, x := range m.tensors() {
		copy(x.([]float64), from[i])
	}
}

// A described network learns, with the same bits for any number of workers where products
// are our own, and goes on
// from a checkpoint to the same bits.
func TestDescribedNetworksLearn(t *testing.T) {
	seed := replay.Seed(t)
	many := 2
	if BitsDependOnWorkers() {
		many = 1
	}
	for name, text := range describedNetworks {
		for _, precision := range []DType{Float32, Float64} {
			if testing.Short() && precision == Float64 {
				continue
			}
			s := describedSpec(t, text)
			s.Seed, s.DType, s.Batch, s.Epochs, s.Optimizer.LearningRate = seed, precision, 32, 4, 0.02
			data := newTeacher(seed, 256, s.Inputs, s.Classes)
			file := filepath.Join(t.TempDir(), "checkpoint")
			train := func(r *Run, err error, workers int) *Run {
				require.NoError(t, err, name)
				_, err = r.Train(context.Background(), Options{Workers: workers, Products: GoProducts, Checkpoint: file})
				require.NoError(t, err, name)
				return r
			}
			half := s
			half.Epochs = 2
			r, err := New(half, data, data)
			train(r, err, 1)
			r, err = Resume(file, s, data, data)
			resumed := train(r, err, many)
			file = ""
			r, err = New(s, data, data)
			whole := train(r, err, many)
			records := whole.Records()
			require.Len(t, records, 4)
			require.Less(t, float64(records[3].Train.Loss), 0.9*float64(records[0].Train.Loss), name)
			for l := 1; l <= s.Depth; l++ {
				require.True(t, mat.Equal(whole.Weights(l), resumed.Weights(l)), "%s: map %d", name, l)
			}
			require.Equal(t, records[3].Test, resumed.Records()[3].Test, name) // of running statistics too
			for l, layer := range records[0].Layers {
				require.Positive(t, float64(layer.X+layer.D+layer.Gradient), "%s: map %d", name, l+1)
			}
			require.False(t, math.IsNaN(float64(records[3].Test.Loss)))
		}
	}
}

// What cannot be trained is refused by the name of the field.
func TestDescribedNetworksRefuse(t *testing.T) {
	for want, change := range map[string]func(s *Spec){
		"network cannot be read":    func(s *Spec) { s.Network = "input: 3" },
		"network beside":            func(s *Spec) { s.Bias = true },
		"constraint qr of a":        func(s *Spec) { s.Constraint = QR },
		"depth 7; want 2":           func(s *Spec) { s.Depth = 7 },
		"inputs 8; want 9":          func(s *Spec) { s.Inputs = 8 },
		"batch 1 with batch":        func(s *Spec) { s.Batch = 1 },
		"cannot be read: network:1": func(s *Spec) { s.Network = "layers: 3" },
	} {
		s := describedSpec(t, describedNetworks["batch"])
		change(&s)
		require.ErrorContains(t, s.Validate(), want)
	}
	s := describedSpec(t, describedNetworks["plain"])
	_, err := New(s, newTeacher(1, 10, 4, 5), nil)
	require.ErrorContains(t, err, "inputs 9")
}

// A network begins with the weights and biases that its description names, times the gain, and
// only with those that it was described with.
func TestDescribedNetworksBeginWithExplicitWeights(t *testing.T) {
	const text = `
input: 9
blocks:
  - linear: {to: 7, file: a, tensor: first, bias: true, gain: 2}
  - repeat: 2
    blocks: [{linear: {to: 7, file: a, tensor: "[0-9]"}}, {activation: tanh}]
  - linear: {to: 5}
`
	r := rand.New(rand.NewPCG(replay.Seed(t), 0))
	matrix := func(rows, cols int) *mat.Dense {
		m := mat.NewDense(rows, cols, nil)
		m.Apply(func(_, _ int, _ float64) float64 { return r.NormFloat64() }, m)
		return m
	}
	first, bias, rest := matrix(7, 9), matrix(1, 7).RawRowView(0), []*mat.Dense{matrix(7, 7), matrix(7, 7)}
	read := func(e network.Explicit) ([]*mat.Dense, [][]float64, error) {
		if e.Tensor == "first" {
			return []*mat.Dense{first}, [][]float64{bias}, nil
		}
		return rest, nil, nil
	}
	a, err := network.ReadExplicit("test", []byte(text), read)
	require.NoError(t, err)
	s := Default()
	s.Batch, s.DType, s.Start = 6, Float64, read
	s, err = s.Described(a)
	require.NoError(t, err)
	run, err := New(s, newTeacher(1, 20, 9, 5), nil)
	require.NoError(t, err)
	var twice mat.Dense
	twice.Scale(2, first)
	require.True(t, mat.Equal(&twice, run.Weights(1)))
	require.True(t, mat.Equal(rest[0], run.Weights(2)))
	require.True(t, mat.Equal(rest[1], run.Weights(3)))
	require.Equal(t, bias, run.machine.(*describedMachine[float64]).maps[0].bias.w)

	rest[1].Set(3, 4, 0)
	_, err = New(s, newTeacher(1, 20, 9, 5), nil)
	require.ErrorContains(t, err, "begins with other weights than those that a: first has now")
	s.Start = nil
	_, err = New(s, newTeacher(1, 20, 9, 5), nil)
	require.ErrorContains(t, err, "the weights in a were not read")
}
