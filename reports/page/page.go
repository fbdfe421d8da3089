package page

import (
	"cmp"
	_ "embed"
	"fmt"
	"html"
	"html/template"
	"reflect"
	"slices"
	"strings"

	"bsnn/internal/chart"
	"bsnn/internal/words"
	"bsnn/reports"
)

//go:embed page.html.tmpl
var pageTemplate string

// reportParts are templates that the pages of reports share.
//
//go:embed reportparts.html.tmpl
var reportParts string

//go:embed page.css
var pageCSS string

// view is what the template of the page sees.
type view struct {
	*reports.Report
	Answers       answers
	Concentration picture
	Statements    []statementView
	Histograms    []picture
	Layers        []picture
	Need          picture
	Cards         []picture // one for each activation
	Runs          []picture // one for each training run
	Columns       []Column
	JSON, CSV     download

	// picturesBeside links pictures to the files beside the page, for a page
	// that would be too large with them.
	picturesBeside bool
}

// pageLimit is how large a page may be with its pictures inside, in bytes.
const pageLimit = 5_000_000

// Links lead to the file of a picture and to its numbers.
func (v view) Links(p picture) (template.HTML, error) {
	numbers, err := p.numbers.csv()
	if err != nil {
		return "", err
	}
	const words = "Picture (SVG)"
	file := download{p.file, svgType, p.Document()}.Link(words)
	if v.picturesBeside {
		file = template.HTML(fmt.Sprintf(`<a href="%s">%s</a>`, html.EscapeString(p.file), words)) //nolint:gosec // escaped
	}
	return file + " · " + download{p.numbers.file, csvType, numbers}.Link("numbers (CSV)"), nil
}

// statementView gathers what the page says about one statement.
type statementView struct {
	Index          int
	reports.Series // of the first activation, for what all have in common
	Deviation      picture
	Spread         picture
	Outside        picture
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

func newView(r *reports.Report) view {
	v := view{Report: r, Answers: answersOf(r), Concentration: concentrationChart(r), Need: needChart(r), Columns: Columns()}
	for i, x := range r.Subjects[0].Series {
		_, bounded := trialsAndBound(r, i)
		v.Statements = append(v.Statements, statementView{i, x, deviationChart(r, i), spreadChart(r, i), outsideChart(r, i), bounded})
	}
	for _, l := range r.Spec.Depths() {
		if p := histogramChart(r, l); len(p.Panels) > 0 {
			v.Histograms = append(v.Histograms, p)
		}
	}
	for i, run := range r.Training {
		v.Runs = append(v.Runs, trainingChart(run, i))
	}
	for _, s := range r.Subjects {
		v.Cards = append(v.Cards, cardPicture(s))
	}
	for _, k := range layerKinds() {
		v.Layers = append(v.Layers, layersChart(r, k))
	}
	return v
}

// pictures are all pictures in the order of the page.
func (v view) pictures() []picture {
	out := []picture{v.Concentration}
	for _, s := range v.Statements {
		out = append(out, s.Deviation, s.Spread, s.Outside)
	}
	out = append(append(append(append(out, v.Histograms...), v.Layers...), v.Need), v.Runs...)
	for _, c := range v.Cards {
		if len(c.Panels) > 0 {
			out = append(out, c)
		}
	}
	return out
}

// CardLegend explains the pictures of all activations.
func (v view) CardLegend() []chart.Entry {
	var out []chart.Entry
	for _, c := range v.Cards {
		for _, e := range c.Legend {
			if !slices.ContainsFunc(out, func(x chart.Entry) bool { return x.Words == e.Words }) {
				out = append(out, e)
			}
		}
	}
	return out
}

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
func (v view) Style() template.CSS {
	return template.CSS(chart.Variables() + pageCSS + chart.StyleSheet())
}

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
	return execute(strings.TrimSpace(reportParts)+pageTemplate, reportFuncs(), v)
}

// reportFuncs are what the templates of the pages of reports call.
func reportFuncs() template.FuncMap {
	return template.FuncMap{
		"sig":           func(digits int, v any) string { return words.Number(float(v), digits) },
		"fixed":         func(decimals int, v any) string { return words.Fixed(float(v), decimals) },
		"fit":           fitWords,
		"count":         words.Count,
		"list":          words.List,
		"finite":        func(x reports.Number) bool { return x.Finite() },
		"slope":         func(v reports.Number) string { return slopeWord(float64(v)) },
		"swatch":        swatch,
		"sample":        sampleOf,
		"differences":   func(title string, list []reports.Difference) differences { return differences{title, list} },
		"reading":       readingOf,
		"networksOf":    networksOf,
		"label":         label,
		"heading":       heading,
		"claim":         standingOfClaim,
		"standing":      standingOf,
		"commands":      commandsOf,
		"again":         againCommand,
		"normsWords":    normsWords,
		"theoremWords":  theoremWords,
		"tip":           tip,
		"shorten":       words.Shorten,
		"asked":         asked,
		"holding":       holding,
		"violated":      violated,
		"kappa":         kappa,
		"maps":          mapWords,
		"theoryAnswers": answerWords,
		"middle":        middle,
		"radius":        radius,
		"network":       networkWords,
		"lastEpoch":     lastEpoch,
		"answers":       verdictDifferences,
		"rest":          func(x float64) float64 { return 1 - x },
		"percent":       func(x float64) string { return words.Number(100*x, 3) },
	}
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
