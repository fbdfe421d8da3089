package audit

import (
	"fmt"
	"math"
	"strings"

	"bsnn/internal/words"
)

// blame says between which of the modules with weights, ends, recorded norms change most, in each
// direction, if that is beyond the tolerance, and where they are no numbers.
func (a *Audit) blame(records, ends []*record, repetitions []int, tolerance float64) {
	if len(ends) < 2 {
		return
	}
	signal, gradient := make([]float64, len(ends)-1), make([]float64, len(ends)-1) // logarithms of factors between neighbours
	for i := range signal {
		here, next := ends[i], ends[i+1]
		var forward, backward []float64
		for _, k := range repetitions {
			forward = append(forward, next.signal[k]/here.signal[k])
			backward = append(backward, here.gradient[k]/next.gradient[k])
		}
		signal[i], gradient[i] = math.Log(median(forward)), math.Log(median(backward))
	}
	a.blameNone(ends, repetitions)
	all := []stretch{worstStretch(signal), worstStretch(gradient)}
	sums := []float64{sumOf(signal, all[0]), sumOf(gradient, all[1])}
	if all[0] == all[1] || math.Abs(sums[1]) > math.Abs(sums[0]) { // that which changes more comes first
		all[0], all[1], sums[0], sums[1] = all[1], all[0], sums[1], sums[0]
	}
	for i, s := range all {
		within := i == 1 && s.first >= all[0].first && s.last <= all[0].last // of which both directions are said
		if !(math.Abs(sums[i]) > math.Log(tolerance)) || within {
			continue
		}
		c := stretchCause(ends, s, sumOf(signal, s), sumOf(gradient, s))
		if normalised(records, ends[s.first], ends[s.last]) {
			c.Kind = "normalised"
			c.Cure = "factors of weights do little here, since normalisations undo them; where branches of shortcuts add up, multiply the last " +
				"weights of each branch, or the scale of its last normalisation, by 1/√(number of branches)"
		}
		a.Causes = append(a.Causes, c)
	}
	for _, c := range a.Causes {
		a.Advice = append(a.Advice, c.Cure)
	}
}

// normalised says whether a normalisation stands between two modules.
func normalised(records []*record, from, to *record) bool {
	between := false
	for _, r := range records {
		switch {
		case r == to:
			return false
		case r == from:
			between = true
		case between && strings.Contains(strings.ToLower(r.kind), "norm"):
			return true
		}
	}
	return false
}

// blameNone names the first module that puts out no numbers, and the last, on the way back, that a
// gradient reached.
func (a *Audit) blameNone(ends []*record, repetitions []int) {
	bad := func(norms map[int]float64, is func(float64) bool) bool {
		n := 0
		for _, k := range repetitions {
			if is(norms[k]) {
				n++
			}
		}
		return 2*n > len(repetitions)
	}
	noNumber := func(x float64) bool { return x-x != 0 }
	zero := func(x float64) bool { return x == 0 }
	for _, r := range ends {
		if bad(r.signal, noNumber) {
			a.Causes = append(a.Causes, Cause{
				Kind: "not finite", Text: fmt.Sprintf("signals behind %s are not finite", words.Name(r.name)),
				Cure: "weights of a smaller gain in front of it, or a normalisation",
			})
			break
		}
	}
	for i := len(ends) - 1; i >= 0; i-- {
		if r := ends[i]; bad(r.gradient, zero) {
			a.Causes = append(a.Causes, Cause{
				Kind: "dead", Text: fmt.Sprintf("no gradient comes back to %s: the units behind it are dead, or saturated in all bits",
					words.Name(r.name)),
				Cure: "a function whose derivative is nowhere zero, or smaller weights and biases behind it",
			})
			break
		}
	}
}

// worstStretch are the neighbours, from the first to before the last, whose logarithms have the largest sum
// of either sign (Kadane's algorithm); what is not finite ends a stretch.
func worstStretch(logs []float64) stretch {
	var worst stretch
	largest := 0.
	for _, sign := range []float64{1, -1} {
		sum, first := 0., 0
		for i, v := range logs {
			if v-v != 0 {
				sum, first = 0, i+1
				continue
			}
			if sum += sign * v; sum <= 0 {
				sum, first = 0, i+1
			}
			if sum > largest {
				largest, worst = sum, stretch{first, i + 1}
			}
		}
	}
	return worst
}

func sumOf(logs []float64, s stretch) (sum float64) {
	for _, v := range logs[s.first:s.last] {
		sum += v
	}
	return sum
}

// stretchCause says what happens from one module to another.
func stretchCause(ends []*record, s stretch, signal, gradient float64) Cause {
	steps := float64(s.last - s.first)
	worst := gradient / steps
	if math.Abs(signal) > math.Abs(gradient) || gradient-gradient != 0 {
		worst = signal / steps
	}
	c := Cause{Kind: "weights"}
	change := fmt.Sprintf("squared signals change by × %s, and squared gradients, on the way back, by × %s", factor(signal), factor(gradient))
	scale := words.Number(math.Exp(-worst/2), 3)
	if steps == 1 {
		c.Text = fmt.Sprintf("from %s to %s %s", words.Name(ends[s.first].name), words.Name(ends[s.last].name), change)
		c.Cure = fmt.Sprintf("multiply the weights of %s by %s, or put a normalisation in front of it", words.Name(ends[s.last].name), scale)
		return c
	}
	c.Text = fmt.Sprintf("from %s to %s, over %s modules with weights, %s: × %s and × %s a module", words.Name(ends[s.first].name),
		words.Name(ends[s.last].name), words.Count(int(steps)), change, factor(signal/steps), factor(gradient/steps))
	c.Cure = fmt.Sprintf("multiply the weights of these modules by %s, or start from bsnn init --like with the weights of this model", scale)
	return c
}

// factor is a factor from its logarithm.
func factor(log float64) string { return words.Number(math.Exp(log), 3) }
