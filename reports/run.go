package reports

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"bsnn/internal/limits"
	"bsnn/internal/provenance"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/network/dataset"
	"bsnn/properties"
)

// Options are what a run may differ in without changing its numbers.
type Options struct {
	Workers int // 0 means one for each usable core

	// Images are the source of x⁽¹⁾ when the specification's Input names
	// them; nil otherwise.
	Images *dataset.Set

	// Journal, if set, remembers finished cells: those it holds are not
	// measured again.
	Journal Journal

	BLAS string // the matrix library in words, for the record

	// Mixed says that another program or machine may have measured some of
	// what the journal holds, for the record.
	Mixed bool

	// Replay, if set, writes the command that repeats a verdict, for the
	// report to show.
	Replay func(Question) string

	// Progress, if set, is told how much of the sweep is done, in units of
	// work that are proportional to time. The first call says what the
	// journal had.
	Progress func(done, total int)
}

// A Journal remembers the finished cells of one sweep, on one set of images,
// from one process to the next.
type Journal interface {
	// Get decodes what was put under a name into the variable that v points to,
	// and reports whether there is something.
	Get(section, name string, v any) (bool, error)
	// Put keeps a value under a name, and returns when it is safe.
	Put(section, name string, v any) error
	// Lookup returns a vector that was recorded under a number, if there is one.
	Lookup(section string, index int) ([]float64, bool)
	// Record keeps a vector under a number.
	Record(section string, index int, values []float64)
	// Path is the file, for messages.
	Path() string
}

// Sections of a journal. Where networks of one cell are kept one by one, each cell has a
// section of its own.
const (
	CellSection    = "cell"
	subjectSection = "subject" // what is known of an activation without any network
	failureSection = "failure" // cells that could not be measured in one part of a sweep
)

// A Question is what one verdict of a sweep answers: whether networks of one
// kind keep a norm.
type Question struct {
	Subject      Subject
	Width, Depth int
	Trials       int
	Alpha        float64 // error probability of the verdict
}

// Run measures everything that the specification asks for. A cell that fails
// is reported among the failures and the rest goes on; Run fails when every
// cell does, and when ctx is cancelled.
func Run(ctx context.Context, spec Spec, opt Options) (*Report, error) {
	s, err := newSweep(spec, opt)
	if err != nil {
		return nil, err
	}
	for i := range spec.Subjects { // before anything is measured
		if _, err := s.resolved(i); err != nil {
			return nil, err
		}
	}
	return s.report(ctx)
}

func (s *sweep) report(ctx context.Context) (*Report, error) {
	r := &Report{Format: Format, Spec: s.spec, Machine: s.machine(), Input: s.input, Warnings: []string{}}
	if s.opt.Images != nil {
		r.Warnings = append(r.Warnings, s.opt.Images.Warnings...)
	}
	for i, subject := range s.spec.Subjects {
		result, err := s.subject(ctx, i)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", subject.Title, err)
		}
		r.Subjects = append(r.Subjects, result)
	}
	r.Failures = s.failures
	if len(s.failures) == s.spec.Cells() {
		return nil, fmt.Errorf("every cell failed, the first one with: %s", s.failures[0].Error)
	}
	return r, nil
}

// machine is what the report says of where it was made.
func (s *sweep) machine() provenance.Machine {
	m := provenance.Here(s.opt.BLAS)
	m.Mixed = s.opt.Mixed
	return m
}

// cells is how many cells each subject has.
func (s Spec) cells() int { return len(s.Widths) * len(s.Depths()) }

// Cells is how many cells a sweep has.
func (s Spec) Cells() int { return len(s.Subjects) * s.cells() }

func inputName(set *dataset.Set) string {
	if set == nil {
		return "synthetic"
	}
	return set.Name
}

// work is the size of the cells of one subject in blocks of neurons times
// layers.
func (s Spec) work() int {
	total := 0
	for _, n := range s.Widths {
		for _, l := range s.Depths() {
			total += cellWork(n, l, s.TrialsAt(n, l))
		}
	}
	return total
}

func cellWork(width, depth, trials int) int { return trials * (width*depth/1024 + 1) }

// totalWork is the work for all subjects, which may be beyond what an int holds.
func (s Spec) totalWork() float64 {
	total := 0.0
	for _, n := range s.Widths {
		for _, l := range s.Depths() {
			total += float64(s.TrialsAt(n, l)) * (float64(n)*float64(l)/1024 + 1)
		}
	}
	return total * float64(len(s.Subjects))
}

// sweep is a run under way.
type sweep struct {
	spec     Spec
	opt      Options
	input    Input
	subjects []func() (resolved, error) // each is resolved when it is asked for, once
	weights  network.Weights
	cells    map[string]cellResult // that the journal had, by key
	done     int
	total    int
	failures []Failure

	describe func(ctx context.Context, subject Subject, res resolved) (description, error)
	sample   func(ctx context.Context, e properties.Ensemble, p montecarlo.Plan, x montecarlo.Experiment) ([]network.Norms, error)
}

func sampleNetworks(ctx context.Context, e properties.Ensemble, p montecarlo.Plan, x montecarlo.Experiment) ([]network.Norms, error) {
	return e.Sample(ctx, p, x)
}

