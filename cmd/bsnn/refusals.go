package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"bsnn/gpnorm"
	"bsnn/internal/spelling"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// under is the verb that a message is about, with a colon; nothing for the
// program itself.
func under(c *cobra.Command) string {
	if !c.HasParent() {
		return ""
	}
	return strings.TrimPrefix(c.CommandPath(), c.Root().Name()+" ") + ": "
}

// unknownVerb says that word is no verb of root, and which may be meant.
func unknownVerb(root *cobra.Command, word string) error {
	var names []string
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() || c.IsAdditionalHelpTopicCommand() {
			names = append(names, c.Name())
		}
	}
	meant := didYouMean(word, names)
	if near := nearest(word, gpnorm.Names()); meant == "" && near != "" && !root.HasParent() {
		meant = fmt.Sprintf(" (did you mean bsnn activation %s?)", near)
	}
	return fmt.Errorf("%sunknown command %q%s; want one of %s", under(root), word, meant, strings.Join(names, ", "))
}

// exactArgs wants n arguments and says in words which.
func exactArgs(n int, want string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) != n {
			return fmt.Errorf("%s%d arguments given; want %s", under(c), len(args), want)
		}
		return nil
	}
}

// noArgs refuses arguments.
func noArgs(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		instead := ""
		if c.Flags().Lookup("activation") != nil {
			instead = fmt.Sprintf(", as in: %s --activation %s", c.CommandPath(), shellWord(args[0]))
		}
		if ending := filepath.Ext(args[0]); c.Flags().Lookup("net") != nil && (ending == ".yaml" || ending == ".yml") {
			instead = fmt.Sprintf(", as in: %s --net %s", c.CommandPath(), shellWord(args[0]))
		}
		return fmt.Errorf("%sno arguments are taken, got %q; want flags only%s", under(c), args[0], instead)
	}
	return nil
}

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
		case wrong != nil || otherName(f):
		case values != nil && !slices.Contains(values, value):
			wrong = fmt.Errorf("--%s %q%s; want %s", f.Name, value, didYouMean(value, values), orList(values))
		case empty:
			wrong = fmt.Errorf("--%s is empty; want %s", f.Name, kindOf(f))
		}
	})
	return wrong
}

// flagError says in words what is wrong with a flag.
func flagError(c *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var invalid *pflag.InvalidValueError
	var missing *pflag.ValueRequiredError
	switch {
	case errors.As(err, &unknown) && !c.HasParent():
		dashes := "--"
		if unknown.GetSpecifiedShortnames() != "" {
			dashes = "-"
		}
		return fmt.Errorf("flag %s%s without a command; want it after one, as in: bsnn verify --activation gelu", dashes,
			unknown.GetSpecifiedName())
	case errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() != "":
		return fmt.Errorf("%sunknown flag -%s; want two dashes before long names, or one of those that %s --help lists", under(c),
			unknown.GetSpecifiedName(), c.CommandPath())
	case errors.As(err, &unknown):
		return unknownFlag(c, unknown.GetSpecifiedName())
	case errors.Is(err, errTwice):
		return fmt.Errorf("%s--activation %s: one function is asked about; want one, and a command for each%s", under(c),
			shellWord(invalidValue(err)), severalWords(c))
	case errors.As(err, &invalid):
		return fmt.Errorf("--%s %q; want %s", invalid.GetFlag().Name, invalid.GetValue(), kindOf(invalid.GetFlag()))
	case errors.As(err, &missing):
		return fmt.Errorf("--%s needs %s", missing.GetFlag().Name, kindOf(missing.GetFlag()))
	}
	return err
}

func unknownFlag(c *cobra.Command, name string) error {
	var names []string
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, f.Name)
		}
	})
	hint := ""
	if near := nearest(name, names); near != "" {
		hint = fmt.Sprintf(" (did you mean --%s?)", near)
	}
	return fmt.Errorf("%sunknown flag --%s%s; want one of those that %s --help lists", under(c), name, hint, c.CommandPath())
}

// kindOf says what a flag's value is, and what it is for.
func kindOf(f *pflag.Flag) string {
	kind := map[string]string{"int": "a whole number", "uint64": "a whole number from 0 up", "float64": "a number", "bool": "true or false",
		"duration": "a time, as in 30s"}[f.Value.Type()]
	if kind == "" {
		kind = "a value"
	}
	return kind + ": " + f.Usage
}

// didYouMean suggests one of the names, if one is near.
func didYouMean(word string, names []string) string {
	if near := nearest(word, names); near != "" {
		return fmt.Sprintf(" (did you mean %s?)", near)
	}
	return ""
}

// nearest is the only name that begins with word, or the one that is spelt
// most like it.
func nearest(word string, names []string) string {
	found := ""
	for _, name := range names {
		if len(word) > 1 && strings.HasPrefix(name, word) {
			if found != "" {
				return spelling.Nearest(word, names)
			}
			found = name
		}
	}
	if found != "" {
		return found
	}
	return spelling.Nearest(word, names)
}

// invalidValue is what a flag was given.
func invalidValue(err error) string {
	var invalid *pflag.InvalidValueError
	if errors.As(err, &invalid) {
		return invalid.GetValue()
	}
	return ""
}

// severalWords name the verb that compares functions, for those that measure one.
func severalWords(c *cobra.Command) string {
	if c.Name() != "verify" {
		return ""
	}
	return "; or bsnn report --activation tanh --activation relu, for several"
}
