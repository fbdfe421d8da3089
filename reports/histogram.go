package reports

import (
	"math"

	"bsnn/network"
	"bsnn/properties"
	"bsnn/theorem"
)

// A Histogram counts √n·(‖x‖²/n − 1) over networks of one width, x the last
// layer's output. In the limit of wide networks it is normally distributed
// with mean 0 and standard deviation SD.
type Histogram struct {
	Depth  int    `json:"depth"`
	Width  int    `json:"width"`
	Trials int    `json:"trials"`
	SD     Number `json:"sd"` // of the limiting normal density (asymptotic); null where there is none

	Lo     Number `json:"lo"`   // left end of the first bin
	Step   Number `json:"step"` // width of a bin
	Counts []int  `json:"counts"`
	Below  int    `json:"below"` // how many lie left of the bins, and right of them or nowhere
	Above  int    `json:"above"`
	Median Number `json:"median"` // of all, inside the bins or not
}

const (
	histogramBins  = 32
	histogramReach = 4 // standard deviations on each side
)

// histogramWidth is the width whose networks are counted: the widest of those
// that nearly have the most trials.
func (s Spec) histogramWidth(depth int) int {
	most, at := 0, s.Widths[0]
	for _, n := range s.Widths {
		most = max(most, s.TrialsAt(n, depth))
	}
	for _, n := range s.Widths {
		if 10*s.TrialsAt(n, depth) >= 9*most {
			at = n
		}
	}
	return at
}

// newHistogram counts the networks of an ensemble.
func newHistogram(e properties.Ensemble, res resolved, trials []network.Norms) (Histogram, error) {
	n := float64(e.Width)
	h := Histogram{Depth: e.Depth, Width: e.Width, Trials: len(trials), SD: Number(math.NaN()), Counts: make([]int, histogramBins)}
	reach := math.Sqrt(res.profile.ForwardVariance)
	if res.profile.Normalized(theorem.NormalizedTolerance) {
		law, err := theorem.Definition1Forward().PredictionFor(res.profile, e.Weights, e.Width, e.Depth)
		if err != nil {
			return h, err
		}
		switch {
		case !law.Known(): // the scale of the axis is no prediction
			reach = math.Sqrt(theorem.ForwardDepthVariance(res.profile, e.Depth))
		case law.LogNormal: // the variance of the logarithm is the one of the limit
			reach = law.LogSD * math.Sqrt(n)
		default:
			reach = law.SD * math.Sqrt(n)
		}
		if law.Known() {
			h.SD = Number(reach)
		}
	}
	h.Lo, h.Step = Number(-histogramReach*reach), Number(2*histogramReach*reach/histogramBins)
	values := make([]float64, len(trials))
	for i, t := range trials {
		values[i] = math.Sqrt(n) * (t.X[e.Depth]/n - 1)
		h.add(values[i])
	}
	h.Median = Number(quantile(values, 0.5))
	return h, nil
}

func (h *Histogram) add(z float64) {
	at := math.Floor((z - float64(h.Lo)) / float64(h.Step))
	switch {
	case at < 0:
		h.Below++
	case at < float64(len(h.Counts)):
		h.Counts[int(at)]++
	default: // NaN, too
		h.Above++
	}
}
