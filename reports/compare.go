package reports

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"bsnn/internal/provenance"
	"bsnn/internal/words"
	"bsnn/montecarlo"
)

// A Comparison says what changed against an older report, and what of it is
// more than chance.
//
// For every statistic and width that both reports have, two hypotheses are
// tested: that networks are off by ε equally often, by Fisher's exact test;
// and, where both standard deviations are at most 1, that the means are equal,
// by Welch's test, which is approximate. α is split evenly over all tests
// (Bonferroni). The tests take the samples as independent; with the same seed
// they share their random numbers and the tests only become more careful.
type Comparison struct {
	Old       Origin          `json:"old"`
	Alpha     float64         `json:"alpha"`
	Tests     int             `json:"tests"`
	Differing int             `json:"differing"` // tests whose two numbers are not equal
	Beyond    []Change        `json:"beyond"`    // changes beyond chance
	Verdicts  []VerdictChange `json:"verdicts"`  // answers that changed
	Reversed  bool            `json:"reversed"`  // one of them from confirmed to refuted or back
	Constants []Difference    `json:"constants"` // numbers that chance does not touch
	Spec      []Difference    `json:"spec"`      // settings
	Unmatched []string        `json:"unmatched"` // activations that only one report has, in words
}

// Origin says which report it was.
type Origin struct {
	Program string `json:"program"`
	System  string `json:"system"`
	Seed    uint64 `json:"seed"`
}

// A Difference between the reports, in words.
type Difference struct {
	What string `json:"what"`
	Old  string `json:"old"`
	New  string `json:"new"`
}

// A VerdictChange is an answer that differs between the reports.
type VerdictChange struct {
	What string             `json:"what"` // about which activation and statement
	Old  montecarlo.Outcome `json:"old"`
	New  montecarlo.Outcome `json:"new"`
}

// A Change is a measured number that differs by more than chance.
type Change struct {
	Subject   string `json:"subject"` // key
	Title     string `json:"title"`
	Statement string `json:"statement"`
	Width     int    `json:"width"`
	Quantity  string `json:"quantity"` // "outside" or "mean"
	Old       Number `json:"old"`
	OldError  Number `json:"old_error"` // standard error
	New       Number `json:"new"`
	NewError  Number `json:"new_error"`
	P         Number `json:"p"` // of the test
}

// CompareAlpha is the probability that a comparison of two reports that
// differ by chance alone finds a change beyond chance.
const CompareAlpha = 0.001

// Compare holds a report against an older one.
func Compare(old, now *Report) *Comparison {
	c := &Comparison{
		Old:   Origin{old.Machine.Program, old.Machine.System, old.Spec.Seed},
		Alpha: CompareAlpha, Beyond: []Change{}, Verdicts: []VerdictChange{}, Constants: []Difference{}, Unmatched: []string{},
		Spec: specDifferences(old.Spec, now.Spec),
	}
	var all []Change
	var here, there []string
	for _, s := range now.Subjects {
		i := slices.IndexFunc(old.Subjects, func(o SubjectResult) bool { return sameFunction(o.Subject, s.Subject) })
		if i < 0 {
			here = append(here, s.Subject.Title)
			continue
		}
		all = append(all, c.subject(old.Subjects[i], s)...)
	}
	for _, o := range old.Subjects {
		if !slices.ContainsFunc(now.Subjects, func(s SubjectResult) bool { return sameFunction(o.Subject, s.Subject) }) {
			there = append(there, o.Subject.Title)
		}
	}
	if len(here) > 0 {
		c.Unmatched = append(c.Unmatched, words.List(here)+" (only here)")
	}
	if len(there) > 0 {
		c.Unmatched = append(c.Unmatched, words.List(there)+" (only there)")
	}
	c.Tests = len(all)
	for _, x := range all {
		if x.Old != x.New {
			c.Differing++
		}
		if float64(x.P) <= c.Alpha/float64(c.Tests) {
			c.Beyond = append(c.Beyond, x)
		}
	}
	return c
}

// Comparable says, before anything is measured, whether a report of the
// specification has a number in common with an older report; the error says
// what is missing.
func Comparable(old *Report, spec Spec) error {
	sameSubject := func(s Subject) bool {
		return slices.ContainsFunc(old.Subjects, func(o SubjectResult) bool { return sameFunction(o.Subject, s) })
	}
	if !slices.ContainsFunc(spec.Subjects, sameSubject) {
		return fmt.Errorf("nothing to compare: the reports share no activation; want one of %s", words.List(titles(old.Subjects)))
	}
	if !slices.ContainsFunc(spec.Widths, func(n int) bool { return slices.Contains(old.Spec.Widths, n) }) {
		return fmt.Errorf("nothing to compare: the reports share no width; want one of %s", words.List(decimals(old.Spec.Widths)))
	}
	return nil
}

func titles(subjects []SubjectResult) []string {
	var out []string
	for _, s := range subjects {
		out = append(out, s.Subject.Title)
	}
	return out
}

func decimals(numbers []int) []string {
	var out []string
	for _, n := range numbers {
		out = append(out, strconv.Itoa(n))
	}
	return out
}

