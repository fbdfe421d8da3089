package notation

import (
	"slices"
	"strings"
	"unicode"
)

// mostNested is how deep braces and parentheses are followed.
const mostNested = 300

// A reader writes one source in our words.
type reader struct {
	*Vocabulary
	source string
	chosen map[string]int // of the calls that have several meanings, the one to take
}

// Read writes a source in our words. What it does not know, it leaves as it is.
func (v *Vocabulary) Read(source string) (Text, *Problem) {
	r := &reader{v, source, nil}
	out, problem := r.read()
	if problem != nil {
		return Text{}, problem
	}
	return v.text(out, source), nil
}

func (v *Vocabulary) text(c chars, source string) Text {
	t := Text{Runes: make([]rune, len(c)), Columns: make([]int, len(c)+1)}
	for i := range c {
		t.Runes[i], t.Columns[i] = c[i].r, c[i].column
	}
	t.Columns[len(c)] = len([]rune(source)) + 1
	return t
}

func (r *reader) read() (chars, *Problem) {
	list, problem := r.tokens()
	if problem != nil {
		return nil, problem
	}
	return r.sequence(list, 0)
}

// tokens are the words of the source, without what surrounds and decorates them.
func (r *reader) tokens() ([]token, *Problem) {
	column := func(i int) int { return i + 1 }
	if r.Column != nil {
		column = r.Column
	}
	list := split(plain([]rune(r.source), column))
	if t := trim(list); len(t) == 1 && t[0].kind == quoted && len(t[0].text) > 2 {
		list = split([]rune(t[0].text[1:len(t[0].text)-1]), t[0].columns[1:])
	}
	if t := trim(list); len(t) > 2 && t[0].is("$") && t[len(t)-1].is("$") {
		list = t[1 : len(t)-1]
	}
	list, problem := r.body(list)
	if problem == nil {
		list, problem = r.latex(list)
	}
	if problem == nil {
		list, problem = bars(list)
	}
	return list, problem
}

func trim(list []token) []token {
	for len(list) > 0 && list[0].kind == space {
		list = list[1:]
	}
	for len(list) > 0 && list[len(list)-1].kind == space {
		list = list[:len(list)-1]
	}
	return list
}

// sequence writes tokens of one level.
func (r *reader) sequence(list []token, depth int) (chars, *Problem) {
	if depth > mostNested {
		return nil, problem(list[0].column(), "parentheses are nested more than %d deep", mostNested)
	}
	if then, condition, other, ok := conditional(list); ok {
		return r.choice(then, condition, other, depth)
	}
	var out chars
	operand := -1 // where in out the operand begins that has just ended
	for i := 0; i < len(list); {
		t := list[i]
		from := len(out)
		var problem *Problem
		switch {
		case t.kind == name && !keyword(t.text):
			out, i, problem = r.word(out, list, i, depth)
		case t.is("("):
			out, i, problem = r.group(out, list, i, depth)
		case t.is(".") && operand >= 0 && r.method(list, i):
			from = operand
			out, i, problem = r.call("", list[i+1], out[:operand:operand], out[operand:], list, i+2, depth)
		case t.is(".") && i+1 < len(list) && slices.Contains([]string{"^", "*", "/", "**"}, list[i+1].text):
			i++ // MATLAB's operators for every element
			continue
		case t.is("√"):
			out, i = root(out, list, i)
		default:
			if text, ok := connective(list, i); ok {
				t = made(symbol, text, t.column())
			}
			out, i = out.with(t), i+1
			if t.kind == space {
				continue
			}
			if t.kind != number {
				from = -1
			}
		}
		if problem != nil {
			return nil, problem
		}
		if len(out) > r.MaxLength {
			return nil, &Problem{Message: "the text is too long in the words of an expression"}
		}
		operand = from
	}
	return out, nil
}

func (r *reader) choice(then, condition, other []token, depth int) (chars, *Problem) {
	var out chars
	for i, part := range [][]token{condition, then, other} {
		written, problem := r.sequence(part, depth+1)
		if problem != nil {
			return nil, problem
		}
		if part = trim(part); len(part) == 0 {
			return nil, &Problem{Message: "write value if condition else other value, or condition ? value : other value"}
		}
		at := part[0].column()
		out = append(append(append(out, text("(", at)...), written.trimmed()...), text([]string{") ? ", ") : ", ")"}[i], at)...)
	}
	return out, nil
}

