package properties

import (
	"context"
	"fmt"
	"math"
	"slices"

	"bsnn/gpnorm"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/theorem"
)

// A ToleranceQuestion turns a [WidthQuestion] round: within which tolerance of 1 do
// the norms of networks of one width lie, for each of some depths, in a fraction
// Confidence of the networks, forward and backward. Tolerances are of norms, not of
// squared norms.
type ToleranceQuestion struct {
	Activation gpnorm.Activation
	Width      int
	Depths     []int
	Confidence float64 // 0 < p < 1
}

// Validate says whether the question can be answered.
func (q ToleranceQuestion) Validate() error {
	switch {
	case q.Width < theorem.MinWidth:
		return fmt.Errorf("width %d; want at least %d", q.Width, theorem.MinWidth)
	case len(q.Depths) == 0:
		return fmt.Errorf("no depths; want at least one")
	}
	for _, depth := range q.Depths {
		if err := (WidthQuestion{Depth: depth, Tolerance: 0.5, Confidence: q.Confidence}).Validate(); err != nil {
			return err
		}
	}
	return nil
}

// A ToleranceAnswer is what the limit law says, what was measured if that was
// asked for, and what is proven. It is what the command line prints as JSON.
type ToleranceAnswer struct {
	Activation string           `json:"activation"`
	Width      int              `json:"width"`
	Confidence float64          `json:"confidence"` // for each direction and depth
	Depths     []DepthTolerance `json:"depths"`

	Seed  uint64  `json:"seed,omitempty"`  // of the measurement
	Alpha float64 `json:"alpha,omitempty"` // that any measured interval is wrong
}

// A DepthTolerance is the answer at one depth.
type DepthTolerance struct {
	Depth    int                `json:"depth"`
	Forward  DirectionTolerance `json:"forward"`  // of ‖x⁽ᴸ⁺¹⁾‖/√n
	Backward DirectionTolerance `json:"backward"` // of ‖d⁽¹⁾‖/‖d⁽ᴸ⁾‖
}

// A DirectionTolerance holds the answers in one direction; null stands for none
// up to 0.99.
type DirectionTolerance struct {
	LimitLaw montecarlo.Real    `json:"limit_law"`          // asymptotic
	Measured *MeasuredTolerance `json:"measured,omitempty"` // empirical
	Proven   montecarlo.Real    `json:"proven"`
	// Reason says why nothing is proven, or neither proven nor predicted.
	Reason string `json:"reason,omitempty"`
}

// A MeasuredTolerance encloses the tolerance; null stands for no end.
type MeasuredTolerance struct {
	Lo       montecarlo.Real `json:"lo"`
	Hi       montecarlo.Real `json:"hi"`
	Networks int             `json:"networks"` // 0: they would have been more work than allowed
}

// A ToleranceMeasurement finds tolerances by simulation: the quantile of |norm − 1|
// over Trials networks of each depth, between two of its values
// ([montecarlo.QuantileInterval]). All intervals are right together with probability
// at least 1 − Alpha.
type ToleranceMeasurement struct {
	Seed    uint64
	Trials  int // networks for each depth
	Alpha   float64
	Workers int     // 0 means one for each usable core; never changes results
	MaxWork float64 // most neurons × layers to simulate in all

	// Journal, if set, keeps the statistics of finished networks and saves
	// repeating those it already has. It never changes a result.
	Journal Journal

	// Progress, if set, is told how many of the networks of the depth at hand
	// are done.
	Progress func(depth, done, total int)
}

// Theory answers from what is known, without simulation.
func (q ToleranceQuestion) Theory() (ToleranceAnswer, error) {
	if err := q.Validate(); err != nil {
		return ToleranceAnswer{}, err
	}
	profile, err := gpnorm.Describe(q.Activation)
	if err != nil {
		return ToleranceAnswer{}, err
	}
	out := ToleranceAnswer{Activation: q.Activation.Name, Width: q.Width, Confidence: q.Confidence}
	for _, depth := range q.Depths {
		d, err := q.at(depth, profile)
		if err != nil {
			return out, err
		}
		out.Depths = append(out.Depths, d)
	}
	return out, nil
}

