package suite

import (
	"fmt"
	"math"

	"bsnn/network"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"
)

// A distribution is what a statistic may have; nil for none.
type distribution func(x float64) float64

// scaledBeta is the law of scale times a Beta variable.
func scaledBeta(scale float64, part, whole int) distribution {
	b := distuv.Beta{Alpha: float64(part) / 2, Beta: float64(whole-part) / 2}
	return func(x float64) float64 { return b.CDF(math.Min(math.Max(x/scale, 0), 1)) }
}

func scaledChiSquared(scale float64, degrees int) distribution {
	c := distuv.ChiSquared{K: float64(degrees)}
	return func(x float64) float64 { return c.CDF(math.Max(x/scale, 0)) }
}

func uniformOn(end float64) distribution {
	return func(x float64) float64 { return math.Min(math.Max((x/end+1)/2, 0), 1) }
}

// netLinear is about one linear map of each law.
func netLinear(d *Draw) error {
	for w := network.Haar; w <= network.KerasDefault; w++ {
		if err := d.linearMap(w); err != nil {
			return err
		}
	}
	return nil
}

// linearMap asks one linear map for 0, which answers with the bias, and for x.
func (d *Draw) linearMap(law network.Weights) error {
	m, n, lazily := d.int("in", 2, 12), d.int("out", 2, 12), pick(d, "lazily", true, false)
	l := network.Linear{
		To: n, Weights: law, Gain: pick(d, "gain", 1, 0.5, 1.7), Bias: pick(d, "bias", false, true),
	}
	var biased distribution
	if l.Bias && (l.Weights != network.TorchDefault || pick(d, "own bias", false, true)) {
		l.BiasSD = pick(d, "bias sd", 0.4, 1.5)
		biased = distuv.Normal{Sigma: l.BiasSD}.CDF
	} else if l.Bias {
		biased = uniformOn(1 / math.Sqrt(float64(m)))
	}
	a, err := d.Prepare(network.Architecture{Input: m, Blocks: []network.Block{l}})
	if err != nil {
		return err
	}
	about := fmt.Sprintf("%d → %d: %s", m, n, l)
	in, out, gain := float64(m), float64(n), l.Gain*l.Gain
	oneHot := l.Weights != network.Haar && l.Weights != network.Gaussian
	x, y := d.vector("x", m, 1), d.vector("y", n, 1)
	var forward, backward distribution
	switch l.Weights {
	case network.Haar:
		if n < m {
			forward = scaledBeta(gain, n, m)
		} else if m < n {
			backward = scaledBeta(gain*out/in, m, n)
		}
	case network.Gaussian:
		forward, backward = scaledChiSquared(gain/in, n), scaledChiSquared(gain/in, m)
	default:
		end := l.Gain / math.Sqrt(in) * map[network.Weights]float64{
			network.Uniform: math.Sqrt(3), network.TorchDefault: 1, network.KerasDefault: math.Sqrt(6 * in / (in + out)),
		}[l.Weights]
		forward, backward = uniformOn(end), uniformOn(end)
		x, y = shaped("one-hot", m, 1, d.random("x")), shaped("one-hot", n, 1, d.random("y"))
	}
	xs, ys := mat.NewDense(m, 2, nil), mat.NewDense(n, 2, nil)
	xs.SetCol(1, x)
	ys.SetCol(1, y)
	trials := d.Effort.trials(20*m*n+600, 1, 300)
	ups, downs, biases := make([]float64, trials), make([]float64, trials), make([]float64, trials)
	for i := range trials {
		p, err := d.send(a, lazily, i, xs, ys)
		if err != nil {
			return err
		}
		bias, h, g := mat.Col(nil, 0, p.Output), mat.Col(nil, 1, p.Output), mat.Col(nil, 1, p.Gradient)
		floats.Sub(h, bias)
		biases[i] = bias[i%n]
		if !l.Bias {
			if err := d.near(about+": answer to 0", biases[i], 0, 1e-12); err != nil {
				return err
			}
		}
		if err := d.near(about+": ⟨Wx, y⟩ − ⟨x, Wᵀy⟩", floats.Dot(h, y)-floats.Dot(x, g), 0, 1e-9*(1+l.BiasSD)); err != nil {
			return err
		}
		if ups[i], downs[i] = square(h)/in, square(g)/out; oneHot {
			ups[i], downs[i] = h[i%n]/floats.Max(x), g[i%m]/floats.Max(y)
			continue
		}
		if forward == nil {
			if err := d.near(about+": ‖Wx‖²/‖x‖²", ups[i], gain*math.Max(1, out/in), 1e-9*(1+l.BiasSD)); err != nil {
				return err
			}
		}
		if backward == nil {
			if err := d.near(about+": ‖Wᵀy‖²/‖y‖²", downs[i], gain, 1e-9); err != nil {
				return err
			}
		}
	}
	names := [2]string{"‖Wx‖²/‖x‖²", "‖Wᵀy‖²/‖y‖²"}
	if oneHot {
		names = [2]string{"an entry of W", "an entry of Wᵀ"}
	}
	for _, c := range []struct {
		what string
		law  distribution
		seen []float64
	}{{names[0], forward, ups}, {names[1], backward, downs}, {"an entry of the bias", biased, biases}} {
		if c.law == nil {
			continue
		}
		if err := d.law(about, c.what, c.law, 1e-9, trials, func(i int) (float64, error) { return c.seen[i], nil }); err != nil {
			return err
		}
	}
	return nil
}

