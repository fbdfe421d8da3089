package reports

import (
	"context"
	"strings"

	"bsnn/internal/provenance"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/properties"
	"bsnn/theorem"
)

// An ArchitectureReport is what is known of the random networks of an architecture:
// predicted, measured and judged.
type ArchitectureReport struct {
	Name        string                        `json:"name"`
	Description string                        `json:"description"` // as network.ReadArchitecture reads it
	Machine     provenance.Machine            `json:"machine"`
	Prediction  theorem.Prediction            `json:"prediction"`
	Result      properties.ArchitectureResult `json:"result"`
	Tolerance   float64                       `json:"tolerance"` // on norms
	Limit       float64                       `json:"limit"`

	// Signal and Gradient are squared norms along the blocks, repetitions written out where
	// there is room: from the input to behind each block, and from the output back to
	// in front of it.
	Signal   []FactorBand `json:"signal"`
	Gradient []FactorBand `json:"gradient"`

	Command string `json:"command,omitempty"` // that repeats the report
}

// A FactorBand is a factor of squared norms in the networks, and by theory; NaN where
// there is no number.
type FactorBand struct {
	Block     string `json:"block"`
	Q05       Number `json:"q05"`
	Q50       Number `json:"q50"`
	Q95       Number `json:"q95"`
	Predicted Number `json:"predicted"` // the limit for wide networks
	Low       Number `json:"predicted_q05"`
	High      Number `json:"predicted_q95"`
}

const (
	// So many blocks are shown one by one.
	shownBlocks = 400
	// So many networks are drawn for the bands, at most.
	bandNetworks = 200
)

// RunArchitecture judges the networks, and looks at them along the blocks. The networks
// of the bands are the first of those that were judged. blas says in words what
// multiplies explicit matrices.
func RunArchitecture(ctx context.Context, name, blas string, v properties.ArchitectureVerification) (*ArchitectureReport, error) {
	r := &ArchitectureReport{Name: name, Machine: provenance.Here(blas), Tolerance: v.Tolerance, Limit: v.Limit}
	var text strings.Builder
	err := network.WriteArchitecture(&text, v.Architecture)
	if err != nil {
		return nil, err
	}
	r.Description = text.String()
	if r.Prediction, err = theorem.Predict(ctx, v.Architecture, theorem.Question{}); err != nil {
		return nil, err
	}
	if r.Result, err = v.Run(ctx); err != nil {
		return nil, err
	}
	return r, r.bands(ctx, v)
}

// bands measures along the blocks.
func (r *ArchitectureReport) bands(ctx context.Context, v properties.ArchitectureVerification) error {
	long := v.Architecture.Unrolled(shownBlocks)
	prediction, err := theorem.Predict(ctx, long, theorem.Question{})
	if err != nil {
		return err
	}
	prepared, err := long.Prepare()
	if err != nil {
		return err
	}
	e := properties.ArchitectureEnsemble{Prepared: prepared, Explicit: v.Explicit, Inputs: v.Inputs}
	plan := montecarlo.Plan{Trials: min(r.Result.Networks, bandNetworks), Workers: v.Budget.Workers}
	trials, err := e.Sample(ctx, plan, montecarlo.NewExperiment(v.Budget.Seed, e.Address()))
	if err != nil {
		return err
	}
	gradient := 1.
	r.Signal, r.Gradient = make([]FactorBand, len(prediction.Blocks)), make([]FactorBand, len(prediction.Blocks))
	for i := len(prediction.Blocks) - 1; i >= 0; i-- {
		b := prediction.Blocks[i]
		gradient *= b.Gradient
		r.Signal[i] = factorBand(b.Name, b.Square, b.SignalLog, trials, func(f properties.Factors) []float64 { return f.Signal }, i)
		r.Gradient[i] = factorBand(b.Name, gradient, b.GradientLog, trials, func(f properties.Factors) []float64 { return f.Gradient }, i)
	}
	return nil
}

func factorBand(block string, limit float64, law theorem.LogLaw, trials []properties.Factors, of func(properties.Factors) []float64,
	i int) FactorBand {
	s := montecarlo.NewSample(nil)
	for _, f := range trials {
		s.Add(of(f)[i])
	}
	return FactorBand{
		Block: block, Q05: Number(s.Quantile(0.05)), Q50: Number(s.Quantile(0.5)), Q95: Number(s.Quantile(0.95)),
		Predicted: Number(limit), Low: Number(law.Quantile(0.05)), High: Number(law.Quantile(0.95)),
	}
}
