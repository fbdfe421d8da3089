package theorem

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"bsnn/internal/replay"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/floats"

	"bsnn/gpnorm"
	"bsnn/network"
)

// A rotatedSample is one network of blocks x ↦ αx + βVφ(Wx), with one backward pass of a
// random error: both passes drawn from their exact conditional laws, given the
// answers so far.
type rotatedSample struct {
	q     []float64 // q₁ … q_{L+1}
	ratio float64   // ‖y⁽⁰⁾‖²/‖y⁽ᴸ⁾‖²
}

func drawRotated(r *rand.Rand, a gpnorm.Activation, branch, q float64, n, depth int) rotatedSample {
	return drawRotatedWith(r, a, branch, q, n, depth, func(output []float64) []float64 {
		y := make([]float64, len(output))
		onSphere(r, y, 1)
		return y
	})
}

// drawRotatedWith has an error of length 1 that may depend on the output.
func drawRotatedWith(r *rand.Rand, a gpnorm.Activation, branch, q float64, n, depth int,
	failure func(output []float64) []float64) rotatedSample {
	alpha, beta := math.Sqrt(1-branch), math.Sqrt(branch)
	s := rotatedSample{q: []float64{q}}
	x := make([][]float64, depth+1)
	h, val, der, turned := make([][]float64, depth), make([][]float64, depth), make([][]float64, depth), make([][]float64, depth)
	x[0] = make([]float64, n)
	onSphere(r, x[0], math.Sqrt(float64(n)*q))
	for l := range depth {
		h[l], val[l], der[l] = make([]float64, n), make([]float64, n), make([]float64, n)
		onSphere(r, h[l], floats.Norm(x[l], 2))
		a.ValueDeriv(val[l], der[l], h[l])
		turned[l] = make([]float64, n)
		onSphere(r, turned[l], floats.Norm(val[l], 2))
		x[l+1] = make([]float64, n)
		floats.AddScaledTo(x[l+1], x[l+1], alpha, x[l])
		floats.AddScaled(x[l+1], beta, turned[l])
		s.q = append(s.q, floats.Dot(x[l+1], x[l+1])/float64(n))
	}
	y := failure(x[depth])
	for l := depth - 1; l >= 0; l-- {
		z := answered(r, turned[l], val[l], y) // Vᵀy, given that Vφ(h) is what it was
		floats.Mul(z, der[l])
		z = answered(r, h[l], x[l], z) // Wᵀ of it, given Wx = h
		floats.Scale(alpha, y)
		floats.AddScaled(y, beta, z)
	}
	s.ratio = floats.Dot(y, y)
	return s
}

// answered is Aᵀy for a Haar A of which Afrom = to is known, ‖from‖ = ‖to‖.
func answered(r *rand.Rand, to, from, y []float64) []float64 {
	size := floats.Norm(y, 2)
	known := floats.Norm(from, 2)
	switch {
	case size == 0:
		return make([]float64, len(y))
	case known == 0:
		out := make([]float64, len(y))
		onSphere(r, out, size)
		return out
	}
	out := aligned(r, from, max(-1, min(1, floats.Dot(to, y)/(known*size))))
	floats.Scale(size/floats.Norm(out, 2), out)
	return out
}

// The five moments of a block against networks: z-tests at 7 standard errors (see
// requireMean), false-alarm probability below 1e-7 in all.
func TestMomentsOfRotatedBlocks(t *testing.T) {
	r := rand.New(rand.NewPCG(replay.Seed(t), 0))
	trials := 20_000
	if testing.Short() {
		trials = 10_000
	}
	for _, c := range []struct {
		act       gpnorm.Activation
		n         int
		q, branch float64
	}{{gpTanh, 4, 1, 0.5}, {gpReLU, 8, 0.6, 0.3}, {gpGELU, 16, 1.7, 0.8}, {gpELU, 64, 1, 0.1}} {
		m, err := Rotated{c.branch}.Moments(c.act, c.n, c.q)
		require.NoError(t, err)
		var forward, backward, varForward, varBackward, covariance []float64
		for range trials {
			s := drawRotated(r, c.act, c.branch, c.q, c.n, 1)
			up, down := s.q[1]-m.ForwardMean, s.ratio-m.BackwardMean
			forward, backward = append(forward, s.q[1]), append(backward, s.ratio)
			varForward, varBackward = append(varForward, up*up), append(varBackward, down*down)
			covariance = append(covariance, up*down)
		}
		requireMean(t, m.ForwardMean, forward, "mean forward")
		requireMean(t, m.BackwardMean, backward, "mean backward")
		requireMean(t, m.ForwardVariance, varForward, "variance forward")
		requireMean(t, m.BackwardVariance, varBackward, "variance backward")
		requireMean(t, m.Covariance, covariance, "covariance")
	}
}

// As n grows, n times the moments are those of the limit laws.
func TestMomentsOfWideRotatedBlocks(t *testing.T) {
	const n, branch = 1_000_000, 0.3
	for _, a := range []gpnorm.Activation{gpTanh, gpReLU, gpSELU} {
		m, err := Rotated{branch}.Moments(a, n, 1)
		require.NoError(t, err)
		p, err := gpnorm.Describe(a)
		require.NoError(t, err)
		forward, backward := Rotated{branch}.depthVariances(p, 1)
		require.InEpsilon(t, forward, n*m.ForwardVariance, 1e-4)
		require.InEpsilon(t, backward, n*m.BackwardVariance, 1e-4)
		require.InDelta(t, branch*branch*p.Cross, n*m.Covariance, 1e-4)
	}
}

