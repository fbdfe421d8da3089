package journal

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"slices"

	"bsnn/internal/provenance"
)

// A Reading is what a finished journal holds, whoever wrote it: nothing is locked and
// nothing of the file is changed.
type Reading struct {
	path string
	content
}

// Read reads a journal that nobody appends to any more. An error is a [*DamageError],
// also where the last record is cut short, or comes from the file system.
func Read(path string) (*Reading, error) {
	f, err := openRegular(path)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(f)
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	c, err := parse(path, data)
	switch {
	case err != nil:
		return nil, err
	case c.size == 0:
		return nil, &DamageError{path, 0, "it has no header"}
	case c.dropped > 0:
		return nil, &DamageError{path, c.size, "it is cut short"}
	}
	return &Reading{path, c}, nil
}

// Path is the file.
func (r *Reading) Path() string { return r.path }

// Run is what the journal's header says: what was asked for is as JSON sees it.
func (r *Reading) Run() provenance.Run { return r.run }

// Header is what Run says, in JSON as it was written.
func (r *Reading) Header() []byte { return r.head }

// Mixed says whether parts of several environments are in it.
func (r *Reading) Mixed() bool { return r.mixed }

// Sections are the names of what has values or vectors, in alphabetical order.
func (r *Reading) Sections() []string {
	names := map[string]bool{}
	for name := range r.values {
		names[name] = true
	}
	for name := range r.vectors {
		names[name] = true
	}
	return slices.Sorted(maps.Keys(names))
}

// Names are those of the values that a section has, in alphabetical order.
func (r *Reading) Names(section string) []string { return slices.Sorted(maps.Keys(r.values[section])) }

// Lookup returns a vector.
func (r *Reading) Lookup(section string, index int) ([]float64, bool) { return r.get(section, index) }

// Get decodes the value under a name as [Journal.Get] does.
func (r *Reading) Get(section, name string, v any) (bool, error) {
	return decodeNamed(r.path, section, name, r.values[section][name], v)
}

// Differs is the first section, in alphabetical order, of which two journals do not hold
// the same, to the bit, leaving out the sections given; empty where there is none.
func (r *Reading) Differs(other *Reading, without ...string) string {
	sections := slices.Compact(slices.Sorted(slices.Values(append(r.Sections(), other.Sections()...))))
	for _, name := range sections {
		if slices.Contains(without, name) {
			continue
		}
		sameVectors := slices.EqualFunc(r.vectors[name], other.vectors[name], func(a, b vector) bool {
			return a.index == b.index && bytes.Equal(a.values, b.values)
		})
		if !sameVectors || !maps.EqualFunc(r.values[name], other.values[name], bytes.Equal) {
			return name
		}
	}
	return ""
}
