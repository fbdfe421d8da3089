package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"bsnn/internal/fserror"
	"bsnn/network"
	"bsnn/network/checkpoint"

	"github.com/spf13/cobra"
)

// netFlags say which architecture is meant: a file, or a stack in a few words.
type netFlags struct {
	functionFlags
	shapeFlags
	activation, weights string
	asIs                bool

	changed func(flag string) bool
	context func() context.Context
}

// shapeFlags say what a stack is made of beside its function and the law of its
// weights.
type shapeFlags struct {
	layers, shortcut, branch, norm string
	bias                           bool
	gain                           float64
}

// shapeNames are those flags.
var shapeNames = []string{"layers", "gain", "bias", "shortcut", "branch", "norm"}

// stackFlags are those that mean nothing beside a file.
var stackFlags = append([]string{"activation", "set", "as-is", "weights"}, shapeNames...)

func (f *netFlags) register(c *cobra.Command) {
	f.changed, f.context = c.Flags().Changed, c.Context
	f.functionFlags.register(c)
	f.shapeFlags.register(c)
	addActivation(c, &f.activation, "tanh",
		"name or expression of the function after every linear map but the last; it is normalised first")
	c.Flags().BoolVar(&f.asIs, "as-is", false, "take the function as it is, not normalised")
	c.Flags().StringVar(&f.weights, "weights", "haar", "law of the weights: "+strings.Join(network.WeightsNames(), ", "))
	oneOf(c, "weights", network.WeightsNames()...)
}

func (f *shapeFlags) register(c *cobra.Command) {
	c.Flags().StringVar(&f.layers, "layers", "", "widths, as in 784,512x29,10: what enters, and what leaves each linear map")
	c.Flags().Float64Var(&f.gain, "gain", 1, "factor of the weights")
	c.Flags().BoolVar(&f.bias, "bias", false, "biases, as the law of the weights has them at the start: only torch-default draws some")
	c.Flags().StringVar(&f.shortcut, "shortcut", "none", "around each linear map that keeps the width: rotated, plain, identity or none")
	oneOf(c, "shortcut", network.ShortcutNames()...)
	c.Flags().StringVar(&f.branch, "branch", "", "β², the part of the branch, with α² = 1 − β²: a number, 1/30, or 1/L (default 1/L)")
	c.Flags().StringVar(&f.norm, "norm", "none", "normalisation after each activation: rms, layer, batch or none")
	oneOf(c, "norm", network.NormChoices()...)
}

// architecture is the one that is meant, and its name for people.
func (f *netFlags) architecture(files []string) (network.Architecture, string, error) {
	var given []string
	for _, flag := range stackFlags {
		if f.changed(flag) {
			given = append(given, "--"+flag)
		}
	}
	switch {
	case len(files) == 1 && len(given) > 0:
		return network.Architecture{}, "", fmt.Errorf("%s beside a file; want the file to say it, or --layers instead of the file", given[0])
	case len(files) == 1:
		a, err := readNet(f.context(), files[0])
		return a, files[0], err
	case f.layers == "":
		return network.Architecture{}, "", errors.New("no network; want a file, as net.yaml, or --layers, as in --layers 784,512x29,10")
	}
	s, err := f.stack()
	if err != nil {
		return network.Architecture{}, "", err
	}
	a, err := s.Architecture()
	return a, f.layers, err
}

// readNet reads the description of a network in a file.
func readNet(ctx context.Context, name string) (network.Architecture, error) {
	return awaited(ctx, func() (network.Architecture, error) {
		in, err := os.Open(name)
		if err != nil {
			return network.Architecture{}, fmt.Errorf("%s: %w", name, fserror.Cause(err))
		}
		defer in.Close()
		a, err := network.LoadArchitecture(name, in, checkpoint.Explicit(filepath.Dir(name)))
		if err == nil && !slices.ContainsFunc(a.Blocks, network.HasLinear) {
			err = fmt.Errorf("%s: a network without a linear map; want one at least", name)
		}
		return a, err
	})
}

func (f *netFlags) stack() (s network.Stack, err error) {
	parameters, err := f.parameters()
	if err != nil {
		return s, err
	}
	return f.shapeFlags.stack(network.Activation{Spec: f.activation, Parameters: parameters, AsIs: f.asIs}, f.weights)
}

// stack is made of a function and weights of some law; its widths are those of --layers, if
// that is given.
func (f *shapeFlags) stack(function network.Activation, weights string) (s network.Stack, err error) {
	if f.layers != "" {
		if s.Input, s.Runs, err = network.ParseLayers(f.layers); err != nil {
			return s, fmt.Errorf("--layers %w", err)
		}
	}
	settings := network.Settings{Activation: function, Weights: weights, Gain: f.gain, Bias: f.bias, Norm: f.norm, Shortcut: f.shortcut,
		Branch: f.branch}
	out, err := settings.Stack()
	var wrong *network.SettingError
	if errors.As(err, &wrong) {
		err = fmt.Errorf("--%w", err)
	}
	out.Input, out.Runs = s.Input, s.Runs
	return out, err
}
