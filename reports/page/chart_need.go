package page

import (
	"fmt"
	"strconv"

	"bsnn/internal/chart"
	"bsnn/internal/words"
	"bsnn/reports"
)

// needChart shows how wide networks must be against their depth, one panel
// for each activation: by the limit law, measured and proven.
func needChart(r *reports.Report) picture {
	p := picture{file: "widths.svg", numbers: needTable(r), Figure: chart.Figure{
		Columns: 3, Height: 250, Legend: needEntries(),
		Title: fmt.Sprintf("Width needed against depth: %s %% of the networks keep the norm within ± %s %%",
			words.Number(100*(1-r.Spec.Limit), 3), words.Number(100*r.Spec.DepthTolerance, 3)),
		About: "One panel for each activation. Width needed against depth, on logarithmic axes, forward and backward: by the limit law, " +
			"between which widths the measured networks begin to suffice, and what is proven to suffice.",
	}}
	y := needScale(r)
	for _, s := range r.Subjects {
		p.Panels = append(p.Panels, needPanel(s, y))
	}
	return p
}

// needScale takes in the activations that are not negative controls, and
// always the widths measured.
func needScale(r *reports.Report) chart.Scale {
	var e chart.Extent
	e.Add(float64(r.Spec.Widths[0]), float64(r.Spec.Widths[len(r.Spec.Widths)-1]))
	for _, s := range r.Subjects {
		if s.Subject.Control {
			continue
		}
		for _, w := range s.Widths {
			for _, d := range []reports.SufficientWidth{w.Forward, w.Backward} {
				e.Add(float64(d.Law), float64(d.Bound))
			}
		}
	}
	lo, hi, _ := e.Positive()
	return chart.Logarithmic(max(1, chart.RoundDown(lo)), chart.RoundUp(min(hi, 1e9))*1.5)
}

func needPanel(s reports.SubjectResult, y chart.Scale) chart.Panel {
	last := 2.0
	if len(s.Widths) > 0 {
		last = max(last, float64(s.Widths[len(s.Widths)-1].Depth))
	}
	p := chart.Panel{
		Name: s.Subject.Title, Alt: needAlternative(s),
		X: chart.Axis{Title: "depth L", Scale: chart.Logarithmic(1, last), Room: room}, Y: chart.Axis{Scale: y},
	}
	if s.Subject.Control {
		p.Remark.Words = "negative control"
	}
	depths := floats(s.Widths, func(w reports.WidthNeed) reports.Number { return reports.Number(w.Depth) })
	for _, d := range needDirections() {
		law := widthsNeeded(s.Widths, d, func(x reports.SufficientWidth) int { return x.Law })
		bound := widthsNeeded(s.Widths, d, func(x reports.SufficientWidth) int { return x.Bound })
		p.Add(chart.Line{Stroke: strokeOf(d.name, chart.Medium), X: depths, Y: law}, chart.Line{Stroke: lawOf(d.name), X: depths, Y: bound})
	}
	for _, d := range needDirections() {
		for _, w := range s.Widths {
			p.Add(needMarks(d, w)...)
		}
	}
	return p
}

// A needDirection is how one direction is drawn.
type needDirection struct {
	name  string
	shift float64 // pixels, so that the two do not cover one another
	of    func(reports.WidthNeed) reports.SufficientWidth
}

func needDirections() []needDirection {
	return []needDirection{
		{"forward", -3.5, func(w reports.WidthNeed) reports.SufficientWidth { return w.Forward }},
		{"backward", 3.5, func(w reports.WidthNeed) reports.SufficientWidth { return w.Backward }},
	}
}

// widthsNeeded turns widths into ordinates, those that do not exist into NaN.
func widthsNeeded(needs []reports.WidthNeed, d needDirection, get func(reports.SufficientWidth) int) []float64 {
	return positive(floats(needs, func(w reports.WidthNeed) reports.Number { return reports.Number(get(d.of(w))) }))
}

// sufficient is the mark of what is proven to suffice.
func sufficient(direction string) chart.Marker {
	return chart.Marker{Shape: chart.Diamond, Colour: markerOf(direction).Colour, Hollow: true, Size: 1.1}
}

