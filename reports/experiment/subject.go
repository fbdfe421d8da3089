package experiment

import (
	"errors"
	"fmt"
	"strings"

	"bsnn/gpnorm"
)

// DefaultActivations are those of the paper.
func DefaultActivations() []string {
	return []string{"tanh", "relu", "leakyrelu", "elu", "selu", "gelu"}
}

// title is how the activation is usually written.
func title(activation string) string { return gpnorm.Title(activation) }

// checkActivations resolves and normalises every function, so that no cell
// fails later for a misspelt name.
func checkActivations(names []string) error {
	if len(names) == 0 {
		return errors.New("no activations; want at least one")
	}
	seen := map[string]bool{}
	for _, name := range names {
		if seen[name] {
			return fmt.Errorf("activation %q twice; want each once", name)
		}
		seen[name] = true
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

// keyOf makes a file name: letters, digits and dots of the activation stay, of
// everything else in it what is needed to tell different functions apart. The
// words are of fixed sets.
func keyOf(activation string, words ...string) string {
	var b strings.Builder
	for _, r := range activation {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "_%x_", r)
		}
	}
	for _, w := range words {
		b.WriteString("-" + w)
	}
	return b.String()
}

// normalizedWord is how keys and tables call the two variants.
func normalizedWord(raw bool) string {
	if raw {
		return "raw"
	}
	return "normalised"
}
