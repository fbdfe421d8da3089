package pickle

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// step does what one opcode says.
func (m *machine) step(op byte) error {
	if do := steps[op]; do != nil {
		return do(m)
	}
	return fmt.Errorf("opcode %q, which weights do not need", op)
}

// steps are the opcodes that are known.
var steps = func() (all [256]func(*machine) error) {
	for op, do := range actions {
		all[op] = do
	}
	for op, literal := range literals {
		all[op] = func(m *machine) error { return m.push(literal()) }
	}
	for op, read := range readers {
		all[op] = func(m *machine) error {
			v, err := read(m)
			if err != nil {
				return err
			}
			return m.push(v)
		}
	}
	return all
}()

// literals push a value that the opcode stands for.
var literals = map[byte]func() any{
	'N': func() any { return nil }, '\x88': func() any { return true }, '\x89': func() any { return false },
	')': func() any { return Tuple{} }, ']': func() any { return &List{} }, '}': func() any { return &Dict{} },
	'\x8f': func() any { return &List{} }, '(': func() any { return mark{} },
}

// readers push a value that follows the opcode.
var readers = map[byte]func(m *machine) (any, error){
	'K': func(m *machine) (any, error) { v, err := m.number(1); return int64(v), err },
	'M': func(m *machine) (any, error) { v, err := m.number(2); return int64(v), err },
	'J': func(m *machine) (any, error) { v, err := m.number(4); return int64(int32(v)), err },
	'I': func(m *machine) (any, error) { return fromLine(m, integer) },
	'L': func(m *machine) (any, error) {
		return fromLine(m, func(s string) (any, error) { return integer(strings.TrimSuffix(s, "L")) })
	},
	'F': func(m *machine) (any, error) {
		return fromLine(m, func(s string) (any, error) { return strconv.ParseFloat(s, 64) })
	},
	'G': func(m *machine) (any, error) {
		b, err := m.bytes(8)
		if err != nil {
			return nil, err
		}
		var bits uint64
		for _, c := range b {
			bits = bits<<8 | uint64(c)
		}
		return math.Float64frombits(bits), nil
	},
	'\x8a': func(m *machine) (any, error) { return fromBytes(m, 1, long) },
	'\x8b': func(m *machine) (any, error) { return fromBytes(m, 4, long) },
	'X':    func(m *machine) (any, error) { return fromBytes(m, 4, text) },
	'\x8c': func(m *machine) (any, error) { return fromBytes(m, 1, text) },
	'\x8d': func(m *machine) (any, error) { return fromBytes(m, 8, text) },
	'U':    func(m *machine) (any, error) { return fromBytes(m, 1, text) },
	'T':    func(m *machine) (any, error) { return fromBytes(m, 4, text) },
	'V':    func(m *machine) (any, error) { return fromLine(m, func(s string) (any, error) { return s, nil }) },
	'C':    func(m *machine) (any, error) { return fromBytes(m, 1, raw) },
	'B':    func(m *machine) (any, error) { return fromBytes(m, 4, raw) },
	'\x8e': func(m *machine) (any, error) { return fromBytes(m, 8, raw) },
	'h':    func(m *machine) (any, error) { return m.remembered(1) },
	'j':    func(m *machine) (any, error) { return m.remembered(4) },
	'c': func(m *machine) (any, error) {
		module, err := m.line()
		if err != nil {
			return nil, err
		}
		name, err := m.line()
		if err != nil {
			return nil, err
		}
		return m.global(module, name)
	},
	'P': func(m *machine) (any, error) {
		return fromLine(m, func(s string) (any, error) { return Persistent{s}, nil })
	},
}

func fromLine(m *machine, read func(string) (any, error)) (any, error) {
	s, err := m.line()
	if err != nil {
		return nil, err
	}
	return read(s)
}

func fromBytes(m *machine, size int, read func([]byte) (any, error)) (any, error) {
	b, err := m.sized(size)
	if err != nil {
		return nil, err
	}
	return read(b)
}

func text(b []byte) (any, error) { return string(b), nil }

func raw(b []byte) (any, error) { return b, nil }

func (m *machine) remembered(size int) (any, error) {
	k, err := m.number(size)
	if err != nil {
		return nil, err
	}
	v, ok := m.memo[k]
	if !ok {
		return nil, fmt.Errorf("nothing is remembered as %d", k)
	}
	return v, nil
}

func (m *machine) global(module, name string) (any, error) {
	g := Global{module, name}
	if g != OrderedDict && !m.known(g) {
		return nil, &GlobalError{g}
	}
	return g, nil
}

