package experiment

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"

	"bsnn/internal/chart"
	"bsnn/internal/provenance"
	"bsnn/montecarlo"
	"bsnn/network/training"
)

// SyntheticSpec repeats the authors' synthetic experiment: Gaussian inputs go through
// orthogonal layers, Gaussian errors come back from the output, one for each input and
// without any loss, and the weight gradient of each layer is averaged over the inputs.
type SyntheticSpec struct {
	Seed        uint64         `json:"seed"`
	Depth       int            `json:"depth"`
	Width       int            `json:"width"`
	Samples     int            `json:"samples"`
	Activations []string       `json:"activations"`
	DType       training.DType `json:"dtype"`
}

// DefaultSynthetic is the authors' size, with their functions.
func DefaultSynthetic() SyntheticSpec {
	return SyntheticSpec{Seed: 1, Depth: 200, Width: 500, Samples: 500, DType: training.Float32,
		Activations: []string{"tanh", "relu", "leakyrelu", "elu", "selu", "quickgelu"}}
}

// errorSize is the standard deviation of the errors at the output. They are differences
// from targets of that size, beside which outputs are nothing; gradients are divided by it.
const errorSize = 1e6

// syntheticStreams address inputs (trial 0) and errors (trial 1) by their number.
const syntheticStreams = "synthetic experiment"

// gaussians are rows of normal numbers with targets of size errorSize.
type gaussians struct {
	seed       uint64
	rows, size int
}

func (g gaussians) Len() int                    { return g.rows }
func (g gaussians) Inputs() int                 { return g.size }
func (g gaussians) Classes() int                { return g.size }
func (g gaussians) Label(int) int               { return 0 }
func (g gaussians) Row(dst []float64, i int)    { g.fill(dst, 0, i, 1) }
func (g gaussians) Target(dst []float64, i int) { g.fill(dst, 1, i, errorSize) }
func (g gaussians) fill(dst []float64, what, i int, sd float64) {
	src := montecarlo.NewStream(g.seed, syntheticStreams, what, i)
	r := rand.New(&src)
	for j := range dst {
		dst[j] = sd * r.NormFloat64()
	}
}

// Validate says what is wrong with a specification.
func (s SyntheticSpec) Validate() error {
	if err := checkActivations(s.Activations); err != nil {
		return err
	}
	return s.run(normsKind{s.Activations[0], false, training.Haar}).Validate()
}

func (s SyntheticSpec) run(k normsKind) training.Spec {
	spec := training.Default()
	spec.Inputs, spec.Classes, spec.Width, spec.Depth, spec.Batch = s.Width, s.Width, s.Width, s.Depth, s.Samples
	spec.Activation, spec.AsIs, spec.DType, spec.Seed = k.activation, k.asIs, s.DType, s.Seed
	spec.Loss, spec.FixedOutput = training.SquaredError, true
	return spec
}

// SyntheticCell is one network.
type SyntheticCell struct {
	Activation string          `json:"activation"`
	AsIs       bool            `json:"as_is"`
	Signal     []training.Real `json:"signal"`       // ‖x⁽ˡ⁾‖²/n for l = 1 … L+1, mean over the samples
	Gradient   []training.Real `json:"gradient"`     // ‖∂E/∂W⁽ˡ⁾‖, averaged over the samples first
	EndRatio   training.Real   `json:"end_ratio"`    // of layer 1 to layer L
	Ratio      training.Real   `json:"ratio"`        // the largest to the smallest
	Theory     training.Real   `json:"theory_ratio"` // of layer 1 to layer L in the limit of wide layers; NaN where it does not exist
}

// SyntheticResults is the outcome of [Synthetic], and the content of results.json.
type SyntheticResults struct {
	Spec    SyntheticSpec         `json:"spec"`
	Cells   []Cell[SyntheticCell] `json:"cells"`
	Seconds float64               `json:"seconds"`
	Machine provenance.Machine    `json:"machine"`
}

