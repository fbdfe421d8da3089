// Package pickle reads Python pickles as data. Nothing in them is executed: what a
// pickle would call is handed to the caller as a value, and only where its name is
// known beforehand. The opcodes are those of Python's pickletools, protocols 0 to 5, as far as
// containers, numbers and texts need them.
package pickle

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strconv"

	"bsnn/internal/words"
)

// The values of a pickle are nil, bool, int64, float64, string, []byte, Tuple, *List,
// *Dict, Global, *Call and Persistent. Containers may hold themselves.
type (
	// Tuple is a tuple.
	Tuple []any
	// List is a list or a set.
	List struct{ Items []any }
	// Dict is a dictionary, in the order in which it was filled. Keys may come twice.
	Dict struct{ Keys, Values []any }
	// Global is something that a module has.
	Global struct{ Module, Name string }
	// Call is what a function or a type would give for arguments; it is not called.
	Call struct {
		Func Global
		Args Tuple
	}
	// Persistent is what the surrounding file keeps under an id.
	Persistent struct{ ID any }
)

// String is the name with its module.
func (g Global) String() string { return g.Module + "." + g.Name }

// A GlobalError says that a pickle names what is not known to be harmless.
type GlobalError struct{ Global Global }

// Error has the name.
func (e *GlobalError) Error() string {
	return fmt.Sprintf("it names %s, which is not among the builders of tensors; nothing of it was executed", words.Name(e.Global.String()))
}

// OrderedDict is read as a Dict.
var OrderedDict = Global{"collections", "OrderedDict"}

// maxDepth bounds what stands open at one time.
const maxDepth = 1 << 20

type mark struct{}

type machine struct {
	in    *bytes.Reader
	known func(Global) bool
	stack []any
	memo  map[uint64]any

	size, copied int // bytes of the pickle, and pairs copied from lists
	made         int
}

// Decode reads one pickle from the beginning of data and says how long it is. It is a
// *GlobalError if the pickle names something that known does not know.
func Decode(data []byte, known func(Global) bool) (v any, length int, err error) {
	m := &machine{in: bytes.NewReader(data), known: known, memo: map[uint64]any{}, size: len(data)}
	for {
		at := len(data) - m.in.Len()
		op, err := m.in.ReadByte()
		if err != nil {
			return nil, at, errors.New("pickle ends without a stop")
		}
		if op == '.' {
			v, err := m.pop()
			return v, at + 1, err
		}
		if err := m.step(op); err != nil {
			var global *GlobalError
			if errors.As(err, &global) {
				return nil, at, err
			}
			return nil, at, fmt.Errorf("pickle, byte %d: %w", at, err)
		}
		if len(m.stack) > maxDepth {
			return nil, at, fmt.Errorf("pickle, byte %d: more than %d values at a time", at, maxDepth)
		}
	}
}

// maxMade bounds how many values are made, and remembered: each takes some 50 bytes.
const maxMade = 1 << 21

// makes counts one more.
func (m *machine) makes() error {
	if m.made++; m.made > maxMade {
		return fmt.Errorf("more than %d values", maxMade)
	}
	return nil
}

func (m *machine) push(v any) error {
	if err := m.makes(); err != nil {
		return err
	}
	m.stack = append(m.stack, v)
	return nil
}

var errEmpty = errors.New("a value is missing")

func (m *machine) pop() (any, error) {
	if len(m.stack) == 0 {
		return nil, errEmpty
	}
	v := m.stack[len(m.stack)-1]
	if _, is := v.(mark); is {
		return nil, errEmpty
	}
	m.stack = m.stack[:len(m.stack)-1]
	return v, nil
}

// top is the last value, which stays.
func (m *machine) top() (any, error) {
	v, err := m.pop()
	if err == nil {
		m.stack = append(m.stack, v)
	}
	return v, err
}

// sinceMark takes what was pushed since the last mark, and the mark.
func (m *machine) sinceMark() ([]any, error) {
	for i := len(m.stack) - 1; i >= 0; i-- {
		if _, is := m.stack[i].(mark); is {
			items := append([]any(nil), m.stack[i+1:]...)
			m.stack = m.stack[:i]
			return items, nil
		}
	}
	return nil, errors.New("a mark is missing")
}

// last takes so many values.
func (m *machine) last(n int) (Tuple, error) {
	t := make(Tuple, n)
	for i := n - 1; i >= 0; i-- {
		v, err := m.pop()
		if err != nil {
			return nil, err
		}
		t[i] = v
	}
	return t, nil
}

// number reads a little-endian number of so many bytes.
func (m *machine) number(size int) (uint64, error) {
	b, err := m.bytes(uint64(size))
	var full [8]byte
	copy(full[:], b)
	return binary.LittleEndian.Uint64(full[:]), err
}

func (m *machine) bytes(n uint64) ([]byte, error) {
	if n > uint64(m.in.Len()) {
		return nil, fmt.Errorf("%d bytes, where %d are left", n, m.in.Len())
	}
	b := make([]byte, n)
	_, err := m.in.Read(b)
	if n == 0 {
		err = nil
	}
	return b, err
}

// sized reads so many bytes as a number of size bytes says.
func (m *machine) sized(size int) ([]byte, error) {
	n, err := m.number(size)
	if err != nil {
		return nil, err
	}
	return m.bytes(n)
}

const maxLine = 1 << 12

func (m *machine) line() (string, error) {
	var b []byte
	for len(b) < maxLine {
		c, err := m.in.ReadByte()
		if err != nil {
			return "", errors.New("a line without an end")
		}
		if c == '\n' {
			return string(b), nil
		}
		b = append(b, c)
	}
	return "", fmt.Errorf("a line of more than %d bytes", maxLine)
}

// long is a whole number of any length; those beyond 64 bits are not read.
func long(b []byte) (any, error) {
	if len(b) > 8 {
		return "", nil // no number that matters here is so large
	}
	var v uint64
	for i, c := range b {
		v |= uint64(c) << (8 * i)
	}
	if n := len(b); n > 0 && n < 8 && b[n-1] >= 0x80 {
		v |= math.MaxUint64 << (8 * n)
	}
	return int64(v), nil
}

// integer reads the text of a whole number, of which 00 and 01 are booleans.
func integer(text string) (any, error) {
	switch text {
	case "00":
		return false, nil
	case "01":
		return true, nil
	}
	v, err := strconv.ParseInt(text, 10, 64)
	return v, err
}
