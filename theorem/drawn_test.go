package theorem_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"bsnn/internal/replay"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/theorem"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// Factors that are predicted, from the input to behind every block and back from the
// output, are those of networks with matrices, in the mean of 40 of them.
func TestPredictionsOfDrawnNetworks(t *testing.T) {
	if testing.Short() {
		t.Skip("draws some two hundred networks")
	}
	seed := replay.Seed(t)
	r := rand.New(rand.NewPCG(seed, 0))
	gelu, relu, tanh := network.Activation{Spec: "gelu", AsIs: true}, network.Activation{Spec: "relu"}, network.Activation{Spec: "tanh"}
	rms, layer, batch := network.RMS, network.Layer, network.Batch
	for _, c := range []struct {
		layers string
		batch  int
		stack  network.Stack
	}{
		{"90,60x5,120", 1, network.Stack{Activation: gelu, Linear: network.Linear{Weights: network.TorchDefault, Bias: true}}},
		{"60,120,40,80", 1, network.Stack{Activation: tanh}},
		{"60,120,40,80", 1, network.Stack{Activation: relu, Linear: network.Linear{Weights: network.KerasDefault, Gain: 1.2}}},
		{"80x8", 1, network.Stack{Activation: tanh, Linear: network.Linear{Weights: network.Uniform, Gain: 0.9}, Norm: &rms}},
		{"80x8", 1, network.Stack{Activation: relu, Norm: &layer}},
		{"60x6", 200, network.Stack{Activation: relu, Norm: &batch}},
		{"80x10", 1, network.Stack{Activation: tanh, Shortcut: "plain"}},
		{"80x10", 1, network.Stack{Activation: gelu, Shortcut: "rotated", Branch: 0.3}},
	} {
		c.stack.Input, c.stack.Runs = runs(c.layers)
		a, err := c.stack.Architecture()
		require.NoError(t, err)
		a.Blocks = unroll(a.Blocks)
		p, err := theorem.Predict(context.Background(), a, theorem.Question{})
		require.NoError(t, err)
		signals, gradients := logFactors(p.Blocks)
		forward, backward := make([][]float64, len(signals)), make([][]float64, len(signals))
		for trial := range networksDrawn {
			d, err := a.Draw(func(k int) montecarlo.Stream { return montecarlo.NewStream(seed, c.layers, trial, k) })
			require.NoError(t, err)
			trace, err := d.Forward(onShell(r, a.Input, c.batch))
			require.NoError(t, err)
			_, err = trace.Backward(onShell(r, p.Output, c.batch))
			require.NoError(t, err)
			seen := outermost(a.Blocks, trace.Blocks)
			behind := trace.Input.Gradient
			for l, b := range seen {
				forward[l] = append(forward[l], math.Log(b.Signal))
				backward[l] = append(backward[l], math.Log(behind/float64(p.Output*c.batch)))
				behind = b.Gradient
			}
		}
		for l := range signals {
			done := p.Layers * float64(l+1) / float64(len(signals))
			requireMean(t, signals[l], forward[l], done, "signal behind block %d of %s %v", l+1, c.layers, c.stack)
			requireMean(t, gradients[l], backward[l], p.Layers-done+1, "gradient before block %d of %s %v", l+1, c.layers, c.stack)
		}
	}
}

// outermost drops the norms inside of shortcuts, which stand before theirs.
func outermost(blocks []network.Block, norms []network.BlockNorms) (out []network.BlockNorms) {
	for _, b := range blocks {
		if s, is := b.(network.Shortcut); is {
			norms = norms[len(s.Blocks):]
		}
		out, norms = append(out, norms[0]), norms[1:]
	}
	return out
}

