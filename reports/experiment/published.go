package experiment

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"bsnn/gpnorm"
	"bsnn/internal/limits"
	"bsnn/internal/provenance"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/network/dataset"
	"bsnn/network/logbook"
	"bsnn/network/training"
	"bsnn/theorem"
)

// PublishedSpec repeats Table 1 of the authors by their own protocol: see
// [training.Published]. Each of six functions is trained as it is and normalised, without
// and with batch normalisation before it; the authors' GELU is x·σ(1.702x), quickgelu here.
//
// Cells, Epochs and Trials are no part of what a folder must match: a grid may be run in
// parts, and the same folder may get more. Its parts must not be computed at the same time.
type PublishedSpec struct {
	Seed  uint64       `json:"seed"`
	Data  logbook.Data `json:"data"` // source and sizes
	Depth int          `json:"depth"`
	Width int          `json:"width"`

	// Cells are names of functions for all four of their cells, or of single cells as
	// their keys begin: "tanh", "selu-normalised", "elu-as-is-batch-norm". Empty is all.
	Cells  []string `json:"cells,omitempty"`
	Epochs int      `json:"epochs"`
	Trials int      `json:"trials"` // of each cell, with weights and orders of their own

	Batch      int            `json:"batch"`
	DType      training.DType `json:"dtype"`
	Rates      []float64      `json:"rates"`
	PilotSteps int            `json:"pilot_steps"`
	Alpha      float64        `json:"alpha"` // of each comparison of two cells

	// Keep leaves the checkpoint of each finished training in its folder, so that it can
	// get more epochs; one takes 0.4 GB at full size.
	Keep bool `json:"-"`
}

// DefaultPublished is the authors' size on the synthetic set, for want of images: three epochs.
func DefaultPublished() PublishedSpec {
	p := training.Published()
	return PublishedSpec{Seed: 1, Data: logbook.Data{Source: "synthetic"}, Depth: p.Depth, Width: p.Width, Epochs: 3, Trials: 1,
		Batch: p.Batch, DType: p.DType, Rates: []float64{1e-5, 1e-4, 3e-4, 1e-3, 3e-3}, PilotSteps: 30, Alpha: 0.01}
}

// A publishedCell is one training.
type publishedCell struct {
	publishedKind
	trial, epochs int
}

// key of the training in its folder; cells of more epochs go on with it.
func (c publishedCell) key() string {
	k := fmt.Sprintf("%s-%s", c.name(), map[bool]string{true: "batch-norm", false: "none"}[c.batchNorm])
	if c.trial > 0 {
		k += fmt.Sprintf("-trial%d", c.trial)
	}
	return k
}

// name is the function in its form.
func (k publishedKind) name() string {
	return k.activation + "-" + strings.ReplaceAll(formWord(k.asIs), " ", "-")
}

// section is the key of the result.
func (c publishedCell) section() string { return fmt.Sprintf("%s-epochs%d", c.key(), c.epochs) }

// cells are those that are asked for, in the order of Table 1.
func (s PublishedSpec) cells() (out []publishedCell, err error) {
	used := make([]bool, len(s.Cells))
	for _, r := range tableOne {
		for _, norm := range []bool{false, true} {
			k := publishedKind{r.activation, r.asIs, norm}
			wanted := len(s.Cells) == 0
			for i, name := range s.Cells {
				key := publishedCell{publishedKind: k}.key()
				if key == name || strings.HasPrefix(key, name+"-") {
					wanted, used[i] = true, true
				}
			}
			for trial := range s.Trials {
				if wanted {
					out = append(out, publishedCell{k, trial, s.Epochs})
				}
			}
		}
	}
	if i := slices.Index(used, false); i >= 0 {
		return nil, fmt.Errorf("cell %q; want one as tanh, selu-normalised, elu-as-is-batch-norm, of tanh, relu, leakyrelu, elu, selu, quickgelu",
			s.Cells[i])
	}
	return out, nil
}