// root is the root sign before a parenthesis or one word.
func root(out chars, list []token, i int) (chars, int) {
	at := list[i].column()
	next := i + 1
	switch {
	case next < len(list) && list[next].is("("):
		return append(out, text("sqrt", at)...), next
	case next < len(list) && (list[next].kind == number || list[next].kind == name):
		out = append(out, text("sqrt(", at)...)
		if list[next].text == "π" {
			return append(out, text("pi)", at)...), next + 1
		}
		return append(out.with(list[next]), text(")", at)...), next + 1
	}
	return out.with(list[i]), next
}

// group writes a parenthesis and what it holds.
func (r *reader) group(out chars, list []token, open, depth int) (chars, int, *Problem) {
	end := closing(list, open)
	if end < 0 {
		inside, problem := r.sequence(list[open+1:], depth+1)
		return append(out.with(list[open]), inside...), len(list), problem
	}
	out = out.with(list[open])
	for k, part := range parts(list[open+1 : end]) {
		if k > 0 {
			out = out.with(part[0])
			part = part[1:]
		}
		inside, problem := r.sequence(part, depth+1)
		if problem != nil {
			return nil, 0, problem
		}
		out = append(out, inside...)
	}
	return out.with(list[end]), end + 1, nil
}

// parts divides at commas; all but the first begin with theirs.
func parts(list []token) [][]token {
	var out [][]token
	depth, from := 0, 0
	for i, t := range list {
		switch {
		case t.is("(") || t.is("[") || t.is("{"):
			depth++
		case t.is(")") || t.is("]") || t.is("}"):
			depth--
		case t.is(",") && depth == 0:
			out, from = append(out, list[from:i]), i
		}
	}
	return append(out, list[from:])
}

