package expr

import (
	"maps"
	"slices"
	"strings"

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

// nearest returns the name that is closest to word, or "" if none is close.
// Among equally close ones it prefers the length of word: swapped letters
// are commoner than lost ones.
func nearest(word string, names []string) string {
	lower := strings.ToLower(word)
	if other, ok := otherNames[lower]; ok && slices.Contains(names, other) {
		return other
	}
	best, least := "", 2*(1+len(word)/3)+1
	for _, name := range names {
		d := 2 * editDistance(lower, strings.ToLower(name))
		if len(name) != len(word) {
			d++
		}
		if d < least && d < 2*len(word) {
			best, least = name, d
		}
	}
	return best
}

// editDistance counts insertions, deletions, substitutions and swaps of
// neighbours (optimal string alignment).
func editDistance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			d := min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, rows[i-2][j-2]+1)
			}
			rows[i][j] = d
		}
	}
	return rows[len(a)][len(b)]
}
