package reports

import (
	"math"

	"bsnn/montecarlo"
	"bsnn/network"
)

// newLayerNorms follows the norms through the networks of one width.
func newLayerNorms(trials []network.Norms, width int) LayerNorms {
	depth := trials[0].Depth()
	out := LayerNorms{Width: width, Trials: len(trials)}
	for l := 1; l <= depth+1; l++ {
		out.Forward = append(out.Forward, newBand(trials, l, func(n network.Norms) float64 { return n.X[l-1] / float64(width) }))
	}
	for l := 1; l <= depth; l++ {
		out.Backward = append(out.Backward, newBand(trials, l, func(n network.Norms) float64 { return n.D[l-1] / n.D[depth-1] }))
		out.WeightGradient = append(out.WeightGradient, newBand(trials, l, func(n network.Norms) float64 {
			return n.WeightGradient(l) / n.WeightGradient(depth)
		}))
	}
	return out
}

func newBand(trials []network.Norms, layer int, value func(network.Norms) float64) Band {
	s := montecarlo.NewSample(nil)
	for _, n := range trials {
		if v := value(n); !math.IsNaN(v) {
			s.Add(v)
		}
	}
	return Band{Layer: layer, Q05: Number(s.Quantile(0.05)), Q50: Number(s.Quantile(0.5)), Q95: Number(s.Quantile(0.95))}
}
