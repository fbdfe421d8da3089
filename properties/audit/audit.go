package audit

import "bsnn/network/checkpoint"

// An Audit is what a checkpoint does to signals and gradients.
type Audit struct {
	File    []string             `json:"file"`
	Layers  []Layer              `json:"layers"`
	Skipped []checkpoint.Skipped `json:"skipped"`

	// Assumed says how the layers were taken to be connected; empty where a description
	// said it, or where they are looked at one by one only.
	Assumed string `json:"assumed,omitempty"`
	// NotPropagated says why nothing was sent through the network, empty where
	// something was.
	NotPropagated string `json:"not_propagated,omitempty"`

	// ForwardFactor is (‖output‖²/n_out)/(‖input‖²/n_in), BackwardFactor ‖∂E/∂h‖² behind the first
	// linear map over the same behind the last: medians over inputs and directions.
	ForwardFactor  Number `json:"forward_factor"`
	BackwardFactor Number `json:"backward_factor"`

	Verdict Verdict  `json:"verdict"`
	Causes  []Cause  `json:"causes"`
	Advice  []string `json:"advice"`

	Propagation *Propagation `json:"propagation,omitempty"`
	// Predicted is what theory says of fresh networks of the recognised laws; nil where
	// nothing was sent.
	Predicted *Predicted `json:"predicted,omitempty"`
}

// Predicted are factors as those of Audit.
type Predicted struct {
	ForwardFactor  Number `json:"forward_factor"`
	BackwardFactor Number `json:"backward_factor"`
	// Fresh says that all layers look like a random start. Otherwise the network that theory speaks of has
	// normal weights of the same gain in place of those that do not.
	Fresh bool `json:"fresh"`
	// Why is why nothing is predicted; empty where something is, or lengths grow beyond all numbers.
	Why string `json:"why,omitempty"`
}

// Of says whose factors they are, or why there are none, for people.
func (p Predicted) Of() string {
	switch {
	case p.Why != "":
		return p.Why
	case p.Fresh:
		return "theory for fresh weights of these laws"
	}
	return "theory for random weights of these gains, and not what was trained"
}

// Outcome is "confirmed", "refuted" or "undecided".
type Outcome string

// The three answers.
const (
	Confirmed Outcome = "confirmed"
	Refuted   Outcome = "refuted"
	Undecided Outcome = "undecided"
)

// Verdict says whether norms are kept.
type Verdict struct {
	Forward  Outcome `json:"forward"`
	Backward Outcome `json:"backward"`
	// Tolerance is the largest factor of squared norms, or its inverse, at which
	// they count as kept.
	Tolerance float64 `json:"tolerance"`
	Alpha     float64 `json:"alpha"`
	Reason    string  `json:"reason"`
}

// Cause is why norms are not kept.
type Cause struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
	Cure string `json:"cure"`
}
