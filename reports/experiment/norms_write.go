package experiment

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"bsnn/internal/chart"
	"bsnn/internal/csvfile"
	"bsnn/network/training"
)

const (
	forwardName  = "norms-forward.svg"
	backwardName = "norms-backward.svg"
	gradientName = "norms-gradient.svg"
)

// write makes the files of a finished grid.
func (r *NormsResults) write(f *folder) error {
	table, err := r.csv()
	if err != nil {
		return err
	}
	return f.writeResults(r, table, r.figures())
}

// MedianRatio is the median over the networks of max/min over the layers of the
// weight gradients' norms; infinite where half of the networks had a gradient
// that vanished altogether or was not finite.
func (c NormsCell) MedianRatio() float64 {
	var v []float64
	for _, r := range c.Ratio {
		x := float64(r)
		if math.IsNaN(x) { // null in JSON, or 0/0
			x = math.Inf(1)
		}
		v = append(v, x)
	}
	slices.Sort(v)
	return v[(len(v)-1)/2]
}

// csv has one row for each cell and layer; the forward norm of layer L+1 has
// empty fields beside it.
func (r *NormsResults) csv() ([]byte, error) {
	head := []string{"activation", "variant", "weights", "layer"}
	for _, q := range []string{"x2_over_n", "d", "gradient"} {
		head = append(head, q+"_median", q+"_min", q+"_max")
	}
	rows := [][]string{head}
	for _, c := range r.Cells {
		if c.Result == nil {
			continue
		}
		for l := range c.Result.Forward {
			row := []string{c.Result.Activation, formWord(c.Result.AsIs), string(c.Result.Weights), strconv.Itoa(l + 1)}
			for _, bands := range [][]Band{c.Result.Forward, c.Result.Backward, c.Result.Gradient} {
				band := Band{training.Real(math.NaN()), training.Real(math.NaN()), training.Real(math.NaN())}
				if l < len(bands) {
					band = bands[l]
				}
				row = append(row, exact(band.Median), exact(band.Min), exact(band.Max))
			}
			rows = append(rows, row)
		}
	}
	return csvText(rows)
}

// csvText is results.csv.
func csvText(rows [][]string) ([]byte, error) {
	data, err := csvfile.Format(rows)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", csvName, err)
	}
	return data, nil
}

// exact is the shortest decimal that reads back as the same number, empty for
// none.
func exact(x training.Real) string {
	if f := float64(x); math.IsNaN(f) || math.IsInf(f, 0) {
		return ""
	}
	return strconv.FormatFloat(float64(x), 'g', -1, 64)
}

// figures are the pictures: signals forward, errors backward, and the gradients
// of the weights that both make together.
func (r *NormsResults) figures() map[string]chart.Figure {
	return map[string]chart.Figure{
		forwardName: r.figure("Signals, ‖x⁽ˡ⁾‖²/n", func(c NormsCell) []float64 { return medians(c.Forward, 1) }),
		backwardName: r.figure("Errors, ‖d⁽ˡ⁾‖/‖d⁽ᴸ⁾‖", func(c NormsCell) []float64 {
			return medians(c.Backward, last(c.Backward))
		}),
		gradientName: r.figure("Weight gradients, ‖∂E/∂W⁽ˡ⁾‖", func(c NormsCell) []float64 { return medians(c.Gradient, 1) }),
	}
}

func (r *NormsResults) figure(of string, get func(NormsCell) []float64) chart.Figure {
	f := chart.Figure{
		Title:   fmt.Sprintf("%s: %d layers of width %d", of, r.Spec.Depth, r.Spec.Width),
		About:   fmt.Sprintf("One panel for each activation; each line is the median of %d networks through depth.", r.Spec.Networks),
		Columns: 3, Legend: r.legend(),
	}
	y := r.scale(get)
	for _, a := range r.Spec.Activations {
		f.Panels = append(f.Panels, r.panel(a, y, get))
	}
	return f
}

