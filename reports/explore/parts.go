package explore

import (
	_ "embed"
	"fmt"
	"html/template"
	"math"
	"strings"
	"sync"

	"bsnn/internal/words"
	"bsnn/montecarlo"
	"bsnn/properties"
	"bsnn/theorem"
)

//go:embed parts.html.tmpl
var partsTemplate string

// partTemplates are the parts of the page that answers fill in.
var partTemplates = sync.OnceValues(func() (*template.Template, error) {
	return template.New("parts").Funcs(template.FuncMap{
		"sig":     func(digits int, v float64) string { return words.Number(v, digits) },
		"some":    someNumber,
		"count":   words.Count,
		"tone":    tone,
		"sign":    sign,
		"survive": theorem.Survives,
		"percent": func(v float64) string { return words.Number(100*v, 3) },
		"nan":     math.IsNaN,
		"depth":   rowsOf,
	}).Parse(partsTemplate)
})

// parts are all of an answer; those without content are there, and empty.
func (v view) parts() (map[string]template.HTML, error) {
	names := []string{"answer", "causes", "card", "curves", "blocks", "take"}
	if v.Lost == nil {
		names = append(names, "along")
	}
	out := map[string]template.HTML{"along": "", "verdicts": ""}
	for _, name := range names {
		html, err := render(name, v)
		if err != nil {
			return nil, err
		}
		out[name] = html
	}
	return out, nil
}

// render is a part; what would steer a terminal or hide in a text is shown escaped.
func render(name string, v any) (template.HTML, error) {
	t, err := partTemplates()
	if err != nil {
		return "", fmt.Errorf("the parts of the page: %w", err)
	}
	var b strings.Builder
	if err := t.ExecuteTemplate(&b, name, v); err != nil {
		return "", fmt.Errorf("the part %s of the page: %w", name, err)
	}
	return template.HTML(words.Visible(strings.TrimSpace(b.String()))), nil //nolint:gosec // html/template has escaped it
}

// tone is the class of a verdict.
func tone(o montecarlo.Outcome) string {
	switch o {
	case montecarlo.Confirmed:
		return "good"
	case montecarlo.Refuted:
		return "bad"
	}
	return "open"
}

// sign stands beside the word of a verdict.
func sign(o montecarlo.Outcome) string {
	switch o {
	case montecarlo.Confirmed:
		return "✓"
	case montecarlo.Refuted:
		return "✗"
	}
	return "?"
}

func wordsOf(n int) string { return words.Count(n) }

func someNumber(x *float64) string {
	if x == nil {
		return words.NoNumber
	}
	return words.Number(*x, 3)
}

// A blockRow is a block in a table, so many blocks deep.
type blockRow struct {
	theorem.BlockPrediction
	Depth int
}

// rowsOf are blocks with those inside them.
func rowsOf(blocks []theorem.BlockPrediction) []blockRow { return inside(nil, blocks, 0) }

const mostRows = 200 // of the table of blocks

func inside(rows []blockRow, blocks []theorem.BlockPrediction, depth int) []blockRow {
	for _, b := range blocks {
		if len(rows) < mostRows {
			rows = inside(append(rows, blockRow{b, depth}), b.Blocks, depth+1)
		}
	}
	return rows
}

// Direction is what the verdict of a result is about.
func (runView) Direction(f properties.FactorResult) string {
	if f.Direction == theorem.Forward.String() {
		return "signals"
	}
	return "gradients"
}
