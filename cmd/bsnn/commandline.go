package main

import (
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// changes are values of flags by name.
type changes map[string]string

var plain = regexp.MustCompile(`^[A-Za-z0-9_./:,+@%-][A-Za-z0-9_./:,=+@%-]*$`)

// shellWord quotes a word for a shell where it must be.
func shellWord(s string) string {
	if plain.MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// commandLine is the command that runs c again with the flags it was given,
// some of them changed and some left out.
func commandLine(c *cobra.Command, with changes, without ...string) string {
	words := []string{c.CommandPath()}
	add := func(f *pflag.Flag, value string) {
		word := "--" + f.Name
		switch {
		case f.Value.Type() == "bool" && value == "true":
		case f.Value.Type() == "bool":
			word += "=" + value
		default:
			word += " " + shellWord(value)
		}
		words = append(words, word)
	}
	c.Flags().VisitAll(func(f *pflag.Flag) {
		value, changed := with[f.Name]
		switch list, isList := f.Value.(pflag.SliceValue); {
		case slices.Contains(without, f.Name) || otherName(f):
		case changed:
			add(f, value)
		case f.Changed && isList:
			for _, v := range list.GetSlice() {
				add(f, v)
			}
		case f.Changed:
			add(f, f.Value.String())
		}
	})
	for _, arg := range c.Flags().Args() {
		words = append(words, shellWord(arg))
	}
	return strings.Join(words, " ")
}