func (q ToleranceQuestion) at(depth int, p gpnorm.Profile) (DepthTolerance, error) {
	out := DepthTolerance{Depth: depth}
	for _, d := range out.directions() {
		d.LimitLaw, d.Proven = montecarlo.Real(math.NaN()), montecarlo.Real(math.NaN())
		if ok, reason := definition1(d.direction).Applies(q.Activation, p); !ok {
			d.Reason = reason
		}
	}
	if !p.Normalized(theorem.NormalizedTolerance) {
		return out, nil
	}
	law, err := theorem.ToleranceByLimitLaw(p, q.Width, depth, q.Confidence)
	if err != nil {
		return out, err
	}
	out.Forward.LimitLaw, out.Backward.LimitLaw = montecarlo.Real(law.Forward), montecarlo.Real(law.Backward)
	if lipschitz := q.Activation.Lipschitz; math.IsNaN(lipschitz) || math.IsInf(lipschitz, 1) {
		return out, nil
	}
	proven, err := theorem.ToleranceByBound(q.Activation, q.Width, depth, q.Confidence)
	if err != nil {
		return out, err
	}
	out.Forward.Proven, out.Backward.Proven = montecarlo.Real(proven.Forward), montecarlo.Real(proven.Backward)
	for _, d := range out.directions() {
		switch {
		case d.Proven.Finite() || d.Reason != "":
		case !d.LimitLaw.Finite():
			d.Reason = "by the limit law not even ±99 % is kept: norms vanish or explode"
		default:
			d.Reason = fmt.Sprintf("the bound is not small enough at width %d for any tolerance", q.Width)
		}
	}
	return out, nil
}

// directed is the answer in a direction.
type directed struct {
	direction theorem.Direction
	*DirectionTolerance
}

func (d *DepthTolerance) directions() []directed {
	return []directed{{theorem.Forward, &d.Forward}, {theorem.Backward, &d.Backward}}
}

// Answer is Theory, and a measurement if m is not nil. When the measurement is
// cancelled, the answer holds what is known so far and the error wraps
// ctx.Err().
func (q ToleranceQuestion) Answer(ctx context.Context, m *ToleranceMeasurement) (ToleranceAnswer, error) {
	out, err := q.Theory()
	if err != nil || m == nil {
		return out, err
	}
	if err := m.validate(); err != nil {
		return out, err
	}
	out.Seed, out.Alpha = m.Seed, m.Alpha
	within := m.measured(q)
	for i := range out.Depths {
		d := &out.Depths[i]
		if !slices.Contains(within, d.Depth) {
			d.Forward.Measured, d.Backward.Measured = unmeasured(), unmeasured()
			continue
		}
		if err := m.measure(ctx, q, d); err != nil {
			return out, fmt.Errorf("networks of depth %d: %w", d.Depth, err)
		}
	}
	return out, nil
}

// measured are the depths for which there is work enough.
func (m ToleranceMeasurement) measured(q ToleranceQuestion) (out []int) {
	work := m.MaxWork
	for _, depth := range q.Depths {
		if need := float64(q.Width) * float64(depth) * float64(m.Trials); need <= work {
			work -= need
			out = append(out, depth)
		}
	}
	return out
}

func unmeasured() *MeasuredTolerance {
	return &MeasuredTolerance{Lo: montecarlo.Real(math.NaN()), Hi: montecarlo.Real(math.NaN())}
}

func (m ToleranceMeasurement) validate() error {
	return WidthMeasurement{Trials: m.Trials, Alpha: m.Alpha, MaxWork: m.MaxWork, Resolution: 2}.Validate()
}

// measure encloses the tolerances of one depth.
func (m ToleranceMeasurement) measure(ctx context.Context, q ToleranceQuestion, d *DepthTolerance) error {
	e := Ensemble{Activation: q.Activation, Width: q.Width, Depth: d.Depth}
	directions := d.directions()
	plan := montecarlo.Plan{Trials: m.Trials, Workers: m.Workers}
	if m.Progress != nil {
		plan.Progress = func(done, total int) { m.Progress(d.Depth, done, total) }
	}
	rows, err := montecarlo.Collect(ctx, plan, e.runners(plan), m.trial(q, e))
	if err != nil {
		return err
	}
	values := make([]float64, len(rows))
	for k, to := range directions {
		for i, row := range rows {
			values[i] = row[k]
		}
		lo, hi, err := montecarlo.QuantileInterval(values, q.Confidence, m.Alpha/float64(len(directions)*len(q.Depths)))
		if err != nil {
			return err
		}
		to.Measured = &MeasuredTolerance{Lo: montecarlo.Real(lo), Hi: montecarlo.Real(hi), Networks: len(rows)}
	}
	return nil
}

// toleranceSection is where a journal has the networks of one depth.
func toleranceSection(e Ensemble) string { return "tolerance " + e.Address() }

// trial finds by how much the norms of one network are off 1, in each direction.
func (m ToleranceMeasurement) trial(q ToleranceQuestion, e Ensemble) func(context.Context, runner, int) ([]float64, error) {
	address := toleranceSection(e)
	directions := new(DepthTolerance).directions()
	return e.kept(m.Journal, address, montecarlo.NewExperiment(m.Seed, address), len(directions), func(n network.Norms) (out []float64) {
		for _, to := range directions {
			out = append(out, math.Abs(math.Sqrt(Statistic(definition1(to.direction), n, q.Width))-1))
		}
		return out
	})
}
