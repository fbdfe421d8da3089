package reports

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"

	"bsnn/internal/provenance"
	"bsnn/internal/words"
)

// A Repetition says whether two runs gave the same numbers.
type Repetition struct {
	Numbers   int     // compared
	Different int     // of them, and other values that differ
	First     string  // where the first difference is, as in subjects[0].card.a
	Largest   float64 // relative difference between two numbers
}

// Identical says that every number is the same, bit for bit.
func (r Repetition) Identical() bool { return r.Different == 0 }

// String says it in words.
func (r Repetition) String() string {
	if r.Identical() {
		return fmt.Sprintf("bit-identical: all %s numbers are the same", words.Count(r.Numbers))
	}
	return fmt.Sprintf("not bit-identical: %s of %s values differ, by up to %s relatively; the first is %s",
		words.Count(r.Different), words.Count(r.Numbers), words.Number(r.Largest, 2), r.First)
}

// CompareBits holds all numbers of a report against those of a repetition of
// it. The machine, the commands that repeat verdicts, and what was added to the
// finished sweeps, do not count.
func CompareBits(a, b *Report) (Repetition, error) {
	var r Repetition
	err := provenance.Compare(bare(a), bare(b), func(path string, x, y any) bool {
		r.count(path, x, y)
		return true
	})
	if err != nil {
		return r, err
	}
	return r, nil
}

// bare is the report without what may differ.
func bare(r *Report) Report {
	out := *r
	out.Machine, out.Training, out.Comparison = provenance.Machine{}, nil, nil
	out.Subjects = slices.Clone(r.Subjects)
	for i := range out.Subjects {
		x := &out.Subjects[i]
		x.Series = slices.Clone(x.Series)
		for j := range x.Series {
			x.Series[j].Verdict.Replay = ""
		}
	}
	return out
}

// count takes in a pair of values; a number is a decimal that determines it.
func (r *Repetition) count(path string, a, b any) {
	x, isNumber := a.(json.Number)
	if isNumber {
		r.Numbers++
	}
	if reflect.DeepEqual(a, b) {
		return
	}
	if isNumber {
		y, _ := b.(json.Number)
		r.Largest = max(r.Largest, relative(x, y))
	}
	if r.Different == 0 {
		r.First = path
	}
	r.Different++
}

// relative difference of two numbers, infinite where one is none.
func relative(a, b json.Number) float64 {
	x, err := strconv.ParseFloat(string(a), 64)
	y, err2 := strconv.ParseFloat(string(b), 64)
	if err != nil || err2 != nil {
		return math.Inf(1)
	}
	return math.Abs(x-y) / max(math.Abs(x), math.Abs(y))
}
