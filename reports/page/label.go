package page

import (
	"html"
	"html/template"
	"strings"

	"bsnn/internal/words"
	"bsnn/properties"
	"bsnn/reports"
)

// networksOf says which networks a series is about.
func networksOf(s reports.Series) string { return layersWord(s.Depth) + ", " + s.Direction }

// label adds the statement.
func label(s reports.Series) string {
	statement, _, _ := strings.Cut(s.Name, ",")
	return networksOf(s) + " (" + statement + ")"
}

// heading is the label as a heading.
func heading(s reports.Series) string {
	l := label(s)
	return strings.ToUpper(l[:1]) + l[1:]
}

func layersWord(depth int) string {
	if depth == 1 {
		return "one layer"
	}
	return words.Count(depth) + " layers"
}

// againCommand repeats the whole report; the folder of the images, which a report does not name, is DIR.
func againCommand(v view) string {
	line := "bsnn report --from report.json"
	if v.Input.Images != nil {
		line += " --data " + v.Input.Source + ":DIR"
	}
	return line
}

// tip is the attribute that shows all of a text that is longer than what stands there.
func tip(text string, most int) template.HTMLAttr {
	if words.Shorten(text, most) == text {
		return ""
	}
	return template.HTMLAttr(` title="` + html.EscapeString(text) + `"`) //nolint:gosec // escaped
}

// asked says which width the limit law asks for, where a claim is not confirmed.
func asked(s reports.Series) string {
	if len(s.Cells) == 0 {
		return ""
	}
	return properties.WidthAdvice(s.Verdict.Outcome, s.Cells[len(s.Cells)-1].Width, s.Verdict.LimitLawWidth)
}

// holding are the names of the assumptions that the activation satisfies.
func holding(s reports.Series) []string {
	out := []string{}
	for _, a := range s.Assumptions {
		if a.Holds {
			out = append(out, a.Name)
		}
	}
	return out
}

// violated are the assumptions that the activation violates, with the reason.
func violated(s reports.Series) []string {
	out := []string{}
	for _, a := range s.Assumptions {
		if !a.Holds {
			out = append(out, a.Name+" — "+a.Reason)
		}
	}
	return out
}
