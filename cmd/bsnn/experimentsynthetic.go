package main

import (
	"bsnn/network/training"
	"bsnn/reports/experiment"

	"github.com/spf13/cobra"
)

func newExperimentSynthetic() *cobra.Command {
	var f gridFlags
	d := experiment.DefaultSynthetic()
	c := &cobra.Command{
		Use:   "synthetic",
		Short: "The authors' synthetic experiment: averaged weight gradients of random networks",
		Long: `The authors' synthetic experiment: Gaussian inputs go through orthogonal layers, Gaussian
errors come back from the output, one for each input and without any loss, and the weight
gradient of each layer is averaged over the inputs. Each function as it is and normalised;
the ratio of the gradients of the first layer and the last stands beside theory. The
authors' slides show 23167 and 23.2 for SELU as it is, a ratio of 999 where theory says
971, and a largest over a smallest of 1.61 for SELU normalised. --batch is the number of inputs.`,
		Example: `  bsnn experiment synthetic -o synthetic
  bsnn experiment synthetic --depth 50 --width 100 --batch 100 --activation selu -o synthetic-small`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			seed, err := f.check()
			if err != nil {
				return err
			}
			options, done := f.options(c)
			r, err := experiment.Synthetic(c.Context(), f.output, experiment.SyntheticSpec{Seed: seed, Depth: f.depth, Width: f.width,
				Samples: f.batch, Activations: f.activations, DType: training.DType(f.dtype)}, options)
			done()
			if err != nil {
				return f.gridError(err)
			}
			return f.show(c, r, experiment.Failed(r.Cells), "results.csv")
		},
	}
	f.registerSizes(c, "experiment-synthetic", d.Depth, d.Width, d.Samples)
	f.registerActivations(c, d.Activations, "activation, as it is and normalised; repeat for more")
	return c
}