// Validate says what is wrong with a specification, as far as can be said without the data.
func (s PublishedSpec) Validate() error {
	switch {
	case s.Trials < 1 || s.Trials > 1000:
		return fmt.Errorf("%d trials; want 1 to 1000", s.Trials)
	case len(s.Rates) == 0 || len(s.Rates) > limits.Sizes:
		return fmt.Errorf("%d learning rates; want 1 to %d", len(s.Rates), limits.Sizes)
	case s.PilotSteps < 1 || s.PilotSteps > limits.Steps:
		return fmt.Errorf("%d pilot steps; want 1 to %d", s.PilotSteps, limits.Steps)
	case !(s.Alpha > 0 && s.Alpha < 1):
		return fmt.Errorf("alpha %v; want a probability above 0 and below 1", s.Alpha)
	}
	cells, err := s.cells()
	if err != nil {
		return err
	}
	for _, rate := range s.Rates {
		spec := s.run(cells[0], rate)
		spec.Inputs, spec.Classes = 1, 1 // not known yet
		if err := spec.Validate(); err != nil {
			return err
		}
	}
	return nil
}

func (s PublishedSpec) run(c publishedCell, rate float64) training.Spec {
	spec := training.Published()
	spec.Depth, spec.Width, spec.Batch, spec.DType, spec.Epochs = s.Depth, s.Width, s.Batch, s.DType, c.epochs
	spec.Activation, spec.AsIs, spec.BatchNorm = c.activation, c.asIs, c.batchNorm
	spec.Seed, spec.Trial, spec.Optimizer.LearningRate = s.Seed, c.trial, rate
	return spec
}

// PublishedCell is what one training showed, beside what theory says before any step and what
// was published.
type PublishedCell struct {
	Activation string `json:"activation"`
	AsIs       bool   `json:"as_is"`
	BatchNorm  bool   `json:"batch_norm"`
	Trial      int    `json:"trial"`
	Epochs     int    `json:"epochs"` // asked for

	Pilots     []Pilot             `json:"pilots,omitempty"`
	Rate       float64             `json:"rate"`
	Status     logbook.Status      `json:"status"` // complete, diverged or dead
	Problem    string              `json:"problem,omitempty"`
	Divergence *logbook.Divergence `json:"divergence,omitempty"`
	Steps      int                 `json:"steps"`
	Curve      []CurvePoint        `json:"curve"` // one for each epoch

	RatioAtStart training.Real `json:"gradient_ratio_at_start"`

	Theory    PublishedTheory `json:"theory"`
	Published *PublishedScore `json:"published,omitempty"`
}

// A CurvePoint is one epoch. The gradient ratio is the largest norm of a weight gradient of
// the square matrices over the smallest: quantiles over its batches, all of which are in
// runs/KEY/training.json.
type CurvePoint struct {
	Epoch       int            `json:"epoch"`
	Train       training.Score `json:"train"` // mean over the epoch's steps, each before its update
	Test        training.Score `json:"test"`  // behind it, with the scaled weights of the last batch
	MedianRatio training.Real  `json:"gradient_ratio_median"`
	MaxRatio    training.Real  `json:"gradient_ratio_max"`
}

// PublishedTheory is what is known of a cell before its first step, from inputs of squared
// length per neuron 1.
type PublishedTheory struct {
	Kappa          training.Real `json:"kappa"`           // slope of the length map of the function at 1
	Poincare       training.Real `json:"poincare"`        // E φ′²/Var φ, by which batch normalisation multiplies squared gradients
	PoincareFactor training.Real `json:"poincare_factor"` // √P^L: gradients of layer 1 over those of layer L behind it
	Signal         training.Real `json:"signal"`          // squared length behind all layers
	Gradient       training.Real `json:"gradient"`        // norm of the gradient at layer 1 over that at L
	MergeDepth     training.Real `json:"merge_depth"`     // layers after which uncorrelated inputs are closer than 1 %, NaN for none
	Spread         training.Real `json:"spread"`          // τ((JᵀJ)²)/τ(JᵀJ)² of the Jacobian: 1 for an isometry
}

