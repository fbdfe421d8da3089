package experiment

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"bsnn/gpnorm"
	"bsnn/internal/limits"
	"bsnn/internal/parts"
	"bsnn/internal/provenance"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/properties"
	"bsnn/theorem"
)

// FluctuationsSpec asks by how much networks of finite width differ from each other, and whether that
// grows with the depth: what has been published of orthogonal weights (Day, Kahn, Roberts 2023, arXiv
// 2310.07765: fluctuations of tanh networks at criticality do not depend on the depth at leading
// order, and those of gradients saturate).
//
// The claim is that from the depth Early to Depth the variance of the logarithm of a squared norm grows by no
// more than a factor 3; where it grows like the depth it grows by Depth/Early. With normal laws of both
// logarithms the difference of two networks of the larger depth is larger than that of two others of the
// smaller one with probability (2/π)·arctan √R, R the ratio of the variances, and that is at most 2/3 just
// if R ≤ 3. This rate is tested.
type FluctuationsSpec struct {
	Seed    uint64   `json:"seed"`
	Early   int      `json:"early"`
	Depth   int      `json:"depth"`
	Widths  []int    `json:"widths"`
	AsIs    []string `json:"as_is"`      // functions as they are
	Normal  []string `json:"normalised"` // and normalised
	Weights []string `json:"weights"`
	Trials  int      `json:"trials"` // most in each cell; each is two networks of either depth
	Alpha   float64  `json:"alpha"`  // of all verdicts together
}

// DefaultFluctuations takes a minute.
func DefaultFluctuations() FluctuationsSpec {
	return FluctuationsSpec{Seed: 1, Early: 100, Depth: 1000, Widths: []int{64}, AsIs: []string{"tanh"},
		Normal: []string{"tanh", "selu", "relu"}, Weights: []string{"haar", "gaussian"}, Trials: 1000, Alpha: 1e-3}
}

const (
	growthFactor = 3 // of a variance that does not count as growing
	growthLimit  = 2. / 3
)

// FluctuationsCell is what was found of one function, law of weights and width.
type FluctuationsCell struct {
	Activation string      `json:"activation"`
	AsIs       bool        `json:"as_is"`
	Weights    string      `json:"weights"`
	Width      int         `json:"width"`
	Forward    Fluctuation `json:"forward"`  // of ‖x‖² behind the last layer
	Backward   Fluctuation `json:"backward"` // of ‖d‖² at the first layer over that at the last
}

// A Fluctuation is n times the variance of a logarithm at both depths (empirical; null where a network
// died or exploded), with what theory says to first order (asymptotic); absent where it predicts nothing.
type Fluctuation struct {
	Early          montecarlo.Real    `json:"early"`
	Late           montecarlo.Real    `json:"late"`
	PredictedEarly *float64           `json:"predicted_early,omitempty"`
	PredictedLate  *float64           `json:"predicted_late,omitempty"`
	Verdict        montecarlo.Verdict `json:"verdict"` // that it does not grow
}

// FluctuationsResults is the outcome of [Fluctuations], and the content of results.json.
type FluctuationsResults struct {
	Spec    FluctuationsSpec         `json:"spec"`
	Cells   []Cell[FluctuationsCell] `json:"cells"`
	Seconds float64                  `json:"seconds"` // of all cells, added up
	Machine provenance.Machine       `json:"machine"`
}

// fluctuating is one cell of the grid.
type fluctuating struct {
	activation string
	asIs       bool
	weights    network.Weights
	width      int
}

func (k fluctuating) key() string {
	return keyOf(k.activation, k.asIs, k.weights.String(), fmt.Sprint(k.width))
}

// Validate says what is wrong with a specification.
func (s FluctuationsSpec) Validate() error {
	_, err := s.cells()
	return err
}

