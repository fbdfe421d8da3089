package main

import (
	"errors"
	"fmt"
	"strings"

	"bsnn/internal/spelling"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// unknownVerb says that word is no verb of root, and which may be meant.
func unknownVerb(root *cobra.Command, word string) error {
	var names []string
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() || c.IsAdditionalHelpTopicCommand() {
			names = append(names, c.Name())
		}
	}
	return fmt.Errorf("%sunknown command %q%s; want one of %s", under(root), word, didYouMean(word, names), strings.Join(names, ", "))
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

// under is the verb that a message is about, with a colon; nothing for the
// program itself.
func under(c *cobra.Command) string {
	if !c.HasParent() {
		return ""
	}
	return strings.TrimPrefix(c.CommandPath(), c.Root().Name()+" ") + ": "
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
		return fmt.Errorf("flag %s%s without a command; want it after one, as in: bsnn verify --activation gelu", dashes, unknown.GetSpecifiedName())
	case errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() != "":
		return fmt.Errorf("%sunknown flag -%s; want two dashes before long names, or one of those that %s --help lists", under(c), unknown.GetSpecifiedName(), c.CommandPath())
	case errors.As(err, &unknown):
		return unknownFlag(c, unknown.GetSpecifiedName())
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
	kind := map[string]string{"int": "a whole number", "uint64": "a whole number from 0 up", "float64": "a number", "bool": "true or false", "duration": "a time, as in 30s"}[f.Value.Type()]
	if kind == "" {
		kind = "a value"
	}
	return kind + ": " + f.Usage
}
