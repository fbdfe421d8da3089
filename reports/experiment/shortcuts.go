package experiment

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"

	"bsnn/internal/limits"
	"bsnn/internal/provenance"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/network/logbook"
	"bsnn/network/training"
	"bsnn/theorem"
)

// ShortcutsSpec asks whether it matters for learning that inputs are kept apart and that all directions
// keep their norm, where norms of random vectors are kept anyway: deep normalised networks with Haar
// weights, plain and behind rotated shortcuts x ↦ αx + βVφ(Wx), β² = c/L, without batch normalisation.
//
// A map from the inputs to Width neurons stands in front of Depth such layers, one to the classes behind
// them; both are trained, V is not. Each kind of network chooses its learning rate by the pilots of its first
// trial, and all are trained for the same number of steps on the same rows.
//
// Trials and Alpha are no part of what a folder must match: a grid may get more trials.
type ShortcutsSpec struct {
	Seed        uint64         `json:"seed"`
	Data        logbook.Data   `json:"data"` // source and sizes
	Depth       int            `json:"depth"`
	Width       int            `json:"width"`
	Activations []string       `json:"activations"`
	Branches    []float64      `json:"branches"` // c of each kind; 0 is no shortcut
	Steps       int            `json:"steps"`
	Batch       int            `json:"batch"`
	DType       training.DType `json:"dtype"`
	Rates       []float64      `json:"rates"`
	PilotSteps  int            `json:"pilot_steps"`
	Momentum    float64        `json:"momentum"`
	Trials      int            `json:"trials"` // of each kind, with weights and orders of the rows of their own
	Alpha       float64        `json:"alpha"`  // of all comparisons together
}

// DefaultShortcuts takes minutes, on the synthetic set. Eleven trials are the fewest of which twelve
// comparisons can be decided with this Alpha.
func DefaultShortcuts() ShortcutsSpec {
	return ShortcutsSpec{Seed: 1, Data: logbook.Data{Source: "synthetic"}, Depth: 200, Width: 64, Activations: []string{"tanh", "selu", "relu",
		"gelu"}, Branches: []float64{0, 1, 4}, Steps: 256, Batch: 128, DType: training.Float32, Rates: training.AutomaticRates(),
		PilotSteps: 60, Momentum: 0.9, Trials: 11, Alpha: 0.05}
}

// A shortcutKind is one kind of network.
type shortcutKind struct {
	activation string
	c          float64
}

func (k shortcutKind) key() string {
	if k.c == 0 {
		return keyOf(k.activation, false, "plain")
	}
	return keyOf(k.activation, false, fmt.Sprintf("rotated%g", k.c))
}

// words are the kind for people.
func (k shortcutKind) words() string {
	if k.c == 0 {
		return title(k.activation) + ", plain"
	}
	return fmt.Sprintf("%s, c = %g", title(k.activation), k.c)
}

func (s ShortcutsSpec) kinds() (out []shortcutKind) {
	for _, a := range s.Activations {
		for _, c := range s.Branches {
			out = append(out, shortcutKind{a, c})
		}
	}
	return out
}

// layers are the square ones.
func (s ShortcutsSpec) layers(k shortcutKind) network.Repeat {
	layer := []network.Block{network.Linear{To: s.Width}, network.Activation{Spec: k.activation}}
	if k.c > 0 {
		layer = []network.Block{network.Balanced(k.c/float64(s.Depth), layer...)}
	}
	return network.Repeat{Times: s.Depth, Blocks: layer}
}

// run describes a training but for its learning rate.
func (s ShortcutsSpec) run(k shortcutKind, trial, inputs, classes, rows int) (training.Spec, error) {
	spec := training.Default()
	spec.Batch, spec.DType, spec.Seed, spec.Trial, spec.Steps = s.Batch, s.DType, s.Seed, trial, s.Steps
	if rows < s.Batch {
		return spec, &training.SpecError{Field: "batch", Problem: fmt.Sprintf("%d is larger than the training set of %d rows", s.Batch, rows),
			Want: fmt.Sprintf("at most %d", rows)}
	}
	spec.Epochs = (s.Steps + rows/s.Batch - 1) / (rows / s.Batch)
	spec.Optimizer = training.Optimizer{LearningRate: s.Rates[0], Momentum: s.Momentum, Schedule: training.Schedule{Kind: training.Constant}}
	return spec.Described(network.Architecture{Input: inputs,
		Blocks: []network.Block{network.Linear{To: s.Width}, s.layers(k), network.Linear{To: classes}}})
}

