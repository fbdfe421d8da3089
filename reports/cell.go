package reports

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/properties"
)

// newSeries begins the series of one claim about one activation.
func (s *sweep) newSeries(c properties.Claim, res resolved) Series {
	return Series{
		Statement: c.Statement.ID, Name: c.Statement.Name, Claim: c.String(), Statistic: c.Statement.Statistic, Given: c.Statement.Given,
		Direction: c.Statement.Direction.String(), Depth: c.Depth, Tolerance: c.Tolerance,
		Assumptions: c.Statement.Assumptions(res.activation, res.profile),
	}
}

// newCell reduces the trials of one ensemble to what the claim asks about.
func (s *sweep) newCell(c properties.Claim, e properties.Ensemble, res resolved, trials []network.Norms) (Cell, error) {
	test, err := montecarlo.NewRateTest(c.Limit, s.spec.alphaPerVerdict(), len(trials))
	if err != nil {
		return Cell{}, err
	}
	sample := montecarlo.NewSample(nil)
	outside := 0
	for _, t := range trials {
		value := c.Value(t, e.Width)
		event := c.Violated(value)
		sample.Add(value)
		test.Add(event)
		if event {
			outside++
		}
	}
	p, err := properties.Predict(c, e, res.profile)
	if err != nil {
		return Cell{}, err
	}
	return Cell{
		Width: e.Width, Trials: len(trials),
		Mean: Number(sample.Mean), SD: Number(sample.SD()),
		Q05: Number(sample.Quantile(0.05)), Q50: Number(sample.Quantile(0.5)), Q95: Number(sample.Quantile(0.95)),
		Outside:       Number(float64(outside) / float64(len(trials))),
		PredictedMean: Number(p.Mean), PredictedSD: Number(p.SD), PredictedOutside: Number(p.Outside),
		PredictedQ05: Number(p.Q05), PredictedQ95: Number(p.Q95),
		Bound:   Number(p.Bound),
		Verdict: test.Verdict(),
	}, nil
}

// sumUp finds the answer of a series and from which width on it is confirmed.
func sumUp(cells []Cell) SeriesVerdict {
	outcomes := make([]montecarlo.Outcome, len(cells))
	var v SeriesVerdict
	for i, c := range cells {
		outcomes[i] = c.Verdict.Outcome
		switch {
		case outcomes[i] == montecarlo.Refuted:
			v.From = 0
		case outcomes[i] == montecarlo.Confirmed && v.From == 0:
			v.From = c.Width
		}
	}
	outcome, at := properties.Answer(outcomes)
	v.Outcome = outcome
	if at >= 0 {
		v.Width = cells[at].Width
	}
	return v
}

// replay is the command that repeats one verdict on the same networks.
func (s *sweep) replay(subject Subject, series Series, width int) string {
	if width == 0 {
		return ""
	}
	depth := series.Depth
	alpha := s.spec.alphaPerVerdict() * float64(len(properties.Claims(depth, 1, 1, s.spec.Limit)))
	args := []string{"bsnn verify --activation", "'" + subject.Activation + "'"}
	for _, name := range slices.Sorted(maps.Keys(subject.Parameters)) {
		args = append(args, "--set", name+"="+subject.Parameters[name])
	}
	if subject.AsIs {
		args = append(args, "--as-is")
	}
	if subject.OtherRoot {
		args = append(args, "--other-root")
	}
	if s.input.Images != nil {
		args = append(args, "--data", s.input.Source+":DIR")
	}
	args = append(args, fmt.Sprintf("--weights %s --widths %d --depth %d --tolerance %g --layer-tolerance %g --limit %g --trials %d --alpha %g --seed %d",
		s.spec.Weights, width, depth, s.spec.DepthTolerance, s.spec.LayerTolerance, s.spec.Limit, s.spec.TrialsAt(width, depth), alpha, s.spec.Seed))
	return strings.Join(args, " ")
}
