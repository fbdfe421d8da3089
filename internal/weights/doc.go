// Package weights writes the initial weights of a network for other
// programs: one Haar-distributed n×n matrix for each layer.
//
// A safetensors file has one tensor for each layer l = 0, 1, …, named
// "0.weight", "2.weight", "4.weight", …: what
//
//	torch.nn.Sequential(Linear(n, n, bias=False), A(), Linear(n, n, bias=False), A(), …)
//
// loads by load_state_dict, A being the activation module between them,
// which has no tensors. PyTorch computes xWᵀ for a row x, so its weight is the W of
// h = Wx as it stands. The metadata holds what a reader needs to build A and
// to make the file again, all as text: "activation" (f by name), "a" and "b"
// (φ = a·f + b), "seed", "ensemble", "depth", "width", "dtype" and "format" ("pt",
// which loaders of the format ask for).
//
// An .npy file is one array depth×n×n. The format has no room for metadata, so
// the same keys and values are written as JSON to a file beside it, with
// ".json" after its name.
package weights
