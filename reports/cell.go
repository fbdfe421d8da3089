package reports

import (
	"context"
	"fmt"
	"slices"

	"bsnn/internal/parallel"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/properties"
)

// A cellResult is everything that is kept of the networks of one width and
// depth.
type cellResult struct {
	Cells      []Cell // one for each claim about this depth, in order
	LayerNorms *LayerNorms
	Histogram  *Histogram
	Shortfall  shortfall
}

// cell is the result of one cell: remembered, or measured and written down.
func (s *sweep) cell(ctx context.Context, i, width, depth int) (cellResult, error) {
	key := cellKey(s.spec.Subjects[i], width, depth)
	if c, ok := s.cells[key]; ok {
		return c, nil
	}
	if err := s.failedInPart(key); err != nil {
		return cellResult{}, err
	}
	res, err := s.resolved(i)
	if err != nil {
		return cellResult{}, err
	}
	e, err := s.ensemble(res, width, depth)
	if err != nil {
		return cellResult{}, err
	}
	theory := background(func() ([]forecast, error) { return s.spec.forecasts(e, res) })
	trials, err := s.run(ctx, key, e)
	if err != nil {
		return cellResult{}, err
	}
	f, err := theory()
	if err != nil {
		return cellResult{}, err
	}
	c, err := s.reduce(e, res, trials, f)
	if err != nil {
		return c, err
	}
	if s.opt.Journal != nil {
		if err := s.opt.Journal.Put(CellSection, key, c); err != nil {
			return c, &journalError{err}
		}
	}
	return c, nil
}

// background runs a function beside the others; what it returns waits for it.
func background[T any](f func() (T, error)) (wait func() (T, error)) {
	var err error
	result := parallel.Beside(func() (value T) {
		value, err = f()
		return value
	})
	return func() (T, error) {
		value, _ := result(context.Background()) // which has no end
		return value, err
	}
}

// ensemble is the law of the networks of one cell.
func (s *sweep) ensemble(res resolved, width, depth int) (properties.Ensemble, error) {
	e := properties.Ensemble{Activation: res.activation, Width: width, Depth: depth, Weights: s.weights}
	var err error
	e.Input, err = s.input.Vectors(s.spec.Seed, s.opt.Images, width)
	return e, err
}

// run sends the trials of one cell through networks, unless the journal has them one by one.
func (s *sweep) run(ctx context.Context, key string, e properties.Ensemble) ([]network.Norms, error) {
	trials := s.spec.TrialsAt(e.Width, e.Depth)
	if out, ok := s.recorded(key, e.Depth, trials); ok {
		s.done += cellWork(e.Width, e.Depth, trials)
		return out, nil
	}
	return s.measure(ctx, e, 0, trials)
}

// measure sends some trials of a cell through networks.
func (s *sweep) measure(ctx context.Context, e properties.Ensemble, first, trials int) ([]network.Norms, error) {
	plan := montecarlo.Plan{First: first, Trials: trials, Workers: s.opt.Workers}
	work := cellWork(e.Width, e.Depth, plan.Trials)
	before := s.done
	s.done += work // also when it fails
	if s.opt.Progress != nil {
		plan.Progress = func(done, total int) { s.opt.Progress(before+work*done/total, s.total) }
	}
	return s.sample(ctx, e, plan, montecarlo.NewExperiment(s.spec.Seed, e.Address()))
}

// reduce keeps what the report needs of the networks.
func (s *sweep) reduce(e properties.Ensemble, res resolved, trials []network.Norms, theory []forecast) (cellResult, error) {
	out := cellResult{Shortfall: s.spec.newShortfall(e.Width, e.Depth, trials)}
	for _, c := range s.spec.claims() {
		if c.Depth != e.Depth {
			continue
		}
		cell, err := s.newCell(c, e, trials, theory[len(out.Cells)])
		if err != nil {
			return out, fmt.Errorf("%s: %w", c.Statement.Name, err)
		}
		out.Cells = append(out.Cells, cell)
	}
	if e.Depth == s.spec.Depth && e.Width == s.spec.layersWidth() {
		l := newLayerNorms(trials, e.Width)
		out.LayerNorms = &l
	}
	if e.Width == s.spec.histogramWidth(e.Depth) {
		h, err := newHistogram(e, res, trials)
		if err != nil {
			return out, fmt.Errorf("histogram: %w", err)
		}
		out.Histogram = &h
	}
	return out, nil
}

// newSeries begins the series of one claim about one activation.
func (s *sweep) newSeries(c properties.Claim, res resolved) Series {
	return Series{
		Statement: c.Statement.ID, Name: c.Statement.Name, Claim: c.String(), Statistic: c.Statement.Statistic,
		Ratio: c.Statement.Ratio, Given: c.Statement.Given, Direction: c.Statement.Direction.String(), Depth: c.Depth, Tolerance: c.Tolerance,
		Assumptions: c.Assumptions(s.weights, res.activation, res.profile),
	}
}

// newCell reduces the trials of one ensemble to what the claim asks about.
func (s *sweep) newCell(c properties.Claim, e properties.Ensemble, trials []network.Norms, p forecast) (Cell, error) {
	test, err := montecarlo.NewRateTest(c.Limit, s.spec.alphaPerVerdict(), len(trials))
	if err != nil {
		return Cell{}, err
	}
	sample := montecarlo.NewSample(nil)
	outside := 0
	values := make([]float64, len(trials))
	for i, t := range trials {
		value := c.Value(t, e.Width)
		values[i] = value
		event := c.Violated(value)
		sample.Add(value)
		test.Add(event)
		if event {
			outside++
		}
	}
	return Cell{
		Width: e.Width, Trials: len(trials),
		Mean: Number(sample.Mean), SD: Number(sample.SD()),
		Q05: Number(sample.Quantile(0.05)), Q50: Number(sample.Quantile(0.5)), Q95: Number(sample.Quantile(0.95)),
		Outside:       Number(float64(outside) / float64(len(trials))),
		PredictedMean: Number(p.Mean), PredictedSD: Number(p.SD), PredictedOutside: Number(p.Outside),
		PredictedQ05: Number(p.Q05), PredictedQ95: Number(p.Q95),
		ExactMean: Number(p.exact.mean), ExactSD: Number(p.exact.sd), Deviation: newDeviation(values, p),
		Bound:   Number(p.Bound),
		Verdict: test.Verdict(),
	}, nil
}

// sumUp finds the answer of a series and from which width on it is confirmed.
// A width that was not measured is undecided.
func sumUp(cells []Cell, widths []int) SeriesVerdict {
	outcomes := make([]montecarlo.Outcome, len(widths))
	var v SeriesVerdict
	for _, c := range cells {
		i := slices.Index(widths, c.Width)
		outcomes[i] = c.Verdict.Outcome
		switch {
		case outcomes[i] == montecarlo.Refuted:
			v.From = 0
		case outcomes[i] == montecarlo.Confirmed && v.From == 0:
			v.From = c.Width
		}
	}
	outcome, at := properties.OutcomeOverWidths(outcomes)
	v.Outcome = outcome
	if at >= 0 {
		v.Width = widths[at]
	}
	return v
}

// question is what the verdict of a series at one width answers.
func (s *sweep) question(subject Subject, series Series, width int) Question {
	return Question{
		Subject: subject, Width: width, Depth: series.Depth,
		Trials: s.spec.TrialsAt(width, series.Depth), Alpha: s.spec.alphaPerVerdict(),
	}
}
