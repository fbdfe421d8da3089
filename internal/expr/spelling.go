package expr

import (
	"maps"
	"slices"
	"strings"

	"bsnn/internal/spelling"

	"github.com/expr-lang/expr/parser/lexer"
)

// otherNames are what libraries and textbooks call our functions.
var otherNames = map[string]string{
	"ln": "log", "arctan": "atan", "tg": "tan", "sh": "sinh", "ch": "cosh", "th": "tanh",
	"normcdf": "Phi", "ncdf": "Phi", "logistic": "sigmoid", "expit": "sigmoid", "swish": "silu",
	"power": "pow", "fabs": "abs", "sgn": "sign", "clip": "clamp", "hardtanh": "clamp", "lrelu": "leakyrelu",
	"log1pexp": "softplus", "theta": "x", "t": "x", "z": "x",
}

// unknownName builds the message for a name that means nothing, with the
// nearest one that does.
func (t *tokens) unknownName(tok lexer.Token, called bool) *Error {
	var names []string
	kind, list := "function", "functions: "
	if called {
		names = Functions()
		list += strings.Join(names, " ")
	} else {
		names = append([]string{"x", "pi", "e"}, slices.Sorted(maps.Keys(t.params))...)
		kind, list = "variable", "variables: "+strings.Join(names, " ")
	}
	hint := nearest(tok.Value, names)
	if hint != "" {
		hint = "did you mean " + hint + "? "
	} else if other := nearest(tok.Value, Functions()); !called && other != "" {
		hint = "did you mean " + other + "(...)? "
	}
	return errorAt(t.at(tok), "unknown %s %q: %sknown %s", kind, tok.Value, hint, list)
}

// nearest returns the name that word may have been meant for, or "".
func nearest(word string, names []string) string {
	if other, ok := otherNames[strings.ToLower(word)]; ok && slices.Contains(names, other) {
		return other
	}
	return spelling.Nearest(word, names)
}
