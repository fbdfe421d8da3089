package reports

import (
	"fmt"
	"strings"

	"bsnn/gpnorm"
)

// DefaultSubjects are four activations that satisfy the theory and two
// negative controls that must not.
func DefaultSubjects() []Subject {
	return []Subject{
		{Key: "tanh", Title: "tanh", Activation: "tanh", Note: "normalised; satisfies every assumption"},
		{Key: "relu", Title: "ReLU", Activation: "relu", Note: "normalised; φ′ is not Lipschitz, κ = 1: a random walk in depth"},
		{Key: "elu", Title: "ELU", Activation: "elu", Note: "normalised; κ just below 1"},
		{Key: "gelu", Title: "GELU", Activation: "gelu", Note: "normalised with its stable root b < 0"},
		{Key: "tanh-raw", Title: "tanh (raw)", Activation: "tanh", AsIs: true, Control: true,
			Note: "negative control: not normalised, assumption (3) fails"},
		{Key: "gelu-unstable", Title: "GELU (unstable root)", Activation: "gelu", OtherRoot: true, Control: true,
			Note: "negative control: normalised with the root b > 0, κ > 1: both theorems hold layer by layer, depth amplifies every deviation"},
	}
}

// NewSubject is a subject that a user names or writes as an expression with
// parameters: normalised, or as given.
func NewSubject(activation string, parameters map[string]string, asIs bool) Subject {
	s := Subject{Key: key(activation), Title: activation, Activation: activation, Parameters: parameters, AsIs: asIs, Note: "normalised"}
	if asIs {
		s.Key, s.Title, s.Note = s.Key+"-raw", activation+" (as given)", "as given, not normalised"
	}
	return s
}

// key makes a name fit for a file and a link.
func key(name string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '.':
			return r
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		}
		return '-'
	}, name), "-.")
}

// resolved is a subject made concrete.
type resolved struct {
	judgement  gpnorm.Judgement
	activation gpnorm.Activation // the one that networks use
	profile    gpnorm.Profile    // of that one
}

func (s Subject) resolve() (resolved, error) {
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
