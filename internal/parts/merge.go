package parts

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"bsnn/internal/journal"
	"bsnn/internal/provenance"
)

// Parts are those of a whole run, each complete and once. Together they are its journal:
// what has to be computed anew is not kept.
type Parts struct {
	Command Command // as the first part was asked for
	Notes   []string

	dir       string
	readings  []*journal.Reading            // by part
	first     heading                       // of the file that was read first
	bySection map[string][]*journal.Reading // which hold something of a section
	mixed     bool
}

// An IncompleteError says which parts are missing.
type IncompleteError struct {
	Dir        string
	Of         int
	Missing    []int // in ascending order
	Unfinished []int // of them, those that somebody has begun
}

func (e *IncompleteError) Error() string {
	if e.Of == 0 {
		return fmt.Sprintf("%s holds no complete part of a run", e.Dir)
	}
	text := fmt.Sprintf("%s lacks %d of %d parts: %s", e.Dir, len(e.Missing), e.Of, ranges(e.Missing))
	if len(e.Unfinished) > 0 {
		text += fmt.Sprintf(" (begun and not finished: %s)", ranges(e.Unfinished))
	}
	return text
}

// ranges are ascending numbers, in short: 1–3, 7.
func ranges(numbers []int) string {
	var out []string
	for i := 0; i < len(numbers); {
		j := i
		for j+1 < len(numbers) && numbers[j+1] == numbers[j]+1 {
			j++
		}
		if j > i+1 {
			out = append(out, fmt.Sprintf("%d–%d", numbers[i], numbers[j]))
			i = j + 1
			continue
		}
		out = append(out, fmt.Sprint(numbers[i]))
		i++
	}
	return strings.Join(out, ", ")
}

// A ConflictError says that two files hold different results of one part.
type ConflictError struct {
	Part, Of int
	Paths    [2]string
	Section  string // the first that differs
}

func (e *ConflictError) Error() string {
	return fmt.Sprintf("part %d of %d is there twice with different results: %s and %s differ in %q; want the wrong one removed",
		e.Part, e.Of, e.Paths[0], e.Paths[1], e.Section)
}

// Read reads all parts in a folder and in the folders in it. An error is an
// [*IncompleteError], a [*ConflictError], a [*ForeignError] where two files are not parts
// of one run, a [*journal.DamageError], or comes from the file system. The environments of
// the parts may differ where the policy is [journal.Mixed].
func Read(dir string, policy journal.Policy) (*Parts, error) {
	paths, err := below(dir)
	if err != nil {
		return nil, err
	}
	p := &Parts{dir: dir, bySection: map[string][]*journal.Reading{}}
	for _, path := range paths {
		r, err := journal.Read(path)
		if err != nil {
			return nil, err
		}
		if h, ok := p.first.like(r); ok {
			if err := p.take(r, h); err != nil {
				return nil, err
			}
			continue
		}
		whole, h, err := about(r)
		switch {
		case err != nil:
			return nil, err
		case p.readings == nil:
			p.first = heading{whole, h, r.Header()}
			p.Command, p.readings = h.Command, make([]*journal.Reading, h.Of)
		case h.Of != len(p.readings):
			return nil, &ForeignError{Path: path, Why: fmt.Sprintf("it is a part of %d, %s of %d", h.Of, paths[0], len(p.readings))}
		}
		if err := foreign(p.first.whole, whole, path, policy); err != nil {
			return nil, err
		}
		p.mixed = p.mixed || p.first.whole.Environment != whole.Environment
		if err := p.take(r, h); err != nil {
			return nil, err
		}
	}
	return p, p.complete()
}

// A heading is what a part says of itself. Those of a run differ in the number of the part alone,
// and what was asked for may be long: one is looked at, and others are compared with it as they are
// written.
type heading struct {
	whole provenance.Run
	header
	text []byte
}

// numbered is where the text has the number of the part.
var numbered = regexp.MustCompile(`^\{"kind":"[^"\\]*","asked":\{"part":(\d{1,7}),`)

// like says whether a part is of the same run by its heading, and which.
func (g heading) like(r *journal.Reading) (header, bool) {
	here, there := numbered.FindSubmatchIndex(g.text), numbered.FindSubmatchIndex(r.Header())
	if here == nil || there == nil || !bytes.Equal(g.text[:here[2]], r.Header()[:there[2]]) ||
		!bytes.Equal(g.text[here[3]:], r.Header()[there[3]:]) {
		return header{}, false
	}
	h := g.header
	h.Part, _ = strconv.Atoi(string(r.Header()[there[2]:there[3]])) // digits
	return h, h.Part >= 1 && h.Part <= h.Of
}

