package main

import (
	"fmt"
	"io"
	"regexp"
	"strings"

	"bsnn/docs"
	"bsnn/internal/table"
	"bsnn/internal/words"

	"github.com/spf13/cobra"
)

// newGuides is the topic that carries the documents: it lists them, and has each below it.
func newGuides() *cobra.Command {
	c := &cobra.Command{Use: "topics", Short: "Guides, by what people ask"}
	var list strings.Builder
	fmt.Fprint(&list, "Guides that this program carries. To read one: bsnn help topics NAME\n\n")
	for _, d := range docs.Guides() {
		fmt.Fprintf(&list, "  %-17s%s\n", d.Name, d.Title)
		c.AddCommand(newGuide(d, false))
	}
	fmt.Fprint(&list, "\nFor reference:\n\n")
	for _, d := range docs.References() {
		fmt.Fprintf(&list, "  %-17s%s\n", d.Name, d.Title)
		c.AddCommand(newGuide(d, false))
	}
	c.Long = strings.TrimSpace(list.String())
	return c
}

// shortGuides are the guides under their own names, where no verb has the name.
func shortGuides(root *cobra.Command) (out []*cobra.Command) {
	for _, d := range append(docs.Guides(), docs.References()...) {
		if c, _, err := root.Find([]string{d.Name}); err != nil || c == root {
			out = append(out, newGuide(d, true))
		}
	}
	return out
}

func newGuide(d docs.Document, hidden bool) *cobra.Command {
	return &cobra.Command{Use: d.Name, Short: d.Title, Long: d.Text, Hidden: hidden, Annotations: map[string]string{guide: d.Title}}
}

// guide annotates commands whose text is a document, with its title.
const guide = "bsnn_guide"

var (
	picture  = regexp.MustCompile(`!\[([^\]]*)\]\([^)]*\)`)
	itself   = regexp.MustCompile(`\[([a-z-]+)\.md\]\([a-z-]+\.md(?:#[^)]*)?\)`)
	document = regexp.MustCompile(`\[([^\]]+)\]\(([a-z-]+)\.md(#[^)]*)?\)`)
	link     = regexp.MustCompile(`\[([^\]]+)\]\(([^)]+)\)`)
	bold     = regexp.MustCompile(`\*\*([^*]+)\*\*`)
)

// plainText is Markdown without marks.
func plainText(line string) string {
	line = picture.ReplaceAllString(line, "[picture: $1]")
	line = itself.ReplaceAllString(line, "bsnn help topics $1")
	line = document.ReplaceAllString(line, "$1 (bsnn help topics $2)")
	line = link.ReplaceAllString(line, "$1 ($2)")
	return bold.ReplaceAllString(line, "$1")
}

// writeGuide prints a document as text for a terminal: paragraphs are filled, tables are set in
// columns, code stands as it is.
func writeGuide(w io.Writer, title, text string) error {
	fmt.Fprintf(w, "%s\n%s\n\n", title, strings.Repeat("=", len([]rune(title))))
	page := table.NewPage(w, table.Text)
	var paragraph, rows []string
	hang := ""
	end := func() error {
		if paragraph != nil {
			head := hang[:max(0, len(hang)-2)]
			if hang != "" {
				head = hang[2:] + paragraph[0][:2]
				paragraph[0] = paragraph[0][2:]
			}
			lines := words.Fold(plainText(strings.Join(paragraph, " ")), head, hang, table.Columns)
			fmt.Fprintln(w, strings.Join(lines, "\n"))
			paragraph, hang = nil, ""
		}
		if rows == nil {
			return nil
		}
		t := table.New(page, table.Left)
		for i, row := range rows {
			if i != 1 { // the rule below the heading
				fmt.Fprintln(t, cellsOf(row))
			}
		}
		rows = nil
		return t.Flush()
	}
	code := false
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		fence := strings.HasPrefix(line, "```")
		switch {
		case code && !fence:
			fmt.Fprintln(w, strings.TrimRight("    "+line, " "))
			continue
		case strings.HasPrefix(line, "| "):
			rows = append(rows, line)
			continue
		case line != "" && !fence && !strings.HasPrefix(line, "#"):
			item := strings.HasPrefix(line, "- ") || strings.HasPrefix(line, "* ")
			if item || rows != nil {
				if err := end(); err != nil {
					return err
				}
			}
			if item {
				hang = "  "
			}
			paragraph = append(paragraph, strings.TrimSpace(line))
			continue
		}
		if err := end(); err != nil {
			return err
		}
		switch {
		case fence:
			code = !code
		case strings.HasPrefix(line, "#"):
			fmt.Fprintln(w, strings.ToUpper(plainText(strings.TrimLeft(line, "# "))))
		default:
			fmt.Fprintln(w)
		}
	}
	return end()
}

// cellsOf are the cells of a row in Markdown, with tabs between them.
func cellsOf(row string) string {
	const bar = "\x00"
	row = strings.ReplaceAll(strings.Trim(strings.TrimSpace(row), "|"), `\|`, bar)
	cells := strings.Split(row, "|")
	for i, c := range cells {
		cells[i] = strings.ReplaceAll(plainText(strings.TrimSpace(c)), bar, "|")
	}
	return strings.Join(cells, "\t") + "\t"
}
