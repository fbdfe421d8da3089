// Package tensor reads and writes the arrays of numbers in tensor files: their
// types, shapes and order, one array at a time and as float64.
package tensor

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
)

// Count is the number of entries of an array of the given shape, 1 for the
// empty shape. It is an error if a length is negative, or if size·count, the
// bytes of the array, exceed the range of int64.
func Count(shape []int64, size int) (int64, error) {
	limit := math.MaxInt64 / int64(size)
	count, empty := int64(1), false
	for _, d := range shape {
		if d < 0 {
			return 0, fmt.Errorf("shape %v has a negative length", Shape(shape))
		}
		if d == 0 {
			empty = true
			continue
		}
		if count > limit/d {
			return 0, fmt.Errorf("shape %v has more bytes than any file", Shape(shape))
		}
		count *= d
	}
	if empty {
		return 0, nil
	}
	return count, nil
}

// MaxDims is the largest number of dimensions that is accepted, that of NumPy.
const MaxDims = 64

// A Shape is the lengths of an array, for messages: of many it shows the first.
type Shape []int64

// String writes the lengths in brackets.
func (s Shape) String() string {
	const most = 8
	if len(s) <= most {
		return fmt.Sprint([]int64(s))
	}
	text := fmt.Sprint([]int64(s[:most]))
	return fmt.Sprintf("%s …] (%d dimensions)", text[:len(text)-1], len(s))
}

// chunk is the number of values converted at a time.
const chunk = 4096

// Read fills dst with little-endian numbers of a floating-point type t from r. The
// error is io.ErrUnexpectedEOF when r ends early.
func Read(r io.Reader, t DType, dst []float64) error { return read(r, t, false, dst) }

func read(r io.Reader, t DType, bigEndian bool, dst []float64) error {
	buf := make([]byte, min(len(dst), chunk)*t.Size())
	for len(dst) > 0 {
		part := dst[:min(len(dst), chunk)]
		raw := buf[:len(part)*t.Size()]
		if _, err := io.ReadFull(r, raw); err != nil {
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return err
		}
		if bigEndian {
			reverse(raw, t.Size())
		}
		decode(t, part, raw)
		dst = dst[len(part):]
	}
	return nil
}

// reverse turns the bytes of each number around.
func reverse(raw []byte, size int) {
	for ; len(raw) >= size; raw = raw[size:] {
		for i, j := 0, size-1; i < j; i, j = i+1, j-1 {
			raw[i], raw[j] = raw[j], raw[i]
		}
	}
}

func decode(t DType, dst []float64, raw []byte) {
	switch t.Size() {
	case 8:
		for i := range dst {
			dst[i] = math.Float64frombits(binary.LittleEndian.Uint64(raw[8*i:]))
		}
	case 4:
		for i := range dst {
			dst[i] = float64(math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:])))
		}
	case 2:
		table := tables()[t]
		for i := range dst {
			dst[i] = table[binary.LittleEndian.Uint16(raw[2*i:])]
		}
	default:
		table := tables()[t]
		for i := range dst {
			dst[i] = table[raw[i]]
		}
	}
}

// Write writes values as little-endian numbers of a floating-point type t, rounded to
// nearest.
func Write(w io.Writer, t DType, values []float64) error {
	buf := make([]byte, 0, min(len(values), chunk)*t.Size())
	for len(values) > 0 {
		part := values[:min(len(values), chunk)]
		buf = encode(t, buf[:0], part)
		if _, err := w.Write(buf); err != nil {
			return err
		}
		values = values[len(part):]
	}
	return nil
}

func encode(t DType, buf []byte, values []float64) []byte {
	for _, v := range values {
		switch t.Size() {
		case 8:
			buf = binary.LittleEndian.AppendUint64(buf, math.Float64bits(v))
		case 4:
			buf = binary.LittleEndian.AppendUint32(buf, math.Float32bits(float32(v)))
		case 2:
			buf = binary.LittleEndian.AppendUint16(buf, small[t].encode(v))
		default:
			buf = append(buf, byte(small[t].encode(v)))
		}
	}
	return buf
}
