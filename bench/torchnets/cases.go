package main

import (
	"math"

	net "bsnn/network"
)

// A network is one of networks.py, as this project describes it.
type network struct {
	name, text   string
	architecture func() (net.Architecture, error)
}

var (
	torchDefault = net.Linear{Weights: net.TorchDefault, Bias: true}
	kaiming      = net.Linear{Weights: net.Gaussian, Gain: math.Sqrt2}
	gelu         = net.Activation{Spec: "gelu", AsIs: true}
	relu         = net.Activation{Spec: "relu", AsIs: true}
	tanh         = net.Activation{Spec: "tanh", AsIs: true}
)

var cases = []network{
	{"mlp", "784,256x19,10, GELU, PyTorch's default with biases", stack("784,256x19,10", gelu, torchDefault)},
	{"kaiming", "784,256x19,10, ReLU, kaiming_normal_", stack("784,256x19,10", relu, kaiming)},
	{"bottleneck", "512,64,512,64,512, GELU, PyTorch's default with biases", stack("512,64,512,64,512", gelu, torchDefault)},
	{"bottleneck-orthogonal", "512,64,512,64,512, tanh, orthogonal_", stack("512,64,512,64,512", tanh, net.Linear{})},
	{"residual", "784, 20 blocks x + Linear(GELU(Linear(LayerNorm(x)))) of 256, PyTorch's default", residual},
	{"post-norm", "784, 20 blocks LayerNorm(x + ReLU(Linear(x))) of 256, kaiming_normal_", postNorm},
	{"batch-norm", "256x22, ReLU, kaiming_normal_, BatchNorm1d of 2,048 inputs", batchNorm},
}

func stack(layers string, function net.Activation, linear net.Linear) func() (net.Architecture, error) {
	return func() (net.Architecture, error) {
		input, runs, err := net.ParseLayers(layers)
		if err != nil {
			return net.Architecture{}, err
		}
		return net.Stack{Input: input, Runs: runs, Activation: function, Linear: linear}.Architecture()
	}
}

// to is a linear map to that width.
func to(width int, l net.Linear) net.Linear {
	l.To = width
	return l
}

func residual() (net.Architecture, error) {
	branch := []net.Block{net.Normalization{Kind: net.Layer}, to(512, torchDefault), gelu, to(256, torchDefault)}
	return net.Architecture{Input: 784, Blocks: []net.Block{
		to(256, torchDefault),
		net.Repeat{Times: 20, Blocks: []net.Block{net.Shortcut{Blocks: branch, Alpha: 1, Beta: 1, Plain: true}}},
		net.Normalization{Kind: net.Layer},
		to(10, torchDefault),
	}}, nil
}

func postNorm() (net.Architecture, error) {
	added := net.Shortcut{Blocks: []net.Block{to(256, kaiming), relu}, Alpha: 1, Beta: 1, Plain: true}
	return net.Architecture{Input: 784, Blocks: []net.Block{
		to(256, kaiming),
		net.Repeat{Times: 20, Blocks: []net.Block{added, net.Normalization{Kind: net.Layer}}},
		to(10, kaiming),
	}}, nil
}

func batchNorm() (net.Architecture, error) {
	layer := []net.Block{to(256, kaiming), net.Normalization{Kind: net.Batch}, relu}
	return net.Architecture{Input: 256, Blocks: []net.Block{net.Repeat{Times: 20, Blocks: layer}, to(256, kaiming)}}, nil
}