// sameFunction says whether networks of both use the same function.
func sameFunction(a, b Subject) bool {
	return a.Activation == b.Activation && a.AsIs == b.AsIs && a.OtherRoot == b.OtherRoot && reflect.DeepEqual(a.Parameters, b.Parameters)
}

func (c *Comparison) subject(old, now SubjectResult) []Change {
	c.constant(now.Subject.Title+": a", old.Card.A, now.Card.A)
	c.constant(now.Subject.Title+": b", old.Card.B, now.Card.B)
	for i, r := range now.Card.Roots {
		if i < len(old.Card.Roots) {
			c.constant(fmt.Sprintf("%s: κ of root %d", now.Subject.Title, i+1), old.Card.Roots[i].LengthMapSlope, r.LengthMapSlope)
		}
	}
	var tests []Change
	for _, x := range now.Series {
		i := slices.IndexFunc(old.Series, func(o Series) bool { return o.Statement == x.Statement })
		if i < 0 || old.Series[i].Depth != x.Depth {
			continue
		}
		o := old.Series[i]
		name := now.Subject.Title + ", " + x.Name
		if o.Verdict.Outcome != x.Verdict.Outcome {
			c.Reversed = c.Reversed || o.Verdict.Outcome != montecarlo.Undecided && x.Verdict.Outcome != montecarlo.Undecided
			c.Verdicts = append(c.Verdicts, VerdictChange{name, o.Verdict.Outcome, x.Verdict.Outcome})
		}
		for _, cell := range x.Cells {
			j := slices.IndexFunc(o.Cells, func(o Cell) bool { return o.Width == cell.Width })
			if j < 0 {
				continue
			}
			c.cell(fmt.Sprintf("%s, n = %s", name, words.Count(cell.Width)), o.Cells[j], cell, o.Tolerance == x.Tolerance)
			of := Change{Subject: now.Subject.Key, Title: now.Subject.Title, Statement: x.Statement, Width: cell.Width}
			tests = append(tests, testsOf(of, o.Cells[j], cell, o.Tolerance == x.Tolerance)...)
		}
	}
	return tests
}

// cell compares what theory says, which chance does not touch.
func (c *Comparison) cell(name string, old, now Cell, sameTolerance bool) {
	c.constant(name+": limit law's standard deviation", old.PredictedSD, now.PredictedSD)
	c.constant(name+": exact standard deviation", old.ExactSD, now.ExactSD)
	if sameTolerance {
		c.constant(name+": bound", old.Bound, now.Bound)
	}
}

// constantTolerance is how far numbers of theory may differ, relatively, and
// count as the same: machines round differently.
const constantTolerance = 1e-9

func (c *Comparison) constant(what string, old, now Number) {
	a, b := float64(old), float64(now)
	same := math.Abs(a-b) <= constantTolerance*max(math.Abs(a), math.Abs(b)) || !old.Finite() && !now.Finite()
	if !same {
		c.Constants = append(c.Constants, Difference{what, words.Number(a, 12), words.Number(b, 12)})
	}
}

// testsOf are the tests of one statistic at one width.
func testsOf(of Change, old, now Cell, sameTolerance bool) []Change {
	var out []Change
	if sameTolerance {
		x := of
		x.Quantity, x.Old, x.New = "outside", old.Outside, now.Outside
		x.OldError, x.NewError = rateError(old), rateError(now)
		x.P = Number(fisher(events(old), old.Trials, events(now), now.Trials))
		out = append(out, x)
	}
	if old.SD <= 1 && now.SD <= 1 && old.Trials > 1 && now.Trials > 1 {
		x := of
		x.Quantity, x.Old, x.New = "mean", old.Mean, now.Mean
		x.OldError, x.NewError = Number(meanError(old)), Number(meanError(now))
		x.P = Number(welch(old, now))
		out = append(out, x)
	}
	return out
}

func events(c Cell) int { return int(math.Round(float64(c.Outside) * float64(c.Trials))) }

func rateError(c Cell) Number {
	p := float64(c.Outside)
	return Number(math.Sqrt(p * (1 - p) / float64(c.Trials)))
}

func meanError(c Cell) float64 { return float64(c.SD) / math.Sqrt(float64(c.Trials)) }

// specDifferences lists the settings that differ, but for the activations.
func specDifferences(old, now Spec) []Difference {
	old.Subjects, now.Subjects = nil, nil
	out := []Difference{}
	name := strings.NewReplacer("_", " ", ".", " ")
	err := provenance.Compare(old, now, func(path string, a, b any) bool {
		if !reflect.DeepEqual(a, b) {
			out = append(out, Difference{name.Replace(path), fmt.Sprint(a), fmt.Sprint(b)})
		}
		return true
	})
	if err != nil { // a specification that is no JSON differs from every other
		out = append(out, Difference{"specification", "", err.Error()})
	}
	return out
}

// Same says that nothing changed beyond chance. An answer that appears or is
// lost can be chance, or a matter of the number of trials; one that turns into
// its opposite is not.
func (c *Comparison) Same() bool {
	return len(c.Beyond) == 0 && len(c.Constants) == 0 && !c.Reversed
}
