package reports

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"math"
	"reflect"
)

//go:embed page.html.tmpl
var pageTemplate string

//go:embed page.css
var pageCSS string

// view is what the template of the page sees.
type view struct {
	*Report
	Answers       answers
	Concentration chart
	Statements    []statementView
	Layers        []chart
	Columns       []Column
}

// statementView gathers what the page says about one statement.
type statementView struct {
	Index   int
	Series  // of the first activation, for what all have in common
	Spread  chart
	Outside chart
	Bounded bool // whether a bound below 1 is proven at any width
}

func newView(r *Report) view {
	v := view{Report: r, Answers: answersOf(r), Concentration: concentrationChart(r), Columns: Columns()}
	for i, x := range r.Subjects[0].Series {
		_, bounded := trialsAndBound(r, i)
		v.Statements = append(v.Statements, statementView{i, x, spreadChart(r, i), outsideChart(r, i), bounded})
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
		out = append(out, s.Spread, s.Outside)
	}
	return append(out, v.Layers...)
}

// Style is the style sheet of the page.
func (v view) Style() template.CSS { return template.CSS(pageCSS + chartCSS) }

// page renders index.html.
func (v view) page() ([]byte, error) {
	t, err := template.New(pageName).Funcs(template.FuncMap{
		"sig":    func(digits int, v any) string { return short(float(v), digits) },
		"fixed":  func(decimals int, v any) string { return places(float(v), decimals) },
		"count":  count,
		"list":   list,
		"finite": func(x Number) bool { return x.Finite() },
		"slope":  func(v Number) string { return slopeWord(float64(v)) },
		"swatch": swatch,
		"tidy":   tidy,
	}).Parse(pageTemplate)
	if err != nil {
		return nil, fmt.Errorf("reports: %s: %w", pageName, err)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, v); err != nil {
		return nil, fmt.Errorf("reports: %s: %w", pageName, err)
	}
	return b.Bytes(), nil
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

// tidy turns what is zero but for rounding into zero.
func tidy(x Number) Number {
	if math.Abs(float64(x)) < 1e-13 {
		return 0
	}
	return x
}

// Middle of the range.
func (r Range) Middle() Number { return r.Lo + (r.Hi-r.Lo)/2 }

// Radius is half the length of the range.
func (r Range) Radius() Number { return (r.Hi - r.Lo) / 2 }
