package page

import (
	"fmt"
	"math"
	"strconv"

	"bsnn/internal/words"
	"bsnn/reports"
)

// needChart shows how wide networks must be against their depth, one panel
// for each activation: by the limit law, measured and proven.
func needChart(r *reports.Report) chart {
	c := chart{
		file: "widths.svg", columns: 3, width: 380, height: 250, foot: 44,
		title: fmt.Sprintf("Width needed against depth: %s %% of the networks keep the norm within ± %s %%",
			words.Number(100*r.Spec.Confidence, 3), words.Number(100*r.Spec.NormTolerance, 3)),
		about: "One panel for each activation. Width needed against depth, on logarithmic axes, forward and backward: by the limit law, " +
			"between which widths the measured networks begin to suffice, and what is proven to suffice.",
		footer: needLegend, numbers: needTable(r),
	}
	y := needScale(r)
	for i, s := range r.Subjects {
		c.panels = append(c.panels, needPanel(s, y, fmt.Sprintf("clip-need-%d", i)))
	}
	return c
}

// needScale takes in the activations that are not negative controls, and
// always the widths measured.
func needScale(r *reports.Report) scale {
	e := newExtent()
	e.add(float64(r.Spec.Widths[0]))
	e.add(float64(r.Spec.Widths[len(r.Spec.Widths)-1]))
	for _, s := range r.Subjects {
		if s.Subject.Control {
			continue
		}
		for _, w := range s.Widths {
			for _, d := range []reports.Direction{w.Forward, w.Backward} {
				e.add(float64(d.Law))
				e.add(float64(d.Bound))
			}
		}
	}
	return scale{lo: max(1, nice125(e.lo, false)), hi: nice125(min(e.hi, 1e9), true) * 1.5}
}

func needPanel(s reports.SubjectResult, y scale, id string) panel {
	var out svg
	remark := ""
	if s.Subject.Control {
		remark = "negative control"
	}
	out.head(18, s.Subject.Title, "note", remark)
	last := 2.0
	if len(s.Widths) > 0 {
		last = max(last, float64(s.Widths[len(s.Widths)-1].Depth))
	}
	x := scale{lo: 1, hi: last}
	p := newPlot(&out, id, 54, 32, 368, 208, x, y)
	p.axes(decadeTicks(x, 6), decadeTicks(y, 7), "depth L", "")
	depths := floats(s.Widths, func(w reports.WidthNeed) reports.Number { return reports.Number(w.Depth) })
	p.clip(func() {
		for _, d := range needDirections() {
			p.curve("thin "+d.name+lineOf(d.name), depths, widthsNeeded(s.Widths, d, func(x reports.Direction) int { return x.Law }))
			p.curve("dot "+d.name, depths, widthsNeeded(s.Widths, d, func(x reports.Direction) int { return x.Bound }))
		}
	})
	for _, d := range needDirections() {
		for i, w := range s.Widths {
			needMarks(p, d, depths[i], w)
		}
	}
	return panel{needAlternative(s), out.String()}
}

// A needDirection is how one direction is drawn.
type needDirection struct {
	name  string
	shift float64 // pixels, so that the two do not cover one another
	of    func(reports.WidthNeed) reports.Direction
}

func needDirections() []needDirection {
	return []needDirection{
		{"forward", -3.5, func(w reports.WidthNeed) reports.Direction { return w.Forward }},
		{"backward", 3.5, func(w reports.WidthNeed) reports.Direction { return w.Backward }},
	}
}

// widthsNeeded turns widths into ordinates, those that do not exist into NaN.
func widthsNeeded(needs []reports.WidthNeed, d needDirection, get func(reports.Direction) int) []float64 {
	return positive(floats(needs, func(w reports.WidthNeed) reports.Number { return reports.Number(get(d.of(w))) }))
}

