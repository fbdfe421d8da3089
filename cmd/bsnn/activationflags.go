package main

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"
)

// errTwice is what a flag that takes one activation says to a second one.
var errTwice = errors.New("given twice")

// oneActivation is the value of --activation where the question is about one function.
type oneActivation struct {
	spec  *string
	given bool
}

// addActivation is --activation of verbs about one function.
func addActivation(c *cobra.Command, spec *string, usual, help string) {
	*spec = usual
	c.Flags().Var(&oneActivation{spec: spec}, "activation", help)
}

func (a *oneActivation) String() string {
	if a.spec == nil { // of the zero value, which the flag package makes
		return ""
	}
	return *a.spec
}

// Set implements pflag.Value.
func (a *oneActivation) Set(spec string) error {
	if a.given || len(separate(spec)) > 1 {
		return errTwice
	}
	*a.spec, a.given = spec, true
	return nil
}

// Type implements pflag.Value.
func (a *oneActivation) Type() string { return "string" }

// severalActivations is the value of --activation where there may be many: repeated, or with
// commas between them, which stand in no expression but inside of parentheses.
type severalActivations struct {
	specs *[]string
	given bool
}

// addActivations is such a flag.
func addActivations(c *cobra.Command, specs *[]string, name string, usual []string, help string) {
	*specs = usual
	c.Flags().Var(&severalActivations{specs: specs}, name, help)
}

func (a *severalActivations) String() string {
	if a.specs == nil {
		return ""
	}
	return strings.Join(*a.specs, ",")
}

// Set implements pflag.Value: the first one replaces the usual ones.
func (a *severalActivations) Set(specs string) error {
	if !a.given {
		*a.specs = nil
	}
	a.given = true
	return a.Append(specs)
}

// Type implements pflag.Value.
func (a *severalActivations) Type() string { return "stringArray" }

// Append implements pflag.SliceValue.
func (a *severalActivations) Append(specs string) error {
	if specs != "" { // which names none
		*a.specs = append(*a.specs, separate(specs)...)
	}
	return nil
}

// Replace implements pflag.SliceValue.
func (a *severalActivations) Replace(specs []string) error {
	*a.specs = specs
	return nil
}

// GetSlice implements pflag.SliceValue.
func (a *severalActivations) GetSlice() []string { return *a.specs }

// separate splits at the commas that are outside of all parentheses.
func separate(specs string) (out []string) {
	depth, begin := 0, 0
	for i, r := range specs {
		switch r {
		case '(':
			depth++
		case ')':
			depth--
		case ',':
			if depth == 0 {
				out, begin = append(out, strings.TrimSpace(specs[begin:i])), i+1
			}
		}
	}
	return append(out, strings.TrimSpace(specs[begin:]))
}
