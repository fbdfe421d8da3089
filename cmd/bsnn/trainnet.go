package main

import (
	"context"
	"fmt"
	"path/filepath"

	"bsnn/network"
	"bsnn/network/training"

	"github.com/spf13/cobra"
)

// trainNetFlags say which network is trained, where it is no stack of layers of one
// width: a file, or --layers with flags that layers of one width have too.
type trainNetFlags struct {
	context func() context.Context

	net, layers, branch, norm string
	gain                      float64
}

// oneWidthFlags mean nothing beside a description of a network.
var oneWidthFlags = []string{"depth", "width", "batch-norm", "sphere", "protocol", "train-embedding", "entry-activation", "end-biases"}

func (f *trainNetFlags) register(c *cobra.Command) {
	f.context = c.Context
	s := c.Flags()
	s.StringVar(&f.net, "net", "", "train the network of this file, net.yaml, in place of layers of one width; see bsnn help net")
	s.StringVar(&f.layers, "layers", "", "train widths, as in 784,512x29,10, as predict takes them, with the flags beside it")
	s.Float64Var(&f.gain, "gain", 1, "with --layers: factor of the weights")
	s.StringVar(&f.branch, "branch", "", "with --layers: β² of rotated and plain shortcuts, a number, 1/30, or 1/L (default 1/L)")
	s.StringVar(&f.norm, "norm", "none", "with --layers: normalisation after each activation: rms, layer, batch or none")
	oneOf(c, "norm", append(network.NormNames(), "none")...)
}

// described puts the network of --net or --layers into the spec.
func (f *trainFlags) described(spec training.Spec, changed func(flag string) bool) (training.Spec, error) {
	file, stack := changed("net"), changed("layers")
	with := "--layers"
	if file {
		with = "--net"
	}
	for _, flag := range oneWidthFlags {
		if (file || stack) && changed(flag) {
			return spec, fmt.Errorf("--%s beside %s; want one of them: the description says which layers there are", flag, with)
		}
	}
	for _, flag := range []string{"gain", "branch", "norm"} {
		if !stack && !file && changed(flag) {
			return spec, fmt.Errorf("--%s without --layers; want widths, as in --layers 8,128x20,4", flag)
		}
	}
	n := netFlags{
		functionFlags: f.functionFlags, activation: f.activation, weights: f.weights, asIs: f.asIs, changed: changed, context: f.context,
		shapeFlags: shapeFlags{layers: f.layers, shortcut: f.shortcut, branch: f.branch, norm: f.norm, bias: f.bias, gain: f.gain},
	}
	var files []string
	if file {
		files = []string{f.net}
	}
	a, name, err := n.architecture(files)
	if err != nil {
		return spec, err
	}
	if err := a.LocateExplicit(filepath.Dir(f.net)); err != nil {
		return spec, fmt.Errorf("%s: %w", name, err)
	}
	spec, err = spec.Described(a)
	if err != nil {
		return spec, fmt.Errorf("%s: %w", name, inFlags(err))
	}
	return spec, nil
}