// Validate says what is wrong with a specification, as far as can be said without the data.
func (s ShortcutsSpec) Validate() error {
	if err := checkActivations(s.Activations); err != nil {
		return err
	}
	for _, err := range []error{
		limits.Whole("depth", s.Depth, 1, limits.TrainedDepth-1), limits.Whole("width", s.Width, 1, limits.TrainedWidth),
		limits.Whole("steps", s.Steps, 1, limits.Steps), limits.Whole("batch", s.Batch, 1, limits.Rows),
		limits.Whole("pilot steps", s.PilotSteps, 1, limits.Steps), limits.Whole("trials", s.Trials, 1, 1000),
	} {
		if err != nil {
			return err
		}
	}
	switch {
	case len(s.Rates) == 0 || len(s.Rates) > limits.Sizes:
		return fmt.Errorf("%d learning rates; want 1 to %d", len(s.Rates), limits.Sizes)
	case len(s.Branches) == 0 || len(s.Branches) > limits.Sizes:
		return fmt.Errorf("%d branches; want 1 to %d", len(s.Branches), limits.Sizes)
	case !(s.Alpha > 0 && s.Alpha < 1):
		return fmt.Errorf("alpha %v; want a probability above 0 and below 1", s.Alpha)
	}
	for i, c := range s.Branches {
		if !(c >= 0 && c <= float64(s.Depth)) || slices.Contains(s.Branches[:i], c) {
			return fmt.Errorf("branch %v; want c of β² = c/L, each once, between 0 (no shortcut) and the depth %d", c, s.Depth)
		}
	}
	for _, rate := range s.Rates {
		spec, err := s.run(s.kinds()[0], 0, 1, 1, s.Batch)
		if err != nil {
			return err
		}
		spec.Optimizer.LearningRate = rate
		if err := spec.Validate(); err != nil {
			return err
		}
	}
	return nil
}

// ShortcutCell is one training.
type ShortcutCell struct {
	Activation string  `json:"activation"`
	C          float64 `json:"c"` // β² = c/L; 0 is no shortcut
	Trial      int     `json:"trial"`

	Pilots     []Pilot             `json:"pilots,omitempty"` // of the kind
	Rate       float64             `json:"rate"`
	Status     logbook.Status      `json:"status"` // complete or diverged
	Divergence *logbook.Divergence `json:"divergence,omitempty"`
	Steps      int                 `json:"steps"`
	Train      training.Score      `json:"train"` // mean over the steps of the last epoch
	Test       training.Score      `json:"test"`  // NaN and 0 after a divergence

	// Before the first step, on the first batch: the squared length behind the square layers over the one
	// in front of them, and ‖∂E/∂h‖² at the first square layer over that at the last.
	Signal   training.Real `json:"signal_at_start"`
	Gradient training.Real `json:"gradient_at_start"`
}

func (c ShortcutCell) kind() shortcutKind { return shortcutKind{c.Activation, c.C} }

// ShortcutNetwork is one kind of network: what theory says of it before the first step, and how its
// trainings ended.
type ShortcutNetwork struct {
	Activation string          `json:"activation"`
	C          float64         `json:"c"`
	Theory     theorem.Answers `json:"theory"` // of the square layers
	Signal     training.Real   `json:"signal_at_start"`
	Gradient   training.Real   `json:"gradient_at_start"` // medians over the trials, as the next ones
	Test       training.Real   `json:"test_accuracy"`
	Least      training.Real   `json:"test_accuracy_least"`
	Most       training.Real   `json:"test_accuracy_most"`
	Trials     int             `json:"trials"`
}

// ShortcutComparison says whether networks with Better classify more images than those with Than. Verdict is about
// trainings: it is so in more than half of the trials, ties left out. Trained is about the networks that are
// there: in each trial the one is right for a larger part of all images than the other, of which the test
// images are a sample. Both are valid at every time at once, so trials may be added until they are decided;
// all verdicts together are wrong with probability Alpha at most, and so are all outcomes of Trained.
type ShortcutComparison struct {
	Activation string             `json:"activation"`
	Better     float64            `json:"better"`  // c
	Than       float64            `json:"than"`    // c
	Verdict    montecarlo.Verdict `json:"verdict"` // on the rate of trials in which the other one was better
	Trained    montecarlo.Outcome `json:"trained"`
}

// ShortcutsResults is the outcome of [Shortcuts], and the content of results.json.
type ShortcutsResults struct {
	Spec        ShortcutsSpec        `json:"spec"`
	Data        logbook.Data         `json:"data"` // described
	Networks    []ShortcutNetwork    `json:"networks"`
	Comparisons []ShortcutComparison `json:"comparisons"`
	Cells       []Cell[ShortcutCell] `json:"cells"`
	Seconds     float64              `json:"seconds"`
	Machine     provenance.Machine   `json:"machine"`
}

