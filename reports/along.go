package reports

import (
	"context"

	"bsnn/internal/parts"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/properties"
	"bsnn/theorem"
)

// Along asks for squared norms along the blocks of an architecture: those of the first
// networks that [properties.ArchitectureVerification] judges with the same seed.
type Along struct {
	Architecture network.Architecture // repetitions are written out where there is room, see Unrolled
	Explicit     bool                 // form all matrices
	Inputs       int                  // at once; 0 means 1
	Seed         uint64
	Plan         montecarlo.Plan // of networks

	// Journal, if set, keeps what is seen of each network in a section and saves looking again.
	Journal properties.Journal
	Section string
}

// AlongBands are squared norms along blocks: from the input to behind each block, and
// from the output back to in front of it.
type AlongBands struct {
	Signal   []FactorBand `json:"signal"`
	Gradient []FactorBand `json:"gradient"`
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

// Measure draws the networks, and asks theory.
func (q Along) Measure(ctx context.Context) (out AlongBands, err error) {
	prediction, err := theorem.Predict(ctx, q.Architecture, theorem.Question{})
	if err != nil {
		return out, err
	}
	e, err := q.ensemble()
	if err != nil {
		return out, err
	}
	trials, err := e.SampleKept(ctx, q.Plan, montecarlo.NewExperiment(q.Seed, e.Address()), q.Journal, q.Section)
	if err != nil {
		return out, err
	}
	return alongBands(prediction, trials), nil
}

// alongBands are the bands of networks, NaN where there are none.
func alongBands(prediction theorem.Prediction, trials []properties.Factors) (out AlongBands) {
	gradient := 1.
	out.Signal, out.Gradient = make([]FactorBand, len(prediction.Blocks)), make([]FactorBand, len(prediction.Blocks))
	for i := len(prediction.Blocks) - 1; i >= 0; i-- {
		b := prediction.Blocks[i]
		gradient *= b.Gradient
		out.Signal[i] = factorBand(b.Name, b.Square, b.SignalLog, trials, func(f properties.Factors) []float64 { return f.Signal }, i)
		out.Gradient[i] = factorBand(b.Name, gradient, b.GradientLog, trials, func(f properties.Factors) []float64 { return f.Gradient }, i)
	}
	return out
}

// Record draws some of the networks for what the journal keeps of them.
func (q Along) Record(ctx context.Context, p parts.Piece, progress func(fraction float64)) error {
	e, err := q.ensemble()
	if err != nil {
		return err
	}
	q.Plan.First, q.Plan.Trials = p.First, p.Trials
	q.Plan.Progress = func(done, total int) { progress(float64(done) / float64(total)) }
	_, err = e.SampleKept(ctx, q.Plan, montecarlo.NewExperiment(q.Seed, e.Address()), q.Journal, q.Section)
	return err
}

func (q Along) ensemble() (properties.ArchitectureEnsemble, error) {
	prepared, err := q.Architecture.Prepare()
	return properties.ArchitectureEnsemble{Prepared: prepared, Explicit: q.Explicit, Inputs: q.Inputs}, err
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

// PredictedAlong is what theory says along the outermost blocks, with nothing measured.
func PredictedAlong(p theorem.Prediction) AlongBands {
	return alongBands(p, nil)
}
