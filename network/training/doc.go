// Package training trains the networks of the theory, and the usual remedies
// beside them, by stochastic gradient descent with momentum or by Adam, and records every
// norm of every layer on the way. [Published] is the protocol of the authors' own
// experiments.
//
// A network embeds a data row u ∈ ℝᵐ as x⁽¹⁾ ∈ ℝⁿ, applies L layers
// x⁽ˡ⁺¹⁾ = φ(W⁽ˡ⁾x⁽ˡ⁾) and maps x⁽ᴸ⁺¹⁾ to one number per class; the loss is the
// mean over a batch. [Spec] describes network, optimiser and seed completely,
// baselines included: φ as it is, Gaussian weights, batch normalisation,
// shortcuts, in any combination. [New] builds a [Run] from a Spec and two
// [Data] sets, [Run.Train] trains it, [Resume] continues it from a checkpoint.
//
//	spec := training.Default()           // 200 layers of width 500, tanh
//	spec.Inputs, spec.Classes = 784, 10
//	run, err := training.New(spec, train, test)
//	summary, err := run.Train(ctx, training.Options{
//		Checkpoint: "run.checkpoint",
//		Epoch:      func(r training.EpochRecord) error { return encoder.Encode(r) },
//	})
//
// # Reproducibility
//
// Weights and the order of the samples are addressed by the seed, the layer
// and the epoch, and sums are added up in the order of rows and neurons. A run
// gives the same bits for the same Spec, data and kind of processor, for any number
// of workers, however often it is interrupted and resumed. A matrix library takes
// part in drawing orthogonal weights; where package gemm has no kernels it multiplies
// in training too, and the last bits may depend on the number of workers.
//
// # Matrix products
//
// They are made by the kernels of internal/gemm where the processor has any (AVX2
// or AVX-512), and otherwise by the BLAS that is registered with gonum (blas64,
// blas32), which a program chooses once at its start (see internal/openblas);
// [Options] can decide it. The engine splits every product among its own workers,
// so a call into a library should use one thread.
package training
