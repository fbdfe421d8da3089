package faults

import (
	"context"
	"math"

	"bsnn/gpnorm"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/properties"
	"bsnn/properties/internal/suite"
	"bsnn/theorem"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// sentBy replaces how inputs go through networks; real is how the project sends them.
func sentBy(send func(real suite.Architecture, lazily bool, stream func(int) montecarlo.Stream, x, y *mat.Dense) (suite.Passage,
	error)) func(*suite.System) {
	return func(s *suite.System) {
		prepare := s.Prepare
		s.Prepare = func(a network.Architecture) (suite.Architecture, error) {
			real, err := prepare(a)
			return sender{real, send}, err
		}
	}
}

type sender struct {
	suite.Architecture
	send func(real suite.Architecture, lazily bool, stream func(int) montecarlo.Stream, x, y *mat.Dense) (suite.Passage, error)
}

func (s sender) Send(lazily bool, stream func(int) montecarlo.Stream, x, y *mat.Dense) (suite.Passage, error) {
	return s.send(s.Architecture, lazily, stream, x, y)
}

// other are the streams of another network.
func other(stream func(int) montecarlo.Stream) func(int) montecarlo.Stream {
	return func(k int) montecarlo.Stream { return stream(k + 1000) }
}

// second has the second column of another matrix, if there is one.
func second(of, by *mat.Dense) *mat.Dense {
	out := mat.DenseCopyOf(of)
	if _, k := out.Dims(); k > 1 {
		out.SetCol(1, mat.Col(nil, 1, by))
	}
	return out
}

// exchanged has the first two columns exchanged.
func exchangedColumns(of *mat.Dense) *mat.Dense {
	out := mat.DenseCopyOf(of)
	if _, k := out.Dims(); k > 1 {
		out.SetCol(0, mat.Col(nil, 1, of))
		out.SetCol(1, mat.Col(nil, 0, of))
	}
	return out
}

// angles changes what is predicted of two inputs.
func angles(change func(network.Architecture, *theorem.Angles)) func(*suite.System) {
	return func(s *suite.System) {
		s.PredictAngles = func(ctx context.Context, a network.Architecture, q theorem.AngleQuestion) (theorem.Angles, error) {
			p, err := theorem.PredictAngles(ctx, a, q)
			if err == nil {
				change(a, &p)
			}
			return p, err
		}
	}
}

// anglesOf rewrites the architecture whose angles are predicted.
func anglesOf(change func(network.Block) network.Block) func(*suite.System) {
	return func(s *suite.System) {
		s.PredictAngles = func(ctx context.Context, a network.Architecture, q theorem.AngleQuestion) (theorem.Angles, error) {
			a.Blocks = rewritten(a.Blocks, change)
			return theorem.PredictAngles(ctx, a, q)
		}
	}
}

func merged(change func(*theorem.Merging)) func(*suite.System) {
	return func(s *suite.System) {
		s.MergingOf = func(a gpnorm.Activation, p gpnorm.Profile) (theorem.Merging, error) {
			m, err := theorem.MergingOf(a, p)
			change(&m)
			return m, err
		}
	}
}

// spectra changes what is predicted of the Jacobian of an architecture that is rewritten.
func spectra(rewrite func(network.Block) network.Block, change func(*theorem.Spectrum)) func(*suite.System) {
	return func(s *suite.System) {
		s.PredictSpectrum = func(ctx context.Context, a network.Architecture) (theorem.Spectrum, error) {
			a.Blocks = rewritten(a.Blocks, rewrite)
			p, err := theorem.PredictSpectrum(ctx, a)
			change(&p)
			return p, err
		}
	}
}

func unchanged(b network.Block) network.Block { return b }

func probed(of func(back *mat.Dense) properties.Probes) func(*suite.System) {
	return func(s *suite.System) { s.ProbesOf = of }
}

// repeatedProbes sends the first probe back each time.
type repeatedProbes struct{ suite.Architecture }

func (r repeatedProbes) Probe(lazily bool, stream func(int) montecarlo.Stream, x, y *mat.Dense) (*mat.Dense, error) {
	same := mat.DenseCopyOf(y)
	_, k := y.Dims()
	for j := range k {
		same.SetCol(j, mat.Col(nil, 0, y))
	}
	return r.Architecture.Probe(lazily, stream, x, same)
}

func pairs() []Fault {
	const inputs, law, jacobian = "two inputs, drawing", "two inputs, prediction", "spectrum of the Jacobian"
	lastOf := func(p *theorem.Angles) *theorem.AngleState { return &p.Path[len(p.Path)-1] }
	return []Fault{
		{"pair-own-matrices", inputs, "each input meets matrices of its own", "pair",
			sentBy(func(real suite.Architecture, lazily bool, stream func(int) montecarlo.Stream, x, y *mat.Dense) (suite.Passage, error) {
				p, err := real.Send(lazily, stream, x, y)
				if err != nil {
					return p, err
				}
				q, err := real.Send(lazily, other(stream), x, y)
				if err == nil {
					p.Output, p.Gradient = second(p.Output, q.Output), second(p.Gradient, q.Gradient)
				}
				return p, err
			})},
		{"pair-own-matrices-back", inputs, "the gradient of the second input comes back through another network", "pair",
			sentBy(func(real suite.Architecture, lazily bool, stream func(int) montecarlo.Stream, x, y *mat.Dense) (suite.Passage, error) {
				p, err := real.Send(lazily, stream, x, y)
				if err != nil {
					return p, err
				}
				q, err := real.Send(lazily, other(stream), x, y)
				if err == nil {
					p.Gradient = second(p.Gradient, q.Gradient)
				}
				return p, err
			})},
		{"pair-slopes-exchanged", inputs, "gradients go back through the slopes of the other input", "net-gradients",
			sentBy(func(real suite.Architecture, lazily bool, stream func(int) montecarlo.Stream, x, y *mat.Dense) (suite.Passage, error) {
				p, err := real.Send(lazily, stream, x, exchangedColumns(y))
				if err == nil {
					p.Gradient = exchangedColumns(p.Gradient)
				}
				return p, err
			})},
		{"gram-unscaled", inputs, "recorded inner products are not over n", "pair",
			sentBy(func(real suite.Architecture, lazily bool, stream func(int) montecarlo.Stream, x, y *mat.Dense) (suite.Passage, error) {
				p, err := real.Send(lazily, stream, x, y)
				if err == nil {
					n, _ := p.Output.Dims()
					p.Gram.ScaleSym(float64(n), p.Gram)
				}
				return p, err
			})},
		{"gram-centred", inputs, "recorded inner products are covariances of the entries", "pair",
			sentBy(func(real suite.Architecture, lazily bool, stream func(int) montecarlo.Stream, x, y *mat.Dense) (suite.Passage, error) {
				p, err := real.Send(lazily, stream, x, y)
				if err != nil {
					return p, err
				}
				n, k := p.Output.Dims()
				for i := range k {
					for j := i; j < k; j++ {
						a, b := mat.Col(nil, i, p.Output), mat.Col(nil, j, p.Output)
						p.Gram.SetSym(i, j, p.Gram.At(i, j)-floats.Sum(a)*floats.Sum(b)/float64(n*n))
					}
				}
				return p, nil
			})},

		{"angles-rho-squared", law, "C(ρ²) where C(ρ) belongs", "angle-prediction", func(s *suite.System) {
			s.PredictAngles = func(ctx context.Context, a network.Architecture, q theorem.AngleQuestion) (theorem.Angles, error) {
				q.Correlation *= q.Correlation
				return theorem.PredictAngles(ctx, a, q)
			}
		}},
		{"angles-without-projection", law, "the projection on the Gram matrix is left out for Haar weights", "angle-prediction",
			anglesOf(lawAs(network.Haar, network.Gaussian))},
		{"angles-gaussian-projected", law, "the projection on the Gram matrix for Gaussian weights as well", "angle-prediction",
			anglesOf(lawAs(network.Gaussian, network.Haar))},
		{"angles-one-layer-less", law, "repetitions are one time too few", "angle-laws", anglesOf(fewer)},
		{"angles-sd-for-variance", law, "spreads are variances instead of standard deviations", "angle-prediction",
			angles(func(_ network.Architecture, p *theorem.Angles) {
				s := lastOf(p)
				s.DistanceLog.SD *= s.DistanceLog.SD
				s.LengthsLog.SD *= s.LengthsLog.SD
			})},
		{"angles-lengths-independent", law, "the lengths of two inputs as if they fluctuated independently", "angle-prediction",
			angles(func(a network.Architecture, p *theorem.Angles) {
				if one, err := theorem.Predict(context.Background(), a, theorem.Question{}); err == nil {
					lastOf(p).LengthsLog.SD = math.Sqrt2 * one.ForwardLog.SD
				}
			})},
		{"angles-c-for-slope", law, "gradients are as far apart as signals: C(ρ) where C′(ρ) belongs", "angle-prediction",
			angles(func(_ network.Architecture, p *theorem.Angles) {
				p.Input.GradientCorrelation = p.AngleQuestion.GradientCorrelation * (1 - lastOf(p).Distance)
			})},
		{"angles-fixed-gradients", law, "the fluctuation of gradients without what the directions of the errors add", "angle-laws",
			angles(func(_ network.Architecture, p *theorem.Angles) { p.Input.GradientCorrelationSD /= 2 })},
		{"merging-slope", law, "β = 2/E φ′² where E φ″² belongs", "merging", merged(func(m *theorem.Merging) { m.Scale = 2 })},
		{"merging-half", law, "β = 1/E φ″²", "merging", merged(func(m *theorem.Merging) { m.Scale /= 2 })},
		{"merging-without-kinks", law, "1/l where φ′ jumps", "merging", merged(func(m *theorem.Merging) { m.Power = 1 })},

		{"probes-not-renewed", jacobian, "one probe goes back several times", "probes", func(s *suite.System) {
			prepare := s.Prepare
			s.Prepare = func(a network.Architecture) (suite.Architecture, error) {
				real, err := prepare(a)
				return repeatedProbes{real}, err
			}
		}},
		{"probes-with-themselves", jacobian, "the pairs of probes hold each with itself", "probes",
			probed(func(back *mat.Dense) properties.Probes {
				p := properties.ProbesOf(back)
				n, k := back.Dims()
				sum := p.Second * float64(k*(k-1)/2)
				for j := range k {
					v := mat.Col(nil, j, back)
					sum += math.Pow(floats.Dot(v, v), 2) / float64(n)
				}
				p.Second = sum / float64(k*(k+1)/2)
				return p
			})},
		{"probes-square-of-mean", jacobian, "τ(JᵀJ)² where τ((JᵀJ)²) belongs", "probes",
			probed(func(back *mat.Dense) properties.Probes {
				p := properties.ProbesOf(back)
				p.Second = p.First * p.First
				return p
			})},
		{"probes-over-n-squared", jacobian, "squared inner products over n² instead of n", "probes",
			probed(func(back *mat.Dense) properties.Probes {
				p := properties.ProbesOf(back)
				n, _ := back.Dims()
				p.Second /= float64(n)
				return p
			})},
		{"spectrum-gaussian", jacobian, "L·E φ′⁴ for Haar weights", "spectrum",
			spectra(lawAs(network.Haar, network.Gaussian), func(*theorem.Spectrum) {})},
		{"spectrum-haar", jacobian, "L(E φ′⁴ − 1) for Gaussian weights", "spectrum",
			spectra(lawAs(network.Gaussian, network.Haar), func(*theorem.Spectrum) {})},
		{"spectrum-alpha-beta", jacobian, "α and β of a rotated shortcut exchanged", "spectrum",
			spectra(shortcutAs(exchanged), func(*theorem.Spectrum) {})},
		{"spectrum-multiplied", jacobian, "excess moments of layers are multiplied instead of added", "spectrum",
			spectra(unchanged, func(s *theorem.Spectrum) { s.Second = math.Exp(s.Second - 1) })},
		{"spectrum-finite-sign", jacobian, "what finite width adds is subtracted", "spectrum",
			spectra(unchanged, func(s *theorem.Spectrum) { s.FiniteSecond = 2*s.Second - s.FiniteSecond })},
	}
}
