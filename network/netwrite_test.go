package network_test

import (
	"bytes"
	"testing"

	"bsnn/network"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// What is written reads back as the same architecture.
func TestWriteArchitectureReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := network.Architecture{Input: rapid.IntRange(1, 9).Draw(t, "input")}
		a.Blocks = someBlocks(t, a.Input, 0)
		var b bytes.Buffer
		require.NoError(t, network.WriteArchitecture(&b, a))
		back, err := network.ReadArchitecture("written", b.Bytes())
		require.NoError(t, err, b.String())
		require.Equal(t, a, back, b.String())
	})
}

// someBlocks are random blocks that keep the width, at the end.
func someBlocks(t *rapid.T, width, nested int) []network.Block {
	linear := func(to int) network.Linear {
		l := network.Linear{To: to, Weights: network.Weights(rapid.IntRange(0, 4).Draw(t, "weights"))}
		l.Gain = rapid.SampledFrom([]float64{0, 0.5, 1.4142135623730951}).Draw(t, "gain")
		l.Bias = rapid.Bool().Draw(t, "bias")
		if l.Bias {
			l.BiasSD = rapid.SampledFrom([]float64{0, 0.1}).Draw(t, "sd")
		}
		return l
	}
	var list []network.Block
	for range rapid.IntRange(0, 3).Draw(t, "blocks") {
		switch kind := rapid.IntRange(0, 4).Draw(t, "kind"); {
		case kind == 0:
			list = append(list, network.Activation{
				Spec: "c*tanh(x)", Parameters: map[string]string{"c": "-1e-3"}, AsIs: rapid.Bool().Draw(t, "as is"),
			})
		case kind == 1 && width > 1:
			list = append(list, network.Normalization{Kind: network.Norm(rapid.IntRange(0, 2).Draw(t, "norm"))})
		case kind == 2 && nested < 2:
			s := network.Balanced(rapid.Float64Range(0, 1).Draw(t, "branch"), someBlocks(t, width, nested+1)...)
			if rapid.Bool().Draw(t, "two") {
				s.Alpha, s.Beta = rapid.Float64Range(-2, 2).Draw(t, "α"), rapid.Float64Range(-2, 2).Draw(t, "β")
			}
			s.Plain = rapid.Bool().Draw(t, "plain")
			list = append(list, s)
		case kind == 3 && nested < 2:
			list = append(list, network.Repeat{Times: rapid.IntRange(1, 9).Draw(t, "times"), Blocks: someBlocks(t, width, nested+1)})
		default:
			list = append(list, linear(rapid.IntRange(1, 9).Draw(t, "to")), linear(width))
		}
	}
	return append(list, linear(width))
}
