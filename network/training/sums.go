package training

import "math"

// sums are the records of an epoch in the making: sums over its steps. All
// of them are part of a checkpoint.
type sums struct {
	counts
	totals  []float64
	x       []float64 // of ‖x⁽ˡ⁾‖²/n, mean over the batch, l = 1 … L+1
	d, grad []float64 // of ‖d⁽ˡ⁾‖², mean over the batch, and ‖∂E/∂W⁽ˡ⁾‖²

	losses, ratios []float64 // of each batch, where they are recorded
}

type counts struct {
	Steps   int `json:"steps"`
	Samples int `json:"samples"`
	Correct int `json:"correct"`
}

// Places in totals.
const (
	lossTotal = iota
	ratioMax
	seconds
	totals
)

// newSums records so many batches of an epoch each, 0 for none.
func newSums(depth, batches int) *sums {
	return &sums{totals: make([]float64, totals), x: make([]float64, depth+1), d: make([]float64, depth), grad: make([]float64, depth),
		losses: make([]float64, batches), ratios: make([]float64, batches)}
}

func (s *sums) reset() {
	for _, x := range s.numbers() {
		clear(x)
	}
	s.counts = counts{}
}

// numbers are everything but the counts.
func (s *sums) numbers() [][]float64 {
	return [][]float64{s.totals, s.x, s.d, s.grad, s.losses, s.ratios}
}

// keepBatch keeps what a batch showed that was just added.
func (s *sums) keepBatch(t *tally, rows int) {
	if at := s.Steps - 1; at < len(s.losses) {
		s.losses[at], s.ratios[at] = t.loss/float64(rows), ratio(t.grad)
	}
}

// add books a step with the given number of rows and width.
func (s *sums) add(t *tally, rows, width int, spent float64) {
	s.Steps++
	s.Samples += rows
	s.Correct += t.correct
	s.totals[lossTotal] += t.loss
	s.totals[seconds] += spent
	for l, v := range t.x {
		s.x[l] += v / float64(rows) / float64(width)
	}
	for l, v := range t.d {
		// d in a tally belongs to the mean loss, 1/rows of a sample's own.
		s.d[l] += v * float64(rows)
		s.grad[l] += t.grad[l]
	}
	s.totals[ratioMax] = math.Max(s.totals[ratioMax], ratio(t.grad))
}

func (s *sums) score() Score {
	if s.Samples == 0 {
		return Score{Loss: Real(math.NaN())}
	}
	return Score{Loss: Real(s.totals[lossTotal] / float64(s.Samples)), Accuracy: float64(s.Correct) / float64(s.Samples)}
}

// record leaves out what the sums do not know.
func (s *sums) record() EpochRecord {
	r := EpochRecord{
		Steps: s.Steps, Train: s.score(), Layers: make([]LayerRecord, len(s.d)),
		GradientRatio: Real(ratio(s.grad)), GradientRatioMax: Real(s.totals[ratioMax]),
		Seconds: s.totals[seconds],
	}
	if s.totals[seconds] > 0 {
		r.SamplesPerSecond = float64(s.Samples) / s.totals[seconds]
	}
	steps := float64(s.Steps)
	for l := range r.Layers {
		r.Layers[l] = LayerRecord{
			Layer: l + 1, X: Real(s.x[l] / steps),
			D: Real(math.Sqrt(s.d[l] / steps)), Gradient: Real(math.Sqrt(s.grad[l] / steps)),
		}
	}
	r.Output = Real(s.x[len(s.d)] / steps)
	for i := range min(s.Steps, len(s.losses)) {
		r.Batches = append(r.Batches, BatchRecord{Loss: Real(s.losses[i]), GradientRatio: Real(s.ratios[i])})
	}
	return r
}

// ratio is max/min of norms given their squares: infinite when one vanishes,
// NaN when one is.
func ratio(squares []float64) float64 {
	lo, hi := math.Inf(1), 0.0
	for _, v := range squares {
		lo, hi = math.Min(lo, v), math.Max(hi, v)
	}
	return math.Sqrt(hi) / math.Sqrt(lo)
}
