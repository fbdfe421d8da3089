package onnx

import (
	"errors"
	"fmt"
	"io"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// A message is a part of a file in the protocol buffer format, which is read field by
// field; what a field holds is a part of the file too, so that numbers stay where
// they are.
type message struct {
	file    *file
	at, end int64
}

// A file is read through a window.
type file struct {
	r      io.ReaderAt
	window []byte
	start  int64
	size   int64
}

const windowSize = 1 << 14

// bytes are those from at, up to n of them.
func (f *file) bytes(at, n int64) ([]byte, error) {
	n = min(n, f.size-at)
	if at < f.start || at+n > f.start+int64(len(f.window)) {
		f.window = f.window[:min(windowSize, f.size-at)]
		f.start = at
		if got, err := f.r.ReadAt(f.window, at); got < len(f.window) {
			f.window = f.window[:0]
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return nil, err
		}
	}
	return f.window[at-f.start : at-f.start+n], nil
}

// A field is one field of a message.
type field struct {
	number protowire.Number
	wire   protowire.Type
	value  uint64  // of a number
	inner  message // what a field of bytes holds
}

var errWire = errors.New("not a message of the protocol buffer format")

// next reads a field; ok is false at the end.
func (m *message) next() (f field, ok bool, err error) {
	if m.at >= m.end {
		return f, false, nil
	}
	tag, err := m.varint()
	if err != nil {
		return f, false, err
	}
	f.number, f.wire = protowire.DecodeTag(tag)
	if f.number < 1 {
		return f, false, errWire
	}
	switch f.wire {
	case protowire.VarintType:
		f.value, err = m.varint()
	case protowire.Fixed32Type, protowire.Fixed64Type:
		size := int64(4)
		if f.wire == protowire.Fixed64Type {
			size = 8
		}
		if m.end-m.at < size {
			return f, false, io.ErrUnexpectedEOF
		}
		var b []byte
		if b, err = m.file.bytes(m.at, size); err == nil {
			for i, c := range b {
				f.value |= uint64(c) << (8 * i)
			}
		}
		m.at += size
	case protowire.BytesType:
		var n uint64
		if n, err = m.varint(); err != nil {
			break
		}
		if n > uint64(m.end-m.at) {
			return f, false, fmt.Errorf("truncated: %d bytes where %d are left", n, m.end-m.at)
		}
		f.inner = message{m.file, m.at, m.at + int64(n)}
		m.at += int64(n)
	default:
		err = errWire
	}
	return f, err == nil, err
}

func (m *message) varint() (uint64, error) {
	b, err := m.file.bytes(m.at, min(10, m.end-m.at))
	if err != nil {
		return 0, err
	}
	v, n := protowire.ConsumeVarint(b)
	if n < 0 {
		return 0, errWire
	}
	m.at += int64(n)
	return v, nil
}

// each calls do for every field.
func (m message) each(do func(field) error) error {
	for {
		f, ok, err := m.next()
		if err != nil || !ok {
			return err
		}
		if err := do(f); err != nil {
			return err
		}
	}
}

const maxText = 1 << 12

// text is a field of bytes as a name.
func (f field) text() (string, error) {
	n := f.inner.end - f.inner.at
	if f.inner.file == nil {
		return "", errWire
	}
	if n > maxText {
		return "", fmt.Errorf("a name of %d bytes, want at most %d", n, maxText)
	}
	b, err := f.inner.file.bytes(f.inner.at, n)
	return string(b), err
}

// integers adds the numbers of a repeated field, packed or one by one.
func (f field) integers(to []int64, most int) ([]int64, error) {
	if f.wire == protowire.VarintType {
		to = append(to, int64(f.value))
	} else {
		for m := f.inner; m.at < m.end; {
			v, err := m.varint()
			if err != nil {
				return nil, err
			}
			if to = append(to, int64(v)); len(to) > most {
				break
			}
		}
	}
	if len(to) > most {
		return nil, fmt.Errorf("more than %d numbers", most)
	}
	return to, nil
}

// float is a number of four bytes.
func (f field) float() float64 { return float64(math.Float32frombits(uint32(f.value))) }
