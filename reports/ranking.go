package reports

import (
	"cmp"
	"math"
	"slices"

	"bsnn/montecarlo"
)

// A Rank is where an activation stands among those of a sweep, by what its deepest networks did.
type Rank struct {
	Subject int // index in Report.Subjects
	Outcome montecarlo.Outcome
	// Need is the width that the limit law (asymptotic) asks for in both directions; 0 where it names none.
	Need int
	// Off is how far the medians of the squared norms are from 1 at the widest width: the larger
	// |ln median| of both directions (measured).
	Off float64
}

// Ranking orders the activations of a sweep: those whose norms are kept come first, then those that the
// networks do not suffice to tell, then those that lose norms; among them those that need less width by
// the limit law, and then those whose medians are closer to 1 at the widest width.
func Ranking(r *Report) []Rank {
	out := make([]Rank, len(r.Subjects))
	for i, s := range r.Subjects {
		out[i] = rankOf(i, s)
	}
	slices.SortStableFunc(out, func(a, b Rank) int {
		return cmp.Or(
			cmp.Compare(outcomeOrder(a.Outcome), outcomeOrder(b.Outcome)),
			cmp.Compare(orLast(float64(a.Need)), orLast(float64(b.Need))),
			cmp.Compare(a.Off, b.Off),
		)
	})
	return out
}

func rankOf(i int, s SubjectResult) Rank {
	out := Rank{Subject: i, Outcome: s.Outcome()}
	known := true
	for _, x := range s.Leading() {
		out.Need = max(out.Need, x.Verdict.LimitLawWidth)
		known = known && x.Verdict.LimitLawWidth > 0
		if len(x.Cells) == 0 {
			out.Off = math.Inf(1)
			continue
		}
		off := math.Abs(math.Log(float64(x.Cells[len(x.Cells)-1].Q50)))
		if math.IsNaN(off) {
			off = math.Inf(1)
		}
		out.Off = max(out.Off, off)
	}
	if !known {
		out.Need = 0
	}
	return out
}

// orLast sorts what is not there behind everything else.
func orLast(need float64) float64 {
	if need == 0 {
		return math.Inf(1)
	}
	return need
}

func outcomeOrder(o montecarlo.Outcome) int {
	return slices.Index([]montecarlo.Outcome{montecarlo.Confirmed, montecarlo.Undecided, montecarlo.Refuted}, o)
}