// Synthetic runs the experiment in a folder, or goes on with it there.
func Synthetic(ctx context.Context, dir string, s SyntheticSpec, o Options) (*SyntheticResults, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	if err := fitsMemory(o, 2*len(s.Activations), s.run(normsKind{s.Activations[0], false, training.Haar}), 0); err != nil {
		return nil, err
	}
	f, err := openFolder(dir, "synthetic", s, "", o)
	if err != nil {
		return nil, err
	}
	defer f.close() // whose cells are on the disk already
	var jobs []job[SyntheticCell]
	for _, a := range s.Activations {
		for _, asIs := range []bool{true, false} {
			k := normsKind{a, asIs, training.Haar}
			jobs = append(jobs, job[SyntheticCell]{
				key: keyOf(a, asIs), cost: seconds(s.run(k), 1),
				work: func(ctx context.Context, _ *folder, _ func(float64)) (SyntheticCell, error) {
					return s.measure(ctx, k)
				},
				check: func(c SyntheticCell) error { return s.check(k, c) },
			})
		}
	}
	cells, err := runGrid(ctx, f, jobs, o)
	if err != nil {
		return nil, err
	}
	r := &SyntheticResults{Spec: s, Cells: cells, Machine: f.machine(o)}
	for _, c := range cells {
		r.Seconds += c.Seconds
	}
	return r, r.write(f)
}

func (s SyntheticSpec) measure(ctx context.Context, k normsKind) (SyntheticCell, error) {
	cell := SyntheticCell{Activation: k.activation, AsIs: k.asIs}
	run, err := training.New(s.run(k), gaussians{s.Seed, s.Samples, s.Width}, nil)
	if err != nil {
		return cell, err
	}
	record, err := run.Measure(ctx, 1, 1)
	if err != nil {
		return cell, err
	}
	for _, l := range record.Layers {
		cell.Signal = append(cell.Signal, l.X)
		cell.Gradient = append(cell.Gradient, l.Gradient/errorSize)
	}
	cell.Signal = append(cell.Signal, record.Output)
	cell.EndRatio, cell.Ratio = cell.Gradient[0]/cell.Gradient[s.Depth-1], record.GradientRatio
	cell.Theory, err = s.theory(ctx, k)
	return cell, err
}

// theory is √(‖d⁽¹⁾‖²‖x⁽¹⁾‖²/(‖d⁽ᴸ⁾‖²‖x⁽ᴸ⁾‖²)): L−1 layers lie between the ends.
func (s SyntheticSpec) theory(ctx context.Context, k normsKind) (training.Real, error) {
	t, err := PublishedSpec{Depth: s.Depth, Width: s.Width}.theory(ctx, publishedKind{k.activation, k.asIs, false})
	if err != nil || s.Depth < 2 {
		return nowhere.Loss, err
	}
	before, err := PublishedSpec{Depth: s.Depth - 1, Width: s.Width}.theory(ctx, publishedKind{k.activation, k.asIs, false})
	return t.Gradient / training.Real(math.Sqrt(float64(before.Signal))), err
}

func (s SyntheticSpec) check(k normsKind, c SyntheticCell) error {
	if c.Activation != k.activation || c.AsIs != k.asIs || len(c.Signal) != s.Depth+1 || len(c.Gradient) != s.Depth {
		return errors.New("it is of another network")
	}
	return nil
}

// WriteTable prints the results as a table.
func (r *SyntheticResults) WriteTable(w io.Writer) error {
	return writeTable(w, fmt.Sprintf("Gaussian inputs and errors through %d orthogonal layers of width %d, gradients averaged over "+
		"%d samples, seed %d", r.Spec.Depth, r.Spec.Width, r.Spec.Samples, r.Spec.Seed),
		"activation\tvariant\t‖x‖²/n at L+1\t‖∂E/∂W‖ at 1\tat L\tratio\ttheory\tmax : min\t", nil,
		r.Cells, func(c SyntheticCell) string {
			return fmt.Sprintf("%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t", title(c.Activation), formWord(c.AsIs), brief(float64(c.Signal[len(c.Signal)-1])),
				brief(float64(c.Gradient[0])), brief(float64(c.Gradient[len(c.Gradient)-1])), orNone(c.EndRatio), orNone(c.Theory), orNone(c.Ratio))
		})
}

func (r *SyntheticResults) write(f *folder) error {
	rows := [][]string{{"activation", "variant", "layer", "signal", "gradient"}}
	for _, c := range r.Cells {
		if c.Result == nil {
			continue
		}
		for l, g := range c.Result.Gradient {
			rows = append(rows, []string{c.Result.Activation, formWord(c.Result.AsIs), fmt.Sprint(l + 1), exact(c.Result.Signal[l]), exact(g)})
		}
	}
	text, err := csvText(rows)
	if err != nil {
		return err
	}
	return f.writeResults(r, text, map[string]chart.Figure{})
}
