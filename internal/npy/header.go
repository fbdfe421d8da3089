package npy

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"bsnn/internal/tensor"
	"bsnn/internal/words"
)

// A header is the dictionary of an .npy file.
type header struct {
	descr   string
	fortran bool
	shape   []int64
}

// parseHeader reads the dictionary {'descr': '<f8', 'fortran_order': False,
// 'shape': (3, 4), }: those three keys, in any order.
func parseHeader(text string) (header, error) {
	p := &parser{rest: strings.TrimRight(text, " \n\x00")}
	var h header
	seen := map[string]bool{}
	if err := p.expect('{'); err != nil {
		return h, err
	}
	for !p.accept('}') {
		key, err := p.str()
		if err != nil {
			return h, err
		}
		if seen[key] {
			return h, fmt.Errorf("key %q twice", words.Shorten(key, 40))
		}
		seen[key] = true
		if err := p.expect(':'); err != nil {
			return h, err
		}
		if err := p.value(&h, key); err != nil {
			return h, fmt.Errorf("%s: %w", words.Name(key), err)
		}
		if !p.accept(',') && !p.next('}') {
			return h, p.unexpected("',' or '}'")
		}
	}
	if p.skipSpace(); p.rest != "" {
		return h, p.unexpected("the end")
	}
	for _, key := range []string{"descr", "fortran_order", "shape"} {
		if !seen[key] {
			return h, fmt.Errorf("key %q is missing", key)
		}
	}
	return h, nil
}

// dtype is the type of the numbers, or why they cannot be read.
func (h header) dtype() (tensor.DType, error) {
	if h.fortran {
		return 0, errors.New("array is in Fortran order, want C order (numpy.ascontiguousarray)")
	}
	switch {
	case h.descr == "<f4":
		return tensor.Float32, nil
	case h.descr == "<f8":
		return tensor.Float64, nil
	case strings.HasPrefix(h.descr, ">"):
		return 0, fmt.Errorf("dtype %q is big-endian, want little-endian '<f4' or '<f8'", words.Shorten(h.descr, 40))
	}
	return 0, fmt.Errorf("dtype %q is not supported, want '<f4' or '<f8'", words.Shorten(h.descr, 40))
}

// A parser reads the few Python literals that headers consist of.
type parser struct{ rest string }

func (p *parser) skipSpace() { p.rest = strings.TrimLeft(p.rest, " \t\n") }

func (p *parser) next(c byte) bool {
	p.skipSpace()
	return p.rest != "" && p.rest[0] == c
}

func (p *parser) accept(c byte) bool {
	if !p.next(c) {
		return false
	}
	p.rest = p.rest[1:]
	return true
}

func (p *parser) expect(c byte) error {
	if !p.accept(c) {
		return p.unexpected(strconv.QuoteRune(rune(c)))
	}
	return nil
}

func (p *parser) unexpected(want string) error {
	if p.rest == "" {
		return fmt.Errorf("header ends where %s should be", want)
	}
	return fmt.Errorf("header has %.20q where %s should be", p.rest, want)
}

// value reads the value of a key into h.
func (p *parser) value(h *header, key string) (err error) {
	switch key {
	case "descr":
		if p.next('[') {
			return errors.New("structured dtype, want '<f4' or '<f8'")
		}
		h.descr, err = p.str()
	case "fortran_order":
		h.fortran, err = p.boolean()
	case "shape":
		h.shape, err = p.tuple()
	default:
		err = errors.New("unknown key")
	}
	return err
}

// str reads a string literal without escapes, which headers do not need.
func (p *parser) str() (string, error) {
	p.skipSpace()
	if p.rest == "" || p.rest[0] != '\'' && p.rest[0] != '"' {
		return "", p.unexpected("a string")
	}
	end := strings.IndexByte(p.rest[1:], p.rest[0])
	if end < 0 {
		return "", errors.New("string without an end")
	}
	s := p.rest[1 : 1+end]
	if strings.ContainsAny(s, "\\\n") {
		return "", fmt.Errorf("string %q has an escape", words.Shorten(s, 40))
	}
	p.rest = p.rest[end+2:]
	return s, nil
}

func (p *parser) boolean() (bool, error) {
	p.skipSpace()
	for word, value := range map[string]bool{"True": true, "False": false} {
		if rest, ok := strings.CutPrefix(p.rest, word); ok {
			p.rest = rest
			return value, nil
		}
	}
	return false, p.unexpected("True or False")
}

// tuple reads a tuple of lengths: (), (3,), (3, 4) or, as Python 2 wrote
// them, (3L, 4L).
func (p *parser) tuple() ([]int64, error) {
	if err := p.expect('('); err != nil {
		return nil, err
	}
	shape := []int64{}
	for !p.accept(')') {
		d, err := p.length()
		if err != nil {
			return nil, err
		}
		if len(shape) == tensor.MaxDims {
			return nil, fmt.Errorf("more than %d dimensions", tensor.MaxDims)
		}
		shape = append(shape, d)
		if !p.accept(',') && (!p.next(')') || len(shape) == 1) {
			return nil, p.unexpected("','")
		}
	}
	return shape, nil
}

func (p *parser) length() (int64, error) {
	p.skipSpace()
	digits := len(p.rest) - len(strings.TrimLeft(p.rest, "0123456789"))
	if digits == 0 {
		return 0, p.unexpected("a length")
	}
	d, err := strconv.ParseInt(p.rest[:digits], 10, 64)
	if err != nil {
		return 0, fmt.Errorf("length %s is out of range", words.Shorten(p.rest[:digits], 40))
	}
	p.rest = strings.TrimPrefix(p.rest[digits:], "L")
	return d, nil
}
