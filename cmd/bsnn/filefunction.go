package main

import (
	"errors"

	"bsnn/gpnorm"
	"bsnn/network"
	"bsnn/network/checkpoint"

	"github.com/spf13/cobra"
)

// fileFunction is the function of a network in a file. The network is somebody's, and so applies the function as
// it is, unless the file says otherwise, as those do that init writes, or a flag does.
type fileFunction struct {
	functionFlags
	activation       string
	asIs, normalized bool
}

func (f *fileFunction) register(c *cobra.Command, like string) {
	f.functionFlags.register(c)
	c.Flags().BoolVar(&f.normalized, "normalized", false, like+"the network applies a·f + b, as those that bsnn makes do")
	addAlias(c, "normalised", "normalized")
	c.Flags().BoolVar(&f.asIs, "as-is", false, like+"the network applies the function as it is (default, unless the file says otherwise)")
}

// sameFunction says whether two specifications are of one formula.
func sameFunction(a, b string) bool {
	x, err := gpnorm.Judge(a, nil)
	y, other := gpnorm.Judge(b, nil)
	return a == b || err == nil && other == nil && x.Expression.String() == y.Expression.String()
}

// of is the function for a file; the specification is empty where nobody says it.
func (f *fileFunction) of(c *cobra.Command, file *checkpoint.File) (a network.Activation, said bool, err error) {
	if f.asIs && f.normalized {
		return a, false, errors.New("--as-is and --normalized exclude each other")
	}
	spec, normalized := file.Activation()
	given := c.Flags().Changed("activation")
	if !given && spec != "" {
		a.Spec, said = spec, true
	} else {
		a.Spec = f.activation
	}
	if a.Parameters, err = f.parameters(); err != nil {
		return a, said, err
	}
	switch {
	case f.asIs || f.normalized:
		a.AsIs = f.asIs
	case spec != "" && len(a.Parameters) == 0 && sameFunction(a.Spec, spec):
		a.AsIs, said = !normalized, true
	default:
		a.AsIs = true
	}
	if a.Spec == "" {
		return a, said, nil
	}
	err = a.Check()
	if err != nil && !given && spec != "" { // nobody has asked for it
		return network.Activation{}, false, nil
	}
	return a, said, err
}
