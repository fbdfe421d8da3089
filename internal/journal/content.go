package journal

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"bsnn/internal/provenance"
)

// A DamageError says that a file is not a journal, or not as it was written.
type DamageError struct {
	Path   string
	Offset int // of the first byte that makes no sense
	Why    string
}

func (e *DamageError) Error() string {
	return fmt.Sprintf("%s is not a journal or damaged, at byte %d: %s", e.Path, e.Offset, e.Why)
}

// A RunError says that a journal belongs to another run.
type RunError struct {
	Path       string
	Difference *provenance.Difference
}

func (e *RunError) Error() string {
	return fmt.Sprintf("the run in %s cannot be continued: %v", e.Path, e.Difference)
}

// Unwrap is the difference.
func (e *RunError) Unwrap() error { return e.Difference }

// content is what a file holds.
type content struct {
	run     provenance.Run
	mixed   bool // parts of several environments are in it
	vectors map[string][]vector
	values  map[string]map[string][]byte // bodies by section and name
	section string                       // the last one
	entries int                          // vectors
	head    []byte                       // the header, in JSON
	size    int                          // bytes up to the end of the last sound record; 0 if even the header is none
	dropped int                          // bytes after it
}

// vector is one vector of values: 8 bytes for each.
type vector struct {
	index  int
	values []byte
}

// count is how many vectors and values there are.
func (c *content) count() int {
	n := c.entries
	for _, named := range c.values {
		n += len(named)
	}
	return n
}

// parse reads a file.
func parse(path string, data []byte) (content, error) {
	c := content{vectors: map[string][]vector{}, values: map[string]map[string][]byte{}}
	if len(data) < len(magic) && bytes.HasPrefix([]byte(magic), data) {
		return c, nil // killed before anything was kept
	}
	damage := func(at []byte, why string) error {
		return &DamageError{Path: path, Offset: len(data) - len(at), Why: why}
	}
	switch {
	case bytes.HasPrefix(data, []byte(formerMagic)):
		return c, damage(data, "an older bsnn wrote it")
	case !bytes.HasPrefix(data, []byte(magic)):
		return c, damage(data, "it does not begin as a journal does")
	}
	rest := data[len(magic):]
	for first := true; len(rest) > 0; first = false {
		body, after, why := next(rest)
		if why != "" {
			if followed(rest) {
				return c, damage(rest, why)
			}
			break
		}
		if why = c.take(body, first); why != "" {
			return c, damage(rest, why)
		}
		rest = after
		c.size = len(data) - len(rest)
	}
	c.dropped = len(rest)
	return c, c.sort(path)
}

// take takes in a record whose checksum is right; the answer says what is wrong
// with it.
func (c *content) take(body []byte, first bool) (why string) {
	if first != (body[0] == kindHeader) {
		return "the header is not where it belongs"
	}
	switch body[0] {
	case kindHeader:
		c.head = body[1:]
		d := json.NewDecoder(bytes.NewReader(c.head))
		d.UseNumber()
		if d.Decode(&c.run) != nil {
			return "the header cannot be read"
		}
	case kindMixed:
		c.mixed = true
	case kindSection:
		c.section = string(body[1:])
	case kindVector:
		return c.addVector(body[1:])
	case kindNamed:
		return c.addNamed(body[1:])
	default:
		return "a record is of no known kind"
	}
	return ""
}

// addVector takes a vector of the last section.
func (c *content) addVector(body []byte) (why string) {
	index, n := binary.Uvarint(body)
	if n <= 0 || index > math.MaxInt {
		return "an index cannot be read"
	}
	if (len(body)-n)%8 != 0 {
		return "a value is cut short"
	}
	c.vectors[c.section] = append(c.vectors[c.section], vector{int(index), body[n:]})
	c.entries++
	return ""
}

// addNamed takes a value of the last section, in place of a former one.
func (c *content) addNamed(body []byte) (why string) {
	name, value, ok := cutNamed(body)
	if !ok || !soundValue(value) {
		return "a value cannot be read"
	}
	if c.values[c.section] == nil {
		c.values[c.section] = map[string][]byte{}
	}
	c.values[c.section][name] = value
	return ""
}

// sort orders the vectors of each section by index, so that get can search.
func (c *content) sort(path string) error {
	for name, vectors := range c.vectors {
		slices.SortStableFunc(vectors, func(a, b vector) int { return cmp.Compare(a.index, b.index) })
		for i := 1; i < len(vectors); i++ {
			if vectors[i].index == vectors[i-1].index {
				return &DamageError{path, c.size, fmt.Sprintf("entry %d of %q is there twice", vectors[i].index, name)}
			}
		}
	}
	return nil
}

func (c *content) get(section string, index int) ([]float64, bool) {
	vectors := c.vectors[section]
	i, ok := slices.BinarySearchFunc(vectors, index, func(v vector, index int) int { return cmp.Compare(v.index, index) })
	if !ok {
		return nil, false
	}
	return decodeVector(vectors[i].values), true
}

// beginning is the first bytes of every journal of a run.
func beginning(run provenance.Run) ([]byte, error) {
	text, err := json.Marshal(run)
	if err != nil {
		return nil, fmt.Errorf("what was asked for: %w", err)
	}
	return appendText([]byte(magic), kindHeader, string(text)), nil
}
