package properties

import (
	"context"
	"fmt"
	"math"

	"bsnn/montecarlo"
	"bsnn/theorem"
)

// A WidthMeasurement finds by simulation how wide is wide enough.
//
// At each width it looks at, the claim that norms leave the tolerance with
// probability at most 1 − Confidence is put to an anytime-valid test, on
// networks of that width alone. The widths are chosen by what was found
// before: outwards from a guess until one is shown to be too small and one to
// be enough, then by bisection in the logarithm. At most maxWidthTests are
// looked at for each direction and each test has its share of Alpha, so all
// answers are right together with probability at least 1 − Alpha. That the
// width looked for lies between them assumes that the probability falls
// with the width, which is what the theory says and is not tested.
type WidthMeasurement struct {
	Seed    uint64
	Trials  int     // most networks for each width
	Alpha   float64 // that any of the answers is wrong
	Workers int     // 0 means one for each usable core; never changes results

	Resolution float64 // ratio of widths at which bisection stops; above 1
	MaxWork    float64 // most neurons × layers to simulate in all

	// Journal, if set, keeps the statistics of finished networks and saves
	// repeating those it already has. It never changes a result.
	Journal Journal

	// Progress, if set, is told how many of the networks of the width at hand are
	// done.
	Progress func(width, done, total int)
}

// maxWidthTests is the number of widths that the budget of Alpha is for: some
// fifteen steps outwards lead from any guess to any width, and bisection of
// a step of 4 to a resolution of 1.02 takes seven on either side.
const maxWidthTests = 48

// A MeasuredWidth encloses the width that is wide enough.
type MeasuredWidth struct {
	TooSmall int `json:"too_small"` // largest width shown not to be enough; 0: none was
	Enough   int `json:"enough"`    // smallest width shown to be enough; 0: none was

	// OutOfReach is the width at which the search ended because its networks
	// would have cost more than MaxWork; 0 if none.
	OutOfReach int         `json:"out_of_reach,omitempty"`
	Tests      []WidthTest `json:"tests"`
}

// A WidthTest is the evidence at one width: confirmed means that it is enough.
type WidthTest struct {
	Width   int                `json:"width"`
	Verdict montecarlo.Verdict `json:"verdict"`
}

// and encloses the larger of two widths.
func (m MeasuredWidth) and(o MeasuredWidth) MeasuredWidth {
	both := MeasuredWidth{TooSmall: max(m.TooSmall, o.TooSmall), OutOfReach: max(m.OutOfReach, o.OutOfReach)}
	if m.Enough > 0 && o.Enough > 0 {
		both.Enough = max(m.Enough, o.Enough)
	}
	return both
}

// Validate says whether the measurement can be made.
func (m WidthMeasurement) Validate() error {
	switch {
	case m.Trials < 1:
		return fmt.Errorf("%d trials; want at least 1", m.Trials)
	case !(m.Alpha > 0 && m.Alpha < 1):
		return fmt.Errorf("alpha %v; want a probability above 0 and below 1", m.Alpha)
	case !(m.Resolution >= 1.02):
		return fmt.Errorf("resolution %v; want a ratio of widths of at least 1.02", m.Resolution)
	case !(m.MaxWork > 0):
		return fmt.Errorf("work of at most %v neurons × layers; want a positive number", m.MaxWork)
	}
	return nil
}

// Run measures both directions, from the guesses at hand (0: none). On
// cancellation it returns what is known so far and an error that wraps
// ctx.Err().
func (m WidthMeasurement) Run(ctx context.Context, q WidthQuestion, guess theorem.Widths) (forward, backward MeasuredWidth, err error) {
	if err := q.Validate(); err != nil {
		return forward, backward, err
	}
	if err := m.Validate(); err != nil {
		return forward, backward, err
	}
	work := m.MaxWork
	search := func(d theorem.Direction, guess int) (MeasuredWidth, error) {
		s := widthSearch{WidthMeasurement: m, question: q, direction: d, work: &work}
		s.sample = s.networks
		err := s.run(ctx, guess)
		return s.found, err
	}
	if forward, err = search(theorem.Forward, guess.Forward); err != nil {
		return forward, backward, err
	}
	backward, err = search(theorem.Backward, guess.Backward)
	return forward, backward, err
}

type widthSearch struct {
	WidthMeasurement
	question  WidthQuestion
	direction theorem.Direction
	work      *float64 // what is left

	// sample puts networks of one width to the test.
	sample func(ctx context.Context, width int) (montecarlo.Verdict, error)

	found MeasuredWidth
}

const defaultGuess = 64

