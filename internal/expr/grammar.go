package expr

import (
	"maps"
	"slices"
	"strings"
)

// A Grammar is what a text may call: the functions of calculus, and those that
// were defined by formulas of others. It is immutable and may be used by
// several goroutines at once.
type Grammar struct {
	functions  map[string]function
	otherNames map[string]string // what else functions are called, for suggestions
	patterns   []pattern         // of the formulas that are written by name
}

// A function is what a name in the grammar stands for.
type function struct {
	args     string // names of the arguments, as shown in messages
	min, max int    // number of arguments; max < 0: no limit

	conditions int // how many of the arguments, the first ones, are conditions
	lower      func(l *lowerer, a []int32) (int32, *Error)
}

// Calculus is the grammar of the functions that need no definition.
func Calculus() *Grammar { return &calculus }

// Functions returns the names of the functions, sorted without regard to case.
func (g *Grammar) Functions() []string {
	return slices.SortedFunc(maps.Keys(g.functions), func(a, b string) int {
		return strings.Compare(strings.ToLower(a), strings.ToLower(b))
	})
}

// Has reports whether texts may call a function of that name.
func (g *Grammar) Has(name string) bool {
	_, ok := g.functions[name]
	return ok
}

// Alias returns the grammar that also knows what else a function is called, to
// suggest the function to those who write so.
func (g *Grammar) Alias(name string, others ...string) *Grammar {
	if len(others) == 0 {
		return g
	}
	larger := *g
	larger.otherNames = maps.Clone(g.otherNames)
	for _, other := range others {
		larger.otherNames[strings.ToLower(other)] = name
	}
	return &larger
}
