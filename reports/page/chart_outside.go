package page

import (
	"fmt"
	"math"

	"bsnn/internal/words"
	"bsnn/reports"
)

// outsideChart shows how often one statistic is off by ε or more: measured,
// by the limit law, and at most by the proven bound.
func outsideChart(r *reports.Report, index int) chart {
	of := r.Subjects[0].Series[index]
	most, bounded := trialsAndBound(r, index)
	y := scale{lo: nice125(0.4/float64(max(most, 10)), false), hi: 1.3}
	note := "marks: measured; dashed: limit law; dotted: proven bound"
	if !bounded {
		note = "marks: measured; dashed: limit law; no proven bound known"
	}
	return widthChart(r, index, "outside-"+of.Statement+".svg", label(of)+": off by ≥ ε",
		fmt.Sprintf("Probability that %s differs from 1 by %s or more, against the width on logarithmic axes: measured, limit law and proven bound.",
			of.Statistic, words.Number(of.Tolerance, 3)),
		"clip-outside-"+of.Statement, fmt.Sprintf("P(|· − 1| ≥ %s)", words.Number(of.Tolerance, 3)), y, outsideTicks(y),
		func(p plot, s reports.SubjectResult, i int) {
			outside(p, s.Series[index], styleOf(i), s.Subject.Title, (float64(i)-float64(len(r.Subjects)-1)/2)*zeroSpread/float64(len(r.Subjects)))
		},
		func(p plot) { outsideLimit(p, r.Spec.Limit) }, func(reports.SubjectResult) string { return "" }, note)
}

// trialsAndBound are the largest number of trials in one cell, and whether a
// bound below 1 is proven anywhere.
func trialsAndBound(r *reports.Report, index int) (most int, bounded bool) {
	for _, s := range r.Subjects {
		if index >= len(s.Series) {
			continue
		}
		for _, c := range s.Series[index].Cells {
			most = max(most, c.Trials)
			bounded = bounded || c.Bound.Finite() && c.Bound < 1
		}
	}
	return most, bounded
}

// outsideTicks are the decades, with a place for "none of the trials" at the
// bottom.
func outsideTicks(y scale) []tick {
	var out []tick
	for _, t := range decadeTicks(y, 6) {
		if t.at > y.lo*1.5 {
			out = append(out, t)
		}
	}
	return append(out, tick{zeroFloor(y), "0 of T"})
}

// zeroSpread is over how many pixels zero counts of one width are spread, so
// that they stay apart.
const zeroSpread = 29

// zeroFloor is where a count of zero is drawn on a logarithmic axis.
func zeroFloor(y scale) float64 { return y.lo * 1.25 }

func outside(p plot, x reports.Series, st style, title string, shift float64) {
	n := widthsOf(x.Cells)
	measured := floats(x.Cells, func(c reports.Cell) reports.Number { return c.Outside })
	law := floats(x.Cells, func(c reports.Cell) reports.Number { return c.PredictedOutside })
	bound := floats(x.Cells, func(c reports.Cell) reports.Number { return c.Bound })
	p.clip(func() {
		p.curve("thin dash "+st.class, n, law)
		p.curve("dot "+st.class, n, informative(bound))
	})
	for i, c := range x.Cells {
		v := measured[i]
		switch {
		case math.IsNaN(v):
		case v == 0:
			p.mark(st.marker.scaled(0.6), "hollow "+st.class, p.x.at(n[i])+shift, p.y.at(zeroFloor(p.y)), fmt.Sprintf("%s, n = %s: 0 of %s, limit law %s, bound %s",
				title, words.Count(c.Width), words.Count(c.Trials), words.Number(law[i], 3), words.Number(bound[i], 3)))
		default:
			p.mark(st.marker, st.class, p.x.at(n[i]), p.y.at(v), fmt.Sprintf("%s, n = %s: %s of %s trials (%s), limit law %s, bound %s",
				title, words.Count(c.Width), words.Count(int(math.Round(v*float64(c.Trials)))), words.Count(c.Trials), words.Number(v, 3), words.Number(law[i], 3), words.Number(bound[i], 3)))
		}
	}
}

// informative drops bounds of 1, which say nothing, but for the one beside
// the first that does.
func informative(bound []float64) []float64 {
	out := make([]float64, len(bound))
	for i, b := range bound {
		out[i] = b
		if !(b < 1) && !(i+1 < len(bound) && bound[i+1] < 1) {
			out[i] = math.NaN()
		}
	}
	return out
}

// outsideLimit draws the probability that is claimed.
func outsideLimit(p plot, limit float64) {
	at := p.y.at(limit)
	p.line("limit", p.left, at, p.right, at)
	p.text("note halo end", p.right-4, at-4, "claimed: at most "+words.Number(limit, 3))
}
