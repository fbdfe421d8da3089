package suite

import (
	"fmt"
	"math"
	"strings"
	"sync"
	"text/tabwriter"
)

// A Ledger adds up what a run spends, check by check. It may be used from
// several goroutines.
type Ledger struct {
	mu    sync.Mutex
	lines map[string]*line
}

type line struct {
	draws, trials int
	alpha         float64
	resolution    float64
	unit          string
}

// Record takes the report of one draw.
func (l *Ledger) Record(c Check, r Report) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lines == nil {
		l.lines = map[string]*line{}
	}
	e := l.lines[c.ID]
	if e == nil {
		e = &line{resolution: math.Inf(1)}
		l.lines[c.ID] = e
	}
	e.draws++
	e.trials += r.Trials
	e.alpha += r.Alpha
	if r.Resolution < e.resolution {
		e.resolution, e.unit = r.Resolution, r.Unit
	}
}

// Alpha is the false-alarm probability of all draws so far, at most: the sum
// of the αs of the tests that were made.
func (l *Ledger) Alpha() float64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	var sum float64
	for _, e := range l.lines {
		sum += e.alpha
	}
	return sum
}

// Table writes a line for each check and the sum.
func (l *Ledger) Table(checks []Check) string {
	total := l.Alpha()
	l.mu.Lock()
	defer l.mu.Unlock()
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "check\tstatus\tdraws\ttrials\tfalse alarm ≤\tresolution")
	for _, c := range checks {
		e := l.lines[c.ID]
		if e == nil {
			continue
		}
		alpha, resolution := "0", "identity or inequality"
		if e.alpha > 0 {
			alpha, resolution = fmt.Sprintf("%.1e", e.alpha), "of outcomes, not of a number"
		}
		if !math.IsInf(e.resolution, 1) {
			resolution = fmt.Sprintf("%.2g %s", e.resolution, e.unit)
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%s\t%s\n", c.ID, c.Status, e.draws, e.trials, alpha, resolution)
	}
	fmt.Fprintf(w, "total\t\t\t\t%.2e\t\n", total)
	w.Flush()
	return b.String()
}
