package main

import "strings"

// oneLine folds an error into a single line.
func oneLine(err error) string {
	return strings.Join(strings.Fields(err.Error()), " ")
}
