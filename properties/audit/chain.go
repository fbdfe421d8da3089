package audit

import (
	"fmt"
	"slices"
	"strings"

	"bsnn/internal/words"
	"bsnn/network"
	"bsnn/network/checkpoint"
)

// A Net is an architecture, and which layer is which of its linear maps.
type Net struct {
	Architecture network.Architecture
	Layers       []int  // of the linear maps, in the order in which they are applied
	Norms        []Norm // of the normalisations, likewise; those that are missing scale nothing
	Assumed      string // in a sentence; empty where somebody described the network
}

// Follow takes the matrices in the order of their names, numbers in them counted as numbers, and
// the activation after each but the last; and normalisations where their names stand between those of two matrices, in
// front of the activation unless the numbers in the names say otherwise.
func Follow(layers []Layer, norms []Norm, a network.Activation) (Net, error) {
	order := make([]int, len(layers))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return checkpoint.CompareNames(layers[i].Name, layers[j].Name) })
	net := Net{Layers: order, Architecture: network.Architecture{Input: layers[order[0]].In}}
	add := func(norms []Norm) {
		for _, n := range norms {
			net.Norms = append(net.Norms, n)
			net.Architecture.Blocks = append(net.Architecture.Blocks, network.Normalization{Kind: n.Kind})
		}
	}
	for k, i := range order {
		l := layers[i]
		if k > 0 {
			before := layers[order[k-1]]
			if l.In != before.Out {
				return net, fmt.Errorf("%s takes %d numbers and %s gives %d; want --net with the architecture, or --tensor and --exclude "+
					"with the layers that follow each other", words.Name(l.Name), l.In, words.Name(before.Name), before.Out)
			}
			front, behind := between(norms, &before, &l)
			add(front)
			net.Architecture.Blocks = append(net.Architecture.Blocks, a)
			add(behind)
		}
		net.Architecture.Blocks = append(net.Architecture.Blocks, network.Linear{To: l.Out, Bias: l.bias != nil})
	}
	last, _ := between(norms, &layers[order[len(order)-1]], nil)
	add(last)
	net.Assumed = fmt.Sprintf("the matrices follow each other in the order of their names, %s after each but the last, without shortcuts", a) +
		normWords(net.Norms, len(norms)-len(net.Norms))
	return net, nil
}

// FromGraph is the network in a file that says how its layers are connected.
func FromGraph(f *checkpoint.File, layers []Layer, g checkpoint.Graph) (Net, error) {
	net := Net{Architecture: g.Architecture}
	byName := map[string]*checkpoint.Tensor{}
	for i := range f.Tensors {
		byName[f.Tensors[i].Name] = &f.Tensors[i]
	}
	for _, n := range g.Norms {
		net.Norms = append(net.Norms, Norm{
			Name: n.Scale, Kind: n.Kind, Epsilon: n.Epsilon,
			scale: byName[n.Scale], shift: byName[n.Shift], mean: byName[n.Mean], variance: byName[n.Variance],
		})
	}
	for _, name := range g.Weights {
		i := slices.IndexFunc(layers, func(l Layer) bool { return l.Name == name })
		if i < 0 {
			return net, fmt.Errorf("%s is left out, and the graph needs it", words.Name(name))
		}
		net.Layers = append(net.Layers, i)
	}
	return net, nil
}

// Match gives the linear maps of a described network the matrices in the order of their
// names, and its normalisations those of the file where there are as many.
func Match(layers []Layer, norms []Norm, a network.Architecture) (Net, error) {
	p, err := a.Prepare()
	if err != nil {
		return Net{}, err
	}
	if p.Linears() != len(layers) {
		return Net{}, fmt.Errorf("the description has %s and the file %s; want --tensor and --exclude with those that are meant",
			plural(p.Linears(), "linear map"), plural(len(layers), "matrix"))
	}
	order := make([]int, len(layers))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return checkpoint.CompareNames(layers[i].Name, layers[j].Name) })
	net := Net{Architecture: a, Layers: order}
	kinds := normalizations(a.Blocks)
	switch {
	case len(kinds) != len(norms) && len(kinds) > 0 && len(norms) > 0:
		net.Assumed = fmt.Sprintf("the description has %s and the file %s, which scale and shift nothing",
			plural(len(kinds), "normalisation"), words.Count(len(norms)))
	case len(kinds) == len(norms):
		for i, n := range norms {
			if n.variance != nil && kinds[i] != network.Batch {
				return net, fmt.Errorf("%s is of batches, and the description has %s normalisation there", words.Name(n.Name), kinds[i])
			}
		}
		net.Norms = norms
		net.Assumed = strings.TrimPrefix(normWords(norms, 0), "; ")
	}
	return net, nil
}

// normalizations are the kinds of all, repetitions written out.
func normalizations(blocks []network.Block) (kinds []network.Norm) {
	for _, b := range blocks {
		switch b := b.(type) {
		case network.Normalization:
			kinds = append(kinds, b.Kind)
		case network.Shortcut:
			kinds = append(kinds, normalizations(b.Blocks)...)
		case network.Repeat:
			if inner := normalizations(b.Blocks); len(inner) > 0 {
				kinds = append(kinds, slices.Repeat(inner, b.Times)...)
			}
		}
	}
	return kinds
}

// First is the first of some names, numbers in them counted as numbers.
func First(names []string) string { return slices.MinFunc(names, checkpoint.CompareNames) }