// rectangular asks a lazily drawn matrix for two orthogonal vectors of its wider side, in half
// of the draws after one of the narrower side.
func rectangular(d *Draw) error {
	rows, cols := d.int("rows", 1, 12), d.int("columns", 2, 12)
	whole, part := max(rows, cols), min(rows, cols)
	before := pick(d, "asked before", false, true)
	about := fmt.Sprintf("lazy %d×%d W", rows, cols)
	x1, x2, z := d.vector("x", whole, 1), d.normals("x₂", whole, 1).RawMatrix().Data, d.vector("z", part, 1)
	floats.Scale(1/floats.Norm(x1, 2), x1)
	for range 2 {
		floats.AddScaled(x2, -floats.Dot(x1, x2), x1)
		floats.Scale(1/floats.Norm(x2, 2), x2)
	}
	trials := d.Effort.trials(40*whole+300, 1, 300)
	w1, w2, products := make([]float64, trials), make([]float64, trials), make([]float64, trials)
	for i := range trials {
		w, err := d.Rectangular(rows, cols, d.stream("rectangular", i))
		if err != nil {
			return err
		}
		narrow, widen := w.Apply, w.ApplyTranspose
		if rows > cols {
			narrow, widen = widen, narrow
		}
		image := make([]float64, whole)
		if before {
			widen(image, z)
		}
		y1, y2 := make([]float64, part), make([]float64, part)
		narrow(y1, x1)
		narrow(y2, x2)
		w1[i], w2[i], products[i] = square(y1), square(y2), floats.Dot(y1, y2)
		if i >= 20 {
			continue
		}
		widen(image, z)
		y := make([]float64, part)
		sum := make([]float64, whole)
		floats.AddScaledTo(sum, x1, 2, x2)
		narrow(y, sum)
		floats.AddScaled(y, -2, y2)
		floats.Sub(y, y1)
		for _, c := range []struct {
			what      string
			got, want float64
		}{
			{"‖Wz‖² on the narrower side", square(image), square(z)},
			{"⟨Wx, z⟩ against ⟨x, Wᵀz⟩", floats.Dot(y2, z), floats.Dot(x2, image)},
			{"‖W(x₁ + 2x₂) − Wx₁ − 2Wx₂‖", floats.Norm(y, 2), 0},
		} {
			if err := d.near(about+": "+c.what, c.got, c.want, 1e-9); err != nil {
				return err
			}
		}
	}
	if part < whole {
		for k, seen := range [][]float64{w1, w2} {
			if err := d.law(about, fmt.Sprintf("‖Wx‖² of question %d", k+1), scaledBeta(1, part, whole), 1e-9, trials,
				func(i int) (float64, error) { return seen[i], nil }); err != nil {
				return err
			}
		}
	}
	small, large := float64(part), float64(whole)
	second := small * (large - small) / ((large - 1) * large * (large + 2))
	scale := math.Sqrt(math.Max(second, 1e-6))
	claims := []mean{
		exactly("⟨Wx₁, Wx₂⟩", 0, 0, -0.5, 0.5, scale, "sd of the statistic"),
		exactly("⟨Wx₁, Wx₂⟩²", second, 1e-12, 0, 0.25, scale*scale, "of its mean"),
	}
	return d.means(about, trials, claims, func(i int, values []float64) error {
		values[0], values[1] = products[i], products[i]*products[i]
		return nil
	})
}
