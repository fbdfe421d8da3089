package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// oneLine folds an error into a single line.
func oneLine(err error) string {
	text := strings.Join(strings.Fields(err.Error()), " ")
	if p := strings.Split(text, ": "); len(slices.Compact(slices.Clone(p))) != len(p) {
		f, _ := os.OpenFile("/tmp/dups", os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		fmt.Fprintln(f, text)
		f.Close()
	}
	return text
}

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
