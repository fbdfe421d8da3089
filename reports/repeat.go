package reports

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"

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
	x, err := bareTree(a)
	if err != nil {
		return Repetition{}, err
	}
	y, err := bareTree(b)
	if err != nil {
		return Repetition{}, err
	}
	var r Repetition
	r.walk("", x, y)
	return r, nil
}

// bareTree is the report as JSON sees it, numbers as the decimals that
// determine them.
func bareTree(r *Report) (any, error) {
	bare := *r
	bare.Machine, bare.Training, bare.Comparison = Machine{}, nil, nil
	bare.Subjects = slices.Clone(r.Subjects)
	for i := range bare.Subjects {
		x := &bare.Subjects[i]
		x.Series = slices.Clone(x.Series)
		for j := range x.Series {
			x.Series[j].Verdict.Replay = ""
		}
	}
	data, err := json.Marshal(bare)
	if err != nil {
		return nil, fmt.Errorf("reports: %w", err)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var tree any
	if err := d.Decode(&tree); err != nil {
		return nil, fmt.Errorf("reports: %w", err)
	}
	return tree, nil
}

func (r *Repetition) walk(path string, a, b any) {
	switch x := a.(type) {
	case map[string]any:
		y, ok := b.(map[string]any)
		if !ok {
			r.differ(path)
			return
		}
		keys := slices.Sorted(maps.Keys(x))
		for k := range y {
			if _, ok := x[k]; !ok {
				keys = append(keys, k)
			}
		}
		for _, k := range keys {
			r.walk(path+"."+k, x[k], y[k])
		}
	case []any:
		y, ok := b.([]any)
		if !ok || len(x) != len(y) {
			r.differ(path)
			return
		}
		for i := range x {
			r.walk(fmt.Sprintf("%s[%d]", path, i), x[i], y[i])
		}
	case json.Number:
		r.Numbers++
		if y, ok := b.(json.Number); !ok || x != y {
			r.differ(path)
			r.Largest = max(r.Largest, relative(x, y))
		}
	default:
		if a != b {
			r.differ(path)
		}
	}
}

func (r *Repetition) differ(path string) {
	if r.Different == 0 && len(path) > 0 {
		r.First = path[1:]
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