// closing is the place of the parenthesis that closes the one at open, or −1.
func closing(list []token, open int) int {
	depth := 0
	for i := open; i < len(list); i++ {
		switch {
		case list[i].is("("):
			depth++
		case list[i].is(")"):
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// chain is a name with the parts before it, as in torch.nn.functional.gelu, and the
// place behind it.
func chain(list []token, i int) (words []token, end int) {
	words, end = []token{list[i]}, i+1
	for end+1 < len(list) && (list[end].is(".") || list[end].is("::")) && list[end+1].kind == name {
		words, end = append(words, list[end+1]), end+2
	}
	return words, end
}

// method reports whether a call by a point begins at i, as x.tanh().
func (r *reader) method(list []token, i int) bool {
	return i+2 < len(list) && list[i+1].kind == name && list[i+2].is("(") && closing(list, i+2) > 0
}

// word writes a name, with its arguments where it is called.
func (r *reader) word(out chars, list []token, i, depth int) (chars, int, *Problem) {
	words, end := chain(list, i)
	if len(words) == 1 || r.Value(list[i].text) {
		return r.simple(out, list, i, depth)
	}
	last := words[len(words)-1]
	which, ok := library(words[:len(words)-1], last)
	whole := textOf(list[i:end])
	if !ok {
		return nil, 0, problem(list[i].column(), "%s is not known here%s", whole, r.instead(last))
	}
	next := skip(list, end)
	if next < len(list) && list[next].is("(") && closing(list, next) > 0 {
		if slices.Contains(cast, last.text) {
			return r.group(out, list, next, depth)
		}
		return r.call(which, last, out, nil, list, next, depth)
	}
	if next < len(list) && list[next].is("(") {
		return nil, 0, unclosed(list)
	}
	if c, ok := constants[last.text]; ok {
		return append(out, text(c, list[i].column())...), end, nil
	}
	applied, problem := r.apply(which, last, nil, text("x", last.column()))
	if problem != nil {
		return nil, 0, problem
	}
	return nil, 0, unapplied(list[i].column(), whole, applied)
}

// unclosed says how many parentheses a text leaves open, behind its end.
func unclosed(list []token) *Problem {
	open := 0
	for _, t := range list {
		switch {
		case t.is("("):
			open++
		case t.is(")"):
			open--
		}
	}
	columns := list[len(list)-1].columns
	return problem(columns[len(columns)-1]+1, "the expression ends with %d of its parentheses open", open)
}

func unapplied(column int, whole string, applied chars) *Problem {
	return problem(column, "%s is a function: write %s", whole, applied)
}

// instead suggests the name without the library.
func (r *reader) instead(word token) string {
	if r.known(word.text) {
		return ": write " + word.text + "(x)"
	}
	return ": write the formula with + - * / ^ and functions such as tanh(x)"
}

// simple writes a name that stands alone.
func (r *reader) simple(out chars, list []token, i, depth int) (chars, int, *Problem) {
	word := list[i]
	if ours, ok := letters[word.text]; ok && !r.Value(word.text) {
		word = made(name, ours, word.column())
	}
	next := skip(list, i+1)
	called := next < len(list) && list[next].is("(") && closing(list, next) > 0
	if called && !r.Value(word.text) {
		if slices.Contains(cast, word.text) {
			return r.group(out, list, next, depth)
		}
		return r.call("", word, out, nil, list, next, depth)
	}
	return out.with(word), i + 1, nil
}

// call writes the call of a function whose arguments begin at open, which may be
// the parameters of what is called by a second parenthesis. before is the operand
// of a method.
func (r *reader) call(which string, word token, out, before chars, list []token, open, depth int) (chars, int, *Problem) {
	end := closing(list, open)
	ours := r.Function(word.text) && !keywords(list[open+1:end])
	if before == nil && which == "" && (ours && !r.again(list, end) || !r.known(word.text)) {
		return r.group(out.with(word), list, open, depth)
	}
	args, problem := r.arguments(list[open+1:end], depth)
	if problem != nil {
		return nil, 0, problem
	}
	if before != nil {
		args = append([]argument{{"", before, word.column()}}, args...)
		which = "torch"
	}
	makes := before == nil && which != "math" && (len(args) == 0 || which != "" && unicode.IsUpper([]rune(word.text)[0]))
	if second := end + 1; before == nil && r.again(list, end) {
		end = closing(list, second)
		value, problem := r.sequence(list[second+1:end], depth+1)
		if problem != nil {
			return nil, 0, problem
		}
		written, problem := r.apply(which, word, args, value)
		return append(out, written...), end + 1, problem
	} else if makes && (which != "" || r.spelt(word.text)) {
		written, problem := r.apply(which, word, args, text("x", word.column()))
		if problem == nil {
			problem = unapplied(word.column(), word.text+"("+textOf(list[open+1:end])+")", written)
		}
		return nil, 0, problem
	}
	written, known, problem := r.write(which, word, args)
	if problem == nil && !known {
		problem = unknown(word)
	}
	return append(out, written...), end + 1, problem
}

// again reports whether a second parenthesis follows that one argument fills.
func (r *reader) again(list []token, end int) bool {
	if end+1 >= len(list) || !list[end+1].is("(") {
		return false
	}
	last := closing(list, end+1)
	if last < 0 {
		return false
	}
	inside := list[end+2 : last]
	return len(trim(inside)) > 0 && len(parts(inside)) == 1 && !keywords(inside)
}

// keywords reports whether an argument has a name.
func keywords(list []token) bool {
	for k, part := range parts(list) {
		if k > 0 {
			part = part[1:]
		}
		if part = trim(part); len(part) > 0 && part[0].kind == name {
			if equals := skip(part, 1); equals < len(part) && part[equals].is("=") {
				return true
			}
		}
	}
	return false
}

func unknown(word token) *Problem {
	return problem(word.column(), "%s is not known here: write the formula with + - * / ^ and functions such as tanh(x)", word.text)
}

// arguments reads what stands between parentheses.
func (r *reader) arguments(list []token, depth int) ([]argument, *Problem) {
	if len(trim(list)) == 0 {
		return nil, nil
	}
	var args []argument
	for k, part := range parts(list) {
		if k > 0 {
			part = part[1:]
		}
		part = trim(part)
		a := argument{}
		if len(part) > 0 {
			a.column = part[0].column()
		}
		if equals := skip(part, 1); len(part) > 0 && part[0].kind == name && equals < len(part) && part[equals].is("=") {
			a.keyword, part = part[0].text, trim(part[equals+1:])
		}
		var problem *Problem
		if len(part) == 1 && part[0].kind == quoted {
			a.value = chars(nil).with(part[0])
		} else if a.value, problem = r.sequence(part, depth+1); problem != nil {
			return nil, problem
		}
		args = append(args, a)
	}
	return args, nil
}

// apply writes a function, made with some parameters, of a value.
func (r *reader) apply(which string, word token, made []argument, value chars) (chars, *Problem) {
	written, known, p := r.write(which, word, append([]argument{{"", value, word.column()}}, made...))
	if p == nil && !known {
		p = unknown(word)
	}
	return written, p
}

// known reports whether a name means a function.
func (v *Vocabulary) known(word string) bool { return v.native(word) != "" || v.spelt(word) }

func (v *Vocabulary) spelt(word string) bool { return len(v.Spellings[fold(word)]) > 0 }

// native is our name of a function that differs in case or underscores alone, or "".
func (v *Vocabulary) native(word string) string {
	for _, n := range []string{word, strings.ToLower(word), fold(word)} {
		if v.Function(n) {
			return n
		}
	}
	return ""
}

// write is a call in our words; known is false where the name means nothing.
func (r *reader) write(which string, word token, args []argument) (written chars, known bool, p *Problem) {
	var other *Spelling // of the library, with other arguments
	list := r.Spellings[fold(word.text)]
	for _, exact := range []bool{true, false} {
		for i := range list {
			s := &list[i]
			if s.at(which) != exact || !exact && s.In != "" {
				continue
			}
			bound, ok := s.bind(args)
			if ok {
				written, p = r.meaning(s, word, bound)
				return written, true, p
			}
			if other == nil {
				other = s
			}
		}
	}
	if native := r.native(word.text); native != "" {
		return r.plainly(native, word, args)
	}
	if other != nil {
		return nil, true, problem(word.column(), "%s takes other arguments: want %s", word.text, other.Call)
	}
	if which != "" {
		return nil, true, unknown(word)
	}
	return nil, false, nil
}

// meaning is the formula of a spelling, if there is one alone.
func (r *reader) meaning(s *Spelling, word token, bound map[string]chars) (chars, *Problem) {
	at, chosen := r.chosen[s.Call]
	switch {
	case len(s.Ours) == 0:
		return nil, problem(word.column(), "%s %s", word.text, s.Why)
	case len(s.Ours) == 1 || chosen:
		return s.write(s.Ours[at].Formula, bound, word.column()), nil
	}
	lines := make([]string, len(s.Ours))
	for k := range s.Ours {
		other := &reader{r.Vocabulary, r.source, map[string]int{s.Call: k}}
		for call, v := range r.chosen {
			other.chosen[call] = v
		}
		line, problem := other.line()
		if problem != nil {
			return nil, problem
		}
		lines[k] = strings.TrimSpace(line)
	}
	return nil, problem(word.column(), "%s", meanings(word.text, lines, s.Ours))
}

// line is the whole source, read as a formula or as a function of x.
func (r *reader) line() (string, *Problem) {
	if ours, ok, problem := r.function(); ok {
		return ours, problem
	}
	out, problem := r.read()
	return out.String(), problem
}

// plainly writes the call of a function of ours; arguments by name take their places.
func (r *reader) plainly(native string, word token, args []argument) (chars, bool, *Problem) {
	names := r.Arguments(native)
	place := make([]chars, 0, len(args))
	for i, a := range args {
		if a.keyword == "" && len(place) == i {
			place = append(place, a.value.trimmed())
			continue
		}
		if slices.Contains(harmless, a.keyword) {
			continue
		}
		at := slices.Index(names, a.keyword)
		if at < 0 && len(place) == 0 && slices.Contains(operands, a.keyword) {
			at = 0
		}
		if at < 0 || at != len(place) {
			return nil, true, problem(a.column, "%s takes no argument %q here: write %s(%s)", native, a.keyword, native, strings.Join(names, ", "))
		}
		place = append(place, a.value.trimmed())
	}
	out := append(text(native, word.column()), text("(", word.column())...)
	for i, p := range place {
		if i > 0 {
			out = append(out, text(", ", word.column())...)
		}
		out = append(out, p...)
	}
	return append(out, text(")", word.column())...), true, nil
}
