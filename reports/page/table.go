package page

import (
	"bytes"
	"encoding/base64"
	"encoding/csv"
	"fmt"
	"html"
	"html/template"
)

// A table is numbers as CSV: those that one chart shows.
type table struct {
	file   string
	header []string
	rows   [][]string
}

func (t *table) add(row ...string) { t.rows = append(t.rows, row) }

// csv is the file, which ends every line with a line feed.
func (t table) csv() ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if err := w.WriteAll(append([][]string{t.header}, t.rows...)); err != nil {
		return nil, fmt.Errorf("%s: %w", t.file, err)
	}
	return b.Bytes(), nil
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
