package training

import "encoding/json"

// ParseWeights reads the name of a law of weights. "xavier", as other programs
// call it, is [Gaussian]; a name that is none is left for [Spec.Validate].
func ParseWeights(name string) Weights {
	if name == "xavier" {
		return Gaussian
	}
	return Weights(name)
}

// UnmarshalText reads what ParseWeights reads.
func (w *Weights) UnmarshalText(text []byte) error {
	*w = ParseWeights(string(text))
	return nil
}

// UnmarshalJSON reads a specification, and those before version 0.2, which had
// "raw" for "as_is".
func (s *Spec) UnmarshalJSON(data []byte) error {
	type plain Spec
	document := struct {
		*plain
		Raw *bool `json:"raw"`
	}{plain: (*plain)(s)}
	if err := json.Unmarshal(data, &document); err != nil {
		return err
	}
	if document.Raw != nil {
		s.AsIs = *document.Raw
	}
	return nil
}
