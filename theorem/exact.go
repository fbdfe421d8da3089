package theorem

import (
	"math"

	"bsnn/network"

	"gonum.org/v1/gonum/stat/distuv"
)

// An ExactLaw is what is known of a factor at these very widths, from an input on the shell
// ‖x‖² = n in a uniformly random direction: proven, up to errors of quadrature.
type ExactLaw struct {
	Mean, SD float64
	Quantile func(p float64) float64 // nil where only the moments are known
	Source   string                  // in a few words
}

// Known says whether something is.
func (l ExactLaw) Known() bool { return !math.IsNaN(l.Mean) }

// ExactSignals are the laws of the squared length per neuron behind each of the outermost
// blocks, over that of the input, where a sphere gives them: behind linear maps and rotated
// shortcuts as long as the length in front of them does not vary, behind the
// functions that follow such maps, and behind normalisation.
//
// A Haar map keeps lengths, or a Beta distributed part of them where it narrows; entries that
// are independent and normal make them χ² distributed. An activation behind a Haar map has the moments of
// SphereMoments, a rotated shortcut around both those of Rotated.Moments.
func ExactSignals(a network.Architecture) ([]ExactLaw, error) {
	e := exact{width: a.Input, square: 1, sphere: true, functions: (&composer{functions: map[string]*function{}}).function}
	var out []ExactLaw
	for _, b := range a.Blocks {
		l, err := e.block(b)
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, nil
}

// exact is where a signal is: of a length that does not vary, or NaN.
type exact struct {
	width     int
	square    float64 // ‖x‖²/n
	sphere    bool    // the direction is uniform
	functions func(network.Activation) (*function, error)
}

func (e *exact) block(b network.Block) (ExactLaw, error) {
	in := e.width
	out, err := network.Architecture{Input: in, Blocks: []network.Block{b}}.Output()
	if err != nil {
		return ExactLaw{}, err
	}
	e.width = out
	before, onSphere := e.square, e.sphere
	e.square, e.sphere = math.NaN(), false
	switch b := b.(type) {
	case network.Normalization:
		if b.Kind != network.Batch {
			e.square = 1
			return ExactLaw{1, 0, point(1), b.Kind.String() + " normalisation"}, nil
		}
	case network.Linear:
		if !math.IsNaN(before) && b.BiasVariance(in) == 0 {
			return e.linear(b, in, before), nil
		}
	case network.Activation:
		if !math.IsNaN(before) && onSphere && out >= MinWidth {
			f, err := e.functions(b)
			if err != nil {
				return ExactLaw{}, err
			}
			m, err := SphereMoments(f.used, out, before)
			return ExactLaw{m.Forward.Mean, math.Sqrt(m.Forward.AverageVariance), nil, "moments on the sphere"}, err
		}
	case network.Shortcut:
		if !math.IsNaN(before) && out >= MinWidth {
			return e.rotated(b, out, before)
		}
	}
	return ExactLaw{Mean: math.NaN(), SD: math.NaN()}, nil
}

// linear is the law behind a map without a bias.
func (e *exact) linear(l network.Linear, m int, before float64) ExactLaw {
	n, mean := l.To, l.Scale()*l.Scale()*before
	switch {
	case l.Weights == network.Haar && n >= m:
		e.square, e.sphere = mean, true
		return ExactLaw{mean, 0, point(mean), "Haar weights keep lengths"}
	case l.Weights == network.Haar:
		part := distuv.Beta{Alpha: float64(n) / 2, Beta: float64(m-n) / 2}
		by := mean * float64(m) / float64(n)
		quantile := func(p float64) float64 { return by * part.Quantile(p) }
		return ExactLaw{mean, by * part.StdDev(), quantile, "a Beta distributed part of the length"}
	case l.Weights == network.Gaussian:
		chi := distuv.ChiSquared{K: float64(n)}
		by := mean / float64(n)
		return ExactLaw{mean, by * chi.StdDev(), func(p float64) float64 { return by * chi.Quantile(p) }, "χ² distributed"}
	}
	return ExactLaw{Mean: math.NaN(), SD: math.NaN()}
}

// rotated is the law behind a balanced rotated shortcut around a layer.
func (e *exact) rotated(s network.Shortcut, n int, before float64) (ExactLaw, error) {
	none := ExactLaw{Mean: math.NaN(), SD: math.NaN()}
	a, is := turnedLayer(s, n)
	if !is {
		return none, nil
	}
	f, err := e.functions(a)
	if err != nil {
		return none, err
	}
	m, err := Rotated{Branch: s.Beta * s.Beta}.Moments(f.used, n, before)
	return ExactLaw{m.ForwardMean, math.Sqrt(m.ForwardVariance), nil, "moments of a rotated shortcut"}, err
}

func point(at float64) func(p float64) float64 { return func(float64) float64 { return at } }