// The mean of hφφ′ is q times the slope of the length map m_n, at every width.
func TestAlongMeanIsTheSlopeOfTheLengthMap(t *testing.T) {
	for _, a := range []gpnorm.Activation{gpTanh, gpGELU, gpReLU} {
		const n, q, step = 10, 1.3, 1e-4
		got, _, err := alongMean(a, n, q)
		require.NoError(t, err)
		above, err := SphereMoments(a, n, q*(1+step))
		require.NoError(t, err)
		below, err := SphereMoments(a, n, q*(1-step))
		require.NoError(t, err)
		require.InDelta(t, (above.Forward.Mean-below.Forward.Mean)/(2*step), got, 1e-6, a.Name)
	}
}

// The laws are those that the prediction of the architecture composes.
func TestRotatedLawsAreThoseOfArchitectures(t *testing.T) {
	for _, depth := range []int{1, 7, 50} {
		branch := 0.8 / float64(depth)
		s := network.Stack{Activation: network.Activation{Spec: "tanh"}, Shortcut: "rotated", Branch: branch}
		s.Linear.Gain = 1
		a, err := s.Tower(300, depth)
		require.NoError(t, err)
		p, err := Predict(context.Background(), a, Question{})
		require.NoError(t, err)
		profile, err := gpnorm.Describe(gpTanh)
		require.NoError(t, err)
		forward, err := Rotated{branch}.ForwardLaw(profile, 300, depth)
		require.NoError(t, err)
		backward, err := Rotated{branch}.BackwardLaw(profile, 300, depth)
		require.NoError(t, err)
		require.InEpsilon(t, p.ForwardLog.SD, forward.LogSD, 1e-9)
		require.InEpsilon(t, p.BackwardLog.SD, backward.LogSD, 1e-9)
	}
}

// Squared norms of networks have the standard deviations of the laws: 400 networks have
// one that is within 25 % (7 standard errors: probability below 1e-10).
func TestRotatedLawsOfNetworks(t *testing.T) {
	r := rand.New(rand.NewPCG(replay.Seed(t), 0))
	const n, depth, networks = 60, 12, 400
	p, err := gpnorm.Describe(gpTanh)
	require.NoError(t, err)
	for _, c := range []float64{1, 4} {
		rotated := Rotated{c / depth}
		var forward, backward []float64
		for range networks {
			s := drawRotated(r, gpTanh, rotated.Branch, 1, n, depth)
			forward, backward = append(forward, math.Log(s.q[depth])), append(backward, math.Log(s.ratio))
		}
		up, err := rotated.ForwardLaw(p, n, depth)
		require.NoError(t, err)
		down, err := rotated.BackwardLaw(p, n, depth)
		require.NoError(t, err)
		require.InEpsilon(t, up.LogSD, deviation(forward), 0.25)
		require.InEpsilon(t, down.LogSD, deviation(backward), 0.25)
	}
}

func deviation(x []float64) float64 {
	mean := floats.Sum(x) / float64(len(x))
	sum := 0.0
	for _, v := range x {
		sum += (v - mean) * (v - mean)
	}
	return math.Sqrt(sum / float64(len(x)))
}

func TestRotatedRefusesBranches(t *testing.T) {
	for _, b := range []float64{0, -0.1, 1.1, math.NaN()} {
		_, err := Rotated{b}.Moments(gpTanh, 10, 1)
		require.ErrorContains(t, err, "branch")
	}
}

func TestRotatedOf(t *testing.T) {
	stack := network.Stack{Activation: network.Activation{Spec: "tanh"}, Shortcut: "rotated", Branch: 0.25}
	stack.Linear.Gain = 1
	a, err := stack.Tower(30, 7)
	require.NoError(t, err)
	r, f, depth, is := RotatedOf(a)
	require.True(t, is)
	require.InDelta(t, 0.25, r.Branch, 1e-12)
	require.Equal(t, "tanh", f.Spec)
	require.Equal(t, 7, depth)
	a.Blocks = append(a.Blocks, network.Linear{To: 30, Gain: 1})
	_, _, depth, is = RotatedOf(a)
	require.True(t, is)
	require.Equal(t, 7, depth)
	for _, b := range []network.Block{network.Linear{To: 31, Gain: 1}, network.Linear{To: 30, Gain: 2}, network.Activation{Spec: "tanh"},
		network.Shortcut{Alpha: 0.6, Beta: 0.8, Blocks: []network.Block{network.Linear{To: 30, Gain: 1}, network.Activation{Spec: "tanh"}}},
		network.Linear{To: 30, Gain: 1, Weights: network.Gaussian}} {
		other := a
		other.Blocks = append([]network.Block{b}, a.Blocks...)
		_, _, _, is = RotatedOf(other)
		require.False(t, is, "%v", b)
	}
	stack.Shortcut = "plain"
	a, err = stack.Tower(30, 7)
	require.NoError(t, err)
	_, _, _, is = RotatedOf(a)
	require.False(t, is)
}