func (s FluctuationsSpec) cells() (out []fluctuating, err error) {
	switch {
	case len(s.Widths) == 0 || !slices.IsSorted(s.Widths):
		return nil, fmt.Errorf("widths %v; want some, ascending", s.Widths)
	case len(s.Weights) == 0:
		return nil, errors.New("no weights; want haar, gaussian or both")
	case !(s.Alpha > 0 && s.Alpha < 1):
		return nil, fmt.Errorf("alpha %v; want a probability above 0 and below 1", s.Alpha)
	case len(s.AsIs)+len(s.Normal) == 0:
		return nil, errors.New("no activations; want at least one")
	}
	for what, check := range map[string]error{
		"depth": limits.Whole("depth", s.Depth, 2, limits.Depth), "early": limits.Whole("early depth", s.Early, 2, s.Depth-1),
		"trials": limits.Whole("trials", s.Trials, 1, limits.Trials), "width": limits.Whole("width", s.Widths[0], 2, s.Widths[len(s.Widths)-1]),
	} {
		if check != nil {
			return nil, fmt.Errorf("%s: %w", what, check)
		}
	}
	for _, form := range []struct {
		names []string
		asIs  bool
	}{{s.AsIs, true}, {s.Normal, false}} {
		if len(form.names) == 0 {
			continue
		}
		if err := checkActivations(form.names); err != nil {
			return nil, err
		}
		for _, name := range form.names {
			for _, law := range s.Weights {
				w, err := network.ParseWeights(law)
				if err == nil {
					err = w.Simulated()
				}
				if err != nil {
					return nil, err
				}
				for _, width := range s.Widths {
					out = append(out, fluctuating{name, form.asIs, w, width})
				}
			}
		}
	}
	return out, nil
}

// Fluctuations runs the experiment in a folder, or goes on with it there.
func Fluctuations(ctx context.Context, dir string, s FluctuationsSpec, o Options) (*FluctuationsResults, error) {
	cells, err := s.cells()
	if err != nil {
		return nil, err
	}
	if err := limits.Whole("workers", o.Workers, 0, limits.Workers); err != nil {
		return nil, err
	}
	var jobs []job[FluctuationsCell]
	for _, k := range cells {
		jobs = append(jobs, job[FluctuationsCell]{
			key: k.key(), trials: s.Trials,
			cost: float64(s.Trials) * 2 * (s.ensemble(k, s.Early).Seconds() + s.ensemble(k, s.Depth).Seconds()),
			work: func(ctx context.Context, in *folder, progress func(float64)) (FluctuationsCell, error) {
				return s.measure(ctx, in, k, s.Alpha/float64(2*len(cells)), progress)
			},
			record: func(ctx context.Context, in *folder, p parts.Piece, progress func(float64)) error {
				trial, err := s.trial(in, k)
				for i := 0; i < p.Trials && err == nil; i++ {
					_, err = trial(ctx, p.First+i)
					progress(float64(i+1) / float64(p.Trials))
				}
				return err
			},
			check: func(c FluctuationsCell) error {
				if c.Activation != k.activation || c.AsIs != k.asIs || c.Weights != k.weights.String() || c.Width != k.width {
					return errors.New("it is of another activation, width or other weights")
				}
				return nil
			},
		})
	}
	f, err := openFolder(dir, "fluctuations", s, "", o)
	if err != nil {
		return nil, err
	}
	defer f.close() // whose cells are on the disk already
	done, err := runGrid(ctx, f, jobs, o)
	if err != nil {
		return nil, err
	}
	r := &FluctuationsResults{Spec: s, Cells: done, Machine: f.machine(o)}
	for _, c := range done {
		r.Seconds += c.Seconds
	}
	return r, r.write(f)
}

func (s FluctuationsSpec) ensemble(k fluctuating, depth int) properties.Ensemble {
	return properties.Ensemble{Width: k.width, Depth: depth, Weights: k.weights}
}

// trial draws the networks of one trial of a cell: two of the smaller depth, and two of the larger. Each
// has two logarithms, forward and backward.
func (s FluctuationsSpec) trial(in *folder, k fluctuating) (func(ctx context.Context, t int) ([]float64, error), error) {
	function := network.Activation{Spec: k.activation, AsIs: k.asIs}
	j, err := function.Judge()
	if err != nil {
		return nil, err
	}
	var samplers []*fluctuationSampler
	for _, depth := range []int{s.Early, s.Depth} {
		sampler, err := newFluctuationSampler(k, function.Function(j), depth)
		if err != nil {
			return nil, err
		}
		samplers = append(samplers, sampler)
	}
	x := montecarlo.NewExperiment(s.Seed, "fluctuations "+k.weights.String())
	return func(ctx context.Context, t int) ([]float64, error) {
		return in.remembered("networks of "+k.key(), t, 8, func() (all []float64, err error) {
			for i := range 4 {
				logs, err := samplers[i/2].logs(ctx, x.Trial(4*t+i))
				if err != nil {
					return nil, err
				}
				all = append(all, logs[:]...)
			}
			return all, nil
		})
	}, nil
}

