package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"bsnn/internal/parts"
	"bsnn/network"

	"github.com/spf13/cobra"
)

// architectureFlags turn a verb that asks about plain networks of one width into one that
// asks about an architecture: a file, a stack of the given widths, or layers of the
// verb's own width and depth with something added.
type architectureFlags struct {
	shapeFlags
	net  string
	read *network.Architecture // what --net says where its parts have it; nil where the file is read

	changed func(flag string) bool
	context func() context.Context
}

func (f *architectureFlags) register(c *cobra.Command) {
	f.changed, f.context = c.Flags().Changed, c.Context
	f.shapeFlags.register(c)
	addNet(c, &f.net)
}

// addNet is the flag that names a description.
func addNet(c *cobra.Command, file *string) {
	c.Flags().StringVar(file, "net", "", "file that describes the network, as \"bsnn help net\" shows")
	_ = c.MarkFlagFilename("net", "yaml", "yml") // the flag is there
}

// asked says whether the question is about an architecture.
func (f *architectureFlags) asked() bool {
	return f.changed("net") || slices.ContainsFunc(shapeNames, f.changed)
}

// fixed says whether the architecture has widths of its own.
func (f *architectureFlags) fixed() bool { return f.net != "" || f.layers != "" }

// refuse complains about flags that mean nothing beside others.
func (f *architectureFlags) refuse(beside string, flags ...string) error {
	for _, flag := range flags {
		if !f.changed(flag) {
			continue
		}
		why := ", which says it already; want one of them"
		if of := plainOnly[flag]; of != "" {
			why = ": " + of
		}
		return fmt.Errorf("--%s beside %s%s", flag, beside, why)
	}
	return nil
}

// plainOnly says why flags are about plain networks of one width alone.
var plainOnly = map[string]string{
	"layer-tolerance": "architectures are judged as a whole and block by block; want --tolerance alone",
	"other-root":      "the functions of architectures are normalised by the usual root; want it without --other-root",
	"data":            "architectures are sent random inputs; want it without --data, or \"bsnn train\" of the same network",
	"spec":            "a spec describes a sweep over plain networks; want one of them",
	"print-spec":      "a spec describes a sweep over plain networks; want one of them",
	"from":            "it draws a sweep over plain networks once more; want one of them",
	"compare":         "it compares sweeps over plain networks; want one of them",
	"training":        "it draws a run of training; want one of them",
}

// of is the architecture for a width, which is not used where it has widths
// of its own.
func (f *architectureFlags) of(function network.Activation, weights string, width, depth int) (network.Architecture, error) {
	switch {
	case f.read != nil:
		return *f.read, nil
	case f.net != "":
		a, err := readNet(f.context(), f.net)
		if err != nil {
			err = fmt.Errorf("--net %w", err)
		}
		return a, err
	}
	s, err := f.stack(function, weights)
	if err != nil {
		return network.Architecture{}, err
	}
	if f.layers != "" {
		return s.Architecture()
	}
	return s.Tower(width, depth)
}

// fromParts takes the architecture of --net from parts, if there are any: the file may be on another
// machine. One whose matrices come from files is read from them, as they are too large to be kept.
func (f *architectureFlags) fromParts(all *parts.Parts) error {
	if all == nil || f.net == "" {
		return nil
	}
	var asked struct{ Architectures []string }
	if err := all.Asked(&asked); err != nil || len(asked.Architectures) != 1 {
		return err
	}
	return f.take(asked.Architectures[0])
}

// take is given the description that --net means.
func (f *architectureFlags) take(description string) error {
	if strings.Contains(description, explicitMark) {
		return nil
	}
	a, err := network.ReadArchitecture(f.net, []byte(description))
	f.read = &a
	return err
}

// explicitMark begins the line of a description that says which matrices were read from files.
const explicitMark = "# explicit weights "

// name is what people call the architecture.
func (f *architectureFlags) name(function network.Activation, weights string) string {
	if f.net != "" {
		return f.net
	}
	parts := []string{function.String()}
	if f.layers != "" {
		parts = []string{f.layers, function.String()}
	}
	if weights != network.Haar.String() {
		parts = append(parts, weights+" weights")
	}
	if f.gain != 1 {
		parts = append(parts, fmt.Sprintf("gain %g", f.gain))
	}
	if f.bias {
		parts = append(parts, "biases")
	}
	switch {
	case f.shortcut == "identity":
		parts = append(parts, "identity shortcuts")
	case f.shortcut != "none" && f.branch == "":
		parts = append(parts, f.shortcut+" shortcuts, β² = 1/L")
	case f.shortcut != "none":
		parts = append(parts, f.shortcut+" shortcuts, β² = "+f.branch)
	}
	if f.norm != "none" {
		parts = append(parts, f.norm+" normalisation")
	}
	return strings.Join(parts, ", ")
}

// text is the description that makes two runs comparable.
func text(a network.Architecture) (string, error) {
	var s strings.Builder
	err := network.WriteArchitecture(&s, a)
	if digest := a.ExplicitDigest(); digest != "" {
		fmt.Fprintf(&s, "%s%s\n", explicitMark, digest)
	}
	return s.String(), err
}
