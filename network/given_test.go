package network

import (
	"errors"
	"math"
	"testing"

	"bsnn/internal/replay"
	"bsnn/montecarlo"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

// A network with the weights that another one drew does the same.
func TestWith(t *testing.T) {
	a := Architecture{Input: 5, Blocks: []Block{
		Linear{To: 7, Weights: TorchDefault, Bias: true}, Activation{Spec: "tanh"},
		Repeat{2, []Block{Shortcut{Alpha: 1, Beta: 0.5, Plain: true,
			Blocks: []Block{Linear{To: 7, Weights: Gaussian}, Activation{Spec: "relu"}}}}},
		Normalization{RMS}, Linear{To: 3},
	}}
	p, err := a.Prepare()
	require.NoError(t, err)
	require.Equal(t, 4, p.Linears())
	trial := montecarlo.NewExperiment(replay.Seed(t), "given").Trial(0)
	stream := func(k int) montecarlo.Stream { return trial.Layer(k) }
	drawn, err := p.Draw(stream)
	require.NoError(t, err)

	maps := []Linear{a.Blocks[0].(Linear), {To: 7, Weights: Gaussian}, {To: 7, Weights: Gaussian}, {To: 3}}
	ins := []int{5, 7, 7, 7}
	asked := 0
	weights := func(k int) (*mat.Dense, []float64, error) {
		asked++
		s := stream(k)
		l := maps[k-1]
		w, err := l.Weights.Draw(ins[k-1], l.To, &s)
		return w, l.drawBias(ins[k-1], &s), err
	}
	with, err := p.With(weights)
	require.NoError(t, err)
	require.Zero(t, asked)
	x, y := mat.NewDense(5, 2, []float64{1, -1, 2, 0, 0.5, 3, -2, 1, 1, 1}), mat.NewDense(3, 2, []float64{1, 2, 3, -1, 0, 1})
	signals, gradients := 0, 0
	for _, d := range []*Drawn{drawn, with} {
		trace, err := d.ForwardObserved(x, Observer{
			Signal: func(at int, b Block, x, slope *mat.Dense) {
				signals++
				_, is := b.(Activation)
				require.Equal(t, is, slope != nil)
			},
			Gradient: func(int, *mat.Dense) { gradients++ },
		})
		require.NoError(t, err)
		g, err := trace.Backward(y)
		require.NoError(t, err)
		want, err := drawn.Forward(x)
		require.NoError(t, err)
		back, err := want.Backward(y)
		require.NoError(t, err)
		require.True(t, mat.Equal(want.Output, trace.Output))
		require.True(t, mat.Equal(back, g))
		require.Equal(t, signals, gradients)
		require.Zero(t, signals%len(trace.Blocks))
	}
	require.Equal(t, 8, asked, "once there and once back")
}

// Behind a normalisation numbers are scaled and shifted, and gradients scaled.
func TestWithNorms(t *testing.T) {
	p, err := Architecture{Input: 2, Blocks: []Block{Normalization{RMS}, Normalization{Layer}, Linear{To: 2}}}.Prepare()
	require.NoError(t, err)
	one := func(int) (*mat.Dense, []float64, error) { return mat.NewDense(2, 2, []float64{1, 0, 0, 1}), nil, nil }
	d, err := p.WithNorms(one, func(k int) (NormWeights, error) {
		if k == 1 {
			return NormWeights{}, nil
		}
		return NormWeights{Scale: []float64{2, 3}, Shift: []float64{10, 0}}, nil
	})
	require.NoError(t, err)
	plain, err := p.With(one)
	require.NoError(t, err)
	x, y := mat.NewDense(2, 1, []float64{5, 1}), mat.NewDense(2, 1, []float64{1, 1})
	trace, err := d.Forward(x)
	require.NoError(t, err)
	require.InDeltaSlice(t, []float64{12, -3}, trace.Output.RawMatrix().Data, 1e-12)
	g, err := trace.Backward(y)
	require.NoError(t, err)
	trace, err = plain.Forward(x)
	require.NoError(t, err)
	want, err := trace.Backward(mat.NewDense(2, 1, []float64{2, 3}))
	require.NoError(t, err)
	require.True(t, mat.EqualApprox(want, g, 1e-14))
	for want, w := range map[string]NormWeights{
		"normalisation 1: a scale, shift, mean or variance of 3 numbers; want 2": {Scale: make([]float64, 3)},
		"for rms normalisation":      {Mean: []float64{0, 0}, Variance: []float64{1, 1}},
		"a mean or a variance alone": {Mean: []float64{0, 0}},
		"ε = -1":                     {Epsilon: -1},
		"ε = NaN":                    {Epsilon: math.NaN()},
	} {
		d, err = p.WithNorms(one, func(int) (NormWeights, error) { return w, nil })
		require.NoError(t, err)
		_, err = d.Forward(x)
		require.ErrorContains(t, err, want)
	}
}

// Normalisations with ε, and those of batches with a mean and a variance of their own, by hand; gradients are those of
// differences.
func TestNormWeights(t *testing.T) {
	one := func(int) (*mat.Dense, []float64, error) { return mat.NewDense(2, 2, []float64{1, 0, 0, 1}), nil, nil }
	x := mat.NewDense(2, 3, []float64{5, 1, 2, 1, -2, 4})
	for kind, want := range map[Norm][]float64{ // for the first input, (5, 1)
		RMS:   {5 / math.Sqrt(13+3), 1 / math.Sqrt(13+3)},
		Layer: {2 / math.Sqrt(4+3), -2 / math.Sqrt(4+3)},
		Batch: {2*(5-1)/math.Sqrt(6+3) + 1, 3*(1-2)/math.Sqrt(1+3) - 1},
	} {
		w := NormWeights{Epsilon: 3}
		if kind == Batch {
			w = NormWeights{Scale: []float64{2, 3}, Shift: []float64{1, -1}, Mean: []float64{1, 2}, Variance: []float64{6, 1}, Epsilon: 3}
		}
		p, err := Architecture{Input: 2, Blocks: []Block{Normalization{kind}, Linear{To: 2}}}.Prepare()
		require.NoError(t, err)
		d, err := p.WithNorms(one, func(int) (NormWeights, error) { return w, nil })
		require.NoError(t, err)
		trace, err := d.Forward(x)
		require.NoError(t, err)
		require.InDeltaSlice(t, want, []float64{trace.Output.At(0, 0), trace.Output.At(1, 0)}, 1e-12, "%v", kind)
		y := mat.NewDense(2, 3, []float64{1, 0.5, 2, -1, 3, 0.25})
		g, err := trace.Backward(y)
		require.NoError(t, err)
		for i := range 2 {
			for j := range 3 {
				const h = 1e-6
				value := func(step float64) (sum float64) {
					moved := mat.DenseCopyOf(x)
					moved.Set(i, j, moved.At(i, j)+step)
					trace, err := d.Forward(moved)
					require.NoError(t, err)
					for k, v := range trace.Output.RawMatrix().Data {
						sum += v * y.RawMatrix().Data[k]
					}
					return sum
				}
				require.InDelta(t, (value(h)-value(-h))/(2*h), g.At(i, j), 1e-7, "%v", kind)
			}
		}
	}
}

func TestWithErrors(t *testing.T) {
	p, err := Architecture{Input: 2, Blocks: []Block{Balanced(0.5, Linear{To: 2}, Activation{Spec: "tanh"})}}.Prepare()
	require.NoError(t, err)
	_, err = p.With(nil)
	require.ErrorContains(t, err, "rotated shortcuts")
	p, err = Architecture{Input: 2, Blocks: []Block{Linear{To: 3}}}.Prepare()
	require.NoError(t, err)
	broken := errors.New("broken")
	for want, weights := range map[string]WeightSource{
		"linear map 1: broken":  func(int) (*mat.Dense, []float64, error) { return nil, nil, broken },
		"2×3 numbers; want 3×2": func(int) (*mat.Dense, []float64, error) { return mat.NewDense(2, 3, nil), nil, nil },
		"a bias of 2 numbers":   func(int) (*mat.Dense, []float64, error) { return mat.NewDense(3, 2, nil), make([]float64, 2), nil },
	} {
		d, err := p.With(weights)
		require.NoError(t, err)
		_, err = d.Forward(mat.NewDense(2, 1, []float64{1, 1}))
		require.ErrorContains(t, err, want)
	}
}
