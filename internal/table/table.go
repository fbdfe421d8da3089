// Package table prints the rows of a table as text in columns, as CSV, in Markdown or in
// LaTeX. Who writes a table does not need to know which: a row is a line of cells with a tab
// between them, as for text/tabwriter.
//
//	[NewPage]    where a command prints prose and tables, in one format
//	[New]        a table there; [NewBeside] where the text is prose
//	[Formats]    the names of the formats
//
// Tables in text are no wider than a terminal: what is too much is broken or, where
// [Writer.Spare] allows it, left out and named. [Page.ShowAll] has all of it as it is.
package table

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"strings"

	"bsnn/internal/words"
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
	all    bool   // whatever its width
	width  int    // of tables
	prose  int    // its width, 0 where lines are not broken
	line   []byte // of prose, which has not ended
}

// NewPage prints to w.
func NewPage(w io.Writer, f Format) *Page { return &Page{w: w, format: f, width: Columns} }

// Terminal fits text to so many columns: tables, and also prose, which is broken at spaces.
// Elsewhere its lines stay whole, for programs that look for words in them.
func (p *Page) Terminal(columns int) *Page {
	p.width = max(columns, narrowest)
	p.prose = min(p.width, widestProse)
	return p
}

const (
	narrowest   = 40
	widestProse = 100 // for eyes
)

// ShowAll leaves out no column and breaks no line.
func (p *Page) ShowAll() *Page {
	p.all, p.prose = true, 0
	return p
}

// Write is for prose. Where lines are broken, each is printed when it ends.
func (p *Page) Write(prose []byte) (int, error) {
	switch {
	case p.format != Text:
		return len(prose), nil
	case p.prose == 0:
		return p.w.Write(prose)
	}
	p.line = append(p.line, prose...)
	end := bytes.LastIndexByte(p.line, '\n')
	if end < 0 {
		return len(prose), nil
	}
	text := string(p.line[:end])
	p.line = append([]byte{}, p.line[end+1:]...)
	var b strings.Builder
	for line := range strings.SplitSeq(text, "\n") {
		b.WriteString(words.Wrap(line, p.prose) + "\n")
	}
	if _, err := io.WriteString(p.w, b.String()); err != nil {
		return 0, err
	}
	return len(prose), nil
}

// Command prints a command line behind a head, so that it can be pasted. Everywhere but on a
// terminal it is one line.
func (p *Page) Command(head, command string) error {
	line := head + command
	if p.prose > 0 {
		line = words.FoldCommand(head, command, p.prose)
	}
	if p.format != Text {
		return nil
	}
	_, err := io.WriteString(p.w, line+"\n")
	return err
}

// An Alignment is that of the columns of a table in Text.
type Alignment int

// Text to the left, or numbers to the right. The other formats look at the cells.
const (
	Left Alignment = iota
	Right
)

// A Writer takes the lines of tables: the first of them is the heading. A line without a tab is
// prose, and ends a table.
type Writer struct {
	page   *Page
	align  Alignment
	spare  []string
	buffer bytes.Buffer
}

// New is a table on a [Page]; elsewhere it is text, as wide as it is.
func New(w io.Writer, a Alignment) *Writer {
	p, ok := w.(*Page)
	if !ok {
		p = NewPage(w, Text).ShowAll()
	}
	return &Writer{page: p, align: a}
}

// Spare names columns by their headings that may be left out of text where the table is too
// wide, the least important first.
func (w *Writer) Spare(headings ...string) { w.spare = append(w.spare, headings...) }

// NewBeside is a table beside prose that says the same line by line as it happens: it is empty
// in Text.
func NewBeside(w io.Writer) *Writer {
	if p, ok := w.(*Page); ok && p.format != Text {
		return New(p, Left)
	}
	return New(io.Discard, Left)
}

// Heading writes lines that are different in text, where headings may span columns or be left
// out, and in the other formats, where there is one line of them.
func (w *Writer) Heading(text, others string) {
	line := others
	if w.page.format == Text {
		line = cmp.Or(text, bare)
	}
	if line != "" {
		fmt.Fprintln(w, line)
	}
}

// bare stands in front of a table without a heading.
const bare = "\v"

// Write takes any part of the text of the table.
func (w *Writer) Write(p []byte) (int, error) { return w.buffer.Write(p) }

// Flush prints what was written.
func (w *Writer) Flush() error {
	var rows [][]string
	headed := true
	flush := func() error {
		err := w.page.print(rows, w.align, headed, w.spare)
		rows, headed = nil, true
		return err
	}
	for line := range strings.Lines(w.buffer.String()) {
		line = strings.TrimSuffix(line, "\n")
		if !strings.Contains(line, "\t") {
			if err := flush(); err != nil {
				return err
			}
			if line == bare {
				headed = false
				continue
			}
			if _, err := fmt.Fprintln(w.page, line); err != nil {
				return err
			}
			continue
		}
		cells := strings.Split(strings.TrimSuffix(line, "\t"), "\t")
		for i, c := range cells {
			cells[i] = strings.TrimRight(c, " ")
			if w.page.format != Text { // in which the beginning is an indentation
				cells[i] = strings.TrimSpace(c)
			}
		}
		rows = append(rows, cells)
	}
	w.buffer.Reset()
	return flush()
}

// print prints one table, whose first row is the heading if there is one; short rows get empty
// cells.
func (p *Page) print(rows [][]string, a Alignment, headed bool, spare []string) error {
	if len(rows) == 0 {
		return nil
	}
	if p.format == Text {
		return p.printText(newLayout(rows, a, headed), spare)
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

func (p *Page) printText(l *layout, spare []string) error {
	var missing []string
	if !p.all {
		missing = l.fit(p.width, spare)
	}
	text := l.text()
	if len(p.line) > 0 { // prose in front of the table, whose line has not ended
		text, p.line = string(p.line)+text, nil
	}
	if _, err := io.WriteString(p.w, text); err != nil || len(missing) == 0 {
		return err
	}
	_, err := fmt.Fprintf(p, "(--verbose adds: %s)\n", strings.Join(missing, ", "))
	return err
}
