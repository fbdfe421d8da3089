package page

import (
	_ "embed"
	"fmt"
	"html/template"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"bsnn/internal/words"
	"bsnn/montecarlo"
	"bsnn/properties/audit"
	"bsnn/reports"
)

//go:embed audit.html.tmpl
var auditTemplate string

const auditJSON = "audit.json"

// WriteAudit renders what the network in a file does to signals and gradients into the
// folder: index.html, a page that needs nothing but itself; audit.json, all numbers;
// layers.csv, a row for each layer; the picture as SVG with its numbers as CSV; and
// report.sha256. The folder is treated as [Output.Write] does.
func (o *Output) WriteAudit(r *reports.AuditReport) error {
	files, err := renderAudit(r)
	if err != nil {
		return err
	}
	return o.put(files)
}

// auditView is what the template sees.
type auditView struct {
	*reports.AuditReport
	Name      string
	Along     picture
	Columns   []auditColumn // that say something of a layer
	Rows      []auditRow
	JSON, CSV download
}

// auditRow is a layer, and its place in the network.
type auditRow struct {
	audit.Layer
	Place int // from 1
}

// auditAnswer is what happens in one direction.
type auditAnswer struct {
	Direction                       string
	Outcome                         montecarlo.Outcome
	Factor, Theory, Rate, Low, High audit.Number
	First                           string // layer that leaves the tolerance; "" for none
}

// Style is the style sheet of the page.
func (auditView) Style() template.CSS { return view{}.Style() }

// Links lead to the file of a picture and to its numbers.
func (auditView) Links(p picture) (template.HTML, error) { return view{}.Links(p) }

// Recorded says whether somebody else measured the norms.
func (v auditView) Recorded() bool {
	p := v.Audit.Propagation
	return p != nil && p.Gradients == audit.Recorded
}

// Exploded says whether signals left what float64 holds, so that nothing more is known.
func (v auditView) Exploded() bool {
	return v.Audit.Propagation == nil && v.Audit.Verdict.Forward == audit.Refuted
}

// NotFinite are the layers with entries that are no numbers.
func (v auditView) NotFinite() []audit.Layer {
	return slices.DeleteFunc(slices.Clone(v.Audit.Layers), func(l audit.Layer) bool { return l.NotFinite == "" })
}

// Answers are those of both directions; none where nothing was sent.
func (v auditView) Answers() []auditAnswer {
	a, p := v.Audit, v.Audit.Propagation
	if p == nil {
		return nil
	}
	theory := audit.Predicted{ForwardFactor: noReal, BackwardFactor: noReal}
	if a.Predicted != nil {
		theory = *a.Predicted
	}
	f, b := p.ForwardRate, p.BackwardRate
	return []auditAnswer{
		{"forward", p.Forward.Outcome, a.ForwardFactor, theory.ForwardFactor, f.Rate, f.Lo, f.Hi, p.FirstForward},
		{"backward", p.Backward.Outcome, a.BackwardFactor, theory.BackwardFactor, b.Rate, b.Lo, b.Hi, p.FirstBackward},
	}
}

// NoTheory is why nothing is predicted; empty where something is, or nothing is said of it.
func (v auditView) NoTheory() string {
	if v.Audit.Predicted == nil {
		return ""
	}
	return v.Audit.Predicted.Why
}

// Like says of what networks theory speaks.
func (v auditView) Like() string {
	if p := v.Audit.Predicted; p != nil && !p.Fresh {
		return "random weights of these gains"
	}
	return "fresh weights of the laws that the layers look like"
}

// cosines are those of two inputs.
type cosines struct{ Begin, End audit.Number }

// Cosines are those at both ends; nil where none were measured.
func (v auditView) Cosines() *cosines {
	if p := v.Audit.Propagation; p != nil && len(p.Cosines) > 0 {
		return &cosines{p.Cosines[0], p.Cosines[len(p.Cosines)-1]}
	}
	return nil
}

// Laws say how many layers look like what.
func (v auditView) Laws() string {
	if v.Recorded() {
		return ""
	}
	count := map[string]int{}
	for _, l := range v.Audit.Layers {
		count[l.Law.Name]++
	}
	names := slices.Collect(maps.Keys(count))
	slices.SortFunc(names, func(a, b string) int {
		if count[a] != count[b] {
			return count[b] - count[a]
		}
		return strings.Compare(a, b)
	})
	for i, name := range names {
		names[i] = fmt.Sprintf("%s %s", words.Count(count[name]), name)
	}
	return words.List(names)
}