// Shortcuts runs the experiment in a folder, or goes on with it there: trial after trial, so that what is
// there when it is interrupted can be compared.
func Shortcuts(ctx context.Context, dir string, s ShortcutsSpec, o Options) (*ShortcutsResults, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	s.Data.Seed = s.Seed
	rows, data, err := s.Data.Open(ctx)
	if err != nil {
		return nil, err
	}
	size := func(k shortcutKind, trial int) (training.Spec, error) {
		return s.run(k, trial, rows.Train.Inputs(), rows.Train.Classes(), rows.Train.Len())
	}
	kinds := s.kinds()
	largest, err := size(kinds[len(kinds)-1], 0)
	if err != nil {
		return nil, err
	}
	if err := fitsMemory(o, len(kinds)*s.Trials, largest, 0); err != nil {
		return nil, err
	}
	f, err := openFolder(dir, "shortcuts", s.identity(), logbook.Checksum(rows), o)
	if err != nil {
		return nil, err
	}
	defer f.close()                         // whose cells are on the disk already
	piloted := map[shortcutKind]*piloting{} // one trial of a kind tries its rates, the others have what it found
	for _, k := range kinds {
		piloted[k] = new(piloting)
	}
	var jobs []job[ShortcutCell]
	for n := range s.Trials {
		for _, k := range kinds {
			spec, err := size(k, n)
			if err != nil {
				return nil, err
			}
			first, err := size(k, 0)
			if err != nil {
				return nil, err
			}
			t := trial{key: k.key(), spec: first, rates: s.Rates, pilotSteps: s.PilotSteps, ignoreDead: true, rows: rows, data: data, options: o}
			work := func(ctx context.Context, in *folder, progress func(float64)) (ShortcutCell, error) {
				pilots, err := piloted[k].of(ctx, t.in(in, func(float64) {}))
				if err != nil {
					return ShortcutCell{}, err
				}
				t := t.in(in, progress)
				t.key, t.spec, t.rates = fmt.Sprintf("%s-trial%d", k.key(), n), spec, []float64{s.Rates[0]}
				if len(pilots) > 0 {
					t.rates[0] = training.BestRate(pilots)
				}
				done, err := t.run(ctx)
				return k.cell(n, pilots, done), err
			}
			jobs = append(jobs, job[ShortcutCell]{key: fmt.Sprintf("%s-trial%d", k.key(), n), cost: t.seconds(), work: work,
				check: func(c ShortcutCell) error { return s.check(k, n, c) }})
		}
	}
	cells, err := runGrid(ctx, f, jobs, o)
	if err != nil {
		return nil, err
	}
	r := &ShortcutsResults{Spec: s, Data: data, Cells: cells, Machine: f.machine(o)}
	for _, c := range cells {
		r.Seconds += c.Seconds
	}
	if r.Networks, err = s.networks(ctx, cells); err != nil {
		return nil, err
	}
	if r.Comparisons, err = s.compare(cells, rows.Test.Len()); err != nil {
		return nil, err
	}
	return r, r.write(f)
}

// A piloting is the pilots of one kind, once they are known.
type piloting struct {
	mu     sync.Mutex
	pilots []Pilot
}

// of has the pilots of a trial run, unless another one of its kind has.
func (p *piloting) of(ctx context.Context, t trial) (_ []Pilot, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.pilots == nil {
		p.pilots, err = t.pilots(ctx)
	}
	return p.pilots, err
}

// identity is the part of the specification that a folder must match.
func (s ShortcutsSpec) identity() ShortcutsSpec {
	s.Data.Source, _, _ = strings.Cut(s.Data.Source, ":")
	s.Trials, s.Alpha = 0, 0
	return s
}

// cell is what a training showed.
func (k shortcutKind) cell(n int, pilots []Pilot, t trained) ShortcutCell {
	nan := training.Real(math.NaN())
	c := ShortcutCell{Activation: k.activation, C: k.c, Trial: n, Pilots: pilots, Rate: t.rate, Test: nowhere, Signal: nan, Gradient: nan}
	if t.doc == nil {
		return c
	}
	c.Status, c.Divergence, c.Steps, c.Train = t.doc.Status, t.doc.Divergence, t.summary.Steps, t.summary.Train
	if t.summary.Test != nil && !t.stopped {
		c.Test = *t.summary.Test
	}
	if start := t.doc.Start; start != nil && len(start.Layers) > 2 { // between the maps at both ends
		first, last := start.Layers[1], start.Layers[len(start.Layers)-1]
		c.Signal = last.X / first.X
		ratio := first.D / start.Layers[len(start.Layers)-2].D
		c.Gradient = ratio * ratio
	}
	return c
}

