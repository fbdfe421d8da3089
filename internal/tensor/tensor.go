// Package tensor converts between float64 values and the little-endian
// float32 and float64 arrays of tensor files.
package tensor

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
)

// DType is the type of the numbers in a file.
type DType int

// The types that files of this project hold.
const (
	Float64 DType = iota
	Float32
)

// ParseDType reads the name of a type, "float32" or "float64".
func ParseDType(name string) (DType, error) {
	for _, t := range []DType{Float32, Float64} {
		if name == t.String() {
			return t, nil
		}
	}
	return 0, fmt.Errorf("unknown number type %q, want float32 or float64", name)
}

// String is "float32" or "float64".
func (t DType) String() string {
	if t == Float32 {
		return "float32"
	}
	return "float64"
}

// Size is the number of bytes of one number.
func (t DType) Size() int {
	if t == Float32 {
		return 4
	}
	return 8
}

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

// Read fills dst with numbers of type t from r. The error is
// io.ErrUnexpectedEOF when r ends early.
func Read(r io.Reader, t DType, dst []float64) error {
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
		decode(t, part, raw)
		dst = dst[len(part):]
	}
	return nil
}

func decode(t DType, dst []float64, raw []byte) {
	if t == Float32 {
		for i := range dst {
			dst[i] = float64(math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:])))
		}
		return
	}
	for i := range dst {
		dst[i] = math.Float64frombits(binary.LittleEndian.Uint64(raw[8*i:]))
	}
}

// Write writes values as numbers of type t; float32 rounds to nearest.
func Write(w io.Writer, t DType, values []float64) error {
	buf := make([]byte, 0, min(len(values), chunk)*t.Size())
	for len(values) > 0 {
		part := values[:min(len(values), chunk)]
		buf = buf[:0]
		for _, v := range part {
			if t == Float32 {
				buf = binary.LittleEndian.AppendUint32(buf, math.Float32bits(float32(v)))
			} else {
				buf = binary.LittleEndian.AppendUint64(buf, math.Float64bits(v))
			}
		}
		if _, err := w.Write(buf); err != nil {
			return err
		}
		values = values[len(part):]
	}
	return nil
}
