package properties

import (
	"context"
	"fmt"

	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/theorem"
)

// mostAlong is how many outermost blocks an architecture may have that is looked at depth by depth.
const mostAlong = 100_000

// A SpectrumDepth is the quantiles of the squared singular values behind so many linear maps.
type SpectrumDepth struct {
	Layers    int                `json:"layers"`
	Quantiles []SpectrumQuantile `json:"quantiles"`
}

// prefixes are what stands in front of a depth of 1, 2, 5, 10, 20, … linear maps, and the whole.
func prefixes(a network.Architecture) (out []network.Architecture, layers []int) {
	a = a.Unrolled(mostAlong)
	count := 0
	for i, b := range a.Blocks {
		count += linearMaps(b)
		last := i+1 == len(a.Blocks)
		if !last && (count == 0 || !checkpoint(float64(count)) || linearMaps(a.Blocks[i+1]) == 0) {
			continue
		}
		out = append(out, network.Architecture{Input: a.Input, Blocks: a.Blocks[:i+1]})
		layers = append(layers, count)
	}
	return out, layers
}

// linearMaps is how many linear maps a block has.
func linearMaps(b network.Block) (count int) {
	inside := func(blocks []network.Block) (sum int) {
		for _, b := range blocks {
			sum += linearMaps(b)
		}
		return sum
	}
	switch b := b.(type) {
	case network.Linear:
		return 1
	case network.Shortcut:
		return inside(b.Blocks)
	case network.Repeat:
		return b.Times * inside(b.Blocks)
	}
	return 0
}

// Along are the quantiles behind 1, 2, 5, 10, … linear maps: those of theory, and with Explicit those of the
// same networks cut off there.
func (v SpectrumVerification) Along(ctx context.Context) ([]SpectrumDepth, error) {
	parts, layers := prefixes(v.Architecture)
	var out []SpectrumDepth
	for i, a := range parts {
		p, err := theorem.PredictSpectrum(ctx, a)
		if err != nil {
			return nil, err
		}
		prepared, err := a.Prepare()
		if err != nil {
			return nil, err
		}
		e := ArchitectureEnsemble{Prepared: prepared, Explicit: v.Explicit}
		quantiles, err := v.quantiles(ctx, e, p, behind(layers[i]))
		if err != nil {
			return nil, err
		}
		if v.Budget.Progress != nil {
			v.Budget.Progress(i+1, len(parts))
		}
		if quantiles != nil {
			out = append(out, SpectrumDepth{layers[i], quantiles})
		}
	}
	return out, nil
}

// behind says which part of the networks is meant.
func behind(layers int) string { return fmt.Sprintf(" behind %d", layers) }

// experiment is where the networks of the verification are.
func (v SpectrumVerification) experiment(e ArchitectureEnsemble) montecarlo.Experiment {
	return montecarlo.NewExperiment(v.Budget.Seed, e.Address())
}
