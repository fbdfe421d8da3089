package page

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"math"
	"strconv"
	"strings"

	"bsnn/internal/chart"
	"bsnn/internal/words"
	"bsnn/montecarlo"
	"bsnn/properties"
	"bsnn/reports"
	"bsnn/theorem"
)

//go:embed architecture.html.tmpl
var architectureTemplate string

const (
	architectureJSON = "network.json"
	architectureYAML = "network.yaml"
)

// WriteArchitecture renders what is known of an architecture into the folder:
// index.html, a page that needs nothing but itself; network.json, all numbers;
// network.yaml, the description; the picture as SVG with its numbers as CSV; and
// report.sha256. The folder is treated as [Output.Write] does.
func (o *Output) WriteArchitecture(r *reports.ArchitectureReport) error {
	files, err := renderArchitecture(r)
	if err != nil {
		return err
	}
	return o.put(files)
}

// architectureView is what the template sees.
type architectureView struct {
	*reports.ArchitectureReport
	Along    picture
	Networks int // of the picture
	JSON     download
}

// Style is the style sheet of the page.
func (architectureView) Style() template.CSS { return view{}.Style() }

// Links lead to the file of a picture and to its numbers.
func (architectureView) Links(p picture) (template.HTML, error) { return view{}.Links(p) }

func renderArchitecture(r *reports.ArchitectureReport) (map[string][]byte, error) {
	v := architectureView{ArchitectureReport: r, Along: alongChart(r), Networks: r.Result.Networks}
	var all bytes.Buffer
	e := json.NewEncoder(&all)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(r); err != nil {
		return nil, fmt.Errorf("%s: %w", architectureJSON, err)
	}
	v.JSON = download{architectureJSON, jsonType, all.Bytes()}
	numbers, err := v.Along.numbers.csv()
	if err != nil {
		return nil, err
	}
	page, err := v.render()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", pageName, err)
	}
	files := map[string][]byte{
		pageName: page, architectureJSON: all.Bytes(), architectureYAML: []byte(r.Description),
		v.Along.file: v.Along.Document(), v.Along.numbers.file: numbers,
	}
	files[listName] = newFileList(files).text()
	return files, nil
}

func (v architectureView) render() ([]byte, error) {
	t, err := template.New(pageName).Funcs(template.FuncMap{
		"sig":       func(digits int, v any) string { return words.Number(float(v), digits) },
		"count":     words.Count,
		"sample":    sampleOf,
		"rest":      func(x float64) float64 { return 1 - x },
		"percent":   func(x float64) string { return words.Number(100*x, 3) },
		"title":     func(s string) string { return strings.ToUpper(s[:1]) + s[1:] },
		"tone":      outcomeTone,
		"kept":      keptWords,
		"some":      someNumber,
		"low":       func(l theorem.LogLaw) string { return quantileWord(l, 0.05) },
		"high":      func(l theorem.LogLaw) string { return quantileWord(l, 0.95) },
		"predicted": predictedWord,
		"merging":   func() string { return mergingWords(v.Prediction) },
	}).Parse(architectureTemplate)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, v); err != nil {
		return nil, err
	}
	return []byte(words.Visible(b.String())), nil
}

// outcomeTone is the class of a verdict on the page.
func outcomeTone(o montecarlo.Outcome) string {
	switch o {
	case montecarlo.Confirmed:
		return "good"
	case montecarlo.Refuted:
		return "bad"
	}
	return "open"
}

func keptWords(o montecarlo.Outcome) string {
	switch o {
	case montecarlo.Confirmed:
		return "norms are kept"
	case montecarlo.Refuted:
		return "norms are not kept"
	}
	return "not known"
}

func someNumber(x *float64) string {
	if x == nil {
		return "–"
	}
	return words.Number(*x, 4)
}

func quantileWord(l theorem.LogLaw, p float64) string {
	if math.IsNaN(l.SD) {
		return "–"
	}
	return words.Number(l.Quantile(p), 4)
}

func predictedWord(f properties.FactorResult) string {
	if len(f.Tests) == 0 {
		return "no law"
	}
	return f.Prediction.String()
}

func mergingWords(p theorem.Prediction) string {
	if math.IsNaN(p.MergeDepth) {
		return fmt.Sprintf("Two orthogonal inputs stay apart: 1 − ρ = %s at the end.", words.Number(p.Separation, 3))
	}
	return fmt.Sprintf("Two orthogonal inputs merge after %s linear maps: 1 − ρ < %g.", words.Number(p.MergeDepth, 8), p.MergeDistance)
}

