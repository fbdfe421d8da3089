package main

import (
	"fmt"
	"io"

	"bsnn/montecarlo"
	"bsnn/properties"
)

// A toleranceList is the answer to what a width keeps.
type toleranceList struct{ properties.ToleranceAnswer }

func (l toleranceList) document() any { return l.ToleranceAnswer }

func (l toleranceList) code() int {
	code := exitDone
	for _, d := range l.Depths {
		for _, x := range []properties.DirectionTolerance{d.Forward, d.Backward} {
			switch m := x.Measured; {
			case !x.LimitLaw.Finite() && !x.Proven.Finite():
				return exitRefuted
			case m != nil && !(m.Lo.Finite() && m.Hi.Finite()):
				code = exitUndecided
			}
		}
	}
	return code
}

// write prints a table for people.
func (l toleranceList) write(w io.Writer) error {
	fmt.Fprintf(w, "φ = %s, width %d: within which distance of 1 the norms of %s %% of the networks are\n\n", l.Activation, l.Width,
		perCent(l.Confidence))
	var rows []depthRow
	simulated, short := false, false
	for _, d := range l.Depths {
		row := depthRow{depth: d.Depth}
		for k, x := range []properties.DirectionTolerance{d.Forward, d.Backward} {
			simulated = simulated || x.Measured != nil
			short = short || x.Measured != nil && x.Measured.Networks == 0
			row.cells[k] = kindsOf(l.Alpha > 0, tolerance(x.LimitLaw), tolerance(x.Proven),
				func() string { return measuredTolerance(x.Measured) })
		}
		rows = append(rows, row)
	}
	if err := writeDepths(w, rows); err != nil {
		return err
	}
	said := map[string]bool{}
	for _, d := range l.Depths {
		for _, x := range []struct {
			name string
			properties.DirectionTolerance
		}{{"forward", d.Forward}, {"backward", d.Backward}} {
			text := missingTolerance(x.DirectionTolerance)
			if text == "" || said[x.name+text] {
				continue
			}
			said[x.name+text] = true
			fmt.Fprintf(w, "\n%s, depth %d: %s", x.name, d.Depth, text)
		}
	}
	if simulated {
		fmt.Fprintf(w, "\nmeasured: the tolerance lies between the two; all are right with probability %g (seed %d)", 1-l.Alpha, l.Seed)
	}
	if short {
		fmt.Fprint(w, "\nout of reach: the networks of a depth without a measurement would take more work than --max-work allows")
	}
	_, err := fmt.Fprintln(w)
	return err
}

// missingTolerance says why there is no number; "" where there is.
func missingTolerance(x properties.DirectionTolerance) string {
	switch {
	case !x.LimitLaw.Finite() && !x.Proven.Finite():
		return "no tolerance is proven or predicted: " + x.Reason
	case !x.Proven.Finite():
		return "no tolerance is proven: " + x.Reason
	}
	return ""
}

func tolerance(x montecarlo.Real) string {
	if !x.Finite() {
		return "–"
	}
	return "±" + perCent(float64(x)) + " %"
}

func measuredTolerance(m *properties.MeasuredTolerance) string {
	switch {
	case m == nil || !m.Lo.Finite() && !m.Hi.Finite():
		return "–"
	case !m.Hi.Finite():
		return "more than ±" + perCent(float64(m.Lo)) + " %"
	case !m.Lo.Finite():
		return "at most ±" + perCent(float64(m.Hi)) + " %"
	}
	return fmt.Sprintf("±%s to %s %%", perCent(float64(m.Lo)), perCent(float64(m.Hi)))
}
