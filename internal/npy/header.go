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
	descr      string
	structured bool // with fields instead of descr
	fortran    bool
	shape      []int64
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

// kinds are the numbers that NumPy's letters and sizes stand for.
var kinds = map[string]tensor.DType{
	"f8": tensor.Float64, "f4": tensor.Float32, "f2": tensor.Float16,
	"i8": tensor.Int64, "i4": tensor.Int32, "i2": tensor.Int16, "i1": tensor.Int8,
	"u8": tensor.Uint64, "u4": tensor.Uint32, "u2": tensor.Uint16, "u1": tensor.Uint8,
	"b1": tensor.Bool, "c8": tensor.Complex64, "c16": tensor.Complex128,
}

// dtype is the type of the numbers and their order, or why they cannot be read.
func (h header) dtype() (t tensor.DType, bigEndian bool, err error) {
	if h.structured {
		return 0, false, errors.New("structured dtype; want numbers, as one field of it has")
	}
	if len(h.descr) > 1 && strings.IndexByte("<>=|", h.descr[0]) >= 0 {
		if t, ok := kinds[h.descr[1:]]; ok {
			return t, h.descr[0] == '>', nil
		}
	}
	descr := words.Shorten(h.descr, 40)
	if strings.HasSuffix(h.descr, "O") {
		return 0, false, fmt.Errorf("dtype %q: Python objects, which are not read; want numbers", descr)
	}
	return 0, false, fmt.Errorf("dtype %q; want floating-point numbers of 2, 4 or 8 bytes", descr)
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
		if h.structured = p.next('['); h.structured {
			return p.fields()
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

// fields passes over a list of fields: strings, numbers and brackets.
func (p *parser) fields() error {
	for depth := 0; p.rest != ""; {
		switch p.skipSpace(); {
		case p.accept('[') || p.accept('('):
			depth++
		case p.accept(']') || p.accept(')'):
			if depth--; depth == 0 {
				return nil
			}
		case p.next('\'') || p.next('"'):
			if _, err := p.str(); err != nil {
				return err
			}
		case p.accept(','):
		default:
			if _, err := p.length(); err != nil {
				return err
			}
		}
	}
	return p.unexpected("']'")
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