func (s *widthSearch) run(ctx context.Context, guess int) error {
	if s.question.Depth == 1 && s.direction == theorem.Backward && !s.question.rotated() {
		s.found.Enough = theorem.MinWidth // the ratio is 1
		return nil
	}
	if guess == 0 {
		guess = defaultGuess
	}
	// Half of the work for the first width leaves some for the others.
	affordable := *s.work / 2 / float64(s.question.Depth) / float64(s.Trials)
	guess = max(theorem.MinWidth, int(min(float64(guess), affordable)))
	if _, err := s.test(ctx, guess); err != nil {
		return err
	}
	for _, step := range []func(context.Context, int) error{s.down, s.up, s.raise, s.lower} {
		if err := step(ctx, guess); err != nil {
			return err
		}
	}
	return nil
}

// firstStep is the first factor on the way outwards; it is squared each time, up
// to longestStep.
const firstStep, longestStep = 1.25, 4.0

// down looks for a width that is too small.
func (s *widthSearch) down(ctx context.Context, from int) error {
	n := from
	for factor := firstStep; s.found.TooSmall == 0 && n > theorem.MinWidth && !s.stopped(); factor = min(factor*factor, longestStep) {
		n = max(theorem.MinWidth, min(n-1, int(float64(n)/factor)))
		if _, err := s.test(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

// up looks for a width that is enough.
func (s *widthSearch) up(ctx context.Context, from int) error {
	n := from
	for factor := firstStep; s.found.Enough == 0 && !s.stopped(); factor = min(factor*factor, longestStep) {
		n = max(n+1, int(math.Ceil(float64(n)*factor)))
		if _, err := s.test(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

// raise bisects between the largest width that is too small and the next one
// looked at.
func (s *widthSearch) raise(ctx context.Context, _ int) error {
	return s.narrow(ctx, func() (small, large int) {
		small = s.found.TooSmall
		for _, t := range s.found.Tests {
			if t.Width > small && (large == 0 || t.Width < large) {
				large = t.Width
			}
		}
		return small, large
	})
}

// lower bisects between the smallest width that is enough and the one looked
// at before it.
func (s *widthSearch) lower(ctx context.Context, _ int) error {
	return s.narrow(ctx, func() (small, large int) {
		large = s.found.Enough
		for _, t := range s.found.Tests {
			if t.Width < large {
				small = max(small, t.Width)
			}
		}
		return small, large
	})
}

// narrow tests the geometric mean of the ends of a gap until its ends are as
// close as the resolution asks; an end of 0 is not there.
func (s *widthSearch) narrow(ctx context.Context, gap func() (small, large int)) error {
	for !s.stopped() {
		small, large := gap()
		middle := int(math.Round(math.Sqrt(float64(small) * float64(large))))
		if small == 0 || large == 0 || float64(large) <= s.Resolution*float64(small) || middle == small || middle == large {
			return nil
		}
		if _, err := s.test(ctx, middle); err != nil {
			return err
		}
	}
	return nil
}

// stopped says whether the budget of work or of tests ended the search.
func (s *widthSearch) stopped() bool {
	return s.found.OutOfReach > 0 || len(s.found.Tests) >= maxWidthTests
}

// test puts one width to the test and keeps what it shows.
func (s *widthSearch) test(ctx context.Context, width int) (montecarlo.Outcome, error) {
	perNetwork := float64(width) * float64(s.question.Depth)
	if perNetwork*float64(s.Trials) > *s.work {
		s.found.OutOfReach = width
		return montecarlo.Undecided, nil
	}
	v, err := s.sample(ctx, width)
	*s.work -= perNetwork * float64(v.Trials)
	s.found.Tests = append(s.found.Tests, WidthTest{width, v})
	switch v.Outcome {
	case montecarlo.Confirmed:
		if s.found.Enough == 0 || width < s.found.Enough {
			s.found.Enough = width
		}
	case montecarlo.Refuted:
		s.found.TooSmall = max(s.found.TooSmall, width)
	}
	return v.Outcome, err
}

// networks runs networks of one width in batches of fixed size, so that the result does not depend on the
// number of workers, until the test is decided.
func (s *widthSearch) networks(ctx context.Context, width int) (montecarlo.Verdict, error) {
	rate, err := montecarlo.NewRateTest(1-s.question.Confidence, s.Alpha/(2*maxWidthTests), s.Trials)
	if err != nil {
		return montecarlo.Verdict{}, err
	}
	from, err := s.question.pool(s.Seed, s.direction, width)
	if err != nil {
		return montecarlo.Verdict{}, err
	}
	for first, size := 0, 64; first < s.Trials && !rate.Decided(); first, size = first+size, 2*size {
		plan := montecarlo.Plan{First: first, Trials: min(size, s.Trials-first), Workers: s.Workers}
		if s.Progress != nil {
			plan.Progress = func(done, _ int) { s.Progress(width, first+done, s.Trials) }
		}
		values, err := from.squares(ctx, s.Journal, plan)
		for _, v := range values {
			rate.Add(!NormKept(v, s.question.Tolerance))
		}
		if err != nil {
			return rate.Verdict(), fmt.Errorf("networks of width %d: %w", width, err)
		}
	}
	return rate.Verdict(), nil
}
