package audit

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"bsnn/internal/words"
	"bsnn/montecarlo"
	"bsnn/network/checkpoint"
)

// columns of a file of recorded norms.
var columns = []string{"repetition", "order", "module", "kind", "width", "signal", "gradient"}

// What a file of recorded norms may hold.
const (
	mostRows    = 1 << 21
	mostModules = 1 << 16
	mostText    = 1 << 10 // bytes of a name
)

// Recorded is what Propagation.Gradients says of norms that somebody recorded.
const Recorded = "recorded"

// record is what one module did in all repetitions.
type record struct {
	name, kind       string
	signal, gradient map[int]float64 // by repetition
}

// ReadRecorded audits norms that somebody recorded, as a Probe does: a table with the columns
// repetition, order, module, kind, width, signal and gradient. Modules are in the order in which
// they come in the first repetition. A module that is missing in one is an error. Factors are those
// from the first to the last module with weights, and where none is known by its kind, of all. The verdict is over repetitions, of which
// it needs some 25 for an alpha of 1e-6 and 8 for 0.01.
func ReadRecorded(name string, in io.Reader, tolerance, alpha float64) (Audit, error) {
	records, repetitions, err := readRecords(in)
	if err != nil {
		return Audit{}, fmt.Errorf("%s: %w", name, err)
	}
	ends := slices.DeleteFunc(slices.Clone(records), func(r *record) bool { return !weighted(r.kind) })
	if len(ends) < 2 {
		ends = records
	}
	if len(ends) < 2 {
		return Audit{}, fmt.Errorf("%s: one module; want two at least", name)
	}
	first, last := ends[0], ends[len(ends)-1]
	a := Audit{
		File: []string{name}, Skipped: []checkpoint.Skipped{}, Causes: []Cause{}, Advice: []string{},
		Assumed: fmt.Sprintf("factors are those between %s and %s", words.Name(first.name), words.Name(last.name)),
	}
	var tests [2]*montecarlo.RateTest
	for i := range tests {
		if tests[i], err = montecarlo.NewRateTest(0.5, alpha/2, len(repetitions)); err != nil {
			return a, err
		}
	}
	var forward, backward []float64
	for _, k := range repetitions {
		f, b := last.signal[k]/first.signal[k], first.gradient[k]/last.gradient[k]
		forward, backward = append(forward, f), append(backward, b)
		tests[0].Add(leaves(f, tolerance))
		tests[1].Add(leaves(b, tolerance))
	}
	p := &Propagation{Inputs: len(repetitions), Gradients: Recorded}
	p.ForwardRate, p.BackwardRate = rate(forward, len(ends)-1), rate(backward, len(ends)-1)
	p.Forward, p.Backward = tests[0].Verdict(), tests[1].Verdict()
	for i, r := range records {
		p.Layers = append(p.Layers, i)
		l := Layer{Name: r.name, Kind: r.kind, Law: Law{Name: "unknown", Gain: none, PValue: none}, ForwardGain: none, BackwardGain: none,
			OrthogonalityError: none}
		var signal, gradient, against, relative []float64
		for _, k := range repetitions {
			signal, gradient = append(signal, r.signal[k]), append(gradient, r.gradient[k]/last.gradient[k])
			against, relative = append(against, r.signal[k]/first.signal[k]), append(relative, r.gradient[k]/last.gradient[k])
		}
		l.Forward, l.Backward = quantiles(signal), quantiles(gradient)
		if p.FirstForward == "" && leaves(median(against), tolerance) {
			p.FirstForward = r.name
		}
		if leaves(median(relative), tolerance) {
			p.FirstBackward = r.name // the last to be set is the nearest to the output
		}
		a.Layers = append(a.Layers, l)
	}
	a.Propagation = p
	a.ForwardFactor, a.BackwardFactor = Number(median(forward)), Number(median(backward))
	a.Verdict = Verdict{
		Forward: Outcome(p.Forward.Outcome.String()), Backward: Outcome(p.Backward.Outcome.String()), Tolerance: tolerance, Alpha: alpha,
		Reason: fmt.Sprintf("of %d repetitions, %d leave [%s, %s] forward and %d backward", len(repetitions), outside(forward, tolerance),
			words.Number(1/tolerance, 3), words.Number(tolerance, 3), outside(backward, tolerance)),
	}
	a.blame(records, ends, repetitions, tolerance)
	return a, nil
}

// weighted says whether a module of a kind has weights, by the names that frameworks use.
func weighted(kind string) bool {
	k := strings.ToLower(kind)
	return strings.Contains(k, "linear") || strings.Contains(k, "conv") || strings.Contains(k, "dense")
}

// readRecords reads the table.
func readRecords(in io.Reader) (list []*record, repetitions []int, err error) {
	r := csv.NewReader(in)
	r.ReuseRecord = true
	head, err := r.Read()
	if err != nil {
		return nil, nil, errors.New("no table; want one as bsnn audit --emit-probe pytorch records it")
	}
	if !slices.Equal(head, columns) {
		return nil, nil, fmt.Errorf("columns %s; want %s", words.Name(strings.Join(head, ",")), strings.Join(columns, ","))
	}
	byName := map[string]*record{}
	seen := map[int]bool{}
	for line := 2; ; line++ {
		row, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, nil, err
		}
		if line > mostRows {
			return nil, nil, fmt.Errorf("more than %d rows", mostRows)
		}
		repetition, err := strconv.Atoi(row[0])
		if err != nil || repetition < 0 || repetition > mostRows {
			return nil, nil, fmt.Errorf("line %d: repetition %s; want a number from 0", line, words.Name(row[0]))
		}
		signal, err := strconv.ParseFloat(row[5], 64)
		if err != nil {
			return nil, nil, fmt.Errorf("line %d: signal %s; want a number", line, words.Name(row[5]))
		}
		gradient, err := strconv.ParseFloat(row[6], 64)
		if err != nil {
			return nil, nil, fmt.Errorf("line %d: gradient %s; want a number", line, words.Name(row[6]))
		}
		if len(row[2]) > mostText || len(row[3]) > mostText {
			return nil, nil, fmt.Errorf("line %d: a name of more than %d bytes", line, mostText)
		}
		m := byName[row[2]]
		if m == nil && len(list) == mostModules {
			return nil, nil, fmt.Errorf("more than %d modules", mostModules)
		}
		if m == nil {
			m = &record{strings.Clone(row[2]), strings.Clone(row[3]), map[int]float64{}, map[int]float64{}}
			byName[m.name], list = m, append(list, m)
		}
		if _, twice := m.signal[repetition]; twice {
			return nil, nil, fmt.Errorf("line %d: module %s twice in repetition %d", line, words.Name(row[2]), repetition)
		}
		if !seen[repetition] {
			seen[repetition] = true
			repetitions = append(repetitions, repetition)
		}
		m.signal[repetition], m.gradient[repetition] = signal, gradient
	}
	if len(list) == 0 {
		return nil, nil, errors.New("a table without rows")
	}
	for _, m := range list {
		if len(m.signal) != len(repetitions) {
			return nil, nil, fmt.Errorf("module %s is in %d of %d repetitions; want it in all", words.Name(m.name), len(m.signal), len(repetitions))
		}
	}
	// A module whose output no gradient reaches says nothing of gradients.
	list = slices.DeleteFunc(list, func(m *record) bool {
		for _, g := range m.gradient {
			if !math.IsNaN(g) {
				return false
			}
		}
		return true
	})
	if len(list) == 0 {
		return nil, nil, errors.New("no gradient reached a module")
	}
	return list, repetitions, nil
}
