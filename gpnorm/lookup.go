package gpnorm

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"bsnn/internal/spelling"
)

// Names lists the built-in activations in alphabetical order. All stand for
// themselves in Lookup; those with parameters, as "leakyrelu", also take these.
func Names() []string { return known.Load().names() }

// Functions lists the functions that expressions may call, in alphabetical
// order.
func Functions() []string { return known.Load().grammar.Functions() }

// Lookup returns a built-in activation by its name, upper or lower case:
// "tanh", "gelu", "leakyrelu", "leakyrelu(0.2)". Parameters have their defaults
// unless given. The error for an unknown name lists the names and suggests the
// one spelt most alike.
func Lookup(spec string) (Activation, error) {
	e, parameters, err := known.Load().find(spec)
	if err != nil {
		return Activation{}, err
	}
	return e.with(parameters), nil
}

// A call is a name, perhaps with arguments, as Lookup reads it.
type call struct {
	name      string
	arguments []string
	given     bool // there are parentheses
}

// parseCall takes name(argument, …) apart.
func parseCall(spec string) (c call, ok bool) {
	name, rest, given := strings.Cut(strings.TrimSpace(spec), "(")
	c = call{name: strings.ToLower(strings.TrimSpace(name)), given: given}
	if !given {
		return c, true
	}
	inside, after, closed := strings.Cut(rest, ")")
	for _, a := range strings.Split(inside, ",") {
		c.arguments = append(c.arguments, strings.TrimSpace(a))
	}
	return c, closed && strings.TrimSpace(after) == ""
}

// find returns the definition that spec names and the values of its parameters.
func (r *registry) find(spec string) (*entry, []float64, error) {
	c, ok := parseCall(spec)
	if !ok {
		return nil, nil, fmt.Errorf("activation %q: want parameters in parentheses, as in \"leakyrelu(0.2)\"", spec)
	}
	e := r.entry(c.name)
	switch {
	case e == nil:
		return nil, nil, r.unknown(spec, c.name)
	case !c.given:
		return e, e.defaults, nil
	case len(e.Parameters) == 0:
		return nil, nil, fmt.Errorf("activation %q: %s takes no parameter, write %q", spec, e.Name, e.Name)
	case len(c.arguments) != len(e.Parameters):
		return nil, nil, fmt.Errorf("activation %q: %d parameters, want %d as in %q", spec, len(c.arguments), len(e.Parameters),
			callName(e.Name, e.defaults...))
	}
	parameters := make([]float64, len(c.arguments))
	for i, text := range c.arguments {
		v, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, nil, fmt.Errorf("activation %q: %s %q, want a finite number as in %q",
				spec, e.Parameters[i].Name, text, callName(e.Name, e.defaults...))
		}
		parameters[i] = v
	}
	return e, parameters, nil
}

func (r *registry) unknown(spec, name string) error {
	names := r.names()
	nearest := r.otherName(name)
	if nearest == "" {
		nearest = spelling.Nearest(name, names)
	}
	hint := ""
	if nearest != "" {
		hint = fmt.Sprintf(" (did you mean %q?)", nearest)
	}
	return fmt.Errorf("unknown activation %q%s; known: %s", spec, hint, strings.Join(names, ", "))
}
