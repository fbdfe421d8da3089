// Package docs carries the guides inside of the program, so that who has it alone can read them.
package docs

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

//go:embed *.md
var files embed.FS

// A Document is one file of this folder.
type Document struct {
	Name  string // of the file, without its ending
	Title string
	Text  string // in Markdown, without the title
}

// guides are the documents for people with a question, in the order in which they come.
var guides = []string{
	"gradients", "activation", "gain", "explore", "width", "three-questions", "audit", "testing", "report", "experiments", "cluster",
}

// Guides are the documents for people with a question.
func Guides() []Document { return named(guides) }

// References are the others.
func References() []Document {
	entries, _ := fs.ReadDir(files, ".") // which is there
	var names []string
	for _, e := range entries {
		if name := strings.TrimSuffix(e.Name(), ".md"); !slices.Contains(guides, name) {
			names = append(names, name)
		}
	}
	return named(names)
}

func named(names []string) (out []Document) {
	for _, name := range names {
		if d, err := Read(name); err == nil {
			out = append(out, d)
		}
	}
	return out
}

// Read is the document of a name.
func Read(name string) (Document, error) {
	text, err := files.ReadFile(name + ".md")
	if err != nil {
		return Document{}, fmt.Errorf("no document %q", name)
	}
	title, rest, _ := strings.Cut(string(text), "\n")
	return Document{Name: name, Title: strings.TrimPrefix(title, "# "), Text: strings.TrimLeft(rest, "\n")}, nil
}
