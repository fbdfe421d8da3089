package main

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

// packages are the names that errors begin with in Go and that say nothing to
// people at a command line.
var packages = regexp.MustCompile(`(^|: )(?:(?:dataset|emit|expr|gpnorm|haartest|matrixfile|montecarlo|network|npy|orthogonal|page|properties|reports|safetensors|tensor|theorem|training|weights): )+`)

// oneLine folds an error into a single line without the names of packages, in
// which what two callers added to the error in turn is said once.
func oneLine(err error) string {
	text := packages.ReplaceAllString(strings.Join(strings.Fields(err.Error()), " "), "$1")
	return strings.Join(slices.Compact(strings.Split(text, ": ")), ": ")
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