// onShell has columns of squared length n.
func onShell(r *rand.Rand, n, columns int) *mat.Dense {
	m := mat.NewDense(n, columns, nil)
	for j := range columns {
		v := make([]float64, n)
		square := 0.
		for i := range v {
			v[i] = r.NormFloat64()
			square += v[i] * v[i]
		}
		for i := range v {
			v[i] *= math.Sqrt(float64(n) / square)
		}
		m.SetCol(j, v)
	}
	return m
}

// Lengths behind a Haar matrix that narrows have the variance that is predicted, and
// lengths of gradients behind one that widens: 4,000 vectors, 7 standard errors.
func TestPredictedVarianceOfRectangularHaar(t *testing.T) {
	seed := replay.Seed(t)
	r := rand.New(rand.NewPCG(seed, 0))
	const wide, narrow, vectors = 90, 30, 4000
	variance := func(columns *mat.Dense) float64 {
		squares := make([]float64, vectors)
		for j := range squares {
			squares[j] = math.Pow(mat.Norm(columns.ColView(j), 2), 2)
		}
		mean, sd := stat.MeanStdDev(squares, nil)
		return sd * sd / (mean * mean)
	}
	for _, widths := range [][2]int{{wide, narrow}, {narrow, wide}} {
		in, out := widths[0], widths[1]
		a := network.Architecture{Input: in, Blocks: []network.Block{network.Linear{To: out}}}
		d, err := a.Draw(func(k int) montecarlo.Stream { return montecarlo.NewStream(seed, "rectangular", in, k) })
		require.NoError(t, err)
		trace, err := d.Forward(onShell(r, in, vectors))
		require.NoError(t, err)
		back, err := trace.Backward(onShell(r, out, vectors))
		require.NoError(t, err)
		forward, backward := variance(trace.Output), variance(back)

		first := network.Linear{To: in} // behind which gradients are predicted; it adds nothing
		a = network.Architecture{Input: in, Blocks: []network.Block{first, network.Linear{To: out}}}
		p, err := theorem.Predict(context.Background(), a, theorem.Question{})
		require.NoError(t, err)
		slack := 7 * math.Sqrt(2./vectors)
		require.InDelta(t, forward, p.ForwardLog.SD*p.ForwardLog.SD, slack*forward+1e-12)
		require.InDelta(t, backward, p.BackwardLog.SD*p.BackwardLog.SD, slack*backward+1e-12)
	}
}

// The gradient in front of a block feels how far the signal is off that arrives there:
// behind a map that narrows, where lengths have a Beta law, in front of a function whose
// slope grows with the length. Variances of logarithms in 3,000 networks, 7 standard
// errors (of a kurtosis up to 6) and a tenth, for the limit law.
func TestGradientsFeelDeviationsOfTheSignal(t *testing.T) {
	seed := replay.Seed(t)
	r := rand.New(rand.NewPCG(seed, 0))
	const networks = 3000
	a := network.Architecture{Input: 3000, Blocks: []network.Block{
		network.Linear{To: 150}, network.Linear{To: 1500}, network.Activation{Spec: "tanh", AsIs: true},
	}}
	p, err := theorem.Predict(context.Background(), a, theorem.Question{})
	require.NoError(t, err)
	prepared, err := a.Prepare()
	require.NoError(t, err)
	var d network.Drawn
	logs := make([]float64, networks)
	for i := range logs {
		require.NoError(t, prepared.Redraw(&d, montecarlo.NewExperiment(seed, "felt").Trial(i).Layer))
		trace, err := d.Forward(onShell(r, a.Input, 1))
		require.NoError(t, err)
		_, err = trace.Backward(onShell(r, p.Output, 1))
		require.NoError(t, err)
		logs[i] = math.Log(trace.Blocks[1].Gradient / float64(p.Output)) // in front of the function
	}
	law := p.Blocks[2].GradientLog
	require.InEpsilon(t, stat.Variance(logs, nil), law.SD*law.SD, 0.1+7*math.Sqrt(5./networks))
	require.InDelta(t, stat.Mean(logs, nil), law.Mean, 0.01)
}
