package experiment

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"bsnn/internal/parts"
	"bsnn/internal/provenance"
	"bsnn/network/dataset"
	"bsnn/network/training"
)

// NormsSpec asks for the norms of every layer in networks as they are drawn.
// Each network has weights of its own, addressed by the seed, its number and the
// layer, which cells have in common; the loss is the cross-entropy of a batch
// of rows of the synthetic set.
type NormsSpec struct {
	Seed        uint64             `json:"seed"`
	Depth       int                `json:"depth"`
	Width       int                `json:"width"`
	Networks    int                `json:"networks"` // in each cell
	Batch       int                `json:"batch"`
	Activations []string           `json:"activations"`
	Weights     []training.Weights `json:"weights"`
	DType       training.DType     `json:"dtype"`
}

// DefaultNorms has the depth of the paper and a fifth of its width.
func DefaultNorms() NormsSpec {
	return NormsSpec{Seed: 1, Depth: 200, Width: 100, Networks: 5, Batch: 128, Activations: DefaultActivations(),
		Weights: []training.Weights{training.Haar, training.Gaussian}, DType: training.Float32}
}

// Validate says what is wrong with a specification.
func (s NormsSpec) Validate() error {
	if err := checkNetworks(s.Networks); err != nil {
		return err
	}
	if err := checkActivations(s.Activations); err != nil {
		return err
	}
	if len(s.Weights) == 0 {
		return errors.New("no weights; want at least one of haar, gaussian, he")
	}
	for _, c := range s.cells() {
		if err := s.run(c, 0).Validate(); err != nil {
			return err
		}
	}
	return nil
}

func checkNetworks(n int) error {
	if n < 1 || n > 10_000 {
		return fmt.Errorf("%d networks; want 1 to 10000", n)
	}
	return nil
}

// NormsCell is the norms of one kind of network. They are medians and ranges
// over the networks; a norm that left the range of the precision is infinite
// or NaN, null in JSON.
type NormsCell struct {
	Activation string           `json:"activation"`
	AsIs       bool             `json:"as_is"`
	Weights    training.Weights `json:"weights"`

	Forward  []Band `json:"forward"`  // ‖x⁽ˡ⁾‖²/n for l = 1 … L+1, mean over the batch
	Backward []Band `json:"backward"` // ‖d⁽ˡ⁾‖, root mean square over the batch, for l = 1 … L
	Gradient []Band `json:"gradient"` // ‖∂E/∂W⁽ˡ⁾‖ of the batch's mean loss

	// Ratio is max/min over l of the gradient norms, in each network; infinite
	// where a gradient vanished altogether or was not finite.
	Ratio []training.Real `json:"ratio"`
}

// A Band is what one number was over the networks.
type Band struct {
	Median training.Real `json:"median"`
	Min    training.Real `json:"min"`
	Max    training.Real `json:"max"`
}

// NormsResults is the outcome of [Norms], and the content of results.json.
type NormsResults struct {
	Spec    NormsSpec          `json:"spec"`
	Cells   []Cell[NormsCell]  `json:"cells"`
	Seconds float64            `json:"seconds"` // of all cells, added up
	Machine provenance.Machine `json:"machine"`
}

// normsKind is one cell.
type normsKind struct {
	activation string
	asIs       bool
	weights    training.Weights
}

func (k normsKind) key() string {
	return keyOf(k.activation, k.asIs, string(k.weights))
}

func (s NormsSpec) cells() []normsKind {
	var out []normsKind
	for _, a := range s.Activations {
		for _, asIs := range []bool{false, true} {
			for _, w := range s.Weights {
				out = append(out, normsKind{a, asIs, w})
			}
		}
	}
	return out
}

// run is the specification of one network.
func (s NormsSpec) run(k normsKind, network int) training.Spec {
	t := dataset.DefaultTeacher(s.Seed)
	spec := training.Default()
	spec.Inputs, spec.Classes = t.Inputs, t.Classes
	spec.Depth, spec.Width, spec.Batch, spec.DType = s.Depth, s.Width, s.Batch, s.DType
	spec.Activation, spec.AsIs, spec.Weights = k.activation, k.asIs, k.weights
	spec.Sphere, spec.Seed, spec.Trial = true, s.Seed, network
	return spec
}