func renderAudit(r *reports.AuditReport) (map[string][]byte, error) {
	v := auditView{AuditReport: r, Rows: auditRows(r.Audit)}
	v.Name = words.Name(filepath.Base(r.Audit.File[0]))
	if n := len(r.Audit.File) - 1; n > 0 {
		v.Name += fmt.Sprintf(" and %d more", n)
	}
	v.Along = auditAlong(v).chart()
	numbers, err := v.Along.numbers.csv()
	if err != nil {
		return nil, err
	}
	all := table{file: "layers.csv"}
	for _, c := range auditColumns() {
		all.header = append(all.header, c.file)
		if slices.ContainsFunc(v.Rows, func(row auditRow) bool { return c.says(row) }) {
			v.Columns = append(v.Columns, c)
		}
	}
	for _, row := range v.Rows {
		cells := make([]string, 0, len(all.header))
		for _, c := range auditColumns() {
			cells = append(cells, c.exact(row))
		}
		all.add(cells...)
	}
	layers, err := all.csv()
	if err != nil {
		return nil, err
	}
	text, err := jsonFile(auditJSON, r)
	if err != nil {
		return nil, err
	}
	v.JSON, v.CSV = download{auditJSON, jsonType, text}, download{all.file, csvType, layers}
	page, err := v.render()
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{
		pageName: page, auditJSON: text, all.file: layers, v.Along.file: v.Along.Document(), v.Along.numbers.file: numbers,
	}
	files[listName] = newFileList(files).text()
	return files, nil
}

func (v auditView) render() ([]byte, error) {
	funcs := shared()
	maps.Copy(funcs, template.FuncMap{"some": someReal, "name": words.Name, "inverse": func(x float64) float64 { return 1 / x }})
	return execute(auditTemplate, funcs, v)
}

func someReal(x audit.Number) string {
	if !x.Finite() {
		return "–"
	}
	return words.Number(float64(x), 3)
}

// auditRows are the layers in the order in which signals pass them, and then those that none
// passes.
func auditRows(a audit.Audit) []auditRow {
	var order []int
	if a.Propagation != nil {
		order = a.Propagation.Layers
	}
	rows := make([]auditRow, 0, len(a.Layers))
	passed := make([]bool, len(a.Layers))
	add := func(i int) {
		if !passed[i] {
			passed[i] = true
			rows = append(rows, auditRow{a.Layers[i], len(rows) + 1})
		}
	}
	for _, i := range order {
		add(i)
	}
	for i := range a.Layers {
		add(i)
	}
	return rows
}

// auditAlong follows squared norms along the layers; where nothing was sent, the gains of
// each.
func auditAlong(v auditView) along {
	a := along{
		title: "Squared norms along " + v.Name, subtitle: "Line: median; band: 5 to 95 % of the inputs; dashed: theory.",
		about:   "Squared norms of the signal and of the gradient behind each layer, measured and predicted.",
		forward: "Signal behind the layer", backward: "Gradient behind the layer", place: "layer", line: "median",
	}
	switch {
	case v.Recorded():
		a.subtitle = "Line: median; band: 5 to 95 % of the repetitions."
		a.about = "Squared norms of the signal and of the gradient behind each module."
		a.forward, a.backward, a.place = "Signal behind the module", "Gradient behind the module", "module"
	case v.Audit.Propagation == nil:
		a.title, a.subtitle = "Gains of the layers of "+v.Name, "What the matrix alone does to squared norms, in the mean over directions."
		a.about = "Gains of each matrix, forward and backward."
		a.forward, a.backward, a.line, a.bare = "Gain forward", "Gain backward", "gain", true
	}
	for _, row := range v.Rows {
		name := words.Name(row.Name)
		if v.Audit.Propagation == nil {
			a.signal = append(a.signal, factorBand(name, &audit.Quantiles{Q05: noReal, Q50: row.ForwardGain, Q95: noReal}, noReal))
			a.gradient = append(a.gradient, factorBand(name, &audit.Quantiles{Q05: noReal, Q50: row.BackwardGain, Q95: noReal}, noReal))
			continue
		}
		if row.Forward == nil || row.Backward == nil {
			continue
		}
		theory := audit.LayerPrediction{Forward: noReal, Backward: noReal}
		if row.Predicted != nil {
			theory, a.theory = *row.Predicted, true
		}
		a.signal = append(a.signal, factorBand(name, row.Forward, theory.Forward))
		a.gradient = append(a.gradient, factorBand(name, row.Backward, theory.Backward))
	}
	return a
}

func factorBand(name string, q *audit.Quantiles, theory audit.Number) reports.FactorBand {
	return reports.FactorBand{Block: name, Q05: q.Q05, Q50: q.Q50, Q95: q.Q95, Predicted: theory, Low: noReal, High: noReal}
}
