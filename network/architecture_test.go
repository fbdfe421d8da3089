package network_test

import (
	"strings"
	"testing"

	"bsnn/network"

	"github.com/stretchr/testify/require"
)

const residual = `
input: 784
blocks:
  - linear: {to: 512, weights: gaussian, gain: 1.5, bias: 0.1}
  - activation: gelu
    as_is: true
  - repeat: 30
    blocks:
      - shortcut: {branch: 1/30}
        blocks: [ {linear: {to: 512}}, {activation: 'c*tanh(x)', parameters: {c: 2}} ]
  - norm: rms
  - linear: {to: 10, weights: torch-default, bias: true}
`

func TestReadArchitecture(t *testing.T) {
	a, err := network.ReadArchitecture("net.yaml", []byte(residual))
	require.NoError(t, err)
	out, err := a.Output()
	require.NoError(t, err)
	require.Equal(t, 10, out)
	require.Equal(t, network.Architecture{Input: 784, Blocks: []network.Block{
		network.Linear{To: 512, Weights: network.Gaussian, Gain: 1.5, Bias: true, BiasSD: 0.1},
		network.Activation{Spec: "gelu", AsIs: true},
		network.Repeat{Times: 30, Blocks: []network.Block{network.Balanced(1./30,
			network.Linear{To: 512}, network.Activation{Spec: "c*tanh(x)", Parameters: map[string]string{"c": "2"}})}},
		network.Normalization{Kind: network.RMS},
		network.Linear{To: 10, Weights: network.TorchDefault, Bias: true},
	}}, a)
	require.InDelta(t, 1./(3*512), a.Blocks[4].(network.Linear).BiasVariance(512), 1e-18)
	require.InDelta(t, 0.01, a.Blocks[0].(network.Linear).BiasVariance(784), 1e-15)
}

// Every mistake is named with its line and what would be right.
func TestArchitectureMistakes(t *testing.T) {
	for _, x := range []struct{ text, want string }{
		{"",
			"net.yaml:1: the file is empty; want input: and blocks:"},
		{"input: 3",
			"net.yaml:1: a network without blocks"},
		{"blocks: [{linear: {to: 3}}]",
			"net.yaml:1: no input"},
		{"input: 0\nblocks: [{linear: {to: 3}}]",
			`input "0"; want a whole number from 1`},
		{"input: 3\nblocks:\n  - linaer: {to: 3}",
			`net.yaml:3: unknown block "linaer"; did you mean linear?`},
		{"input: 3\nblocks:\n  - linear: {to: 3}\n    norm: rms",
			"net.yaml:4: a block that is linear and norm"},
		{"input: 3\nblocks:\n  - linear: 512",
			"net.yaml:3: linear: 512; want where to"},
		{"input: 3\nblocks:\n  - linear: {to: 3, weights: torch}",
			"net.yaml:3: weights \"torch\""},
		{"input: 3\nblocks:\n  - linear: {to: 3, weights: gausian}",
			"did you mean gaussian?"},
		{"input: 3\nblocks:\n  - linear: {to: 3, bias: much}",
			`bias "much"; want true, false or a standard deviation`},
		{"input: 3\nblocks:\n  - linear: {to: 3, gain: -1}",
			`gain "-1"; want a finite number above 0`},
		{"input: 3\nblocks:\n  - activation: gelo",
			"net.yaml:3: activation \"gelo\""},
		{"input: 3\nblocks:\n  - norm: rsm",
			"did you mean rms?"},
		{"input: 1\nblocks:\n  - norm: layer",
			"net.yaml:3: layer normalisation of width 1"},
		{"input: 3\nblocks:\n  - shortcut: {branch: 1.5}",
			`branch "1.5"; want a number from 0 to 1`},
		{"input: 3\nblocks:\n  - {shortcut: {alpha: 1}, blocks: [{linear: {to: 3}}]}",
			"want both"},
		{"input: 3\nblocks:\n  - {shortcut: {branch: 1/2, beta: 1}, blocks: [{linear: {to: 3}}]}",
			"one way to say it"},
		{"input: 3\nblocks:\n  - shortcut: {branch: 1/2}",
			"a shortcut without blocks"},
		{"input: 3\nblocks:\n  - repeat: 10000001\n    blocks: []",
			"want a whole number from 1 to 10000000"},
		{"input: 3\nblocks:\n  - repeat: 3",
			"repeat without blocks"},
		{"input: 3\nblocks:\n  - repeat: 9000000\n    blocks: &b [{linear: {to: 3}}, {norm: rms}]",
			"1.8e+07 blocks"},
		{"input: 3\nblocks:\n  - shortcut: {branch: 1/2}\n    blocks: [{linear: {to: 4}}]",
			"net.yaml:3: shortcut around blocks that turn 3 numbers into 4; want a linear map"},
		{"input: 3\nblocks:\n  - linear: {to: 4}\n  - shortcut: {branch: 1/2}\n    blocks: [{activation: tanh}]",
			"net.yaml:4: shortcut around blocks without a linear map"},
		{"input: 3\nblocks:\n  - linear: {to: 4}\n  - repeat: 2\n    blocks: [{shortcut: {branch: 1}, blocks: [{linear: {to: 5}}]}]",
			"net.yaml:5: shortcut around blocks that turn 4 numbers into 5"},
	} {
		_, err := network.ReadArchitecture("net.yaml", []byte(x.text))
		require.ErrorContains(t, err, x.want, x.text)
	}
}

