package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// choice annotates a flag that takes one of a few words.
const choice = "bsnn_choice"

// oneOf makes the flag take one of the values only: they are checked before
// the verb runs, suggested for misspellings and completed by shells.
func oneOf(c *cobra.Command, flag string, values ...string) {
	f := c.Flags().Lookup(flag)
	if f.Annotations == nil {
		f.Annotations = map[string][]string{}
	}
	f.Annotations[choice] = values
}

// checkWords looks at the flags that were given words: none is empty, and
// those that take one of a few have one of them.
func checkWords(c *cobra.Command) error {
	var wrong error
	c.Flags().Visit(func(f *pflag.Flag) {
		value, values := f.Value.String(), f.Annotations[choice]
		empty := f.Value.Type() == "string" && value == ""
		if list, ok := f.Value.(pflag.SliceValue); ok {
			empty = slices.Contains(list.GetSlice(), "")
		}
		switch {
		case wrong != nil:
		case values != nil && !slices.Contains(values, value):
			wrong = fmt.Errorf("--%s %q%s; want %s", f.Name, value, didYouMean(value, values), orList(values))
		case empty:
			wrong = fmt.Errorf("--%s is empty; want %s", f.Name, kindOf(f))
		}
	})
	return wrong
}

// orList is "a, b or c".
func orList(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
