package theorem_test

import (
	"math"
	"testing"

	"bsnn/gpnorm"
	"bsnn/internal/replay"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/theorem"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// pairOf are two vectors on the shell with a cosine between them.
func pairOf(s montecarlo.Stream, n int, r float64) *mat.Dense {
	a, b := make([]float64, n), make([]float64, n)
	floats.Scale(math.Sqrt(float64(n)/s.Normals(a)), a)
	s.Normals(b)
	floats.AddScaled(b, -floats.Dot(a, b)/float64(n), a)
	floats.Scale(math.Sqrt((1-r*r)*float64(n))/floats.Norm(b, 2), b)
	floats.AddScaled(b, r, a)
	m := mat.NewDense(n, 2, nil)
	m.SetCol(0, a)
	m.SetCol(1, b)
	return m
}

// anglesSeen are moments of what AngleState predicts, at the input and behind the last block.
func anglesSeen(t *testing.T, a network.Architecture, q theorem.AngleQuestion, seed uint64,
	networks int) (distance, lengths, gradient, ratio montecarlo.Moments) {
	p, err := a.Prepare()
	require.NoError(t, err)
	x := montecarlo.NewExperiment(seed, "angles")
	d := new(network.Drawn)
	for i := range networks {
		trial := x.Trial(i)
		require.NoError(t, p.Redraw(d, trial.Layer))
		trace, err := d.ForwardObserved(pairOf(trial.Layer(0), a.Input, q.Correlation), network.Observer{Grams: true})
		require.NoError(t, err)
		_, err = trace.Backward(pairOf(trial.Layer(p.Matrices()+1), p.Output(), q.GradientCorrelation))
		require.NoError(t, err)
		k, g := trace.Blocks[len(trace.Blocks)-1].Gram, trace.Input.GradientGram
		distance.Add(math.Log(1 - k.At(0, 1)/math.Sqrt(k.At(0, 0)*k.At(1, 1))))
		lengths.Add(math.Log(k.At(0, 0) / k.At(1, 1)))
		gradient.Add(g.At(0, 1) / math.Sqrt(g.At(0, 0)*g.At(1, 1)))
		ratio.Add(math.Log(g.At(0, 0) / g.At(1, 1)))
	}
	return distance, lengths, gradient, ratio
}

// requireSpread says that a sample has the mean and the standard deviation of a law, up to what so
// many networks show and what theory leaves out; a false alarm has a probability below 1e-8.
func requireSpread(t *testing.T, m montecarlo.Moments, mean, sd, slack float64, what string) {
	t.Helper()
	if sd < 1e-9 {
		require.InDelta(t, mean, m.Mean, 1e-9, what)
		return
	}
	root := math.Sqrt(float64(m.Count))
	require.InDelta(t, mean, m.Mean, sd*(6/root+slack), "mean of %s", what)
	require.InEpsilon(t, sd, m.SD(), 6/(math.Sqrt2*root)+slack, "standard deviation of %s", what)
}

// Networks of all kinds that have a law have the law that is predicted of two inputs.
func TestAnglesOfDrawnNetworks(t *testing.T) {
	if testing.Short() {
		t.Skip("draws some thousand networks")
	}
	const n, networks = 80, 150
	seed := replay.Seed(t)
	haar, gaussian := network.Linear{To: n}, network.Linear{To: n, Weights: network.Gaussian}
	tanh, relu, raw := network.Activation{Spec: "tanh"}, network.Activation{Spec: "relu"}, network.Activation{Spec: "tanh", AsIs: true}
	for name, blocks := range map[string][]network.Block{
		"haar":       {network.Repeat{Times: 5, Blocks: []network.Block{haar, tanh}}},
		"gaussian":   {network.Repeat{Times: 3, Blocks: []network.Block{gaussian, tanh}}},
		"kinks":      {haar, relu, haar, relu},
		"raw":        {network.Repeat{Times: 6, Blocks: []network.Block{haar, raw}}},
		"biases":     {network.Repeat{Times: 3, Blocks: []network.Block{network.Linear{To: n, Gain: 0.9, Bias: true, BiasSD: 0.4}, tanh}}},
		"rms":        {network.Repeat{Times: 3, Blocks: []network.Block{haar, relu, network.Normalization{Kind: network.RMS}}}},
		"rotated":    {network.Repeat{Times: 5, Blocks: []network.Block{network.Balanced(0.3, haar, tanh)}}},
		"bottleneck": {network.Repeat{Times: 2, Blocks: []network.Block{network.Linear{To: n / 2}, haar, tanh}}},
	} {
		a := network.Architecture{Input: n, Blocks: blocks}
		for _, q := range []theorem.AngleQuestion{{Correlation: 0.5, GradientCorrelation: 1}, {Correlation: -0.3, GradientCorrelation: 0.4}} {
			p, err := theorem.PredictAngles(t.Context(), a, q)
			require.NoError(t, err)
			distance, lengths, gradient, ratio := anglesSeen(t, a, q, seed, networks)
			last := p.Path[len(p.Path)-1]
			requireSpread(t, distance, last.DistanceLog.Mean, last.DistanceLog.SD, 0.25, name+": log(1 − ρ)")
			requireSpread(t, lengths, 0, last.LengthsLog.SD, 0.2, name+": log ‖x₁‖²/‖x₂‖²")
			requireSpread(t, gradient, p.Input.GradientCorrelation, p.Input.GradientCorrelationSD, 0.25, name+": cosine of the gradients")
			requireSpread(t, ratio, 0, p.Input.GradientLengthsLog.SD, 0.2, name+": log ‖y₁‖²/‖y₂‖²")
		}
	}
}

// The limit is the correlation map, iterated; and where both inputs are the same they stay.
func TestAnglesAreTheCorrelationMap(t *testing.T) {
	for _, spec := range []string{"tanh", "relu"} {
		f, err := gpnorm.Lookup(spec)
		require.NoError(t, err)
		act, err := gpnorm.Normalize(f)
		require.NoError(t, err)
		c, err := gpnorm.Correlation(act.Activation, 1)
		require.NoError(t, err)
		a, err := network.Stack{Activation: network.Activation{Spec: spec}}.Tower(64, 8)
		require.NoError(t, err)
		p, err := theorem.PredictAngles(t.Context(), a, theorem.AngleQuestion{Correlation: -0.4, GradientCorrelation: 1})
		require.NoError(t, err)
		rho, gradient := -0.4, 1.
		for _, s := range p.Path {
			if _, is := s.Block.(network.Activation); !is {
				continue
			}
			slope, err := c.Slope(rho)
			require.NoError(t, err)
			gradient *= slope
			next, err := c.At(rho)
			require.NoError(t, err)
			rho = next.Value
			require.InDelta(t, rho, 1-s.Distance, 1e-8, spec)
		}
		require.InDelta(t, gradient, p.Input.GradientCorrelation, 1e-7, spec)

		same, err := theorem.PredictAngles(t.Context(), a, theorem.AngleQuestion{Correlation: 1, GradientCorrelation: 1})
		require.NoError(t, err)
		last := same.Path[len(same.Path)-1]
		require.InDelta(t, 0, last.Distance, 1e-9, spec)
		require.InDelta(t, 0, last.LengthsLog.SD, 1e-7, spec)
		require.InDelta(t, 0, same.Input.GradientCorrelationSD, 1e-7, spec)
	}
}

// What has no law of angles says so.
func TestAnglesThatAreNotPredicted(t *testing.T) {
	batch := network.Batch
	for _, s := range []network.Stack{{Shortcut: "plain"}, {Norm: &batch}} {
		s.Activation.Spec = "tanh"
		a, err := s.Tower(8, 3)
		require.NoError(t, err)
		_, err = theorem.PredictAngles(t.Context(), a, theorem.AngleQuestion{})
		var none *theorem.AnglesError
		require.ErrorAs(t, err, &none)
	}
	a, err := network.Stack{Activation: network.Activation{Spec: "tanh"}}.Tower(8, 3)
	require.NoError(t, err)
	_, err = theorem.PredictAngles(t.Context(), a, theorem.AngleQuestion{Correlation: 1.5})
	require.ErrorContains(t, err, "want a number from −1 to 1")
}

func TestMerging(t *testing.T) {
	of := func(spec string) (theorem.Merging, error) {
		f, err := gpnorm.Lookup(spec)
		require.NoError(t, err)
		act, err := gpnorm.Normalize(f)
		require.NoError(t, err)
		p, err := gpnorm.Describe(act.Activation)
		require.NoError(t, err)
		return theorem.MergingOf(act.Activation, p)
	}
	for spec, want := range map[string]theorem.Merging{
		"tanh": {Scale: 3.094, Power: 1}, "relu": {Scale: 9 * math.Pi * math.Pi / 2, Power: 2},
	} {
		m, err := of(spec)
		require.NoError(t, err)
		require.Equal(t, want.Power, m.Power, spec)
		require.InEpsilon(t, want.Scale, m.Scale, 2e-4, spec)
		// Far down the map itself is there.
		f, err := gpnorm.Lookup(spec)
		require.NoError(t, err)
		act, err := gpnorm.Normalize(f)
		require.NoError(t, err)
		c, err := gpnorm.Correlation(act.Activation, 1)
		require.NoError(t, err)
		layers, err := c.LayersUntil(0.2, 1e-6)
		require.NoError(t, err)
		require.InEpsilon(t, m.Layers(1e-6), layers.Count, 0.01, spec)
	}
	_, err := of("identity")
	require.ErrorContains(t, err, "keeps all angles")
}