// Aliases that multiply do not take memory.
func TestArchitectureAliasBomb(t *testing.T) {
	text := "input: 3\nblocks:\n  - repeat: 1\n    blocks: &a0 [{norm: rms}, {norm: rms}]\n"
	for i := range 40 {
		text += strings.NewReplacer("N", string(rune('0'+i/10))+string(rune('0'+i%10)), "P", func() string {
			if i == 0 {
				return "a0"
			}
			return "b" + string(rune('0'+(i-1)/10)) + string(rune('0'+(i-1)%10))
		}()).Replace("  - repeat: 1\n    blocks: &bN [{repeat: 1, blocks: *P}, {repeat: 1, blocks: *P}]\n")
	}
	_, err := network.ReadArchitecture("net.yaml", []byte(text))
	require.Error(t, err)
}

func TestParseLayers(t *testing.T) {
	for text, want := range map[string]struct {
		input int
		runs  []network.Run
	}{
		"784,512x29,10": {784, []network.Run{{512, 29}, {10, 1}}},
		"400x51":        {400, []network.Run{{400, 50}}},
		" 3 , 4":        {3, []network.Run{{4, 1}}},
	} {
		input, runs, err := network.ParseLayers(text)
		require.NoError(t, err, text)
		require.Equal(t, want.input, input)
		require.Equal(t, want.runs, runs)
	}
	for _, text := range []string{"", "784", "784,", "784,0", "784,512x0", "784,512x-1", "784;512", "784,512x99999999,10", "784,9999999999"} {
		_, _, err := network.ParseLayers(text)
		require.Error(t, err, text)
	}
}

func TestStack(t *testing.T) {
	tanh := network.Activation{Spec: "tanh"}
	s := network.Stack{Input: 784, Runs: []network.Run{{512, 30}, {10, 1}}, Activation: tanh, Shortcut: "rotated"}
	a, err := s.Architecture()
	require.NoError(t, err)
	require.Equal(t, []network.Block{
		network.Linear{To: 512}, tanh,
		network.Repeat{Times: 29, Blocks: []network.Block{network.Balanced(1./29, network.Linear{To: 512}, tanh)}},
		network.Linear{To: 10},
	}, a.Blocks)
	rms := network.RMS
	s = network.Stack{Input: 4, Runs: []network.Run{{4, 3}}, Activation: tanh, Norm: &rms}
	a, err = s.Architecture()
	require.NoError(t, err)
	require.Equal(t, []network.Block{
		network.Repeat{Times: 2, Blocks: []network.Block{network.Linear{To: 4}, tanh, network.Normalization{Kind: network.RMS}}},
		network.Linear{To: 4},
	}, a.Blocks)
	for _, bad := range []network.Stack{
		{Input: 4, Runs: []network.Run{{3, 1}}, Activation: tanh, Shortcut: "rotated"},
		{Input: 4, Runs: []network.Run{{4, 3}}, Activation: tanh, Shortcut: "rotaded"},
		{Input: 4, Runs: []network.Run{{4, 3}}, Activation: tanh, Shortcut: "rotated", Branch: 2},
		{Input: 4, Runs: []network.Run{{4, 3}}, Activation: tanh, Branch: 0.5},
		{Input: 4, Runs: []network.Run{{4, 3}}},
	} {
		_, err := bad.Architecture()
		require.Error(t, err)
	}
}