// actions change what is there.
var actions = map[byte]func(m *machine) error{
	'\x80': func(m *machine) error { // protocol
		v, err := m.number(1)
		if err == nil && v > 5 {
			err = fmt.Errorf("protocol %d, want at most 5", v)
		}
		return err
	},
	'\x95': func(m *machine) error { _, err := m.number(8); return err }, // frame
	'0': func(m *machine) error {
		if n := len(m.stack); n > 0 {
			m.stack = m.stack[:n-1]
			return nil
		}
		return errEmpty
	},
	'1': func(m *machine) error { _, err := m.sinceMark(); return err },
	'2': func(m *machine) error {
		v, err := m.top()
		if err != nil {
			return err
		}
		return m.push(v)
	},
	't':    func(m *machine) error { items, err := m.sinceMark(); return m.pushed(Tuple(items), err) },
	'\x85': func(m *machine) error { t, err := m.last(1); return m.pushed(t, err) },
	'\x86': func(m *machine) error { t, err := m.last(2); return m.pushed(t, err) },
	'\x87': func(m *machine) error { t, err := m.last(3); return m.pushed(t, err) },
	'l':    func(m *machine) error { items, err := m.sinceMark(); return m.pushed(&List{items}, err) },
	'd': func(m *machine) error {
		items, err := m.sinceMark()
		d := &Dict{}
		if err == nil {
			err = fill(d, items)
		}
		return m.pushed(d, err)
	},
	'a': func(m *machine) error {
		v, err := m.pop()
		if err != nil {
			return err
		}
		return m.extend([]any{v})
	},
	'e':    func(m *machine) error { return m.extended() },
	'\x90': func(m *machine) error { return m.extended() },
	's': func(m *machine) error {
		pair, err := m.last(2)
		if err != nil {
			return err
		}
		return m.fillTop(pair)
	},
	'u': func(m *machine) error {
		items, err := m.sinceMark()
		if err != nil {
			return err
		}
		return m.fillTop(items)
	},
	'q':    func(m *machine) error { k, err := m.number(1); return m.remember(k, err) },
	'r':    func(m *machine) error { k, err := m.number(4); return m.remember(k, err) },
	'\x94': func(m *machine) error { return m.remember(uint64(len(m.memo)), nil) },
	'p':    func(m *machine) error { return m.textMemo(func(k uint64) error { return m.remember(k, nil) }) },
	'g': func(m *machine) error {
		return m.textMemo(func(k uint64) error {
			v, ok := m.memo[k]
			if !ok {
				return fmt.Errorf("nothing is remembered as %d", k)
			}
			return m.push(v)
		})
	},
	'\x93': func(m *machine) error { // global from the stack
		t, err := m.last(2)
		if err != nil {
			return err
		}
		module, ok := t[0].(string)
		name, also := t[1].(string)
		if !ok || !also {
			return errors.New("a name that is no text")
		}
		g, err := m.global(module, name)
		return m.pushed(g, err)
	},
	'Q':    func(m *machine) error { v, err := m.pop(); return m.pushed(Persistent{v}, err) },
	'R':    (*machine).call,
	'\x81': (*machine).call,
	'b': func(m *machine) error { // a state, which no value here has a use for
		if _, err := m.pop(); err != nil {
			return err
		}
		_, err := m.top()
		return err
	},
}

func (m *machine) pushed(v any, err error) error {
	if err != nil {
		return err
	}
	return m.push(v)
}

func (m *machine) remember(k uint64, err error) error {
	if err != nil {
		return err
	}
	v, err := m.top()
	if err != nil {
		return err
	}
	if _, again := m.memo[k]; !again {
		err = m.makes()
	}
	m.memo[k] = v
	return err
}

func (m *machine) textMemo(do func(k uint64) error) error {
	s, err := m.line()
	if err != nil {
		return err
	}
	k, err := strconv.ParseUint(s, 10, 32)
	if err != nil {
		return err
	}
	return do(k)
}

func (m *machine) extended() error {
	items, err := m.sinceMark()
	if err != nil {
		return err
	}
	return m.extend(items)
}

func (m *machine) extend(items []any) error {
	v, err := m.top()
	if err != nil {
		return err
	}
	l, ok := v.(*List)
	if !ok {
		return errors.New("something is appended to what is no list")
	}
	l.Items = append(l.Items, items...)
	return nil
}

func (m *machine) fillTop(items []any) error {
	v, err := m.top()
	if err != nil {
		return err
	}
	d, ok := v.(*Dict)
	if !ok {
		return errors.New("a key is set in what is no dictionary")
	}
	return fill(d, items)
}

func fill(d *Dict, items []any) error {
	if len(items)%2 != 0 {
		return errors.New("a key without a value")
	}
	for i := 0; i < len(items); i += 2 {
		d.Keys, d.Values = append(d.Keys, items[i]), append(d.Values, items[i+1])
	}
	return nil
}

// call notes what would be called.
func (m *machine) call() error {
	t, err := m.last(2)
	if err != nil {
		return err
	}
	f, ok := t[0].(Global)
	args, also := t[1].(Tuple)
	if !ok || !also {
		return errors.New("a call of what is no function of a module")
	}
	if f != OrderedDict {
		return m.push(&Call{f, args})
	}
	d := &Dict{}
	for _, a := range args {
		l, _ := a.(*List)
		if l == nil {
			return errors.New("a dictionary of what is no list")
		}
		if m.copied += len(l.Items); m.copied > m.size {
			return errors.New("dictionaries made of the same list again and again")
		}
		for _, item := range l.Items {
			pair, err := pairOf(item)
			if err != nil {
				return err
			}
			d.Keys, d.Values = append(d.Keys, pair[0]), append(d.Values, pair[1])
		}
	}
	return m.push(d)
}

func pairOf(v any) (Tuple, error) {
	switch v := v.(type) {
	case Tuple:
		if len(v) == 2 {
			return v, nil
		}
	case *List:
		if len(v.Items) == 2 {
			return v.Items, nil
		}
	}
	return nil, errors.New("a dictionary of what are no pairs")
}