// alongChart follows squared norms along the blocks.
func alongChart(r *reports.ArchitectureReport) picture {
	p := picture{file: "along.svg", Figure: chart.Figure{
		Columns: 2, Height: 260, Title: "Squared norms along " + r.Name,
		Subtitle: "Line: median; band: 5 to 95 % of the networks; dashed, dots: theory.",
		About:    "Squared norms of the signal behind each block and of the gradient in front of it, measured and predicted.",
	}}
	p.numbers = table{file: "along.csv", header: []string{"direction", "block", "name", "q05", "q50", "q95", "predicted", "predicted_q05",
		"predicted_q95"}}
	forward := chart.Stroke{Colour: strokeOf("forward", chart.Heavy).Colour, Weight: chart.Heavy}
	backward := chart.Stroke{Colour: chart.Backward, Weight: chart.Heavy}
	p.Legend = []chart.Entry{
		chart.Key("median", chart.SampleBand(forward.Colour), chart.SampleLine(forward)),
		chart.Key("theory", chart.SampleLine(chart.Stroke{Colour: forward.Colour, Weight: chart.Medium, Dash: chart.Dashed})),
	}
	for _, d := range []struct {
		name, title string
		stroke      chart.Stroke
		bands       []reports.FactorBand
	}{{"forward", "Signal behind the block", forward, r.Signal}, {"backward", "Gradient in front of the block", backward, r.Gradient}} {
		p.Panels = append(p.Panels, alongPanel(d.title, d.stroke, d.bands))
		for i, b := range d.bands {
			p.numbers.add(d.name, strconv.Itoa(i+1), b.Block, exact(b.Q05), exact(b.Q50), exact(b.Q95), exact(b.Predicted), exact(b.Low),
				exact(b.High))
		}
	}
	return p
}

func alongPanel(title string, stroke chart.Stroke, bands []reports.FactorBand) chart.Panel {
	at := make([]float64, len(bands))
	var e chart.Extent
	e.Add(0.5, 2)
	for i, b := range bands {
		at[i] = float64(i + 1)
		for _, v := range []reports.Number{b.Q05, b.Q95, b.Predicted} {
			if v > 0 && v.Finite() {
				e.Add(float64(v))
			}
		}
	}
	values := func(get func(reports.FactorBand) reports.Number) []float64 { return positive(floats(bands, get)) }
	dashed := chart.Stroke{Colour: stroke.Colour, Weight: chart.Medium, Dash: chart.Dashed}
	p := chart.Panel{Name: title, X: countAxis("block", len(bands)), Y: chart.Axis{Scale: e.Log()}}
	p.Alt = fmt.Sprintf("%s, %d blocks: nothing measured", title, len(bands))
	if len(bands) > 0 {
		far := bands[len(bands)-1]
		if stroke.Colour == chart.Backward {
			far = bands[0]
		}
		p.Alt = fmt.Sprintf("%s, %d blocks: at the far end median %s, predicted %s", title, len(bands), sig(far.Q50, 3), sig(far.Predicted, 3))
	}
	p.Add(startLine(),
		chart.Band{
			Colour: stroke.Colour, X: at, Low: values(func(b reports.FactorBand) reports.Number { return b.Q05 }),
			High: values(func(b reports.FactorBand) reports.Number { return b.Q95 }),
		},
		chart.Line{Stroke: stroke, X: at, Y: values(func(b reports.FactorBand) reports.Number { return b.Q50 })},
		chart.Line{Stroke: dashed, X: at, Y: values(func(b reports.FactorBand) reports.Number { return b.Predicted })})
	for _, quantile := range [][]float64{
		values(func(b reports.FactorBand) reports.Number { return b.Low }), values(func(b reports.FactorBand) reports.Number { return b.High }),
	} {
		for i := range quantile {
			if i%max(1, len(bands)/12) == 0 || i == len(bands)-1 {
				tip := fmt.Sprintf("block %d, theory: %s", i+1, words.Number(quantile[i], 3))
				p.Add(chart.Mark{Marker: chart.Marker{Colour: stroke.Colour, Size: 0.6}, X: at[i], Y: quantile[i], Tip: tip})
			}
		}
	}
	return p
}
