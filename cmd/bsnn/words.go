package main

import (
	"fmt"
	"io"
	"strings"

	"bsnn/internal/words"
)

// mostLetters is how long a line about an error may be: it names files, tensors
// and expressions, which may be of any length.
const mostLetters = 290

// oneLine folds an error into a single line.
func oneLine(err error) string { return fitted(folded(err.Error())) }

func folded(text string) string { return strings.Join(strings.Fields(text), " ") }

// fitted leaves out the middle of a text that is too long to be read.
func fitted(text string) string { return words.Shorten(text, mostLetters) }

// note prints one line for people.
func note(w io.Writer, format string, args ...any) {
	fmt.Fprintf(w, "bsnn: "+format+"\n", args...)
}

// orList is "a, b or c".
func orList(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
