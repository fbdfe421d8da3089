package main

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"bsnn/gpnorm"

	"github.com/spf13/cobra"
)

var word = regexp.MustCompile(`^[\pL-]+$`)

// withVerb puts the verb in front of what it would be about, if that is typed in its place: an
// activation, which is a name that is known or no word and so an expression; the description of a
// network; a file of weights.
func withVerb(root *cobra.Command, args []string) []string {
	if len(args) == 0 || strings.HasPrefix(args[0], "-") || strings.HasPrefix(args[0], "__") {
		return args
	}
	if c, _, err := root.Find(args[:1]); err == nil && c != root {
		return args
	}
	verb := "activation"
	switch ending := strings.TrimPrefix(filepath.Ext(args[0]), "."); {
	case ending == "yaml" || ending == "yml":
		verb = "predict"
	case ending == "csv" || slices.Contains(weightFiles, ending):
		verb = "audit"
	case word.MatchString(args[0]):
		if _, err := gpnorm.Lookup(args[0]); err != nil {
			return args
		}
	}
	return slices.Concat([]string{verb}, args)
}
