package training

import (
	"bytes"
	"fmt"

	"bsnn/internal/limits"
	"bsnn/network"
)

// Described is the Spec with a network of any architecture in place of layers of one
// width: rows enter it as they are, and its outputs are the classes. Fields of the Spec
// that describe such layers are cleared; Width becomes the largest width and Depth the number
// of linear maps, which are the layers of records. Rotations of shortcuts are not trained.
// Explicit weights must have been read, and Start must read them again.
func (s Spec) Described(a network.Architecture) (Spec, error) {
	s, err := s.describing(a)
	if err != nil {
		return s, err
	}
	if e, has := a.HasExplicit(); has {
		if _, _, err := e.Use(0); err != nil {
			return s, &SpecError{"network", "has weights that were not read: " + err.Error(), "an architecture that was read with them", err}
		}
		s.StartDigest = a.ExplicitDigest()
	}
	return s, nil
}

// describing is Described without a look at explicit weights.
func (s Spec) describing(a network.Architecture) (Spec, error) {
	output, err := a.Output()
	if err != nil {
		return s, &SpecError{"network", "does not fit: " + err.Error(), "a network whose widths fit", err}
	}
	var text bytes.Buffer
	if err := network.WriteArchitecture(&text, a); err != nil {
		return s, &SpecError{"network", "cannot be written: " + err.Error(), "a description that can be kept", err}
	}
	size := sizeOfBlocks(a.Blocks, a.Input)
	if size.maps < 1 {
		return s, &SpecError{"network", "has no linear map to train", "one at least", nil}
	}
	s.Network, s.Inputs, s.Classes = text.String(), a.Input, output
	s.Depth, s.Width = int(min(size.maps, float64(limits.TrainedDepth+1))), max(a.Input, size.widest)
	s.Activation, s.Parameters, s.AsIs, s.Weights, s.BatchNorm = "", nil, false, "", false
	s.Shortcut, s.Bias, s.TrainEmbedding, s.Sphere, s.FixedOutput = NoShortcut, false, false, false, false
	s.EntryActivation, s.EndBiases = false, false
	return s, nil
}

// architecture reads Network.
func (s Spec) architecture() (network.Architecture, error) {
	return network.ReadArchitecture("network", []byte(s.Network))
}

// start is the architecture with its explicit weights, those with which the run began.
func (s Spec) start() (network.Architecture, error) {
	if s.Start == nil {
		return s.architecture()
	}
	a, err := network.ReadExplicit("network", []byte(s.Network), s.Start)
	if err != nil {
		return a, fmt.Errorf("cannot read the weights to begin with: %w", err)
	}
	if seen := a.ExplicitDigest(); seen != s.StartDigest {
		e, _ := a.HasExplicit()
		return a, &SpecError{"network", fmt.Sprintf("begins with other weights than those that %s has now", e), "the files as they were", nil}
	}
	return a, nil
}

// described validates a Spec with a Network: everything but how it is trained follows
// from that.
func (s Spec) described() error {
	if s.Network == "" {
		return nil
	}
	a, err := s.architecture()
	if err != nil {
		return &SpecError{"network", "cannot be read: " + err.Error(), "a description of a network", err}
	}
	want, err := s.describing(a)
	if err != nil {
		return err
	}
	for _, f := range []struct {
		name        string
		same        bool
		value, want any
	}{
		{"inputs", s.Inputs == want.Inputs, s.Inputs, want.Inputs}, {"classes", s.Classes == want.Classes, s.Classes, want.Classes},
		{"width", s.Width == want.Width, s.Width, want.Width}, {"depth", s.Depth == want.Depth, s.Depth, want.Depth},
	} {
		if !f.same {
			return &SpecError{f.name, fmt.Sprint(f.value), fmt.Sprintf("%v, as the network says", f.want), nil}
		}
	}
	size := sizeOfBlocks(a.Blocks, a.Input)
	switch {
	case s.Activation != "" || len(s.Parameters) > 0 || s.AsIs || s.Weights != "" || s.BatchNorm || s.Shortcut != NoShortcut || s.Bias ||
		s.TrainEmbedding || s.Sphere || s.FixedOutput || s.EntryActivation || s.EndBiases:
		return &SpecError{"network", "beside an activation, weights, batch_norm, shortcut, bias, sphere or an embedding", "the network to say it",
			nil}
	case s.Constraint != Free:
		return &SpecError{"constraint", string(s.Constraint) + " of a network that is described",
			"none: its maps are not all square; or --depth and --width in place of the description", nil}
	case size.batch && s.Batch < 2:
		return &SpecError{"batch", "1 with batch normalisation", "at least 2", nil}
	}
	return nil
}

// A networkSize is what blocks need.
type networkSize struct {
	maps, weights, haar, rotations float64 // linear maps, their entries, those drawn from the Haar measure, those of rotations
	neurons                        float64 // numbers that blocks keep, for one row
	products                       float64 // multiplications for one row
	widest, out                    int
	batch                          bool // there is batch normalisation
}

func (z *networkSize) add(o networkSize, times float64) {
	z.maps += times * o.maps
	z.weights += times * o.weights
	z.haar += times * o.haar
	z.rotations += times * o.rotations
	z.neurons += times * o.neurons
	z.products += times * o.products
	z.widest, z.out, z.batch = max(z.widest, o.widest), o.out, z.batch || o.batch
}

func sizeOfBlocks(blocks []network.Block, in int) networkSize {
	z := networkSize{widest: in, out: in}
	for _, b := range blocks {
		switch b := b.(type) {
		case network.Linear:
			entries := float64(z.out) * float64(b.To)
			one := networkSize{maps: 1, weights: entries, products: entries, neurons: float64(z.out) + float64(b.To), widest: b.To, out: b.To}
			if b.Weights == network.Haar {
				one.haar = entries
			}
			z.add(one, 1)
		case network.Shortcut:
			width := z.out
			z.add(sizeOfBlocks(b.Blocks, width), 1)
			z.add(networkSize{neurons: 3 * float64(width), out: width}, 1)
			if !b.Plain {
				square := float64(width) * float64(width)
				z.add(networkSize{rotations: square, products: square, neurons: 2 * float64(width), out: width}, 1)
			}
		case network.Repeat:
			z.add(sizeOfBlocks(b.Blocks, z.out), 1)
			if b.Times > 1 {
				z.add(sizeOfBlocks(b.Blocks, z.out), float64(b.Times-1))
			}
		case network.Normalization:
			z.add(networkSize{neurons: 3 * float64(z.out), out: z.out, batch: b.Kind == network.Batch}, 1)
		default:
			z.add(networkSize{neurons: 3 * float64(z.out), out: z.out}, 1)
		}
	}
	return z
}

// size is that of the network that is described.
func (s Spec) size() networkSize {
	a, err := s.architecture()
	if err != nil {
		return networkSize{}
	}
	return sizeOfBlocks(a.Blocks, a.Input)
}
