package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// report writes the timings of one job: median and range in milliseconds and,
// for this project, how many times longer the fastest peer takes.
func report(w io.Writer, title string, timings []timing) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(table, "%s\tmedian ms\tfrom\tto\trounds\tfastest peer ÷ this\t\n", title)
	for _, t := range timings {
		fmt.Fprintf(table, "%s\t%.3f\t%.3f\t%.3f\t%d\t%s\t\n", t.name, milliseconds(t.median()), milliseconds(t.best()),
			milliseconds(t.worst()), len(t.took), ratioText(t, timings))
	}
	fmt.Fprintln(table)
	return table.Flush()
}

func ratioText(t timing, all []timing) string {
	r := ratio(t, all)
	switch {
	case !t.own && !t.like:
		return "(for information)"
	case !t.own || r == 0:
		return "–"
	}
	return fmt.Sprintf("%.2f", r)
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// A target is a ratio to reach, and the smallest that was measured.
type target struct {
	what           string
	want, measured float64
}

// targets collects what the measurements say about the targets; without a peer
// there is nothing to say.
type targets []target

func (ts *targets) add(what string, want, measured float64) {
	if measured == 0 {
		return
	}
	for i := range *ts {
		if t := &(*ts)[i]; t.what == what {
			t.measured = min(t.measured, measured)
			return
		}
	}
	*ts = append(*ts, target{what, want, measured})
}

func (ts targets) report(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, t := range ts {
		verdict := "reached"
		if t.measured < t.want {
			verdict = "MISSED"
		}
		fmt.Fprintf(table, "%s\twant at least %g\tmeasured %.2f\t%s\n", t.what, t.want, t.measured, verdict)
	}
	return table.Flush()
}
