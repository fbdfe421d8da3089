package notation

import (
	"slices"
	"unicode"
)

// Apply reads a source that names a function and does not apply it, perhaps with
// numbers for its parameters: F.gelu, nn.LeakyReLU(0.2), elu(alpha=0.5). ours is the
// function of x. ok is false for other sources.
func (v *Vocabulary) Apply(source string) (ours string, ok bool, problem *Problem) {
	r := &reader{v, source, nil}
	return r.function()
}

func (r *reader) function() (ours string, ok bool, problem *Problem) {
	list, problem := r.tokens()
	if list = trim(list); problem != nil || len(list) == 0 || list[0].kind != name || keyword(list[0].text) {
		return "", false, nil
	}
	words, end := chain(list, 0)
	last := words[len(words)-1]
	which, known := library(words[:len(words)-1], last)
	if !known || r.Value(list[0].text) || len(words) == 1 && !r.known(last.text) {
		return "", false, nil
	}
	if _, constant := constants[last.text]; constant && len(words) > 1 {
		return "", false, nil
	}
	var args []argument
	if open := skip(list, end); open < len(list) {
		if !list[open].is("(") || closing(list, open) != len(list)-1 {
			return "", false, nil
		}
		for _, t := range list[open:] {
			if t.kind == name && t.text == "x" {
				return "", false, nil
			}
		}
		if args, problem = r.arguments(list[open+1:len(list)-1], 0); problem != nil {
			return "", true, problem
		}
	}
	named := slices.ContainsFunc(args, func(a argument) bool { return a.keyword != "" })
	capital := which != "math" && unicode.IsUpper([]rune(last.text)[0])
	if len(args) > 0 && !named && !(which != "" && capital) && (which != "" || r.Function(last.text)) {
		return "", false, nil // the value of a function
	}
	applied, problem := r.apply(which, last, args, text("x", last.column()))
	return applied.String(), true, problem
}
