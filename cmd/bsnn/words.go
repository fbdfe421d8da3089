package main

import (
	"fmt"
	"io"
	"strings"
)

// oneLine folds an error into a single line.
func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

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
