package theorem

import (
	"encoding/json"
	"math"
)

// MarshalJSON writes what is not predicted as null.
func (l LogLaw) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Mean *float64 `json:"mean"`
		SD   *float64 `json:"sd"`
	}{number(l.Mean), number(l.SD)})
}

// MarshalJSON writes what is not predicted as null, and the cures as advice.
func (p Prediction) MarshalJSON() ([]byte, error) {
	type plain struct {
		Input                int               `json:"input"`
		Output               int               `json:"output"`
		Layers               float64           `json:"layers"`
		ForwardFactor        float64           `json:"forward_factor"`
		BackwardFactor       float64           `json:"backward_factor"`
		ForwardLog           LogLaw            `json:"forward_log"`
		BackwardLog          LogLaw            `json:"backward_log"`
		MergeDepth           *float64          `json:"merge_depth"`
		MergeDistance        float64           `json:"merge_distance"`
		Separation           float64           `json:"separation"`
		JacobianSecondMoment *float64          `json:"jacobian_second_moment"`
		Answers              *Answers          `json:"answers,omitempty"`
		Approximate          string            `json:"approximate,omitempty"`
		Blocks               []BlockPrediction `json:"blocks"`
		Causes               []Cause           `json:"causes"`
		Advice               []string          `json:"advice"`
	}
	advice := []string{}
	for _, c := range p.Causes {
		advice = append(advice, c.Cure)
	}
	causes := p.Causes
	if causes == nil {
		causes = []Cause{}
	}
	return json.Marshal(plain{
		p.Input, p.Output, p.Layers, p.ForwardFactor, p.BackwardFactor, p.ForwardLog, p.BackwardLog, number(p.MergeDepth), p.MergeDistance,
		p.Separation, number(p.JacobianSecondMoment), p.Answers, p.Rough, p.Blocks, causes, advice,
	})
}

// number is nil where there is none.
func number(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}
