package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"bsnn/internal/table"
	"bsnn/internal/words"
	"bsnn/properties"
)

// A widthList is the answer to how wide, for each depth.
type widthList struct {
	Activation string                   `json:"activation"`
	Tolerance  float64                  `json:"tolerance"`  // on norms
	Confidence float64                  `json:"confidence"` // for each direction
	Depths     []properties.WidthAnswer `json:"depths"`

	alpha float64 // that any measured interval is wrong
	seed  uint64
}

// document is that of the only depth, or the list.
func (l widthList) document() any {
	if len(l.Depths) == 1 {
		return l.Depths[0]
	}
	return l
}

func (l widthList) code() int {
	code := exitDone
	for _, a := range l.Depths {
		m := a.Both.Measured
		switch {
		case a.Both.Proven == 0 && a.Both.LimitLaw == 0:
			return exitRefuted
		case m != nil && (m.Enough == 0 || m.OutOfReach > 0), a.Both.Proven == 0: // the table says why
			code = exitUndecided
		}
	}
	return code
}

// write prints a table for people: one column for each direction, or one row for
// each depth.
func (l widthList) write(w io.Writer) error {
	depth := ""
	if len(l.Depths) == 1 {
		depth = fmt.Sprintf(", depth %d", l.Depths[0].Depth)
	}
	fmt.Fprintf(w, "φ = %s%s: norms within ±%s %% in at least %s %% of the networks\n\n", l.Activation, depth, perCent(l.Tolerance),
		perCent(l.Confidence))
	var err error
	if len(l.Depths) == 1 {
		err = writeWidths(w, l.Depths[0])
	} else {
		rows := make([]depthRow, len(l.Depths))
		for i, a := range l.Depths {
			rows[i].depth = a.Depth
			for k, d := range []properties.DirectionWidth{a.Forward, a.Backward} {
				rows[i].cells[k] = kindsOf(d.Measured != nil, width(d.LimitLaw), width(d.Proven), func() string { return measured(*d.Measured) })
			}
		}
		err = writeDepths(w, rows)
	}
	if err != nil {
		return err
	}
	said := map[string]bool{}
	reach := 0
	for _, a := range l.Depths {
		writeReasons(w, said, a)
		if m := a.Both.Measured; m != nil {
			reach = max(reach, m.OutOfReach)
		}
	}
	if l.Depths[0].Both.Measured != nil {
		fmt.Fprintf(w,
			"\nmeasured: from the largest width shown to be too small to the smallest shown to be enough; all are right with probability %g "+
				"(seed %d)", 1-l.alpha, l.seed)
		if reach > 0 {
			fmt.Fprintf(w, "\nout of reach: networks of width %d and more would take more work than --max-work allows", reach)
		}
	}
	_, err = fmt.Fprintln(w)
	return err
}

// writeWidths prints the widths of one depth, one column for each direction.
func writeWidths(w io.Writer, a properties.WidthAnswer) error {
	columns := []properties.DirectionWidth{a.Forward, a.Backward, a.Both}
	t := table.New(w, table.Right)
	row := func(name string, cell func(properties.DirectionWidth) string) {
		fmt.Fprint(t, name)
		for _, d := range columns {
			fmt.Fprint(t, "\t", cell(d))
		}
		fmt.Fprintln(t, "\t")
	}
	fmt.Fprintln(t, "width n\tforward\tbackward\tboth\t")
	if a.Both.Measured != nil {
		row("measured", func(d properties.DirectionWidth) string { return measured(*d.Measured) })
	}
	row("limit law", func(d properties.DirectionWidth) string { return width(d.LimitLaw) })
	row("proven", func(d properties.DirectionWidth) string { return width(d.Proven) })
	return t.Flush()
}

// writeReasons says why something is missing, each reason once.
func writeReasons(w io.Writer, said map[string]bool, a properties.WidthAnswer) {
	for _, d := range []struct {
		name string
		properties.DirectionWidth
	}{{"forward", a.Forward}, {"backward", a.Backward}} {
		if said[d.name+d.Reason] {
			continue
		}
		said[d.name+d.Reason] = true
		switch {
		case d.Reason != "" && d.LimitLaw == 0:
			fmt.Fprintf(w, "\n%s: no width is proven or predicted: %s", d.name, d.Reason)
		case d.Reason != "" && d.Proven == 0:
			fmt.Fprintf(w, "\n%s: no width is proven: %s", d.name, d.Reason)
		}
	}
}

// A depthRow holds the cells of one depth, forward and backward.
type depthRow struct {
	depth int
	cells [2][]string
}

// kindsOf are the cells of one direction: measured and limit law first, proven
// beside them.
func kindsOf(simulated bool, law, proven string, measured func() string) []string {
	if simulated {
		return []string{measured(), law, proven}
	}
	return []string{law, proven}
}

// writeDepths prints one row for each depth.
func writeDepths(w io.Writer, rows []depthRow) error {
	t := table.New(w, table.Right)
	kinds := []string{"limit law", "proven"}
	if len(rows[0].cells[0]) == 3 {
		kinds = []string{"measured", "limit law", "proven"}
	}
	gap, names := strings.Repeat("\t", len(kinds)), strings.Join(kinds, "\t")
	t.Heading(fmt.Sprintf("\tforward%sbackward%s\ndepth\t%s\t%s\t", gap, gap, names, names),
		fmt.Sprintf("depth\tforward %s\tbackward %s\t", strings.Join(kinds, "\tforward "), strings.Join(kinds, "\tbackward ")))
	for _, r := range rows {
		fmt.Fprintf(t, "%d\t%s\t%s\t\n", r.depth, strings.Join(r.cells[0], "\t"), strings.Join(r.cells[1], "\t"))
	}
	return t.Flush()
}

// perCent is a fraction in per cent, in a few digits.
func perCent(x float64) string { return words.Number(100*x, 3) }

func width(n int) string {
	if n == 0 {
		return "–"
	}
	return strconv.Itoa(n)
}

func measured(m properties.MeasuredWidth) string {
	switch {
	case m.Enough == 0 && m.TooSmall == 0:
		return "–"
	case m.Enough == 0:
		return "> " + strconv.Itoa(m.TooSmall)
	case m.TooSmall == 0:
		return "≤ " + strconv.Itoa(m.Enough)
	}
	return fmt.Sprintf("%d to %d", m.TooSmall, m.Enough)
}