// take puts a part in its place.
func (p *Parts) take(r *journal.Reading, h header) error {
	p.mixed = p.mixed || r.Mixed()
	var pieces int
	if ok, err := r.Get(completeSection, "pieces", &pieces); err != nil || !ok {
		return errors.Join(err, &ForeignError{Path: r.Path(), Why: "it is not complete"})
	}
	if other := p.readings[h.Part-1]; other != nil {
		if section := r.Differs(other, Timing); section != "" {
			return &ConflictError{h.Part, h.Of, [2]string{other.Path(), r.Path()}, section}
		}
		p.Notes = append(p.Notes, fmt.Sprintf("part %d of %d is there twice, with the same results: %s and %s", h.Part, h.Of, other.Path(),
			r.Path()))
		return nil
	}
	p.readings[h.Part-1] = r
	for _, s := range r.Sections() {
		p.bySection[s] = append(p.bySection[s], r)
	}
	return nil
}

// complete says which parts are missing.
func (p *Parts) complete() error {
	e := &IncompleteError{Dir: p.dir, Of: len(p.readings)}
	for i, r := range p.readings {
		if r != nil {
			continue
		}
		e.Missing = append(e.Missing, i+1)
		if found, _ := os.Lstat(filepath.Join(p.dir, name(i+1, e.Of)+unfinished)); found != nil {
			e.Unfinished = append(e.Unfinished, i+1)
		}
	}
	if len(e.Missing) > 0 || e.Of == 0 {
		return e
	}
	return nil
}

// below are the complete parts in a folder and in its folders, one deep: where each machine
// has written to one of its own.
func below(dir string) ([]string, error) {
	out, err := files(dir)
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if e.IsDir() {
			more, err := files(filepath.Join(dir, e.Name()))
			if err != nil {
				return nil, err
			}
			out = append(out, more...)
		}
	}
	slices.SortFunc(out, func(a, b string) int {
		return cmp.Or(cmp.Compare(filepath.Base(a), filepath.Base(b)), cmp.Compare(a, b))
	})
	return out, nil
}

// Of says whether the parts are those of a sweep.
func (p *Parts) Of(s Sweep, policy journal.Policy) error {
	dealt := Divide(s.Units, len(p.readings))
	if err := foreign(s.Run, p.first.whole, p.readings[p.first.Part-1].Path(), policy); err != nil {
		return err
	}
	p.mixed = p.mixed || s.Run.Environment != p.first.whole.Environment
	for i, r := range p.readings {
		var pieces int
		if _, err := r.Get(completeSection, "pieces", &pieces); err != nil || pieces != len(dealt[i]) {
			return errors.Join(err, &ForeignError{Path: r.Path(), Why: fmt.Sprintf("it has %d pieces of the run, not %d", pieces, len(dealt[i]))})
		}
	}
	return nil
}

// Kind is what computes the whole run.
func (p *Parts) Kind() (string, error) {
	whole, _, err := about(p.readings[0])
	return whole.Kind, err
}

// Asked decodes what was asked for in the whole run into the variable that v points to.
func (p *Parts) Asked(v any) error {
	whole, _, err := about(p.readings[0])
	if err != nil {
		return err
	}
	text, err := json.Marshal(whole.Asked)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, v); err != nil {
		return &ForeignError{Path: p.readings[0].Path(), Why: err.Error()}
	}
	return nil
}

// Path is the folder.
func (p *Parts) Path() string { return p.dir }

// Mixed says whether the parts come from several environments, or from another than that at
// hand.
func (p *Parts) Mixed() bool { return p.mixed }

// Lookup returns a vector, as [journal.Journal.Lookup] does.
func (p *Parts) Lookup(section string, index int) ([]float64, bool) {
	for _, r := range p.bySection[section] {
		if v, ok := r.Lookup(section, index); ok {
			return v, true
		}
	}
	return nil, false
}

// Get decodes a value, as [journal.Journal.Get] does.
func (p *Parts) Get(section, name string, v any) (bool, error) {
	for _, r := range p.bySection[section] {
		if ok, err := r.Get(section, name, v); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

// Names are those of the values that a section has, in alphabetical order.
func (p *Parts) Names(section string) []string {
	var out []string
	for _, r := range p.bySection[section] {
		out = append(out, r.Names(section)...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Record keeps nothing.
func (p *Parts) Record(string, int, []float64) {}

// Put keeps nothing.
func (p *Parts) Put(string, string, any) error { return nil }
