package page

import (
	"encoding/base64"
	"fmt"
	"html"
	"html/template"

	"bsnn/internal/csvfile"
)

// A table is numbers as CSV: those that one chart shows.
type table struct {
	file   string
	header []string
	rows   [][]string
}

func (t *table) add(row ...string) { t.rows = append(t.rows, row) }

// csv is the file.
func (t table) csv() ([]byte, error) {
	data, err := csvfile.Format(append([][]string{t.header}, t.rows...))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", t.file, err)
	}
	return data, nil
}

// A download is a file inside the page: a link that needs nothing else.
type download struct {
	file, mime string
	data       []byte
}

// Link is the link with its words.
func (d download) Link(words string) template.HTML {
	return template.HTML(fmt.Sprintf(`<a download="%s" href="data:%s;base64,%s">%s</a>`, //nolint:gosec // every text escaped
		html.EscapeString(d.file), d.mime, base64.StdEncoding.EncodeToString(d.data), html.EscapeString(words)))
}

const (
	csvType  = "text/csv"
	svgType  = "image/svg+xml"
	jsonType = "application/json"
)
