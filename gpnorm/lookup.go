package gpnorm

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"bsnn/internal/spelling"
)

const (
	leaky             = "leakyrelu"
	defaultLeakySlope = 0.01
)

// Names lists the built-in activations in alphabetical order. All stand for
// themselves in Lookup; "leakyrelu" also takes a slope.
func Names() []string {
	names := []string{leaky}
	for _, a := range builtins {
		names = append(names, a.Name)
	}
	slices.Sort(names)
	return names
}

// Lookup returns a built-in activation by its name, upper or lower case:
// "tanh", "gelu", "leakyrelu", "leakyrelu(0.2)". The slope of the leaky ReLU is
// 0.01 unless given. The error for an unknown name lists the names and suggests
// the one spelt most alike.
func Lookup(spec string) (Activation, error) {
	name, argument, given, err := parse(spec)
	if err != nil {
		return Activation{}, err
	}
	if name == leaky {
		return lookupLeaky(spec, argument, given)
	}
	for _, a := range builtins {
		if a.Name != name {
			continue
		}
		if given {
			return Activation{}, fmt.Errorf("gpnorm: activation %q: %s takes no parameter, write %q", spec, name, name)
		}
		a.Kinks = slices.Clone(a.Kinks)
		return a, nil
	}
	return Activation{}, unknown(spec, name)
}

// parse takes name(argument) apart.
func parse(spec string) (name, argument string, given bool, err error) {
	name, rest, given := strings.Cut(strings.TrimSpace(spec), "(")
	name = strings.ToLower(strings.TrimSpace(name))
	if !given {
		return name, "", false, nil
	}
	argument, after, closed := strings.Cut(rest, ")")
	if !closed || strings.TrimSpace(after) != "" {
		return "", "", false, fmt.Errorf("gpnorm: activation %q: want one parameter in parentheses, as in \"leakyrelu(0.2)\"", spec)
	}
	return name, strings.TrimSpace(argument), true, nil
}

func lookupLeaky(spec, argument string, given bool) (Activation, error) {
	if !given {
		return leakyReLU(defaultLeakySlope), nil
	}
	slope, err := strconv.ParseFloat(argument, 64)
	if err != nil || math.IsNaN(slope) || math.IsInf(slope, 0) {
		return Activation{}, fmt.Errorf("gpnorm: activation %q: slope %q, want a finite number as in \"leakyrelu(0.2)\"", spec, argument)
	}
	return leakyReLU(slope), nil
}

func leakyName(slope float64) string {
	return leaky + "(" + strconv.FormatFloat(slope, 'g', -1, 64) + ")"
}

// otherNames are what other programs call some of the built-in activations.
var otherNames = map[string]string{"swish": "silu", "logistic": "sigmoid", "linear": "identity", "lrelu": leaky}

func unknown(spec, name string) error {
	names := Names()
	hint := ""
	nearest, otherName := otherNames[name]
	if !otherName {
		nearest = spelling.Nearest(name, names)
	}
	if nearest != "" {
		hint = fmt.Sprintf(" (did you mean %q?)", nearest)
	}
	return fmt.Errorf("gpnorm: unknown activation %q%s; known: %s", spec, hint, strings.Join(names, ", "))
}
