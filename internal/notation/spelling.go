package notation

import (
	"fmt"
	"slices"
	"strings"
)

// A Spelling is how libraries call something that has other words here.
type Spelling struct {
	In string // the libraries, as Python imports them; empty for any, and for none

	// Call is as Python would declare it; v is the number that it is applied to. A default of
	// ... is of no importance, one that ends in ! is the only value.
	Call string

	Ours []Meaning
	Why  string // for what has no meaning here: the reason, and what to do

	name       string
	parameters []parameter
}

// A Meaning is a formula of v and the other parameters, and, where there are
// several, what tells it from the others.
type Meaning struct{ Formula, Of string }

// One is a meaning without others.
func One(formula string) []Meaning { return []Meaning{{Formula: formula}} }

type parameter struct {
	name, value string // value is the default
	optional    bool
	only        bool // no other value will do
}

// selects reports whether a call has the spelling only with this value.
func (p parameter) selects() bool {
	return p.only || strings.HasPrefix(p.value, "'") || p.value == "True" || p.value == "False"
}

// Index puts spellings in order for a Vocabulary: several of one name are tried as
// they stand.
func Index(lists ...[]Spelling) map[string][]Spelling {
	index := map[string][]Spelling{}
	for _, s := range slices.Concat(lists...) {
		open := strings.IndexByte(s.Call, '(')
		s.name = s.Call[:open]
		for _, part := range strings.Split(strings.TrimSuffix(s.Call[open+1:], ")"), ", ") {
			if part == "" {
				continue
			}
			p := parameter{name: part}
			p.name, p.value, p.optional = strings.Cut(part, "=")
			p.value, p.only = strings.CutSuffix(p.value, "!")
			s.parameters = append(s.parameters, p)
		}
		index[fold(s.name)] = append(index[fold(s.name)], s)
	}
	return index
}

// at reports whether the spelling is one of the library.
func (s *Spelling) at(library string) bool {
	return library != "" && slices.Contains(strings.Fields(s.In), library)
}

// place is that of the parameter of a name, or −1.
func (s *Spelling) place(keyword string) int {
	at := slices.IndexFunc(s.parameters, func(p parameter) bool { return p.name == keyword })
	if at < 0 && slices.Contains(operands, keyword) {
		return 0
	}
	return at
}

// operands are names of what a function is applied to.
var operands = []string{"input", "x", "a", "features", "inputs", "t"}

// harmless are arguments that change no value.
var harmless = []string{"inplace", "name", "dtype", "out"}

// bind gives every parameter its value; ok is false where the call is another one.
func (s *Spelling) bind(args []argument) (bound map[string]chars, ok bool) {
	bound = map[string]chars{}
	for i, a := range args {
		at := i
		if a.keyword != "" {
			at = s.place(a.keyword)
		}
		if a.keyword != "" && at < 0 && slices.Contains(harmless, a.keyword) {
			continue
		}
		if at < 0 || at >= len(s.parameters) {
			return nil, false
		}
		p := s.parameters[at]
		if _, twice := bound[p.name]; twice {
			return nil, false
		}
		text := strings.TrimSpace(a.value.String())
		switch {
		case text == "None":
			continue
		case p.selects() && strings.ReplaceAll(text, `"`, "'") != p.value:
			return nil, false
		}
		bound[p.name] = a.value.trimmed()
	}
	for _, p := range s.parameters {
		if _, given := bound[p.name]; !given && !p.optional {
			return nil, false
		}
	}
	return bound, true
}

// write is a formula with the values in the places of their names. What the call
// left out, and the formula itself, come from the column.
func (s *Spelling) write(formula string, bound map[string]chars, column int) chars {
	list := split([]rune(formula), made(space, formula, column).columns)
	var out chars
	for i, t := range list {
		at := slices.IndexFunc(s.parameters, func(p parameter) bool { return t.kind == name && p.name == t.text })
		if at < 0 || i+1 < len(list) && list[i+1].is("(") { // a function may have the name of a parameter
			out = out.with(t)
			continue
		}
		value, given := bound[t.text]
		if !given {
			value = text(s.parameters[at].value, column)
		}
		before, after := i-1, skip(list, i+1)
		for before >= 0 && list[before].kind == space {
			before--
		}
		alone := (before < 0 || strings.Contains("(,", list[before].text)) && (after == len(list) || strings.Contains("),", list[after].text))
		if alone || value.atomic() {
			out = append(out, value...)
			continue
		}
		out = append(append(append(out, text("(", column)...), value...), text(")", column)...)
	}
	return out
}

// An argument of a call, by its name where it has one.
type argument struct {
	keyword string
	value   chars
	column  int
}

type char struct {
	r      rune
	column int
}

// chars is a piece of the result.
type chars []char

func text(s string, column int) chars {
	var c chars
	for _, r := range s {
		c = append(c, char{r, column})
	}
	return c
}

func (c chars) with(t token) chars {
	for i, r := range []rune(t.text) {
		c = append(c, char{r, t.columns[min(i, len(t.columns)-1)]})
	}
	return c
}

func (c chars) String() string {
	var b strings.Builder
	for _, r := range c {
		b.WriteRune(r.r)
	}
	return b.String()
}

func (c chars) trimmed() chars {
	blank := func(r rune) bool { return r == ' ' || r == '\n' || r == '\t' || r == '\r' }
	for len(c) > 0 && blank(c[0].r) {
		c = c[1:]
	}
	for len(c) > 0 && blank(c[len(c)-1].r) {
		c = c[:len(c)-1]
	}
	return c
}

// atomic reports whether it is a single name or number.
func (c chars) atomic() bool {
	runes := make([]rune, len(c))
	for i := range c {
		runes[i] = c[i].r
	}
	list := split(runes, make([]int, len(runes)))
	return len(list) == 1 && (list[0].kind == number || list[0].kind == name)
}

// meanings says what to write for each of several meanings.
func meanings(word string, lines []string, list []Meaning) string {
	said := make([]string, len(list))
	for i, m := range list {
		said[i] = fmt.Sprintf("%s for %s", lines[i], m.Of)
	}
	return fmt.Sprintf("%s has %d meanings: write %s", word, len(list), strings.Join(said, ", or "))
}
