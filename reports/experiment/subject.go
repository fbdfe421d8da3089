package experiment

import (
	"errors"
	"fmt"
	"strings"

	"bsnn/gpnorm"
	"bsnn/internal/limits"
	"bsnn/reports"
)

// DefaultActivations are those of the paper.
func DefaultActivations() []string {
	return []string{"tanh", "relu", "leakyrelu", "elu", "selu", "gelu"}
}

// checkActivations resolves and normalises every function, so that no cell
// fails later for a misspelt name.
func checkActivations(names []string) error {
	switch {
	case len(names) == 0:
		return errors.New("no activations; want at least one")
	case len(names) > limits.Functions:
		return fmt.Errorf("%d activations; want %d or fewer", len(names), limits.Functions)
	}
	seen := map[string]bool{}
	for _, name := range names {
		key := keyOf(name, false)
		if seen[key] {
			return fmt.Errorf("activation %q twice; want each once", name)
		}
		seen[key] = true
		a, err := gpnorm.Resolve(name, nil)
		if err != nil {
			return fmt.Errorf("activation: %w; want a name or an expression in x", err)
		}
		if _, err := gpnorm.Normalize(a); err != nil {
			return fmt.Errorf("activation: %w; want one that can be normalised", err)
		}
	}
	return nil
}

// keyOf makes a file name of a function in one of its forms and of words that
// are of fixed sets.
func keyOf(activation string, asIs bool, words ...string) string {
	return strings.Join(append([]string{reports.NewSubject(activation, nil, asIs).Key}, words...), "-")
}

// title is how people write a function.
func title(activation string) string { return reports.NewSubject(activation, nil, false).Title }

// functionWords are the title of a function with its form.
func functionWords(activation string, asIs bool) string {
	if asIs {
		return reports.NewSubject(activation, nil, true).Title
	}
	return "normalised " + title(activation)
}

// formWord is how tables call the two forms.
func formWord(asIs bool) string {
	if asIs {
		return "as is"
	}
	return "normalised"
}