// measure draws the networks of a cell, on one worker.
func (s FluctuationsSpec) measure(ctx context.Context, in *folder, k fluctuating, alpha float64,
	progress func(float64)) (FluctuationsCell, error) {
	c := FluctuationsCell{Activation: k.activation, AsIs: k.asIs, Weights: k.weights.String(), Width: k.width}
	trial, err := s.trial(in, k)
	if err != nil {
		return c, err
	}
	var found [2]fluctuationTest
	for i := range found {
		if found[i].test, err = montecarlo.NewRateTest(growthLimit, alpha, s.Trials); err != nil {
			return c, err
		}
	}
	for t := 0; t < s.Trials && !(found[0].test.Decided() && found[1].test.Decided()); t++ {
		logs, err := trial(ctx, t)
		if err != nil {
			return c, err
		}
		for i := range found {
			found[i].add(logs[i], logs[2+i], logs[4+i], logs[6+i])
		}
		progress(float64(t+1) / float64(s.Trials))
	}
	c.Forward, c.Backward = found[0].result(k.width), found[1].result(k.width)
	return c, s.predict(ctx, network.Activation{Spec: k.activation, AsIs: k.asIs}, k, &c)
}

// predict adds what theory says.
func (s FluctuationsSpec) predict(ctx context.Context, function network.Activation, k fluctuating, c *FluctuationsCell) error {
	variance := func(l theorem.LogLaw) *float64 {
		v := float64(k.width) * l.SD * l.SD
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil
		}
		return &v
	}
	for _, depth := range []int{s.Early, s.Depth} {
		a, err := network.Stack{Activation: function, Linear: network.Linear{Weights: k.weights}}.Tower(k.width, depth)
		if err != nil {
			return err
		}
		p, err := theorem.Predict(ctx, a, theorem.Question{})
		if err != nil {
			return err
		}
		if depth == s.Early {
			c.Forward.PredictedEarly, c.Backward.PredictedEarly = variance(p.ForwardLog), variance(p.BackwardLog)
		} else {
			c.Forward.PredictedLate, c.Backward.PredictedLate = variance(p.ForwardLog), variance(p.BackwardLog)
		}
	}
	return nil
}

// A fluctuationSampler runs networks of one depth.
type fluctuationSampler struct {
	simulator *network.Simulator
	norms     network.Norms
	x, y      []float64
}

func newFluctuationSampler(k fluctuating, a gpnorm.Activation, depth int) (*fluctuationSampler, error) {
	s, err := network.NewSimulator(network.Config{Activation: a, Width: k.width, Depth: depth, Weights: k.weights})
	return &fluctuationSampler{s, network.NewNorms(depth), make([]float64, k.width), make([]float64, k.width)}, err
}

// logs are those of ‖x⁽ᴸ⁺¹⁾‖²/n and of ‖d⁽¹⁾‖²/‖d⁽ᴸ⁾‖².
func (f *fluctuationSampler) logs(ctx context.Context, trial montecarlo.Trial) (out [2]float64, err error) {
	depth := f.norms.Depth()
	for i, v := range [][]float64{f.x, f.y} {
		s := trial.Layer(i * (depth + 1))
		factor := math.Sqrt(float64(len(v)) / s.Normals(v))
		for j := range v {
			v[j] *= factor
		}
	}
	if err := f.simulator.Run(ctx, trial.Layer, f.x, f.y, f.norms); err != nil {
		return out, err
	}
	return [2]float64{math.Log(f.norms.X[depth] / float64(len(f.x))), math.Log(f.norms.D[0] / f.norms.D[depth-1])}, nil
}

// A fluctuationTest compares differences of two networks each.
type fluctuationTest struct {
	test        *montecarlo.RateTest
	early, late montecarlo.Moments
}

func (t *fluctuationTest) add(a, b, c, d float64) {
	for _, v := range []float64{a, b} {
		t.early.Add(v)
	}
	for _, v := range []float64{c, d} {
		t.late.Add(v)
	}
	t.test.Add(apart(c, d) > apart(a, b))
}

// apart is how far two networks are from each other: without end where one of them died or
// exploded, also where both did.
func apart(a, b float64) float64 {
	d := math.Abs(a - b)
	if math.IsNaN(d) {
		return math.Inf(1)
	}
	return d
}

func (t *fluctuationTest) result(width int) Fluctuation {
	n := float64(width)
	return Fluctuation{Early: variance(n, t.early), Late: variance(n, t.late), Verdict: t.test.Verdict()}
}

// variance is n times that of numbers, NaN where one is not finite.
func variance(n float64, m montecarlo.Moments) montecarlo.Real {
	v := montecarlo.Real(n * m.Variance())
	if !v.Finite() {
		return montecarlo.Real(math.NaN())
	}
	return v
}
