// Package table prints the rows of a table as text in columns, as CSV, in Markdown or in
// LaTeX. Who writes a table does not need to know which: a row is a line of cells with a tab
// between them, as for text/tabwriter.
//
//	[NewPage]    where a command prints prose and tables, in one format
//	[New]        a table there; [NewBeside] where the text is prose
//	[Formats]    the names of the formats
package table

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Format is what a table is printed as.
type Format string

const (
	// Text is columns of equal width, for people.
	Text Format = "text"
	// CSV is for other programs: powers of ten are written with an e, minus signs as
	// hyphens, what does not exist is empty, and no spreadsheet runs a cell.
	CSV Format = "csv"
	// Markdown is the dialect of GitHub, whose tables have no cell over several columns.
	Markdown Format = "markdown"
	// LaTeX is a tabular that needs no package; what the text has of mathematics is set as
	// such.
	LaTeX Format = "latex"
)

// Formats are all of them.
func Formats() []string { return []string{string(Text), string(CSV), string(Markdown), string(LaTeX)} }

// A Page is where a command prints prose and tables. In Text all of it arrives; in the other
// formats the tables alone do, with an empty line between them.
type Page struct {
	w      io.Writer
	format Format
	tables int
}

// NewPage prints to w.
func NewPage(w io.Writer, f Format) *Page { return &Page{w: w, format: f} }

// Write is for prose.
func (p *Page) Write(prose []byte) (int, error) {
	if p.format == Text {
		return p.w.Write(prose)
	}
	return len(prose), nil
}

// An Alignment is that of the columns of a table in Text.
type Alignment uint

// Text to the left, or numbers to the right. The other formats look at the cells.
const (
	Left  Alignment = 0
	Right Alignment = Alignment(tabwriter.AlignRight)
)

// A Writer takes the lines of tables: the first of them is the heading. In other formats
// than Text a line without a tab is prose, and ends a table.
type Writer struct {
	page   *Page // nil in Text
	text   *tabwriter.Writer
	buffer bytes.Buffer
}

// New is a table on a [Page]; elsewhere it is text.
func New(w io.Writer, a Alignment) *Writer {
	if p, ok := w.(*Page); ok && p.format != Text {
		return &Writer{page: p}
	}
	return &Writer{text: tabwriter.NewWriter(w, 0, 0, 2, ' ', uint(a))}
}

// NewBeside is a table beside prose that says the same line by line as it happens: it is empty
// in Text.
func NewBeside(w io.Writer) *Writer {
	if p, ok := w.(*Page); ok && p.format != Text {
		return &Writer{page: p}
	}
	return New(io.Discard, Left)
}

// Heading writes lines that are different in text, where headings may span columns or be left
// out, and in the other formats, where there is one line of them.
func (w *Writer) Heading(text, others string) {
	line := others
	if w.page == nil {
		line = text
	}
	if line != "" {
		fmt.Fprintln(w, line)
	}
}

// Write takes any part of the text of the table.
func (w *Writer) Write(p []byte) (int, error) {
	if w.page == nil {
		return w.text.Write(p)
	}
	return w.buffer.Write(p)
}

// Flush prints what was written.
func (w *Writer) Flush() error {
	if w.page == nil {
		return w.text.Flush()
	}
	var rows [][]string
	for line := range strings.Lines(w.buffer.String()) {
		line = strings.TrimSuffix(line, "\n")
		if !strings.Contains(line, "\t") {
			if err := w.page.print(rows); err != nil {
				return err
			}
			rows = nil
			continue
		}
		cells := strings.Split(strings.TrimSuffix(line, "\t"), "\t")
		for i, c := range cells {
			cells[i] = strings.TrimSpace(c)
		}
		rows = append(rows, cells)
	}
	w.buffer.Reset()
	return w.page.print(rows)
}

// print prints one table, whose first row is the heading; short rows get empty cells.
func (p *Page) print(rows [][]string) error {
	if len(rows) == 0 {
		return nil
	}
	columns := 0
	for _, r := range rows {
		columns = max(columns, len(r))
	}
	for i, r := range rows {
		rows[i] = append(r, make([]string, columns-len(r))...)
	}
	text, err := map[Format]func([][]string) (string, error){CSV: csv, Markdown: markdown, LaTeX: latex}[p.format](rows)
	if err != nil {
		return err
	}
	if p.tables++; p.tables > 1 {
		text = "\n" + text
	}
	_, err = io.WriteString(p.w, text)
	return err
}
