package reports

import (
	"context"
	"fmt"

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

	// Progress, if set, is told how much of the sweep is done, in units of
	// work that are proportional to time.
	Progress func(done, total int)
}

// Run measures everything that the specification asks for. It stops early
// with an error when ctx is cancelled.
func Run(ctx context.Context, spec Spec, opt Options) (*Report, error) {
	if err := spec.Validate(); err != nil {
		return nil, err
	}
	if name := inputName(opt.Images); name != spec.Input {
		return nil, fmt.Errorf("reports: the specification wants %s input, %s was given", spec.Input, name)
	}
	s := &sweep{spec: spec, opt: opt, total: spec.work()}
	var err error
	if s.input, err = DescribeInput(opt.Images); err != nil {
		return nil, err
	}
	subjects := make([]resolved, len(spec.Subjects))
	for i, subject := range spec.Subjects {
		if subjects[i], err = subject.resolve(); err != nil {
			return nil, fmt.Errorf("reports: %s: %w", subject.Title, err)
		}
	}
	r := &Report{Spec: spec, Input: s.input, Warnings: []string{}}
	if opt.Images != nil {
		r.Warnings = append(r.Warnings, opt.Images.Warnings...)
	}
	for i, subject := range spec.Subjects {
		result, err := s.subject(ctx, subject, subjects[i])
		if err != nil {
			return nil, fmt.Errorf("reports: %s: %w", subject.Title, err)
		}
		r.Subjects = append(r.Subjects, result)
	}
	return r, nil
}

func inputName(set *dataset.Set) string {
	if set == nil {
		return "synthetic"
	}
	return set.Name
}

// work is the size of the sweep in blocks of neurons times layers.
func (s Spec) work() int {
	total := 0
	for _, n := range s.Widths {
		for _, l := range s.depths() {
			total += cellWork(n, l, s.TrialsAt(n, l))
		}
	}
	return total * len(s.Subjects)
}

func cellWork(width, depth, trials int) int { return trials * (width*depth/1024 + 1) }

// sweep is a run under way.
type sweep struct {
	spec  Spec
	opt   Options
	input Input
	done  int
	total int
}

func (s *sweep) subject(ctx context.Context, subject Subject, res resolved) (SubjectResult, error) {
	out := SubjectResult{Subject: subject, Card: NewCard(res.judgement, properties.NormalizedTolerance)}
	if subject.AsIs {
		out.Card.judgeAsGiven(res)
	}
	claims := s.spec.claims()
	for _, c := range claims {
		out.Series = append(out.Series, s.newSeries(c, res))
	}
	for _, width := range s.spec.Widths {
		for _, depth := range s.spec.depths() {
			e, trials, err := s.cell(ctx, res, width, depth)
			if err != nil {
				return SubjectResult{}, fmt.Errorf("width %d, depth %d: %w", width, depth, err)
			}
			for i, c := range claims {
				if c.Depth != depth {
					continue
				}
				cell, err := s.newCell(c, e, res, trials)
				if err != nil {
					return SubjectResult{}, fmt.Errorf("width %d, %s: %w", width, c.Statement.Name, err)
				}
				out.Series[i].Cells = append(out.Series[i].Cells, cell)
			}
			if depth == s.spec.Depth && width == s.spec.layersWidth() {
				out.Layers = newLayers(trials, width)
			}
		}
	}
	for i := range out.Series {
		out.Series[i].Fit = fitSlope(out.Series[i].Cells)
		out.Series[i].Verdict = sumUp(out.Series[i].Cells)
		out.Series[i].Verdict.Replay = s.replay(subject, out.Series[i], out.Series[i].Verdict.Width)
	}
	return out, nil
}

// cell runs the networks of one width and depth.
func (s *sweep) cell(ctx context.Context, res resolved, width, depth int) (properties.Ensemble, []network.Norms, error) {
	e := properties.Ensemble{Activation: res.activation, Width: width, Depth: depth}
	var err error
	if e.Input, err = s.input.Vectors(s.spec.Seed, s.opt.Images, width); err != nil {
		return e, nil, err
	}
	if e.Weights, err = network.ParseWeights(s.spec.Weights); err != nil {
		return e, nil, err
	}
	plan := montecarlo.Plan{Trials: s.spec.TrialsAt(width, depth), Workers: s.opt.Workers}
	work := cellWork(width, depth, plan.Trials)
	if s.opt.Progress != nil {
		plan.Progress = func(done, total int) { s.opt.Progress(s.done+work*done/total, s.total) }
	}
	trials, err := e.Sample(ctx, plan, montecarlo.NewExperiment(s.spec.Seed, e.Address()))
	s.done += work
	return e, trials, err
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