// needMarks are what is measured and what is proven at one depth.
func needMarks(d needDirection, w reports.WidthNeed) []chart.Element {
	v, depth, tip := d.of(w), float64(w.Depth), needTip(d, w)
	colour := markerOf(d.name).Colour
	mark := func(m chart.Marker, width int, down float64) chart.Element {
		return chart.Mark{Marker: m, X: depth, Y: float64(width), ShiftX: d.shift, ShiftY: down, Tip: tip}
	}
	var out []chart.Element
	if v.Bound > 0 {
		out = append(out, mark(sufficient(d.name), v.Bound, 0))
	}
	switch {
	case !v.Measured:
	case v.Enough == 0:
		out = append(out, mark(chart.Marker{Shape: chart.ArrowUp, Colour: colour}, v.Short, -6))
	case v.Short == 0:
		out = append(out, mark(chart.Marker{Shape: chart.ArrowDown, Colour: colour}, v.Enough, 6))
	default:
		out = append(out, chart.Span{Colour: colour, X: depth, Low: float64(v.Short), High: float64(v.Enough), ShiftX: d.shift, Tip: tip})
	}
	return out
}

func needTip(d needDirection, w reports.WidthNeed) string {
	v := d.of(w)
	return fmt.Sprintf("%s, depth %s: limit law %s, measured %s, proven %s",
		d.name, words.Count(w.Depth), widthWord(v.Law), measuredWord(v), widthWord(v.Bound))
}

func widthWord(n int) string {
	if n == 0 {
		return words.NoNumber
	}
	return words.Number(float64(n), 3)
}

// measuredWord says between which widths networks begin to suffice.
func measuredWord(d reports.SufficientWidth) string {
	switch {
	case !d.Measured:
		return words.NoNumber
	case d.Enough == 0:
		return "more than " + words.Count(d.Short)
	case d.Short == 0:
		return "at most " + words.Count(d.Enough)
	}
	return words.Count(d.Short) + " to " + words.Count(d.Enough)
}

func needAlternative(s reports.SubjectResult) string {
	text := s.Subject.Title + ", width needed"
	for _, w := range s.Widths {
		if w.Forward.Measured && w.Depth > 1 {
			text = fmt.Sprintf("%s, width needed over %s layers", s.Subject.Title, words.Count(w.Depth))
			separator := ": "
			for _, d := range needDirections() {
				text += fmt.Sprintf("%s%s %s measured, %s by the limit law",
					separator, d.name, measuredWord(d.of(w)), widthWord(d.of(w).Law))
				separator = "; "
			}
		}
	}
	return text
}

func needTable(r *reports.Report) table {
	t := table{file: "widths.csv", header: []string{"subject", "depth", "direction", "tolerance", "limit",
		"limit_law", "proven", "measured_short", "measured_enough"}}
	tolerance, limit := exact(reports.Number(r.Spec.DepthTolerance)), exact(reports.Number(r.Spec.Limit))
	word := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	for _, s := range r.Subjects {
		for _, w := range s.Widths {
			for _, d := range needDirections() {
				v := d.of(w)
				t.add(s.Subject.Key, strconv.Itoa(w.Depth), d.name, tolerance, limit,
					word(v.Law), word(v.Bound), word(v.Short), word(v.Enough))
			}
		}
	}
	return t
}

func needEntries() []chart.Entry {
	span := func(direction string, x float64) chart.Element {
		return chart.Span{Colour: markerOf(direction).Colour, X: x, Low: 0, High: 1}
	}
	proven := func(direction string, x float64) chart.Element {
		return chart.Mark{Marker: sufficient(direction), X: x, Y: 0.5}
	}
	return []chart.Entry{
		chart.Key("forward, limit law (asymptotic)", chart.SampleLine(strokeOf("forward", chart.Medium))),
		chart.Key("backward, limit law (asymptotic)", chart.SampleLine(strokeOf("backward", chart.Medium))),
		chart.Key("measured: too narrow to wide enough", span("forward", 0.36), span("backward", 0.64)),
		chart.Key("sufficient (proven)", proven("forward", 0.28), proven("backward", 0.72)),
	}
}
