package main

import (
	"errors"
	"fmt"
	"strings"

	"bsnn/gpnorm"
	"bsnn/reports"

	"github.com/spf13/cobra"
)

// functionFlags say what an activation's parameters stand for.
type functionFlags struct{ set []string }

func (f *functionFlags) register(c *cobra.Command) {
	c.Flags().StringArrayVar(&f.set, "set", nil, "parameter of the expression, as in --set alpha=0.2; repeat for more")
}

// subjectFlags say which function networks use, and in which form.
type subjectFlags struct {
	functionFlags
	activation      string
	asIs, otherRoot bool
}

func (f *subjectFlags) register(c *cobra.Command) {
	f.functionFlags.register(c)
	addActivation(c, &f.activation, "tanh", "name or expression of the activation; it is normalised first")
	c.Flags().BoolVar(&f.asIs, "as-is", false, "take the function as it is, not normalised")
	c.Flags().BoolVar(&f.otherRoot, "other-root", false, "normalise with the root b that the root rule rejects")
}

// subject is the function under the name that all verbs have for it.
func (f *subjectFlags) subject() (reports.Subject, error) {
	if f.asIs && f.otherRoot {
		return reports.Subject{}, errors.New("--as-is and --other-root exclude each other: " +
			"only a normalised function has a root; want one of them")
	}
	parameters, err := f.parameters()
	return reports.Subject{Activation: f.activation, Parameters: parameters, AsIs: f.asIs, OtherRoot: f.otherRoot}.Named(), err
}

// function is the activation that networks use, and its title.
func (f *subjectFlags) function() (gpnorm.Activation, string, error) {
	s, err := f.subject()
	if err != nil {
		return gpnorm.Activation{}, "", err
	}
	a, err := s.Function()
	return a, s.Title, err
}

// parameters reads the --set flags.
func (f *functionFlags) parameters() (map[string]string, error) {
	if len(f.set) == 0 {
		return nil, nil
	}
	out := map[string]string{}
	for _, s := range f.set {
		name, value, ok := strings.Cut(s, "=")
		if !ok || name == "" || value == "" {
			return nil, fmt.Errorf("--set %q; want NAME=NUMBER, as in --set alpha=0.2", s)
		}
		if _, twice := out[name]; twice {
			return nil, fmt.Errorf("--set %s is given twice; want each parameter once", name)
		}
		out[name] = value
	}
	return out, nil
}

// judge normalises and certifies the function that spec names.
func (f *functionFlags) judge(spec string) (gpnorm.Judgement, error) {
	parameters, err := f.parameters()
	if err != nil {
		return gpnorm.Judgement{}, err
	}
	return gpnorm.Judge(spec, parameters)
}

// settable adds to the error of an expression that has an unknown variable how
// the command could be given its value; it is empty for other errors.
func settable(c *cobra.Command, err error) string {
	var syntax *gpnorm.SyntaxError
	if !errors.As(err, &syntax) || syntax.Variable == "" || c.Flags().Lookup("set") == nil {
		return ""
	}
	return fmt.Sprintf("; or give it a value with --set %s=1.702", syntax.Variable)
}
