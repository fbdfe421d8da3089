package page

import (
	"bytes"
	"cmp"
	_ "embed"
	"fmt"
	"html"
	"html/template"
	"reflect"
	"slices"

	"bsnn/internal/words"
	"bsnn/reports"
)

//go:embed page.html.tmpl
var pageTemplate string

//go:embed page.css
var pageCSS string

// view is what the template of the page sees.
type view struct {
	*reports.Report
	Answers       answers
	Concentration chart
	Statements    []statementView
	Histograms    []chart
	Layers        []chart
	Need          chart
	Cards         []chart // one for each activation
	Runs          []chart // one for each training run
	Columns       []Column
	JSON, CSV     download

	// picturesBeside links pictures to the files beside the page, for a page
	// that would be too large with them.
	picturesBeside bool
}

// pageLimit is how large a page may be with its pictures inside, in bytes.
const pageLimit = 5_000_000

// Links lead to the picture of a chart and to its numbers.
func (v view) Links(c chart) (template.HTML, error) {
	numbers, err := c.numbers.csv()
	if err != nil {
		return "", err
	}
	const words = "Picture (SVG)"
	picture := download{c.file, svgType, c.document()}.Link(words)
	if v.picturesBeside {
		picture = template.HTML(fmt.Sprintf(`<a href="%s">%s</a>`, html.EscapeString(c.file), words)) //nolint:gosec // escaped
	}
	return picture + " · " + download{c.numbers.file, csvType, numbers}.Link("numbers (CSV)"), nil
}

// statementView gathers what the page says about one statement.
type statementView struct {
	Index          int
	reports.Series // of the first activation, for what all have in common
	Deviation      chart
	Spread         chart
	Outside        chart
	Bounded        bool // whether a bound below 1 is proven at any width
}

// Glance are the places of the statements with the deepest networks first:
// they answer the question of the page.
func (v view) Glance() []int {
	out := make([]int, len(v.Statements))
	for i := range out {
		out[i] = i
	}
	slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(v.Statements[b].Depth, v.Statements[a].Depth) })
	return out
}

// Legend explains the marks of the deviations.
func (v statementView) Legend() []legendEntry { return deviationEntries(v.Series) }

func newView(r *reports.Report) view {
	v := view{Report: r, Answers: answersOf(r), Concentration: concentrationChart(r), Need: needChart(r), Columns: Columns()}
	for i, x := range r.Subjects[0].Series {
		_, bounded := trialsAndBound(r, i)
		v.Statements = append(v.Statements, statementView{i, x, deviationChart(r, i), spreadChart(r, i), outsideChart(r, i), bounded})
	}
	for _, l := range r.Spec.Depths() {
		if c := histogramChart(r, l); len(c.panels) > 0 {
			v.Histograms = append(v.Histograms, c)
		}
	}
	for i, run := range r.Training {
		v.Runs = append(v.Runs, trainingChart(run, i))
	}
	for _, s := range r.Subjects {
		v.Cards = append(v.Cards, curvesChart(s))
	}
	for _, k := range layerKinds() {
		v.Layers = append(v.Layers, layersChart(r, k))
	}
	return v
}

// charts are all charts in the order of the page.
func (v view) charts() []chart {
	out := []chart{v.Concentration}
	for _, s := range v.Statements {
		out = append(out, s.Deviation, s.Spread, s.Outside)
	}
	out = append(append(append(append(out, v.Histograms...), v.Layers...), v.Need), v.Runs...)
	for _, c := range v.Cards {
		if len(c.panels) > 0 {
			out = append(out, c)
		}
	}
	return out
}

// NeedLegend explains the marks of the widths needed.
func (v view) NeedLegend() []legendEntry { return needEntries() }

// Sample is the picture of a legend's entry.
func (e legendEntry) Sample() template.HTML {
	return template.HTML(`<svg class="chart" viewBox="0 0 36 16">` + e.sample + "</svg>") //nolint:gosec // no text in it
}

// Words are what it means.
func (e legendEntry) Words() string { return e.words }

// FailedOf are the cells of an activation that could not be measured.
func (v view) FailedOf(key string) []reports.Failure {
	var out []reports.Failure
	for _, f := range v.Failures {
		if f.Subject == key {
			out = append(out, f)
		}
	}
	return out
}

// Style is the style sheet of the page.
func (v view) Style() template.CSS { return template.CSS(pageCSS + chartCSS) }

// page renders index.html; one that would be larger than the limit links to its
// pictures instead of holding them twice.
func (v view) page(limit int) ([]byte, error) {
	page, err := v.render()
	if err == nil && len(page) > limit {
		v.picturesBeside = true
		page, err = v.render()
	}
	return page, err
}

func (v view) render() ([]byte, error) {
	t, err := template.New(pageName).Funcs(template.FuncMap{
		"sig":         func(digits int, v any) string { return words.Number(float(v), digits) },
		"fixed":       func(decimals int, v any) string { return words.Fixed(float(v), decimals) },
		"error":       func(v, stderr reports.Number) string { return words.WithError(float64(v), float64(stderr)) },
		"count":       words.Count,
		"list":        words.List,
		"finite":      func(x reports.Number) bool { return x.Finite() },
		"slope":       func(v reports.Number) string { return slopeWord(float64(v)) },
		"swatch":      swatch,
		"differences": func(title string, list []reports.Difference) differences { return differences{title, list} },
		"reading":     readingOf,
		"networksOf":  networksOf,
		"label":       label,
		"heading":     heading,
		"replayAfter": replayAfter,
		"holding":     holding,
		"violated":    violated,
		"kappa":       kappa,
		"maps":        mapWords,
		"middle":      middle,
		"radius":      radius,
		"network":     networkWords,
		"lastEpoch":   lastEpoch,
		"answers":     verdictDifferences,
		"percent":     func(x float64) string { return words.Number(100*x, 3) },
	}).Parse(pageTemplate)
	if err != nil {
		return nil, fmt.Errorf("page: %s: %w", pageName, err)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, v); err != nil {
		return nil, fmt.Errorf("page: %s: %w", pageName, err)
	}
	return b.Bytes(), nil
}

// differences is a table of what changed.
type differences struct {
	Title string
	List  []reports.Difference
}

// Changed marks a statistic that changed beyond chance against an older
// report.
func (v view) Changed(s reports.Subject, statement string) string {
	if v.Comparison == nil {
		return ""
	}
	for _, c := range v.Comparison.Beyond {
		if c.Subject == s.Key && c.Statement == statement {
			return "Δ changed"
		}
	}
	return ""
}

// float reads any kind of number of a report.
func float(v any) float64 {
	x := reflect.ValueOf(v)
	if x.CanInt() {
		return float64(x.Int())
	}
	return x.Float()
}

// swatch is the line and marker of an activation, for tables.
func swatch(i int) template.HTML {
	var s svg
	st := styleOf(i)
	s.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" class="chart swatch" viewBox="0 0 26 14" aria-hidden="true">`)
	s.path("thin "+st.class, []point{{1, 7}, {25, 7}})
	s.mark(st.marker, st.class, 13, 7, "")
	s.WriteString("</svg>")
	return template.HTML(s.String()) //nolint:gosec // no text in it
}