func last(bands []Band) float64 { return float64(bands[len(bands)-1].Median) }

// medians over a unit; what is not a positive number has no place in the
// picture.
func medians(bands []Band, unit float64) []float64 {
	out := make([]float64, len(bands))
	for i, b := range bands {
		out[i] = float64(b.Median) / unit
		if !(out[i] > 0) || math.IsInf(out[i], 0) {
			out[i] = math.NaN()
		}
	}
	return out
}

// The pictures of the norms show everything within 35 decades of 1, which is the
// range of float32, and at least four; those of accuracies twelve.
const (
	mostDecades  = 35
	leastDecades = 4
	decadesShown = 1e12
)

// scale takes in what the lines of a figure show.
func (r *NormsResults) scale(get func(NormsCell) []float64) chart.Scale {
	var lines [][]float64
	for _, c := range r.Cells {
		if c.Result != nil {
			lines = append(lines, get(*c.Result))
		}
	}
	return decades(lines...)
}

// decades take in what lines show.
func decades(lines ...[]float64) chart.Scale {
	lo, hi := -float64(leastDecades), float64(leastDecades)
	for _, line := range lines {
		for _, v := range line {
			if !math.IsNaN(v) {
				lo, hi = min(lo, math.Log10(v)), max(hi, math.Log10(v))
			}
		}
	}
	return chart.Logarithmic(math.Pow(10, max(math.Floor(lo), -mostDecades)), math.Pow(10, min(math.Ceil(hi), mostDecades)))
}

func (r *NormsResults) panel(activation string, y chart.Scale, get func(NormsCell) []float64) chart.Panel {
	p := chart.Panel{
		Name: title(activation), Alt: title(activation), Y: chart.Axis{Scale: y},
		X: chart.Axis{Title: "layer l", Ticks: chart.Whole, Room: 8},
	}
	layers := 2
	for _, c := range r.Cells {
		if c.Result == nil || c.Result.Activation != activation {
			continue
		}
		ys := get(*c.Result)
		layers = max(layers, len(ys))
		xs := make([]float64, len(ys))
		for l := range ys {
			xs[l] = float64(l + 1)
		}
		words := variantWords(c.Result.AsIs, c.Result.Weights)
		p.Add(chart.Line{Stroke: r.stroke(c.Result.AsIs, c.Result.Weights), X: xs, Y: ys, Tip: words})
		p.Alt += fmt.Sprintf("; %s: from %.3g to %.3g", words, ys[0], ys[len(ys)-1])
	}
	p.X.Scale = chart.Linear(1, float64(layers))
	return p
}

// stroke: colour by weights, dashes for the function as it is. The first
// lies below the others and is wider, so that it is seen where they agree.
func (r *NormsResults) stroke(asIs bool, w training.Weights) chart.Stroke {
	i := slices.Index(r.Spec.Weights, w)
	s := looks[i%len(looks)].Stroke(chart.Medium, chart.Solid)
	if i == 0 {
		s.Weight = chart.Heavy
	}
	if asIs {
		s.Dash = [...]chart.Dash{chart.Dashed, chart.Dotted, chart.Chained}[i%3]
	}
	return s
}

func (r *NormsResults) legend() []chart.Entry {
	var out []chart.Entry
	for _, w := range r.Spec.Weights {
		for _, asIs := range []bool{false, true} {
			out = append(out, chart.Key(variantWords(asIs, w), chart.SampleLine(r.stroke(asIs, w))))
		}
	}
	return out
}

func variantWords(asIs bool, w training.Weights) string {
	return formWord(asIs) + ", " + weightWords(w)
}

func weightWords(w training.Weights) string {
	switch w {
	case training.Haar:
		return "orthogonal weights"
	case training.Gaussian:
		return "Gaussian weights, 1/n"
	case training.He:
		return "Gaussian weights, 2/n"
	}
	return string(w)
}
