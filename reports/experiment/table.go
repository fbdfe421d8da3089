package experiment

import (
	"fmt"
	"io"
	"math"

	"bsnn/internal/table"
	"bsnn/network/logbook"
)

// WriteTable prints the results as a table.
func (r *NormsResults) WriteTable(w io.Writer) error {
	return writeTable(w, fmt.Sprintf("Norms through %d layers of width %d, medians of %d networks, seed %d", r.Spec.Depth, r.Spec.Width,
		r.Spec.Networks, r.Spec.Seed),
		"activation\tvariant\tweights\t‖x‖²/n at L+1\t‖d‖, layer 1 : L\t‖∂E/∂W‖ at 1\tmax : min over layers\t", nil,
		r.Cells, func(c NormsCell) string {
			return fmt.Sprintf("%s\t%s\t%s\t%s\t%s\t%s\t%s\t", title(c.Activation), formWord(c.AsIs), c.Weights,
				brief(last(c.Forward)), brief(float64(c.Backward[0].Median)/last(c.Backward)), brief(float64(c.Gradient[0].Median)),
				brief(c.MedianRatio()))
		})
}

// WriteTable prints the results as a table.
func (r *AccuracyResults) WriteTable(w io.Writer) error {
	return writeTable(w, fmt.Sprintf("%s\n%d layers of width %d, %s, batch %d, seed %d", r.Data.Description, r.Spec.Depth, r.Spec.Width,
		r.Spec.DType, r.Spec.Batch, r.Spec.Seed),
		"activation\tvariant\tweights\tremedy\ttest accuracy\ttest loss\trate\t‖∂E/∂W‖ at 1, at the start\tmax : min, at the start\t"+
			"max : min, in the last epoch\t", []string{"test loss", "‖∂E/∂W‖ at 1, at the start", "rate"},
		r.Cells, func(c AccuracyCell) string {
			outcome := fmt.Sprintf("%.2f %%\t%.4f", 100*c.Test.Accuracy, c.Test.Loss)
			if c.Status != logbook.Complete {
				outcome = fmt.Sprintf("diverged\tstep %d, layer %d", c.Divergence.Step, c.Divergence.Layer)
			}
			return fmt.Sprintf("%s\t%s\t%s\t%s\t%s\t%g\t%s\t%s\t%s\t", title(c.Activation), formWord(c.AsIs), c.Weights, c.Remedy, outcome, c.Rate,
				brief(float64(c.GradientAtStart)), brief(float64(c.RatioAtStart)), brief(float64(c.Ratio)))
		})
}

// writeTable prints a heading and a table, in the format of a page where w is one. Columns that
// are spare may be left out of text.
func writeTable[R any](w io.Writer, heading, columns string, spare []string, cells []Cell[R], row func(R) string) error {
	fmt.Fprintf(w, "%s\n\n", heading)
	t := table.New(w, table.Left)
	t.Spare(spare...)
	fmt.Fprintln(t, columns)
	for _, c := range cells {
		if c.Result == nil {
			fmt.Fprintf(t, "%s\tfailed: %s\t\n", c.Key, c.Problem)
			continue
		}
		fmt.Fprintln(t, row(*c.Result))
	}
	return t.Flush()
}

// brief writes three digits; what is not finite is beyond the precision.
func brief(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "beyond float"
	}
	return fmt.Sprintf("%.3g", v)
}