// theory of a cell; what cannot be said is NaN.
func (s PublishedSpec) theory(ctx context.Context, k publishedKind) (PublishedTheory, error) {
	nan := training.Real(math.NaN())
	out := PublishedTheory{nan, nan, nan, nan, nan, nan, nan}
	j, err := gpnorm.Judge(k.activation, nil)
	if err != nil {
		return out, err
	}
	profile := j.RawProfile
	if !k.asIs {
		profile = j.Roots[j.Chosen].Profile
	}
	p := theorem.PoincareQuotient(profile)
	out.Kappa, out.Poincare, out.PoincareFactor = training.Real(profile.Slope), training.Real(p),
		training.Real(math.Pow(p, float64(s.Depth)/2))
	layer := []network.Block{network.Linear{To: s.Width}}
	if k.batchNorm {
		layer = append(layer, network.Normalization{Kind: network.Batch})
	}
	layer = append(layer, network.Activation{Spec: k.activation, AsIs: k.asIs})
	a := network.Architecture{Input: s.Width, Blocks: []network.Block{network.Repeat{Times: s.Depth, Blocks: layer}}}
	prediction, err := theorem.Predict(ctx, a, theorem.Question{})
	var beyond *theorem.LengthError
	switch {
	case errors.As(err, &beyond):
		return out, nil
	case err != nil:
		return out, err
	}
	out.Signal, out.Gradient = training.Real(prediction.ForwardFactor), training.Real(math.Sqrt(prediction.BackwardFactor))
	out.MergeDepth, out.Spread = training.Real(prediction.MergeDepth), training.Real(prediction.JacobianSecondMoment)
	return out, nil
}

// PublishedResults is the outcome of [Published], and the content of results.json.
type PublishedResults struct {
	Spec        PublishedSpec         `json:"spec"`
	Data        logbook.Data          `json:"data"`  // described
	Cells       []Cell[PublishedCell] `json:"cells"` // those asked for, and all others that the folder has finished
	Comparisons []Comparison          `json:"comparisons"`
	Seconds     float64               `json:"seconds"`
	Machine     provenance.Machine    `json:"machine"`
}

// Published runs the experiment in a folder, or goes on with it there.
func Published(ctx context.Context, dir string, s PublishedSpec, o Options) (*PublishedResults, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	asked, err := s.cells()
	if err != nil {
		return nil, err
	}
	one := s.run(asked[len(asked)-1], s.Rates[0])
	one.Inputs, one.Classes = 1, 1 // not known yet
	if err := fitsMemory(o, len(asked), one, 0); err != nil {
		return nil, err
	}
	s.Data.Seed, s.Data.Standardize = s.Seed, dataset.PublishedConstants
	rows, data, err := s.Data.Open(ctx)
	if err != nil {
		return nil, err
	}
	f, err := openFolder(dir, "published", s.identity(), logbook.Checksum(rows), o)
	if err != nil {
		return nil, err
	}
	defer f.close() // whose cells are on the disk already
	var jobs []job[PublishedCell]
	for _, c := range asked {
		t := trial{key: c.key(), spec: s.run(c, 0), rates: s.Rates, pilotSteps: s.PilotSteps, ignoreLost: true, keep: s.Keep,
			rows: rows, data: data, options: o}
		jobs = append(jobs, job[PublishedCell]{
			key: c.section(), cost: cost(accuracyKind{remedy: map[bool]Remedy{true: BatchNorm}[c.batchNorm]}) * t.seconds(),
			work: func(ctx context.Context, in *folder, progress func(float64)) (PublishedCell, error) {
				return s.measure(ctx, c, t.in(in, progress))
			},
			check: func(cell PublishedCell) error { return s.check(c, cell) },
		})
	}
	cells, err := runGrid(ctx, f, jobs, o)
	if err != nil {
		return nil, err
	}
	if cells, err = s.others(f, cells); err != nil {
		return nil, err
	}
	r := &PublishedResults{Spec: s, Data: data, Cells: cells, Machine: f.machine(o)}
	for _, c := range cells {
		r.Seconds += c.Seconds
	}
	if r.Comparisons, err = s.compare(cells); err != nil {
		return nil, err
	}
	return r, r.write(f)
}

