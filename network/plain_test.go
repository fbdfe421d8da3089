package network_test

import (
	"testing"

	"bsnn/network"

	"github.com/stretchr/testify/require"
)

func TestPlain(t *testing.T) {
	w, tanh, relu := network.Linear{To: 8}, network.Activation{Spec: "tanh"}, network.Activation{Spec: "relu"}
	layer := []network.Block{w, tanh}
	of := func(blocks ...network.Block) (network.Plain, bool) {
		return network.Architecture{Input: 8, Blocks: blocks}.Plain()
	}
	for _, blocks := range [][]network.Block{
		{w, tanh, w, tanh, w, tanh, w, tanh}, {network.Repeat{Times: 4, Blocks: layer}},
		{w, network.Repeat{Times: 3, Blocks: []network.Block{tanh, w}}, tanh},
		{network.Repeat{Times: 2, Blocks: []network.Block{network.Repeat{Times: 2, Blocks: layer}}}},
	} {
		p, is := of(blocks...)
		require.True(t, is, "%v", blocks)
		require.Equal(t, network.Plain{Activation: tanh, Depth: 4}, p)
	}
	for _, blocks := range [][]network.Block{
		{}, {w}, {tanh, w}, {w, w, tanh, tanh}, {w, tanh, w, relu}, {network.Linear{To: 9}, tanh}, {network.Linear{To: 8, Gain: 2}, tanh},
		{network.Linear{To: 8, Weights: network.TorchDefault}, tanh}, {w, tanh, network.Linear{To: 8, Weights: network.Gaussian}, tanh},
		{network.Repeat{Times: 2, Blocks: []network.Block{w}}, tanh}, {network.Balanced(0.5, layer...)},
		{w, tanh, network.Normalization{Kind: network.RMS}},
	} {
		_, is := of(blocks...)
		require.False(t, is, "%v", blocks)
	}
}
