package journal

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
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

// A HeaderError says that a journal belongs to another computation.
type HeaderError struct {
	Path  string
	Found string // its header
}

func (e *HeaderError) Error() string { return e.Path + " belongs to another computation" }

// content is what a file holds.
type content struct {
	sections map[string][]entry
	section  string // the last one
	count    int    // entries
	size     int    // bytes up to the end of the last complete record; 0 if even the header is not complete
}

// entry is one vector of values: 8 bytes for each.
type entry struct {
	index  int
	values []byte
}

// parse reads a file that should have the given header.
func parse(path string, data []byte, header string) (content, error) {
	c := content{sections: map[string][]entry{}}
	begin := beginning(header)
	if len(data) < len(begin) && bytes.HasPrefix(begin, data) {
		return c, nil // killed before anything was kept
	}
	damage := func(at []byte, why string) error {
		return &DamageError{Path: path, Offset: len(data) - len(at), Why: why}
	}
	if !strings.HasPrefix(string(data), magic) {
		return c, damage(data, "it does not begin as a journal does")
	}
	rest := data[len(magic):]
	for first := true; len(rest) > 0; first = false {
		body, after, complete, why := next(rest)
		if !complete {
			break
		}
		if why == "" && first != (body[0] == kindHeader) {
			why = "the header is not where it belongs"
		}
		if why == "" {
			switch body[0] {
			case kindHeader:
				if string(body[1:]) != header {
					return c, &HeaderError{Path: path, Found: string(body[1:])}
				}
			case kindSection:
				c.section = string(body[1:])
			case kindValues:
				why = c.add(body[1:])
			default:
				why = "a record is of no known kind"
			}
		}
		if why != "" {
			return c, damage(rest, why)
		}
		rest = after
		c.size = len(data) - len(rest)
	}
	if c.size == 0 {
		return c, damage(data, "it ends within its header")
	}
	return c, c.sort(path)
}

// add takes a record of values of the last section; the answer says what is
// wrong with it.
func (c *content) add(body []byte) (why string) {
	index, n := binary.Uvarint(body)
	if n <= 0 || index > math.MaxInt {
		return "an index cannot be read"
	}
	if (len(body)-n)%8 != 0 {
		return "a value is cut short"
	}
	c.sections[c.section] = append(c.sections[c.section], entry{int(index), body[n:]})
	c.count++
	return ""
}

// sort orders the entries of each section by index, so that get can search.
func (c *content) sort(path string) error {
	for name, entries := range c.sections {
		slices.SortStableFunc(entries, func(a, b entry) int { return cmp.Compare(a.index, b.index) })
		for i := 1; i < len(entries); i++ {
			if entries[i].index == entries[i-1].index {
				return &DamageError{path, c.size, fmt.Sprintf("entry %d of %q is there twice", entries[i].index, name)}
			}
		}
	}
	return nil
}

func (c *content) get(section string, index int) ([]float64, bool) {
	entries := c.sections[section]
	i, ok := slices.BinarySearchFunc(entries, index, func(e entry, index int) int { return cmp.Compare(e.index, index) })
	if !ok {
		return nil, false
	}
	return decode(entries[i].values), true
}

// beginning is the first bytes of every journal with the given header.
func beginning(header string) []byte { return appendText([]byte(magic), kindHeader, header) }
