package haartest

import (
	"context"
	"fmt"
	"math"

	"bsnn/internal/words"
)

// A finding is a check of the catalogue carried out on the data.
type finding struct {
	kind            kind
	name            string
	deviation, p    float64
	bound           func(alpha float64) float64
	notMade         string
	neverAtThisSize bool // not made for any number of matrices
	crowded         bool // the size leaves no room for an answer
}

// findings carries out all checks. Which of them are made depends on the
// size and number of the matrices and on the options, not on their entries,
// so α can be divided among those made.
func (t *Test) findings(ref [featureCount][]float64) []finding {
	var all []finding
	all = append(all, t.coin(determinant, "determinant", t.positive, t.k))
	law := entryLaw(t.n)
	for f, name := range formNames {
		all = append(all, exact(entry, "entries: "+name, t.forms[f], law))
	}
	all = append(all, exact(entry, "entries: random place", t.anywhere, law))
	for f, name := range featureNames {
		all = append(all, t.simulated(featureKinds[f], name, feature(f), t.features[f], ref))
	}
	all = append(all,
		t.extreme(extremeEntry, "extremes: entry", float64(t.n*t.n)*entryTail(t.n, 1-t.largest*t.largest+t.slack())),
		t.extreme(extremeTrace, "extremes: trace", 2*math.Exp(-float64(t.n-2)*t.trace*t.trace/float64(8*t.n))))
	for i, name := range changeNames {
		all = append(all, t.coin(leftInvariance, "left invariance: "+name, t.left[i].heads, t.left[i].all))
	}
	for i, name := range changeNames {
		all = append(all, t.coin(rightInvariance, "right invariance: "+name, t.right[i].heads, t.right[i].all))
	}
	all = append(all, t.simulated(successive, "successive matrices", trace1, t.overlap, ref))
	return append(all, t.repetition())
}

// exact compares x with a known continuous law.
func exact(k kind, name string, x []float64, law func(float64) float64) finding {
	d, p := oneSample(x, law)
	return finding{kind: k, name: name, deviation: d, p: p,
		bound: func(alpha float64) float64 { return d + radius(len(x), alpha) }}
}

// coin compares an event with a fair coin.
func (t *Test) coin(k kind, name string, heads, tosses int) finding {
	if tosses == 0 {
		return finding{kind: k, name: name, notMade: "all matrices give ties"}
	}
	d, p := fairCoin(heads, tosses)
	return finding{kind: k, name: name, deviation: d, p: p,
		bound: func(alpha float64) float64 { return d + radius(tosses, alpha) }}
}

// simulated compares x with the simulated law of a feature.
func (t *Test) simulated(k kind, name string, f feature, x []float64, ref [featureCount][]float64) finding {
	none := finding{kind: k, name: name}
	switch {
	case f == gapRatio && t.n < minSpacingDim:
		none.notMade = fmt.Sprintf("needs matrices of size %d", minSpacingDim)
		none.neverAtThisSize = true
		return none
	case t.opt.Reference == 0:
		none.notMade = "no reference matrices were asked for, or the size makes them too costly"
		return none
	case len(x) == 0:
		none.notMade = "needs two matrices"
		return none
	}
	d, p := twoSample(x, ref[f])
	return finding{kind: k, name: name, deviation: d, p: p, bound: func(alpha float64) float64 {
		return d + radius(len(x), alpha/2) + radius(len(ref[f]), alpha/2)
	}}
}

// slack is more than what rounding takes from 1 − w², w an entry or an inner
// product of columns.
func (t *Test) slack() float64 { return 4 * t.tolerance }

// extreme reports something that has at most the given probability in one
// matrix. Its bound is for the event that a matrix goes beyond what α allows:
// the frequency is as good as zero under the hypothesis and was zero, unless
// the check refutes.
func (t *Test) extreme(k kind, name string, probability float64) finding {
	p := math.Min(1, float64(t.k)*probability)
	return finding{kind: k, name: name, p: p, bound: func(alpha float64) float64 {
		if p < alpha {
			return 1
		}
		return radius(t.k, alpha)
	}}
}

// mostChecks is more than there are, so that α divided by it is less than any share.
const mostChecks = 64

