package expr

import (
	"maps"
	"slices"
	"strings"

	"bsnn/internal/notation"
)

// A Grammar is what a text may call: the functions of calculus, and those that
// were defined by formulas of others. It is immutable and may be used by
// several goroutines at once.
type Grammar struct {
	functions  map[string]function
	otherNames map[string]string // words that are near to one of ours, for suggestions
	patterns   []pattern         // of the formulas that are written by name
	spellings  map[string][]notation.Spelling
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

// Spell returns the grammar that also reads how others write functions.
func (g *Grammar) Spell(list ...notation.Spelling) *Grammar {
	if len(list) == 0 {
		return g
	}
	larger := *g
	larger.spellings = maps.Clone(g.spellings)
	for name, spellings := range notation.Index(list) {
		larger.spellings[name] = slices.Concat(spellings, larger.spellings[name])
	}
	return &larger
}

// alias is how a function with parameters is called under another name.
func alias(name, other string, parameters []Parameter) notation.Spelling {
	call, ours := other+"(v", name+"(v"
	for _, p := range parameters {
		call, ours = call+", "+p.Name+"="+p.Default, ours+", "+p.Name
	}
	return notation.Spelling{Call: call + ")", Ours: notation.One(ours + ")")}
}

// Alias returns the grammar that also knows what else a function is called.
func (g *Grammar) Alias(name string, others ...string) *Grammar {
	for _, other := range others {
		g = g.Spell(alias(name, other, nil))
	}
	return g
}

// vocabulary is what a text may say where these names have values.
func (g *Grammar) vocabulary(isValue func(string) bool) *notation.Vocabulary {
	return &notation.Vocabulary{
		Function: g.Has, Value: isValue, Arguments: func(name string) []string { return g.functions[name].names() },
		Spellings: g.spellings, MaxLength: MaxLength,
	}
}

// names are those of the arguments.
func (f function) names() []string {
	names := strings.Split(f.args, ", ")
	for i := range names {
		names[i], _, _ = strings.Cut(names[i], " = ")
	}
	return names
}

// Words writes a text of [Grammar.Parse] with the words of the grammar alone:
// np.maximum(x, 0) as max(x, 0). params are the names that have values.
func (g *Grammar) Words(source string, params map[string]string) (string, error) {
	text, problem := g.vocabulary(values(params)).Read(source)
	if problem != nil {
		return "", errorAt(problem.Column, "%s", problem.Message)
	}
	return string(text.Runes), nil
}

// Apply writes a text that names a function without applying it as a function of x:
// nn.LeakyReLU(0.2) as leakyrelu(x, 0.2). ok is false for other texts.
func (g *Grammar) Apply(source string, params map[string]string) (ours string, ok bool, err error) {
	if len(source) > MaxLength {
		return "", false, nil
	}
	ours, ok, problem := g.vocabulary(values(params)).Apply(source)
	if problem != nil {
		return "", ok, errorAt(problem.Column, "%s", problem.Message)
	}
	return ours, ok, nil
}

func values[V any](params map[string]V) func(string) bool {
	return func(name string) bool {
		_, ok := params[name]
		return ok || name == "x" || name == "pi" || name == "e"
	}
}
