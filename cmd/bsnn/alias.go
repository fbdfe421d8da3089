package main

import (
	"errors"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// An alias is another name of a flag, which people may have in their scripts or in their heads:
// help does not show it, and whatever looks at flags sees the flag alone.
type alias struct {
	pflag.Value
	set func(value string) error
}

// Set gives the value to the flag that is meant.
func (a alias) Set(value string) error { return a.set(value) }

// isAlias annotates flags that are other names.
const isAlias = "bsnn_alias"

// addAlias lets a flag of c have another name.
func addAlias(c *cobra.Command, other, flag string) {
	flags := c.Flags()
	f := flags.Lookup(flag)
	flags.AddFlag(&pflag.Flag{
		Name: other, Usage: f.Usage, DefValue: f.DefValue, NoOptDefVal: f.NoOptDefVal, Hidden: true,
		Annotations: map[string][]string{isAlias: {flag}},
		Value: alias{f.Value, func(value string) error {
			err := flags.Set(flag, value)
			var invalid *pflag.InvalidValueError
			if errors.As(err, &invalid) {
				return invalid.Unwrap()
			}
			return err
		}},
	})
}

// otherName says whether a flag is an alias.
func otherName(f *pflag.Flag) bool { return f.Annotations[isAlias] != nil }
