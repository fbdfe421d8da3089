package main

import (
	"errors"
	"fmt"
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

// checkChoices looks at the flags that take one of a few words.
func checkChoices(c *cobra.Command) error {
	var wrong []error
	c.Flags().Visit(func(f *pflag.Flag) {
		values := f.Annotations[choice]
		value := f.Value.String()
		for _, v := range values {
			if v == value {
				return
			}
		}
		if values != nil {
			wrong = append(wrong, fmt.Errorf("--%s %q%s; want %s", f.Name, value, didYouMean(value, values), orList(values)))
		}
	})
	return errors.Join(wrong...)
}

// orList is "a, b or c".
func orList(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