// needMarks draws what is measured and what is proven at one depth.
func needMarks(p plot, d needDirection, depth float64, w reports.WidthNeed) {
	x, v := p.x.at(depth)+d.shift, d.of(w)
	if b := float64(v.Bound); b > 0 && !p.y.above(b) && !p.y.below(b) {
		p.mark(markers[3].scaled(1.1), "hollow "+d.name, x, p.y.at(b), needTip(d.name, w))
	}
	if !v.Measured {
		return
	}
	switch {
	case v.Enough == 0:
		p.mark(arrowUp, d.name, x, p.y.at(float64(v.Short))-6, needTip(d.name, w))
	case v.Short == 0:
		p.mark(arrowDown, d.name, x, p.y.at(float64(v.Enough))+6, needTip(d.name, w))
	default:
		p.span("span "+d.name, x, p.y.at(float64(v.Short)), p.y.at(float64(v.Enough)), needTip(d.name, w))
	}
}

func needTip(direction string, w reports.WidthNeed) string {
	d := w.Forward
	if direction == "backward" {
		d = w.Backward
	}
	return fmt.Sprintf("%s, depth %s: limit law %s, measured %s, proven %s", direction, words.Count(w.Depth), widthWord(d.Law), measuredWord(d), widthWord(d.Bound))
}

func widthWord(n int) string {
	if n == 0 {
		return words.NoNumber
	}
	return words.Number(float64(n), 3)
}

// measuredWord says between which widths networks begin to suffice.
func measuredWord(d reports.Direction) string {
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
			text = fmt.Sprintf("%s, width needed over %s layers: forward %s measured, %s by the limit law; backward %s measured, %s by the limit law",
				s.Subject.Title, words.Count(w.Depth), measuredWord(w.Forward), widthWord(w.Forward.Law), measuredWord(w.Backward), widthWord(w.Backward.Law))
		}
	}
	return text
}

func needTable(r *reports.Report) table {
	t := table{file: "widths.csv", header: []string{"subject", "depth", "direction", "norm_tolerance", "confidence", "limit_law", "proven", "measured_short", "measured_enough"}}
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
				t.add(s.Subject.Key, strconv.Itoa(w.Depth), d.name, exact(reports.Number(r.Spec.NormTolerance)), exact(reports.Number(r.Spec.Confidence)),
					word(v.Law), word(v.Bound), word(v.Short), word(v.Enough))
			}
		}
	}
	return t
}

// needLegend explains the marks of the file.
func needLegend(s *svg, x, y float64) {
	for _, e := range needEntries() {
		fmt.Fprintf(s, `<g transform="translate(%s %s)">%s</g>`+"\n", px(x), px(y+8), e.sample)
		s.text("note", x+42, y+20, e.words)
		x += 66 + 6.4*float64(len([]rune(e.words)))
	}
}

func needEntries() []legendEntry {
	forward, backward, span, bound := new(svg), new(svg), new(svg), new(svg)
	forward.path("thin forward", []point{{0, 8}, {36, 8}})
	backward.path("thin backward dash", []point{{0, 8}, {36, 8}})
	span.span("span forward", 13, 1, 15, "")
	span.span("span backward", 23, 1, 15, "")
	bound.mark(markers[3].scaled(1.1), "hollow forward", 10, 8, "")
	bound.mark(markers[3].scaled(1.1), "hollow backward", 26, 8, "")
	return []legendEntry{
		{forward.String(), "forward, limit law (asymptotic)"}, {backward.String(), "backward, limit law (asymptotic)"},
		{span.String(), "measured: too narrow to wide enough"}, {bound.String(), "sufficient (proven)"},
	}
}

// span is a vertical bar with caps.
func (s *svg) span(class string, x, from, to float64, tip string) {
	top, bottom := math.Min(from, to), math.Max(from, to)
	fmt.Fprintf(s, `<path class="%s" d="M%s %sH%sM%s %sV%sM%s %sH%s">`, class, px(x-3), px(top), px(x+3), px(x), px(top), px(bottom), px(x-3), px(bottom), px(x+3))
	s.title(tip)
	s.WriteString("</path>\n")
}
