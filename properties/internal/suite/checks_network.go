package suite

import (
	"context"
	"errors"
	"fmt"
	"math"

	"bsnn/gpnorm"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/properties"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// networkChecks are about whole networks: sections 1, 4 and 6 of the theory.
func networkChecks() []Check {
	return []Check{
		{ID: "plain-loops", Status: Exact, Source: "theory 1", Run: plain,
			Claim: "norms, output and input gradient of an explicit network are those of loops written from the definition, to rounding"},
		{ID: "gradients", Status: Exact, Source: "theory 1", Run: gradients,
			Claim: "∂E/∂W⁽ˡ⁾ and ∂E/∂x agree with finite differences of the loss; ‖∂E/∂W⁽ˡ⁾‖ = ‖d⁽ˡ⁾‖·‖x⁽ˡ⁾‖"},
		{ID: "simulator-bookkeeping", Status: Exact, Source: "theory 6", Run: bookkeeping,
			Claim: "‖y⁽ˡ⁻¹⁾‖ = ‖d⁽ˡ⁾‖ in every layer; both memory modes give the same numbers; the same seed does; x and y are not changed"},
		{ID: "ensemble", Status: Exact, Source: "theory 6", Run: ensemble,
			Claim: "an ensemble runs the networks at the addresses of its trials, whatever the number of workers"},
		{ID: "alignment", Status: Exact, Source: "theory 4, backward inside a network", Tests: 2, Run: alignment,
			Claim: "given everything above, ‖d‖²/‖y‖² one layer down has mean ρ²‖Dx̂‖² + (1−ρ²)(‖D‖² − ‖Dx̂‖²)/(n−1) and the variance of a " +
				"quadratic form"},
		{ID: "one-law", Status: Exact, Source: "theory 6", Tests: 5, Run: oneLaw,
			Claim: "simulated, lazy and explicit networks have one joint law of forward and backward norms"},
		{ID: "layer-by-layer", Status: Exact, Source: "theory 3", Tests: 2, Run: layerByLayer,
			Claim: "inside a deep network each layer has the exact mean and variance at the length that it receives"},
		{ID: "homogeneous-depth", Status: Exact, Source: "theory 5", Tests: 4, Run: homogeneousDepth,
			Claim: "for φ of degree 1 the ratios ‖x⁽ˡ⁺¹⁾‖²/‖x⁽ˡ⁾‖² have mean 1, variance 3c²/(n+2), and are uncorrelated, to depth 1,000"},
		{ID: "wide", Status: Proven, Source: "theory 4", Tests: 2, Run: wide,
			Claim: "at widths to 1,000,000 a layer keeps ‖x‖² and ‖y‖² within what has at least probability 1 − α by the bounds"},
	}
}

func plain(d *Draw) error {
	act, err := d.activation()
	if err != nil {
		return err
	}
	smooth, err := d.Normalize(d.curve())
	if err != nil {
		return err
	}
	for _, a := range []gpnorm.Activation{act.Activation, smooth.Activation} {
		if err := d.againstLoops(a); err != nil {
			return err
		}
	}
	return nil
}

func (d *Draw) againstLoops(act gpnorm.Activation) error {
	n, depth := d.width(2, 40), d.int("depth", 2, 8)
	kind := pick(d, "representation", representations...)
	x, y := d.vector("x", n, d.shell()), d.vector("y", n, 1)
	pass, layers, err := d.pass(kind, act, n, depth, 0, x)
	if err != nil {
		return err
	}
	if err := pass.Backward(y); err != nil {
		return err
	}
	weights := make([]*mat.Dense, depth)
	for l, w := range layers {
		weights[l] = matrixOf(w)
	}
	want := plainLoops(act, weights, x, y)
	about := fmt.Sprintf("%s, %s, n = %d, L = %d", act.Name, kind, n, depth)
	got := pass.Norms()
	// Rounding is multiplied by Lip in each layer and direction.
	tol := 1e-12 * float64(n) * math.Pow(math.Max(act.Lipschitz, 1), 2*float64(depth))
	for l := 1; l <= depth; l++ {
		if err := d.near(fmt.Sprintf("%s: ‖x⁽%d⁾‖²", about, l+1), got.X[l], square(want.x[l+1]), tol*(1+got.X[l])); err != nil {
			return err
		}
		if len(act.Kinks) > 0 {
			continue // rounding may change sides of a kink, where φ′ jumps
		}
		if err := d.near(fmt.Sprintf("%s: ‖d⁽%d⁾‖²", about, l), got.D[l-1], square(want.d[l]), tol*(1+got.D[l-1])); err != nil {
			return err
		}
		if err := d.near(fmt.Sprintf("%s: ‖y⁽%d⁾‖²", about, l-1), got.Y[l-1], square(want.y[l-1]), tol*(1+got.Y[l-1])); err != nil {
			return err
		}
	}
	if len(act.Kinks) > 0 {
		return nil
	}
	for i := range n {
		if err := d.near(fmt.Sprintf("%s: output %d", about, i), pass.Output()[i], want.x[depth+1][i],
			tol*math.Sqrt(1+got.X[depth])); err != nil {
			return err
		}
		if err := d.near(fmt.Sprintf("%s: input gradient %d", about, i), pass.InputGradient()[i], want.y[0][i],
			tol*math.Sqrt(1+got.Y[0])); err != nil {
			return err
		}
	}
	return nil
}

func bookkeeping(d *Draw) error {
	act, err := d.activation()
	if err != nil {
		return err
	}
	n, depth := d.width(2, 20_000), d.int("depth", 1, 20)
	x, y := d.vector("x", n, d.shell()), d.vector("y", n, 1)
	before := append(append([]float64(nil), x...), y...)
	var norms [3]network.Norms
	for i, memory := range []network.Memory{network.Store, network.Regenerate, network.Store} {
		s, err := d.Simulator(network.Config{Activation: act.Activation, Width: n, Depth: depth, Memory: memory})
		if err != nil {
			return err
		}
		norms[i] = network.NewNorms(depth)
		if err := s.Run(context.Background(), d.Layers(d.seed, "bookkeeping", 0), x, y, norms[i]); err != nil {
			var overflow *network.OverflowError
			if errors.As(err, &overflow) {
				return nil // an outcome, not a mistake
			}
			return err
		}
	}
	about := fmt.Sprintf("%s, n = %d, L = %d", act.Name, n, depth)
	if !floats.Equal(before, append(append([]float64(nil), x...), y...)) {
		return refute(about, "x and y are not changed", "they are")
	}
	if math.Abs(norms[0].X[0]-square(x)) > 1e-9*square(x) || math.Abs(norms[0].Y[depth]-square(y)) > 1e-9*square(y) {
		return refute(about, "X[0] = ‖x‖², Y[L] = ‖y‖²", "%v, %v", norms[0].X[0], norms[0].Y[depth])
	}
	for l := 1; l <= depth; l++ {
		if !(norms[0].D[l-1] > 1e-200) {
			return nil // all of φ′ is 0: nothing is left to compare
		}
		if err := d.near(fmt.Sprintf("%s: ‖y⁽%d⁾‖²/‖d⁽%d⁾‖²", about, l-1, l), norms[0].Y[l-1]/norms[0].D[l-1], 1, 1e-9); err != nil {
			return err
		}
		if l < depth && norms[0].D[l-1] > norms[0].Y[l]*act.Lipschitz*act.Lipschitz*(1+1e-9) {
			return refute(about, fmt.Sprintf("‖d⁽%d⁾‖ ≤ Lip·‖y⁽%d⁾‖", l, l), "%v > %v", norms[0].D[l-1], norms[0].Y[l])
		}
	}
	for k := range norms[0].X {
		for _, other := range norms[1:] {
			if math.Abs(other.X[k]-norms[0].X[k]) > 1e-9*norms[0].X[k] || math.Abs(other.Y[k]-norms[0].Y[k]) > 1e-7*norms[0].Y[k] {
				return refute(about, "the same numbers in both memory modes and again", "%v, %v against %v, %v at %d", other.X[k], other.Y[k],
					norms[0].X[k], norms[0].Y[k], k)
			}
		}
	}
	if !floats.Equal(norms[0].Y, norms[2].Y) || !floats.Equal(norms[0].X, norms[2].X) {
		return refute(about, "the same seed gives the same bits", "%v and %v", norms[0].Y, norms[2].Y)
	}
	return nil
}

func ensemble(d *Draw) error {
	act, err := d.activation()
	if err != nil {
		return err
	}
	e := properties.Ensemble{Activation: act.Activation, Width: d.width(4, 64), Depth: d.int("depth", 1, 6)}
	x := montecarlo.NewExperiment(d.seed, "ensemble")
	const trials = 6
	sampled, err := d.Sample(context.Background(), e, montecarlo.Plan{Trials: trials, Workers: d.int("workers", 1, 4)}, x)
	if err != nil {
		return err
	}
	s, err := d.Simulator(network.Config{Activation: act.Activation, Width: e.Width, Depth: e.Depth})
	if err != nil {
		return err
	}
	for i, got := range sampled {
		in, out := make([]float64, e.Width), make([]float64, e.Width)
		if err := properties.OnShell(i, x.Trial(i).Layer(0), in); err != nil {
			return err
		}
		if err := properties.OnShell(i, x.Trial(i).Layer(e.Depth+1), out); err != nil {
			return err
		}
		want := network.NewNorms(e.Depth)
		if err := s.Run(context.Background(), x.Trial(i).Layer, in, out, want); err != nil {
			return err
		}
		if !floats.Equal(got.X, want.X) || !floats.Equal(got.D, want.D) || !floats.Equal(got.Y, want.Y) {
			return refute(fmt.Sprintf("%s, n = %d, L = %d", act.Name, e.Width, e.Depth), fmt.Sprintf("trial %d is %v", i, want), "%v", got)
		}
	}
	return nil
}
