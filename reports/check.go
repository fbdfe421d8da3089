package reports

import (
	"errors"
	"fmt"

	"bsnn/internal/limits"
	"bsnn/montecarlo"
)

// check says what is impossible in a report that was read from a file: it may
// come from anyone.
func (r *Report) check() error {
	if err := r.Spec.Validate(); err != nil {
		return err
	}
	if len(r.Subjects) != len(r.Spec.Subjects) {
		return fmt.Errorf("results of %d activations, the specification has %d", len(r.Subjects), len(r.Spec.Subjects))
	}
	for i, s := range r.Subjects {
		if want := r.Spec.Subjects[i]; s.Subject.Key != want.Key || !sameFunction(s.Subject, want) {
			return fmt.Errorf("a result of %q in the place of %q", s.Subject.Key, want.Key)
		}
		if err := s.check(r.Spec); err != nil {
			return fmt.Errorf("activation %s: %w", s.Subject.Key, err)
		}
	}
	if err := limits.Whole("workers", r.Machine.Workers, 0, limits.Workers); err != nil {
		return err
	}
	for _, run := range r.Training {
		if err := run.Spec.CheckSizes(); err != nil {
			return errors.New("training run: " + err.Error()) // which is not about a flag
		}
		for _, e := range run.Records {
			if err := e.Check(run.Spec.Depth); err != nil {
				return fmt.Errorf("training run: %w", err)
			}
		}
	}
	return nil
}

func (s SubjectResult) check(spec Spec) error {
	claims := spec.claims()
	if len(s.Series) != len(claims) {
		return fmt.Errorf("%d statements; want %d", len(s.Series), len(claims))
	}
	for i, x := range s.Series {
		if x.Statement != claims[i].Statement.ID || x.Depth != claims[i].Depth {
			return fmt.Errorf("statement %q at depth %d; want %q at depth %d", x.Statement, x.Depth, claims[i].Statement.ID, claims[i].Depth)
		}
		for k, c := range x.Cells {
			if err := c.check(); err != nil {
				return err
			}
			if k > 0 && c.Width <= x.Cells[k-1].Width {
				return fmt.Errorf("width %d after width %d", c.Width, x.Cells[k-1].Width)
			}
		}
	}
	return nil
}

// check says what is impossible in a cell.
func (c Cell) check() error {
	if why := badWidth(c.Width); why != "" {
		return errors.New(why)
	}
	if err := limits.Whole("trials", c.Trials, 1, limits.Trials); err != nil {
		return err
	}
	if !(c.Outside >= 0 && c.Outside <= 1) {
		return fmt.Errorf("a fraction outside of %v; want 0 to 1", c.Outside)
	}
	return checkVerdict(c.Verdict, c.Trials)
}

func checkVerdict(v montecarlo.Verdict, trials int) error {
	if v.Trials < 0 || v.Trials > trials || v.Events < 0 || v.Events > v.Trials {
		return fmt.Errorf("a verdict from %d events in %d of %d trials", v.Events, v.Trials, trials)
	}
	return nil
}

// checkCell says what is impossible in the result of one width and depth.
func (s Spec) checkCell(c cellResult, width, depth int) error {
	claims, trials := 0, s.TrialsAt(width, depth)
	for _, claim := range s.claims() {
		if claim.Depth == depth {
			claims++
		}
	}
	if len(c.Cells) != claims {
		return fmt.Errorf("%d statistics; want %d", len(c.Cells), claims)
	}
	for _, x := range c.Cells {
		if err := x.check(); err != nil {
			return err
		}
		if x.Width != width || x.Trials != trials {
			return fmt.Errorf("width %d, %d networks; want width %d, %d networks", x.Width, x.Trials, width, trials)
		}
	}
	if got, want := c.LayerNorms != nil, depth == s.Depth && width == s.layersWidth(); got != want {
		return errors.New("norms of layers where there should be none, or none where they should be")
	}
	if l := c.LayerNorms; l != nil {
		if l.Width != width || len(l.Forward) != depth+1 || len(l.Backward) != depth || len(l.WeightGradient) != depth {
			return fmt.Errorf("%d, %d and %d norms of layers at width %d", len(l.Forward), len(l.Backward), len(l.WeightGradient), l.Width)
		}
	}
	if got, want := c.Histogram != nil, width == s.histogramWidth(depth); got != want {
		return errors.New("a histogram where there should be none, or none where it should be")
	}
	if h := c.Histogram; h != nil && (h.Width != width || h.Depth != depth || len(h.Counts) != histogramBins) {
		return fmt.Errorf("a histogram of %d bins, width %d, depth %d", len(h.Counts), h.Width, h.Depth)
	}
	if f := c.Shortfall; f.Width != width || f.Depth != depth {
		return fmt.Errorf("widths needed from width %d, depth %d", f.Width, f.Depth)
	}
	return nil
}