// repetition looks at all pairs of matrices that were compared. The images
// of one fixed unit vector under two independent Haar matrices have the
// inner product of an entry, in each pair; their number bounds the
// probability that some pair is as close as the closest seen.
func (t *Test) repetition() finding {
	f := finding{kind: repeated, name: "repeated matrices"}
	if t.pairs == 0 {
		f.notMade = "needs two matrices"
		return f
	}
	tail := func(closest float64) float64 {
		return math.Min(1, float64(t.pairs)*entryTail(t.n, 1-closest*closest+t.slack()))
	}
	f.deviation, f.p, f.crowded = t.closest, tail(t.closest), tail(1) >= t.opt.Alpha/mostChecks
	f.bound = func(alpha float64) float64 {
		if tail(1) < alpha && f.p >= alpha {
			return 0 // a repetition would have been seen
		}
		return 1
	}
	return f
}

// Result judges the matrices so far. It simulates the reference matrices,
// which takes from a fraction of a second for small ones to minutes for those
// of size 512, and ends early when ctx does. It is an error if there are no
// matrices.
func (t *Test) Result(ctx context.Context) (Result, error) {
	if t.k == 0 {
		return Result{}, fmt.Errorf("no matrices")
	}
	r := Result{
		Matrices: t.k, Dim: t.n, Alpha: t.opt.Alpha, Resolution: t.opt.Resolution, Seed: t.opt.Seed,
		Orthogonality: t.orthogonal, Checks: []Check{},
	}
	if worst := t.orthogonal; !worst.Passed {
		r.Outcome = Refuted
		r.Reason = fmt.Sprintf("not orthogonal: an entry of |QᵀQ − I| is %s in matrix %d, tolerance %s; no further check is made",
			words.Number(worst.Error, 3), worst.Matrix, words.Number(worst.Tolerance, 3))
		return r, nil
	}
	var ref [featureCount][]float64
	if t.opt.Reference > 0 {
		var err error
		if t.opt.Begin != nil {
			t.opt.Begin(t.opt.Reference, t.n)
		}
		if ref, err = reference(ctx, t.n, t.opt.Reference, t.opt.Seed, t.opt.Progress); err != nil {
			return Result{}, err
		}
		r.Reference = t.opt.Reference
	}
	r.judge(t.findings(ref))
	return r, nil
}

// judge divides α among the findings and draws the conclusion.
func (r *Result) judge(all []finding) {
	made := 0
	for _, f := range all {
		if f.notMade == "" {
			made++
		}
	}
	r.CheckAlpha = r.Alpha / float64(made)
	complete, reached := true, 0.0
	var worst *Check
	for _, f := range all {
		c := f.check(r.CheckAlpha, r.Resolution)
		r.Checks = append(r.Checks, c)
		if c.P == nil {
			complete = complete && f.neverAtThisSize
			continue
		}
		reached = max(reached, *c.Bound)
		if worst == nil || *c.P < *worst.P {
			worst = &c
		}
	}
	if complete {
		r.Reached = &reached
	}
	r.conclude(worst, complete, reached)
}

// conclude sets outcome and reason from the check with the smallest p-value,
// which there always is: the determinant is always looked at.
func (r *Result) conclude(worst *Check, complete bool, reached float64) {
	switch {
	case *worst.P < r.CheckAlpha:
		r.Outcome = Refuted
		r.Reason = fmt.Sprintf("%s: p ≤ %s, threshold %s", worst.Name, words.Number(*worst.P, 2), words.Number(r.CheckAlpha, 2))
	case !complete:
		r.Outcome = Undecided
		r.Reason = "nothing speaks against Haar, but not every check could be made"
	case reached <= r.Resolution:
		r.Outcome = Confirmed
		r.Reason = fmt.Sprintf("every law looked at is within %s of Haar", words.Number(reached, 3))
	default:
		r.Outcome = Undecided
		r.Reason = fmt.Sprintf("nothing speaks against Haar, but %d matrices resolve only deviations above %s, asked for %s", r.Matrices,
			words.Number(reached, 3), words.Number(r.Resolution, 3))
	}
}

// check is the finding judged at level alpha and resolution delta.
func (f finding) check(alpha, delta float64) Check {
	about := catalogue[f.kind]
	c := Check{Name: f.name, Outcome: Undecided, NotMade: f.notMade, SizeBound: f.neverAtThisSize || f.crowded, Method: about.Method,
		Sees: about.Sees, Blind: about.Blind}
	if f.notMade != "" {
		return c
	}
	bound := math.Min(1, f.bound(alpha))
	c.P, c.Deviation, c.Bound = &f.p, &f.deviation, &bound
	switch {
	case f.p < alpha:
		c.Outcome = Refuted
	case bound <= delta:
		c.Outcome = Confirmed
	}
	return c
}
