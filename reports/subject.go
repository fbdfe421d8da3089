package reports

import (
	"errors"
	"fmt"

	"bsnn/gpnorm"
)

// A Subject is an activation under test: a function in one of three forms,
// normalised, as is, or normalised with the other root.
type Subject struct {
	Key        string            `json:"key"`                                // for file names and links: "gelu-other-root"
	Title      string            `json:"title"`                              // for people: "GELU (other root)"
	Activation string            `json:"activation" printable:"-"`           // a name or an expression, as gpnorm.Resolve reads it
	Parameters map[string]string `json:"parameters,omitempty" printable:"-"` // of the expression
	AsIs       bool              `json:"as_is"`                              // not normalised
	OtherRoot  bool              `json:"other_root"`                         // normalised with the root that the rule rejects
	Control    bool              `json:"control"`                            // a negative control: expected to fail
	Note       string            `json:"note"`                               // why it is here, one sentence
}

// DefaultSubjects are four activations that satisfy the theory and two
// negative controls that must not.
func DefaultSubjects() []Subject {
	out := []Subject{
		{Activation: "tanh", Note: "normalised; satisfies every assumption"},
		{Activation: "relu", Note: "normalised; φ′ is not Lipschitz, κ = 1: a random walk in depth"},
		{Activation: "elu", Note: "normalised; κ just below 1"},
		{Activation: "gelu", Note: "normalised with its stable root b < 0"},
		{Activation: "tanh", AsIs: true, Control: true, Note: "negative control: not normalised, assumption (3) fails"},
		{Activation: "gelu", OtherRoot: true, Control: true,
			Note: "negative control: normalised with the root b > 0, κ > 1: " +
				"both theorems hold layer by layer, depth amplifies every deviation"},
	}
	for i := range out {
		out[i] = out[i].Named()
	}
	return out
}

// NewSubject is a subject that a user names or writes as an expression with
// parameters: normalised, or as is.
func NewSubject(activation string, parameters map[string]string, asIs bool) Subject {
	return Subject{Activation: activation, Parameters: parameters, AsIs: asIs}.Named()
}

// Function is the activation that networks use.
func (s Subject) Function() (gpnorm.Activation, error) {
	r, err := s.resolve()
	return r.activation, err
}

var errTwoForms = errors.New("a function as it is has no other root; want one of the two")

// resolved is a subject made concrete.
type resolved struct {
	judgement  gpnorm.Judgement
	activation gpnorm.Activation // the one that networks use
	profile    gpnorm.Profile    // of that one
}

func (s Subject) resolve() (resolved, error) {
	if s.AsIs && s.OtherRoot {
		return resolved{}, errTwoForms
	}
	j, err := gpnorm.Judge(s.Activation, s.Parameters)
	if err != nil {
		return resolved{}, err
	}
	if s.OtherRoot {
		if j.Normalized, err = OtherRoot(j.Normalized); err != nil {
			return resolved{}, err
		}
	}
	if s.AsIs {
		return resolved{j, j.Raw, j.RawProfile}, nil
	}
	return resolved{j, j.Activation, j.Roots[j.Chosen].Profile}, nil
}

// OtherRoot is the same function normalised with the root b that the root
// rule rejects. An affine function has none.
func OtherRoot(n gpnorm.Normalized) (gpnorm.Normalized, error) {
	if len(n.Roots) < 2 {
		return n, fmt.Errorf("%s is affine: it has one root b only", n.Raw.Name)
	}
	return n.WithRoot(1 - n.Chosen)
}
