package main

import (
	"fmt"
	"path/filepath"

	"bsnn/internal/limits"
	"bsnn/internal/table"
	"bsnn/network/checkpoint"

	"github.com/spf13/cobra"
)

type initFlags struct {
	fileFunction
	output, dtype, seed string
	depth, width        int
	like, keep          []string
	asJSON              bool
}

func newInit() *cobra.Command {
	var f initFlags
	c := &cobra.Command{
		Use:     "init",
		GroupID: groupNetworks,
		Short:   "Write Haar-orthogonal initial weights for other programs",
		Long: `Write the initial weights of a bidirectionally self-normalising network: one
Haar-distributed n×n matrix for each layer, as .safetensors (names that a PyTorch
nn.Sequential of Linear and activation modules loads) or as one depth×n×n .npy array.
The metadata hold the activation and its constants a and b, with which it is used as
a·f + b. The file is written layer by layer and appears when it is complete.

--like FILE writes a start for the network in a weight file (all that bsnn audit reads):
the same names, shapes and types, so that load_state_dict(strict=True) takes it. Its
matrices are drawn with orthonormal rows or columns and scaled for the activation, as it
is unless that file says otherwise or --normalized (which needs no gain), so that signals and gradients keep their squared norms over the depth as well as one
gain can; their biases are zero. What is no linear map stays: embeddings, normalisations,
and what --keep names.`,
		Example: `  bsnn init --depth 8 --width 64 --activation tanh -o weights.safetensors
  bsnn init --depth 4 --width 32 --activation 'x*sigmoid(1.702*x)' --dtype float64 -o weights.npy
  bsnn init --like weights.safetensors --activation gelu --keep '14.*' -o start.safetensors`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return f.run(c) },
	}
	f.register(c, "with --like: ")
	c.Flags().StringVarP(&f.output, "output", "o", "weights.safetensors", "file to write: .safetensors or .npy")
	addActivation(c, &f.activation, "tanh", "name or expression of the activation")
	c.Flags().StringVar(&f.dtype, "dtype", "float32", "float32 or float64")
	oneOf(c, "dtype", "float32", "float64")
	c.Flags().StringVar(&f.seed, "seed", "1", "seed of the weights, or \"random\"")
	c.Flags().IntVar(&f.depth, "depth", 50, "layers")
	c.Flags().IntVar(&f.width, "width", 512, "neurons in each layer")
	c.Flags().StringArrayVar(&f.like, "like", nil, "weight file, or its shards, whose names, shapes and types the output has")
	c.Flags().StringArrayVar(&f.keep, "keep", nil,
		"with --like: pattern of tensor names that stay, as in 'head.*'; may be given several times")
	c.Flags().BoolVar(&f.asJSON, "json", false, "print JSON")
	return c
}

func (f *initFlags) run(c *cobra.Command) error {
	if len(f.like) > 0 {
		return f.runLike(c)
	}
	for _, flag := range []string{"keep", "normalized", "as-is"} {
		if c.Flags().Changed(flag) {
			return fmt.Errorf("--%s without --like; want both", flag)
		}
	}
	if err := limits.Whole("--depth", f.depth, 1, limits.Depth); err != nil {
		return err
	}
	if err := limits.Whole("--width", f.width, 1, limits.ExplicitWidth); err != nil {
		return err
	}
	if kind := filepath.Ext(f.output); kind != ".safetensors" && kind != ".npy" {
		return fmt.Errorf("--output %q; want a name that ends in .safetensors or .npy", f.output)
	}
	seed, err := parseSeed(f.seed)
	if err != nil {
		return err
	}
	j, err := f.judge(f.activation)
	if err != nil {
		return err
	}
	line := newProgress(c.ErrOrStderr())
	weights := checkpoint.Initial{
		Path: f.output, Depth: f.depth, Width: f.width, DType: checkpoint.DType(f.dtype), Seed: seed,
		Activation: j.Expression.String(), A: j.A, B: j.B, Progress: line.counted("writing layers"),
	}
	if err := weights.Feasible(); err != nil {
		return err
	}
	if text := durationText(foretoldDrawing(f.depth, f.width)); text != "" {
		note(c.ErrOrStderr(), "%s", text)
	}
	r, err := weights.Write(c.Context())
	line.clear()
	if err != nil {
		return err
	}
	if f.asJSON {
		return writeJSON(c.OutOrStdout(), r)
	}
	_, err = fmt.Fprintf(pageOf(c.OutOrStdout(), table.Text), "%s: %d tensors, %d bytes, for φ = %s·f + %s with f = %s\n",
		r.Path, r.Tensors, r.Bytes, r.Metadata.A, r.Metadata.B, r.Metadata.Activation)
	return err
}