// Norms runs the experiment in a folder, or goes on with it there.
func Norms(ctx context.Context, dir string, s NormsSpec, o Options) (*NormsResults, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	if err := fitsMemory(o, len(s.cells()), s.run(s.cells()[0], 0), 64*float64(s.Networks)*float64(s.Depth)); err != nil {
		return nil, err
	}
	t := dataset.DefaultTeacher(s.Seed)
	t.Train, t.Test = s.Batch, 0
	rows, _, err := t.Generate()
	if err != nil {
		return nil, err
	}
	f, err := openFolder(dir, "norms", s, "", o)
	if err != nil {
		return nil, err
	}
	defer f.close() // whose cells are on the disk already
	var jobs []job[NormsCell]
	for _, k := range s.cells() {
		jobs = append(jobs, job[NormsCell]{
			key: k.key(), cost: float64(s.Networks) * seconds(s.run(k, 0), 1), trials: s.Networks,
			work: func(ctx context.Context, in *folder, progress func(float64)) (NormsCell, error) {
				return s.measure(ctx, in, k, rows, progress)
			},
			record: func(ctx context.Context, in *folder, p parts.Piece, progress func(float64)) error {
				for i := range p.Trials {
					if _, err := s.network(ctx, in, k, rows, p.First+i); err != nil {
						return err
					}
					progress(float64(i+1) / float64(p.Trials))
				}
				return nil
			},
			check: func(c NormsCell) error { return s.check(k, c) },
		})
	}
	cells, err := runGrid(ctx, f, jobs, o)
	if err != nil {
		return nil, err
	}
	r := &NormsResults{Spec: s, Cells: cells, Machine: f.machine(o)}
	for _, c := range cells {
		r.Seconds += c.Seconds
	}
	return r, r.write(f)
}

// network is what is seen of one network: the norms of all layers forward and of the output, of all
// layers backward, those of gradients, and their ratio.
func (s NormsSpec) network(ctx context.Context, in *folder, k normsKind, rows training.Data, i int) ([]float64, error) {
	return in.remembered("networks of "+k.key(), i, 3*s.Depth+2, func() ([]float64, error) {
		run, err := training.New(s.run(k, i), rows, nil)
		if err != nil {
			return nil, err
		}
		record, err := run.Measure(ctx, 1, 1)
		if err != nil {
			return nil, err
		}
		v := make([]float64, 3*s.Depth+2)
		for l, r := range record.Layers {
			v[l], v[s.Depth+1+l], v[2*s.Depth+1+l] = float64(r.X), float64(r.D), float64(r.Gradient)
		}
		v[s.Depth], v[3*s.Depth+1] = float64(record.Output), float64(record.GradientRatio)
		return v, nil
	})
}

// measure draws the networks of a cell and looks at each.
func (s NormsSpec) measure(ctx context.Context, in *folder, k normsKind, rows training.Data, progress func(float64)) (NormsCell, error) {
	cell := NormsCell{Activation: k.activation, AsIs: k.asIs, Weights: k.weights}
	var seen [][]float64
	for i := range s.Networks {
		network, err := s.network(ctx, in, k, rows, i)
		if err != nil {
			return cell, err
		}
		seen = append(seen, network)
		cell.Ratio = append(cell.Ratio, training.Real(network[len(network)-1]))
		progress(float64(i+1) / float64(s.Networks))
	}
	for l := range s.Depth + 1 {
		cell.Forward = append(cell.Forward, bandOf(seen, l))
	}
	for l := range s.Depth {
		cell.Backward = append(cell.Backward, bandOf(seen, s.Depth+1+l))
		cell.Gradient = append(cell.Gradient, bandOf(seen, 2*s.Depth+1+l))
	}
	return cell, nil
}

// bandOf sorts NaN first, as slices.Sort does: a median of NaN says that half
// of the networks had no number.
func bandOf(networks [][]float64, at int) Band {
	var v []training.Real
	for _, n := range networks {
		v = append(v, training.Real(n[at]))
	}
	slices.Sort(v)
	return Band{Median: v[(len(v)-1)/2], Min: v[0], Max: v[len(v)-1]}
}
