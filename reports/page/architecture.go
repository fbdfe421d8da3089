package page

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"maps"
	"math"
	"strings"

	"bsnn/internal/words"
	"bsnn/montecarlo"
	"bsnn/properties"
	"bsnn/reports"
	"bsnn/theorem"
)

//go:embed architecture.html.tmpl
var architectureTemplate string

//go:embed parts.html.tmpl
var partsTemplate string // which all pages share

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

	scales map[string]float64 // by direction: by how much all widths must be multiplied, by the limit laws
}

// Style is the style sheet of the page.
func (architectureView) Style() template.CSS { return view{}.Style() }

// Links lead to the file of a picture and to its numbers.
func (architectureView) Links(p picture) (template.HTML, error) { return view{}.Links(p) }

func renderArchitecture(r *reports.ArchitectureReport) (map[string][]byte, error) {
	v := architectureView{ArchitectureReport: r, Along: architectureAlong(r).chart(), Networks: r.Result.Networks}
	forward, backward, err := r.Prediction.Scales(r.Tolerance, 1-r.Limit)
	if err != nil {
		return nil, err
	}
	v.scales = map[string]float64{theorem.Forward.String(): forward, theorem.Backward.String(): backward}
	all, err := jsonFile(architectureJSON, r)
	if err != nil {
		return nil, err
	}
	v.JSON = download{architectureJSON, jsonType, all}
	numbers, err := v.Along.numbers.csv()
	if err != nil {
		return nil, err
	}
	page, err := v.render()
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{
		pageName: page, architectureJSON: all, architectureYAML: []byte(r.Description),
		v.Along.file: v.Along.Document(), v.Along.numbers.file: numbers,
	}
	files[listName] = newFileList(files).text()
	return files, nil
}

func (v architectureView) render() ([]byte, error) {
	funcs := shared()
	maps.Copy(funcs, template.FuncMap{
		"rest":       func(x float64) float64 { return 1 - x },
		"percent":    func(x float64) string { return words.Number(100*x, 3) },
		"some":       someNumber,
		"enough":     enoughWidth,
		"low":        func(l theorem.LogLaw) string { return quantileWord(l, 0.05) },
		"high":       func(l theorem.LogLaw) string { return quantileWord(l, 0.95) },
		"predicted":  predictedWord,
		"where":      v.where,
		"widerWords": v.widerWords,
		"merging":    func() string { return mergingWords(v.Prediction) },
	})
	return execute(architectureTemplate, funcs, v)
}

// shared are the functions of the templates of pages about one network.
func shared() template.FuncMap {
	return template.FuncMap{
		"sig":     func(digits int, v any) string { return words.Number(float(v), digits) },
		"count":   words.Count,
		"sample":  sampleOf,
		"tone":    outcomeTone,
		"kept":    keptWords,
		"title":   func(s string) string { return strings.ToUpper(s[:1]) + s[1:] },
		"reading": readingOf,
		"tip":     tip,
		"shorten": words.Shorten,
	}
}

// execute renders a page; what would steer a terminal or hide in a text is shown escaped.
func execute(text string, funcs template.FuncMap, v any) ([]byte, error) {
	t, err := template.New(pageName).Funcs(funcs).Parse(strings.TrimSpace(partsTemplate) + text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", pageName, err)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, v); err != nil {
		return nil, fmt.Errorf("%s: %w", pageName, err)
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
	return "the trials do not suffice to tell whether norms are kept"
}

// enoughWidth is a width, or a dash where there is none.
func enoughWidth(n int) string {
	if n == 0 {
		return "–"
	}
	return words.Count(n)
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

// where says whether norms are not kept at these widths only or in wider networks too, as far as theory knows.
func (v architectureView) where(f properties.FactorResult) string {
	switch {
	case f.Kept.Outcome != montecarlo.Refuted:
		return ""
	case math.IsInf(v.scales[f.Direction], 1):
		return " " + byTheoryToo
	}
	return " " + atTheseWidths
}

// widerWords say by how much wider the networks must be by the limit law, where norms are not known to be kept.
func (v architectureView) widerWords(f properties.FactorResult) string {
	scale := v.scales[f.Direction]
	switch {
	case f.Kept.Outcome == montecarlo.Confirmed || math.IsNaN(scale):
		return ""
	case math.IsInf(scale, 1):
		return fmt.Sprintf("No width is enough: in wide networks the squared norm is multiplied by %s.", someNumber(f.Predicted))
	case scale <= 1:
		return "By the limit law these widths suffice; narrow deep networks have heavier tails."
	}
	return fmt.Sprintf("The limit law asks for widths %s times as large.", words.Number(scale, 2))
}