// others adds the finished cells of a folder that were not asked for, those of the most
// epochs, so that the results of a grid in parts are those of all of them; the order is that of Table 1.
func (s PublishedSpec) others(f *folder, asked []Cell[PublishedCell]) ([]Cell[PublishedCell], error) {
	kept := map[string]Cell[PublishedCell]{}
	for _, name := range f.journal.Names(cellSection) {
		var cell Cell[PublishedCell]
		if _, err := f.journal.Get(cellSection, name, &cell); err != nil {
			return nil, err
		}
		err := cell.check(name, func(r PublishedCell) error {
			if c := r.cell(); c.section() != name || c.place() < 0 {
				return errors.New("it is another cell")
			}
			return s.check(r.cell(), r)
		})
		if err != nil {
			return nil, &ContentError{f.journal.Path(), name, err.Error()}
		}
		key := cell.Result.cell().key()
		if old, ok := kept[key]; !ok || old.Result.Epochs < cell.Result.Epochs {
			kept[key] = cell
		}
	}
	var failed []Cell[PublishedCell]
	for _, cell := range asked {
		if cell.Result == nil {
			failed = append(failed, cell)
			continue
		}
		kept[cell.Result.cell().key()] = cell
	}
	all := slices.Collect(maps.Values(kept))
	slices.SortFunc(all, func(a, b Cell[PublishedCell]) int {
		x, y := a.Result.cell(), b.Result.cell()
		return cmp.Or(cmp.Compare(x.place(), y.place()), cmp.Compare(x.trial, y.trial))
	})
	return append(all, failed...), nil
}

// cell is what was trained.
func (r PublishedCell) cell() publishedCell {
	return publishedCell{publishedKind{r.Activation, r.AsIs, r.BatchNorm}, r.Trial, r.Epochs}
}

// place is that of the cell in Table 1, or negative.
func (k publishedKind) place() int {
	i := slices.IndexFunc(tableOne, func(r publishedRow) bool { return r.activation == k.activation && r.asIs == k.asIs })
	if i < 0 || !k.batchNorm {
		return 2 * i
	}
	return 2*i + 1
}

// identity is the part of the specification that a folder must match: not the place of the
// files, which may have moved, nor what a grid may get more of.
func (s PublishedSpec) identity() PublishedSpec {
	s.Data.Source, _, _ = strings.Cut(s.Data.Source, ":")
	s.Cells, s.Epochs, s.Trials, s.Alpha = nil, 0, 0, 0
	return s
}

// measure trains one cell.
func (s PublishedSpec) measure(ctx context.Context, c publishedCell, t trial) (PublishedCell, error) {
	cell := PublishedCell{Activation: c.activation, AsIs: c.asIs, BatchNorm: c.batchNorm, Trial: c.trial, Epochs: c.epochs,
		Published: publishedScore(c.publishedKind, t.data.Name)}
	var err error
	if cell.Theory, err = s.theory(ctx, c.publishedKind); err != nil {
		return cell, err
	}
	done, err := t.run(ctx)
	if err != nil {
		return cell, err
	}
	cell.Pilots, cell.Rate, cell.Steps = done.pilots, done.rate, done.summary.Steps
	cell.Status, cell.Divergence, cell.Problem = done.doc.Status, done.doc.Divergence, done.doc.Problem
	if done.doc.Start != nil {
		cell.RatioAtStart = done.doc.Start.GradientRatio
	}
	for _, r := range done.doc.Records {
		p := CurvePoint{Epoch: r.Epoch, Train: r.Train, Test: nowhere, MaxRatio: r.GradientRatioMax, MedianRatio: medianRatio(r.Batches)}
		if r.Test != nil {
			p.Test = *r.Test
		}
		cell.Curve = append(cell.Curve, p)
	}
	return cell, nil
}

