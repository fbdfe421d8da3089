// Package checkpoint reads and writes the weight files of networks, also those
// of other programs.
//
// It has three parts:
//
//   - [Open] gives the named tensors of a file, or of several shards, whatever their
//     format; each is read when it is asked for.
//   - [TestHaar] says whether the matrices of several files look Haar distributed.
//   - [Initial] describes a file of Haar-distributed initial weights;
//     [Initial.Write] writes it.
//
// The state in which a training run of this project pauses is another file,
// which only package training reads.
//
// # Formats of initial weights
//
// A safetensors file of initial weights has one tensor for each layer
// l = 0, 1, …, named "0.weight", "2.weight", "4.weight", …: what
//
//	torch.nn.Sequential(Linear(n, n, bias=False), A(), Linear(n, n, bias=False), A(), …)
//
// loads by load_state_dict, A being the activation module between them,
// which has no tensors. PyTorch computes xWᵀ for a row x, so its weight is the W of
// h = Wx as it stands. The metadata hold what a reader needs to build A and
// to make the file again, all as text: see [Metadata].
//
// An .npy file is one array depth×n×n. The format has no room for metadata, so
// the same keys and values are written as JSON to a file beside it, with
// ".json" after its name.
package checkpoint