// check says what is impossible in the result of a cell.
func (s ShortcutsSpec) check(k shortcutKind, n int, c ShortcutCell) error {
	switch {
	case c.kind() != k || c.Trial != n:
		return errors.New("it is another cell")
	case c.Status != logbook.Complete && c.Status != logbook.Diverged:
		return fmt.Errorf("its status is %q", c.Status)
	case c.Status == logbook.Diverged && (c.Divergence == nil || c.Divergence.Layer < 0 || c.Divergence.Step < 0):
		return errors.New("it diverged nowhere")
	case c.Steps < 0 || c.Steps > s.Steps || !(c.Rate > 0) || math.IsInf(c.Rate, 0):
		return fmt.Errorf("it took %d steps at learning rate %v", c.Steps, c.Rate)
	case !fraction(c.Train.Accuracy) || !fraction(c.Test.Accuracy):
		return fmt.Errorf("its accuracies are %v and %v", c.Train.Accuracy, c.Test.Accuracy)
	}
	return nil
}

// networks are the kinds with what theory says of them.
func (s ShortcutsSpec) networks(ctx context.Context, cells []Cell[ShortcutCell]) (out []ShortcutNetwork, err error) {
	for _, k := range s.kinds() {
		n := ShortcutNetwork{Activation: k.activation, C: k.c}
		a := network.Architecture{Input: s.Width, Blocks: []network.Block{s.layers(k)}}
		p, err := theorem.Predict(ctx, a, theorem.Question{})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", k.key(), err)
		}
		if n.Theory, err = p.Answer(a); err != nil {
			return nil, fmt.Errorf("%s: %w", k.key(), err)
		}
		var signal, gradient, test []training.Real
		for _, c := range cells {
			if c.Result != nil && c.Result.kind() == k {
				signal, gradient = append(signal, c.Result.Signal), append(gradient, c.Result.Gradient)
				test = append(test, training.Real(c.Result.Test.Accuracy))
			}
		}
		n.Trials, n.Signal, n.Gradient, n.Test = len(test), middle(signal), middle(gradient), middle(test)
		if len(test) > 0 {
			n.Least, n.Most = slices.Min(test), slices.Max(test)
		}
		out = append(out, n)
	}
	return out, nil
}

// middle is the lower median, NaN of nothing.
func middle(all []training.Real) training.Real {
	if len(all) == 0 {
		return training.Real(math.NaN())
	}
	slices.Sort(all)
	return all[(len(all)-1)/2]
}

// compare goes through the pairs of kinds with the same function, the larger c claimed to be the better; a
// plain network has the smallest. A diverged training has no accuracy, and loses against any other.
func (s ShortcutsSpec) compare(cells []Cell[ShortcutCell], images int) (out []ShortcutComparison, err error) {
	find := func(k shortcutKind, n int) *ShortcutCell {
		for _, c := range cells {
			if r := c.Result; r != nil && r.kind() == k && r.Trial == n {
				return r
			}
		}
		return nil
	}
	branches := slices.Sorted(slices.Values(s.Branches))
	pairs := len(s.Activations) * len(branches) * (len(branches) - 1) / 2
	for _, a := range s.Activations {
		for i, low := range branches {
			for _, high := range branches[i+1:] {
				test, err := montecarlo.NewRateTest(0.5, s.Alpha/float64(pairs), s.Trials)
				if err != nil {
					return nil, err
				}
				above, below, seen := 0, 0, 0 // trials
				for n := range s.Trials {
					better, than := find(shortcutKind{a, high}, n), find(shortcutKind{a, low}, n)
					if better == nil || than == nil {
						continue
					}
					seen++
					switch surely(better.Test.Accuracy, than.Test.Accuracy, images, s.Alpha/float64(2*pairs*s.Trials)) {
					case 1:
						above++
					case -1:
						below++
					}
					if better.Test.Accuracy != than.Test.Accuracy {
						test.Add(than.Test.Accuracy > better.Test.Accuracy)
					}
				}
				c := ShortcutComparison{Activation: a, Better: high, Than: low, Verdict: test.Verdict().WithSeed(s.Seed),
					Trained: montecarlo.Undecided}
				switch {
				case seen > 0 && above == seen:
					c.Trained = montecarlo.Confirmed
				case below > 0:
					c.Trained = montecarlo.Refuted
				}
				out = append(out, c)
			}
		}
	}
	return out, nil
}

// surely is 1 or −1 where the first of two accuracies on so many images is surely the larger or the smaller
// one, each interval being wrong with probability alpha at most.
func surely(a, b float64, images int, alpha float64) int {
	interval := func(accuracy float64) (lo, hi float64) {
		return montecarlo.RateInterval(int(math.Round(accuracy*float64(images))), images, alpha)
	}
	loA, hiA := interval(a)
	loB, hiB := interval(b)
	switch {
	case loA > hiB:
		return 1
	case loB > hiA:
		return -1
	}
	return 0
}
