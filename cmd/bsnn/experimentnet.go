package main

import (
	"fmt"
	"path/filepath"

	"bsnn/network"
	"bsnn/network/training"
	"bsnn/properties"
	"bsnn/reports/experiment"
	"bsnn/theorem"

	"github.com/spf13/cobra"
)

// runArchitectures is experiment norms where it is asked about architectures.
func (f *normsFlags) runArchitectures(c *cobra.Command) error {
	spec, err := f.described()
	if err != nil {
		return err
	}
	options, done := f.options(c)
	r, err := experiment.DescribedNorms(c.Context(), f.output, spec, options)
	done()
	if err != nil {
		return f.gridError(err)
	}
	return f.show(c, r, experiment.Failed(r.Cells), "norms-forward.svg", "norms-backward.svg")
}

// described reads the flags.
func (f *normsFlags) described() (s experiment.DescribedSpec, err error) {
	if s.Seed, err = f.check(); err != nil {
		return s, err
	}
	if f.all != nil && f.net != "" {
		var asked struct{ Spec experiment.DescribedSpec }
		if err := f.all.Asked(&asked); err != nil {
			return s, err
		}
		for _, d := range asked.Spec.Architectures { // one
			if err := f.take(d.Description); err != nil {
				return s, err
			}
		}
	}
	beside, own := "an architecture", []string(nil)
	switch {
	case f.net != "":
		beside, own = "--net", append([]string{"activation", "weights", "width", "depth"}, shapeNames...)
	case f.layers != "":
		beside, own = "--layers", []string{"width", "depth"}
	}
	if f.changed("dtype") {
		return s, fmt.Errorf("--dtype %s of %s; want it left out: the norms of architectures are in float64", f.dtype, beside)
	}
	if err := f.refuse(beside, own...); err != nil {
		return s, err
	}
	s.Networks, s.Inputs = f.networks, 1
	batches := false
	add := func(function network.Activation, weights string) error {
		a, err := f.of(function, weights, f.width, f.depth)
		if err != nil {
			return err
		}
		if err := theorem.Lawful(a); err != nil {
			return err
		}
		batches = batches || properties.UsesBatches(a)
		d := experiment.Described{Name: f.name(function, weights)}
		if f.net != "" {
			d.Name = filepath.Base(f.net) // a grid goes on from any folder
		}
		d.Description, err = text(a)
		s.Architectures = append(s.Architectures, d)
		return err
	}
	if f.net != "" {
		err = add(network.Activation{}, network.Haar.String())
	} else {
		err = f.eachForm(add)
	}
	switch {
	case f.changed("batch"):
		s.Inputs = f.batch
	case batches:
		s.Inputs = properties.ArchitectureBatch
	}
	return s, err
}

// eachForm is each activation as it is and normalised, with weights of each law.
func (f *normsFlags) eachForm(add func(function network.Activation, weights string) error) error {
	for flag, values := range map[string][]string{"activation": f.activations, "weights": f.weights} {
		if len(values) == 0 {
			return fmt.Errorf("--%s names none; want at least one", flag)
		}
	}
	for _, spec := range f.activations {
		for _, asIs := range []bool{false, true} {
			for _, w := range f.weights {
				if err := add(network.Activation{Spec: spec, AsIs: asIs}, string(training.ParseWeights(w))); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
