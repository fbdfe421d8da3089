package gpnorm

import (
	"fmt"
	"maps"
	"math"
	"slices"
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

// Lookup returns a built-in activation by its name, upper or lower case, or as another
// library calls it: "tanh", "gelu", "leakyrelu", "leakyrelu(0.2)", "nn.LeakyReLU(0.2)".
// Parameters have their defaults unless given. The error for an unknown name lists the
// names and suggests the one spelt most alike.
func Lookup(spec string) (Activation, error) {
	r := known.Load()
	e, parameters, err := r.find(spec)
	if err != nil {
		ours, foreign, problem := r.grammar.Apply(spec, nil)
		if foreign && problem != nil {
			return Activation{}, fmt.Errorf("activation %.60q: %w", spec, problem)
		}
		if foreign {
			if e, parameters, err := r.find(unapplied(ours)); err == nil {
				return e.with(parameters), nil
			}
		}
		return Activation{}, err
	}
	return e.with(parameters), nil
}

// set is the values of the parameters where some are given by their names, or by those of
// other libraries. alpha is the only parameter of a function, whatever its name is.
func (r *registry) set(spec string, e *entry, values []float64, params map[string]string) ([]float64, error) {
	values = slices.Clone(values)
	for _, name := range slices.Sorted(maps.Keys(params)) {
		at := slices.IndexFunc(e.Parameters, func(p Parameter) bool { return p.Name == name })
		switch {
		case len(e.Parameters) == 0:
			return nil, fmt.Errorf("activation %q takes no parameters, but %s is set", spec, name)
		case at < 0 && len(e.Parameters) == 1 && (name == "alpha" || r.calls(e, name)):
			at = 0
		case at < 0:
			return nil, fmt.Errorf("activation %q has no parameter %s, want %s", spec, name, e.Parameters[0].Name)
		}
		v, err := strconv.ParseFloat(params[name], 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("activation %q: %s %q, want a finite number as in %s=%s",
				spec, name, params[name], name, e.Parameters[at].Default)
		}
		values[at] = v
	}
	return values, nil
}

// calls reports whether a library gives the parameter of a function this name.
func (r *registry) calls(e *entry, parameter string) bool {
	ours, foreign, err := r.grammar.Apply(e.Name+"("+parameter+"=1.5)", nil)
	return foreign && err == nil && unapplied(ours) == e.Name+"(1.5)"
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
