package expr

import (
	"maps"
	"slices"
	"strings"

	"bsnn/internal/spelling"

	"github.com/expr-lang/expr/parser/lexer"
)

// unknownName builds the message for a name that means nothing, with the
// nearest one that does.
func (t *tokens) unknownName(tok lexer.Token, called bool) *Error {
	var names []string
	kind, list := "function", "functions: "
	if called {
		names = t.grammar.Functions()
		list += strings.Join(names, " ")
	} else {
		names = append([]string{"x", "pi", "e"}, slices.Sorted(maps.Keys(t.params))...)
		kind, list = "variable", "variables: "+strings.Join(names, " ")
	}
	hint := t.grammar.nearest(tok.Value, names)
	if hint != "" {
		hint = "did you mean " + hint + "? "
	} else if other := t.grammar.nearest(tok.Value, t.grammar.Functions()); !called && other != "" {
		hint = "did you mean " + other + "(...)? "
	}
	problem := errorAt(t.at(tok), "unknown %s %q: %sknown %s", kind, tok.Value, hint, list)
	if !called {
		problem.Variable = tok.Value
	}
	return problem
}

// nearest returns the name that word may have been meant for, or "".
func (g *Grammar) nearest(word string, names []string) string {
	if other, ok := g.otherNames[strings.ToLower(word)]; ok && slices.Contains(names, other) {
		return other
	}
	return spelling.Nearest(word, names)
}
