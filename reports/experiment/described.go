package experiment

import (
	"context"
	"errors"
	"fmt"
	"math"

	"bsnn/internal/limits"
	"bsnn/internal/parts"
	"bsnn/internal/provenance"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/properties"
	"bsnn/reports"
	"bsnn/theorem"
)

// mostBlocks is how many outermost blocks of an architecture are looked at one by one;
// in a longer one, each repetition is one block.
const mostBlocks = 4000

// DescribedSpec asks for the norms behind every outermost block, repetitions written
// out, in networks of any architecture as they are drawn. The networks are those that
// [properties.ArchitectureVerification] judges with the same seed and number of
// inputs.
type DescribedSpec struct {
	Seed          uint64      `json:"seed"`
	Networks      int         `json:"networks"` // in each cell
	Inputs        int         `json:"inputs"`   // at once; batch normalisation needs two
	Architectures []Described `json:"architectures"`
}

// Described is an architecture with a name that no other has.
type Described struct {
	Name        string `json:"name"`
	Description string `json:"description"` // as network.ReadArchitecture reads it
}

// unrolled reads the description, and writes out what is looked at.
func (d Described) unrolled() (network.Architecture, error) {
	a, err := network.ReadArchitecture(d.Name, []byte(d.Description))
	return a.Unrolled(mostBlocks), err
}

// DescribedCell is the norms of one architecture, as ratios of squared norms.
type DescribedCell struct {
	Name     string `json:"name"`
	Explodes string `json:"explodes,omitempty"` // by theory, and where; there are no norms then
	reports.AlongBands
}

// DescribedResults is the outcome of [DescribedNorms], and the content of results.json.
type DescribedResults struct {
	Spec    DescribedSpec         `json:"spec"`
	Cells   []Cell[DescribedCell] `json:"cells"`
	Seconds float64               `json:"seconds"` // of all cells, added up
	Machine provenance.Machine    `json:"machine"`
}

// Validate says what is wrong with a specification.
func (s DescribedSpec) Validate() error {
	_, err := s.jobs()
	return err
}

// jobs has a cell for each architecture.
func (s DescribedSpec) jobs() (out []job[DescribedCell], err error) {
	switch {
	case len(s.Architectures) == 0:
		return nil, errors.New("no architectures; want at least one")
	case len(s.Architectures) > limits.Functions:
		return nil, fmt.Errorf("%d architectures; want %d or fewer", len(s.Architectures), limits.Functions)
	case s.Inputs < 1 || s.Inputs > limits.Rows:
		return nil, fmt.Errorf("batch of %d inputs; want 1 to %d", s.Inputs, limits.Rows)
	}
	if err := checkNetworks(s.Networks); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, d := range s.Architectures {
		switch {
		case d.Name == "":
			return nil, errors.New("an architecture without a name; want one")
		case seen[d.Name]:
			return nil, fmt.Errorf("architecture %q twice; want each once", d.Name)
		}
		seen[d.Name] = true
		a, err := d.unrolled()
		if err != nil {
			return nil, err
		}
		prepared, err := a.Prepare()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", d.Name, err)
		}
		e := properties.ArchitectureEnsemble{Prepared: prepared, Inputs: s.Inputs}
		if err := e.Validate(); err != nil {
			return nil, fmt.Errorf("%s: %w", d.Name, err)
		}
		out = append(out, job[DescribedCell]{
			key: d.Name, cost: float64(s.Networks) * e.Seconds(), trials: s.Networks,
			work: func(ctx context.Context, in *folder, progress func(float64)) (DescribedCell, error) {
				return s.measure(ctx, in, d.Name, a, progress)
			},
			record: func(ctx context.Context, in *folder, p parts.Piece, progress func(float64)) error {
				return s.along(in, d.Name, a).Record(ctx, p, progress)
			},
			check: func(c DescribedCell) error { return c.check(d.Name, a) },
		})
	}
	return out, nil
}

// along asks for what a cell is about, on one worker.
func (s DescribedSpec) along(in *folder, name string, a network.Architecture) reports.Along {
	return reports.Along{Architecture: a, Inputs: s.Inputs, Seed: s.Seed, Plan: montecarlo.Plan{Trials: s.Networks, Workers: 1},
		Journal: in.journal, Section: "networks of " + name}
}

// largest is how many bytes the largest cell takes on one worker.
func (s DescribedSpec) largest() (bytes float64, err error) {
	for _, d := range s.Architectures {
		a, err := d.unrolled()
		if err != nil {
			return 0, err
		}
		prepared, err := a.Prepare()
		if err != nil {
			return 0, err
		}
		bytes = math.Max(bytes, properties.ArchitectureEnsemble{Prepared: prepared, Inputs: s.Inputs}.Memory(1, 1))
	}
	return bytes, nil
}

// measure draws the networks of a cell.
func (s DescribedSpec) measure(ctx context.Context, in *folder, name string, a network.Architecture,
	progress func(float64)) (DescribedCell, error) {
	q := s.along(in, name, a)
	q.Plan.Progress = func(done, total int) { progress(float64(done) / float64(total)) }
	bands, err := q.Measure(ctx)
	var beyond *theorem.LengthError
	if errors.As(err, &beyond) {
		return DescribedCell{Name: name, Explodes: beyond.Error()}, nil
	}
	return DescribedCell{Name: name, AlongBands: bands}, err
}

// check says what is impossible in the result of a cell.
func (c DescribedCell) check(name string, a network.Architecture) error {
	switch {
	case c.Name != name:
		return errors.New("it is of another architecture")
	case c.Explodes != "" && len(c.Signal)+len(c.Gradient) == 0:
		return nil
	case c.Explodes != "":
		return errors.New("it has norms and explodes all the same")
	case len(c.Signal) != len(a.Blocks) || len(c.Gradient) != len(a.Blocks):
		return fmt.Errorf("it has %d norms forward and %d backward in a network of %d blocks", len(c.Signal), len(c.Gradient), len(a.Blocks))
	}
	for i := range a.Blocks {
		if c.Signal[i].Block != c.Gradient[i].Block {
			return fmt.Errorf("its block %d is %q forward and %q backward", i+1, c.Signal[i].Block, c.Gradient[i].Block)
		}
	}
	return nil
}

// DescribedNorms runs the experiment in a folder, or goes on with it there.
func DescribedNorms(ctx context.Context, dir string, s DescribedSpec, o Options) (*DescribedResults, error) {
	jobs, err := s.jobs()
	if err != nil {
		return nil, err
	}
	if err := limits.Whole("workers", o.Workers, 0, limits.Workers); err != nil {
		return nil, err
	}
	largest, err := s.largest()
	if err != nil {
		return nil, err
	}
	together := min(workers(o.Workers), len(jobs))
	what := fmt.Sprintf("a batch of %d inputs, %d cells at a time:", s.Inputs, together)
	if err := limits.Fit(what, float64(together)*largest, "smaller networks or batches, or fewer workers"); err != nil {
		return nil, err
	}
	f, err := openFolder(dir, "norms", s, "", o)
	if err != nil {
		return nil, err
	}
	defer f.close() // whose cells are on the disk already
	cells, err := runGrid(ctx, f, jobs, o)
	if err != nil {
		return nil, err
	}
	r := &DescribedResults{Spec: s, Cells: cells, Machine: f.machine(o)}
	for _, c := range cells {
		r.Seconds += c.Seconds
	}
	return r, r.write(f)
}
