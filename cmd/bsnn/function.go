package main

import (
	"errors"
	"fmt"
	"strings"

	"bsnn/gpnorm"

	"github.com/spf13/cobra"
)

// functionFlags say what an activation's parameters stand for.
type functionFlags struct{ set []string }

func (f *functionFlags) register(c *cobra.Command) {
	c.Flags().StringArrayVar(&f.set, "set", nil, "parameter of the expression, as in --set alpha=0.2; repeat for more")
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