func medianRatio(batches []training.BatchRecord) training.Real {
	var all []training.Real
	for _, b := range batches {
		all = append(all, b.GradientRatio)
	}
	if len(all) == 0 {
		return training.Real(math.NaN())
	}
	slices.Sort(all)
	return all[(len(all)-1)/2]
}

// last is what a cell ended with.
func (c PublishedCell) last() CurvePoint {
	if c.Status != logbook.Complete || len(c.Curve) == 0 {
		return CurvePoint{Train: nowhere, Test: nowhere, MedianRatio: nowhere.Loss, MaxRatio: nowhere.Loss}
	}
	return c.Curve[len(c.Curve)-1]
}

// check says what is impossible in the result of a cell.
func (s PublishedSpec) check(c publishedCell, r PublishedCell) error {
	ended := r.Status == logbook.Complete || r.Status == logbook.Diverged || r.Status == logbook.Dead
	switch {
	case r.Activation != c.activation || r.AsIs != c.asIs || r.BatchNorm != c.batchNorm || r.Trial != c.trial || r.Epochs != c.epochs:
		return errors.New("it is another cell")
	case !ended:
		return fmt.Errorf("its status is %q", r.Status)
	case r.Status == logbook.Complete && len(r.Curve) != c.epochs:
		return fmt.Errorf("it has %d epochs of %d", len(r.Curve), c.epochs)
	case r.Status != logbook.Complete && (r.Divergence == nil || r.Divergence.Layer < 0 || r.Divergence.Layer > s.Depth+1):
		return errors.New("it ended nowhere")
	case r.Steps < 0 || !(r.Rate > 0) || math.IsInf(r.Rate, 0):
		return fmt.Errorf("it took %d steps at learning rate %v", r.Steps, r.Rate)
	}
	for _, p := range r.Curve {
		if !fraction(p.Train.Accuracy) || !fraction(p.Test.Accuracy) {
			return fmt.Errorf("its accuracies are %v and %v", p.Train.Accuracy, p.Test.Accuracy)
		}
	}
	return nil
}

// A Comparison says whether a function normalised classifies test images better than as
// it is: in more than half of the trials, ties left out. The test is valid at every time
// at once, so trials may be added until it is decided.
type Comparison struct {
	Activation string             `json:"activation"`
	BatchNorm  bool               `json:"batch_norm"`
	Claim      string             `json:"claim"`
	Verdict    montecarlo.Verdict `json:"verdict"` // on the rate of trials in which the function as it is was better
}

// compare goes through the pairs of cells of as many epochs. A dead or diverged training has no accuracy,
// and loses against any other.
func (s PublishedSpec) compare(cells []Cell[PublishedCell]) (out []Comparison, err error) {
	find := func(k publishedKind, trial int) *PublishedCell {
		for _, c := range cells {
			if r := c.Result; r != nil && (publishedKind{r.Activation, r.AsIs, r.BatchNorm}) == k && r.Trial == trial {
				return r
			}
		}
		return nil
	}
	for _, r := range tableOne {
		if r.asIs {
			continue
		}
		for _, norm := range []bool{false, true} {
			test, err := montecarlo.NewRateTest(0.5, s.Alpha, s.Trials)
			if err != nil {
				return nil, err
			}
			seen := false
			for trial := range s.Trials {
				mended, plain := find(publishedKind{r.activation, false, norm}, trial), find(publishedKind{r.activation, true, norm}, trial)
				if mended == nil || plain == nil {
					continue
				}
				if mended.Epochs != plain.Epochs && mended.Status == plain.Status {
					continue // one had more of them
				}
				seen = true
				if a, b := mended.last().Test.Accuracy, plain.last().Test.Accuracy; a != b {
					test.Add(b > a)
				}
			}
			if seen {
				out = append(out, Comparison{Activation: r.activation, BatchNorm: norm, Claim: "normalised better than as it is",
					Verdict: test.Verdict().WithSeed(s.Seed)})
			}
		}
	}
	return out, nil
}