// newSweep checks everything that can be known beforehand.
func newSweep(spec Spec, opt Options) (*sweep, error) {
	if err := spec.Validate(); err != nil {
		return nil, err
	}
	if err := limits.Whole("workers", opt.Workers, 0, limits.Workers); err != nil {
		return nil, err
	}
	if err := spec.fitsMemory(opt); err != nil {
		return nil, err
	}
	if name := inputName(opt.Images); name != spec.Input {
		return nil, fmt.Errorf("the specification wants %s input, %s was given", spec.Input, name)
	}
	s := &sweep{
		spec: spec, opt: opt, total: spec.work() * len(spec.Subjects), failures: []Failure{},
		describe: describe, sample: sampleNetworks, cells: map[string]cellResult{},
	}
	var err error
	if s.weights, err = network.ParseWeights(spec.Weights); err != nil {
		return nil, err
	}
	if s.input, err = DescribeInput(opt.Images); err != nil {
		return nil, err
	}
	for _, subject := range spec.Subjects {
		s.subjects = append(s.subjects, sync.OnceValues(subject.resolve))
	}
	return s, s.begin()
}

// resolved is a subject made concrete; an error names the function.
func (s *sweep) resolved(i int) (resolved, error) { return s.subjects[i]() }

// begin takes from the journal what it has.
func (s *sweep) begin() error {
	for _, subject := range s.spec.Subjects {
		for _, n := range s.spec.Widths {
			for _, l := range s.spec.Depths() {
				if err := s.remember(subject, n, l); err != nil {
					return err
				}
			}
		}
	}
	if s.opt.Progress != nil {
		s.opt.Progress(s.done, s.total)
	}
	return nil
}

// remember takes a cell from the journal, if it is there.
func (s *sweep) remember(subject Subject, width, depth int) error {
	if s.opt.Journal == nil {
		return nil
	}
	key := cellKey(subject, width, depth)
	var c cellResult
	found, err := s.opt.Journal.Get(CellSection, key, &c)
	if err != nil {
		return err
	}
	if found {
		if err := s.spec.checkCell(c, width, depth); err != nil {
			return fmt.Errorf("%s: cell %s: %w; want the file as bsnn report wrote it, or another folder", s.opt.Journal.Path(), key, err)
		}
		s.cells[key] = c
		s.done += cellWork(width, depth, s.spec.TrialsAt(width, depth))
	}
	return nil
}

// cellKey names a cell within its sweep.
func cellKey(s Subject, width, depth int) string {
	return fmt.Sprintf("%s n=%d L=%d", s.Key, width, depth)
}

// subject measures all cells of one activation.
func (s *sweep) subject(ctx context.Context, i int) (SubjectResult, error) {
	subject := s.spec.Subjects[i]
	known := background(func() (groundwork, error) { return s.groundwork(ctx, i) })
	var short []shortfall
	var cells []cellResult
	for _, width := range s.spec.Widths {
		for _, depth := range s.spec.Depths() {
			c, err := s.cell(ctx, i, width, depth)
			switch {
			case stopped(ctx, err):
				return SubjectResult{}, fmt.Errorf("width %d, depth %d: %w", width, depth, err)
			case err != nil:
				s.failures = append(s.failures, Failure{subject.Key, width, depth, err.Error()})
				continue
			}
			cells, short = append(cells, c), append(short, c.Shortfall)
		}
	}
	k, err := known()
	if err != nil {
		return k.Result, err
	}
	for _, c := range cells {
		k.Result.take(c, c.Shortfall.Depth)
	}
	measureWidths(k.Result.Widths, short)
	s.finish(&k.Result, subject, k.LimitLawWidths)
	return k.Result, nil
}

// stopped says whether an error ends the whole run: a cancellation, or a
// journal that cannot be kept.
func stopped(ctx context.Context, err error) bool {
	var j *journalError
	return err != nil && (ctx.Err() != nil || errors.As(err, &j))
}

type journalError struct{ error }

func (e *journalError) Unwrap() error { return e.error }

// take adds the cells of one depth and width.
func (r *SubjectResult) take(c cellResult, depth int) {
	k := 0
	for i := range r.Series {
		if r.Series[i].Depth == depth {
			r.Series[i].Cells = append(r.Series[i].Cells, c.Cells[k])
			k++
		}
	}
	if c.LayerNorms != nil {
		r.LayerNorms = *c.LayerNorms
	}
	if c.Histogram != nil {
		r.Histograms = append(r.Histograms, *c.Histogram)
	}
}

// finish draws conclusions from all cells.
func (s *sweep) finish(out *SubjectResult, subject Subject, limitLawWidths []int) {
	slices.SortFunc(out.Histograms, func(a, b Histogram) int { return a.Depth - b.Depth })
	for i := range out.Series {
		x := &out.Series[i]
		x.Fit = fitSlope(x.Cells)
		x.Verdict = sumUp(x.Cells, s.spec.Widths)
		if w := x.Verdict.Width; w > 0 && s.opt.Replay != nil {
			x.Verdict.Replay = s.opt.Replay(s.question(subject, *x, w))
		}
		x.Verdict.LimitLawWidth = limitLawWidths[i]
	}
}

// layersWidth is the width at which norms are shown layer by layer: the
// largest up to 1,024, or the smallest there is.
func (s Spec) layersWidth() int {
	w := s.Widths[0]
	for _, n := range s.Widths {
		if n <= 1024 {
			w = n
		}
	}
	return w
}
