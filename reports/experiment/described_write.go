package experiment

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"bsnn/internal/chart"
	"bsnn/network/training"
	"bsnn/reports"
)

// write makes the files of a finished grid.
func (r *DescribedResults) write(f *folder) error {
	table, err := r.csv()
	if err != nil {
		return err
	}
	return f.writeResults(r, table, r.figures())
}

// WriteTable prints the results as a table: squared norms of the whole network as
// ratios, and what theory says.
func (r *DescribedResults) WriteTable(w io.Writer) error {
	return writeTable(w, fmt.Sprintf("Norms through architectures, medians of %d networks with 5 and 95 %% quantiles, seed %d",
		r.Spec.Networks, r.Spec.Seed),
		"network\tblocks\tsignal ×\tsignal 5 %\tsignal 95 %\ttheory\tgradient ×\tgradient 5 %\tgradient 95 %\ttheory\t",
		[]string{"blocks", "signal 5 %", "signal 95 %", "gradient 5 %", "gradient 95 %"},
		r.Cells, func(c DescribedCell) string {
			if c.Explodes != "" {
				return c.Name + strings.Repeat("\t–", 9) + "\t" + c.Explodes
			}
			row := fmt.Sprintf("%s\t%d\t", c.Name, len(c.Signal))
			for _, b := range []reports.FactorBand{c.Signal[len(c.Signal)-1], c.Gradient[0]} {
				for _, x := range []reports.Number{b.Q50, b.Q05, b.Q95, b.Predicted} {
					row += brief(float64(x)) + "\t"
				}
			}
			return row
		})
}

// csv has one row for each cell and block.
func (r *DescribedResults) csv() ([]byte, error) {
	head := []string{"network", "block", "name"}
	for _, q := range []string{"signal", "gradient"} {
		head = append(head, q+"_median", q+"_q05", q+"_q95", q+"_predicted", q+"_predicted_q05", q+"_predicted_q95")
	}
	rows := [][]string{head}
	for _, c := range r.Cells {
		if c.Result == nil {
			continue
		}
		for i := range c.Result.Signal {
			row := []string{c.Result.Name, strconv.Itoa(i + 1), c.Result.Signal[i].Block}
			for _, b := range []reports.FactorBand{c.Result.Signal[i], c.Result.Gradient[i]} {
				for _, x := range []reports.Number{b.Q50, b.Q05, b.Q95, b.Predicted, b.Low, b.High} {
					row = append(row, exact(training.Real(x)))
				}
			}
			rows = append(rows, row)
		}
	}
	return csvText(rows)
}

// figures are the pictures: signals forward and gradients backward.
func (r *DescribedResults) figures() map[string]chart.Figure {
	signal := func(b reports.AlongBands) []reports.FactorBand { return b.Signal }
	gradient := func(b reports.AlongBands) []reports.FactorBand { return b.Gradient }
	return map[string]chart.Figure{
		forwardName:  r.figure("Signals behind each block, squared", signal),
		backwardName: r.figure("Gradients in front of each block, squared", gradient),
	}
}

var (
	measuredStroke  = looks[0].Stroke(chart.Heavy, chart.Solid)
	predictedStroke = looks[1].Stroke(chart.Medium, chart.Dashed)
)

func (r *DescribedResults) figure(of string, get func(reports.AlongBands) []reports.FactorBand) chart.Figure {
	f := chart.Figure{
		Title: of + ", over those where they enter", Columns: min(3, len(r.Cells)),
		About: fmt.Sprintf("One panel for each architecture; the median of %d networks, and theory, through the blocks.", r.Spec.Networks),
		Legend: []chart.Entry{
			chart.Key("median, 5 to 95 %", chart.SampleBand(measuredStroke.Colour), chart.SampleLine(measuredStroke)),
			chart.Key("theory", chart.SampleLine(predictedStroke)),
		},
	}
	for _, c := range r.Cells {
		if c.Result != nil && c.Result.Explodes == "" {
			f.Panels = append(f.Panels, describedPanel(c.Result.Name, get(c.Result.AlongBands)))
		}
	}
	return f
}

func describedPanel(name string, bands []reports.FactorBand) chart.Panel {
	var at []float64
	for i := range bands {
		at = append(at, float64(i+1))
	}
	numbers := func(get func(reports.FactorBand) reports.Number) []float64 {
		var out []Band
		for _, b := range bands {
			out = append(out, Band{Median: training.Real(get(b))})
		}
		return medians(out, 1)
	}
	low := numbers(func(b reports.FactorBand) reports.Number { return b.Q05 })
	high := numbers(func(b reports.FactorBand) reports.Number { return b.Q95 })
	middle := numbers(func(b reports.FactorBand) reports.Number { return b.Q50 })
	theory := numbers(func(b reports.FactorBand) reports.Number { return b.Predicted })
	p := chart.Panel{
		Name: name, Alt: fmt.Sprintf("%s: from %.3g to %.3g, theory from %.3g to %.3g", name, middle[0], middle[len(middle)-1], theory[0],
			theory[len(theory)-1]),
		X: chart.Axis{Title: "block", Ticks: chart.Whole, Room: 8, Scale: chart.Linear(1, float64(max(2, len(bands))))},
		Y: chart.Axis{Scale: decades(low, middle, high, theory)},
	}
	p.Add(chart.Band{Colour: measuredStroke.Colour, X: at, Low: low, High: high},
		chart.Line{Stroke: measuredStroke, X: at, Y: middle, Tip: "median"}, chart.Line{Stroke: predictedStroke, X: at, Y: theory, Tip: "theory"})
	return p
}
