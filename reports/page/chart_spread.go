package page

import (
	"fmt"
	"math"

	"bsnn/internal/words"
	"bsnn/reports"
)

// spreadChart shows how the standard deviation of one statistic falls with
// the width: measured, and by the limit law.
func spreadChart(r *reports.Report, index int) chart {
	of := r.Subjects[0].Series[index]
	y := spreadScale(r, index)
	return widthChart(r, index, "sd-"+of.Statement+".svg", label(of)+": spread",
		fmt.Sprintf("Standard deviation of %s against the width on logarithmic axes, for every activation, beside the limit law.", of.Statistic),
		"clip-sd-"+of.Statement, "standard deviation", y, decadeTicks(y, 6),
		func(p plot, s reports.SubjectResult, i int) { spread(p, s.Series[index], styleOf(i), s.Subject.Title) }, nil,
		func(s reports.SubjectResult) string { return spreadSlope(s, index) },
		"marks: measured; dashed: limit law (asymptotic)")
}

// spreadSlope is the fitted slope beside that of the limit law.
func spreadSlope(s reports.SubjectResult, index int) string {
	if index >= len(s.Series) {
		return ""
	}
	f := s.Series[index].Fit
	if !f.Slope.Finite() {
		return ""
	}
	law := ", no law"
	if f.Predicted.Finite() {
		law = ", law " + slopeWord(float64(f.Predicted))
	}
	return ": slope " + words.WithError(float64(f.Slope), float64(f.StdErr)) + law
}

// slopeWord writes a slope as theory does.
func slopeWord(v float64) string {
	if v == -0.5 {
		return "−½"
	}
	return words.Number(v, 3)
}

func spread(p plot, x reports.Series, st style, title string) {
	n := widthsOf(x.Cells)
	measured := floats(x.Cells, func(c reports.Cell) reports.Number { return c.SD })
	law := floats(x.Cells, func(c reports.Cell) reports.Number { return c.PredictedSD })
	p.clip(func() {
		p.curve("thin "+st.class, n, positive(measured))
		p.curve("thin dash "+st.class, n, positive(law))
	})
	for i, c := range x.Cells {
		v := measured[i]
		if !(v > 0) {
			continue
		}
		if p.y.below(v) || p.y.above(v) {
			p.arrows(st.class, n[i], v, v, 0)
			continue
		}
		p.mark(st.marker, st.class, p.x.at(n[i]), p.y.at(v), fmt.Sprintf("%s, n = %s: measured %s, limit law %s, %s trials",
			title, words.Count(c.Width), words.Number(v, 4), words.Number(law[i], 4), words.Count(c.Trials)))
	}
}

// positive turns what a logarithmic axis cannot show into NaN.
func positive(vs []float64) []float64 {
	out := make([]float64, len(vs))
	for i, v := range vs {
		out[i] = v
		if !(v > 0) {
			out[i] = math.NaN()
		}
	}
	return out
}

// spreadScale takes in the activations that are not negative controls and
// two decades more on either side for the others, never above 10.
func spreadScale(r *reports.Report, index int) scale {
	inner, outer := newExtent(), newExtent()
	for _, s := range r.Subjects {
		if index >= len(s.Series) {
			continue
		}
		for _, c := range s.Series[index].Cells {
			outer.add(float64(c.SD))
			if !s.Subject.Control {
				inner.add(float64(c.SD))
			}
		}
	}
	if !inner.any() {
		inner = outer
	}
	if !inner.any() {
		return scale{lo: 1e-3, hi: 1}
	}
	lo := nice125(max(outer.lo, inner.lo/100), false)
	hi := nice125(min(outer.hi, max(inner.hi, 10)), true)
	if hi <= lo*2 {
		lo, hi = lo/3, hi*3
	}
	return scale{lo: lo, hi: hi}
}

// An extent is the range of the positive finite numbers seen.
type extent struct{ lo, hi float64 }

func newExtent() extent { return extent{math.Inf(1), 0} }

func (e *extent) add(v float64) {
	if v > 0 && !math.IsInf(v, 0) {
		e.lo, e.hi = min(e.lo, v), max(e.hi, v)
	}
}

func (e extent) any() bool { return e.hi > 0 }
