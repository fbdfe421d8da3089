package npy

import (
	"encoding/binary"
	"fmt"
	"io"
	"strconv"
	"strings"

	"bsnn/internal/tensor"
)

// A Writer writes one array as its numbers come, in C order.
type Writer struct {
	w    io.Writer
	t    tensor.DType
	left int64
}

// NewWriter writes the header of format version 1.0, padded so that the
// numbers begin at a multiple of 64 bytes, as NumPy does.
func NewWriter(w io.Writer, t tensor.DType, shape ...int64) (*Writer, error) {
	if t != tensor.Float64 && t != tensor.Float32 && t != tensor.Float16 {
		return nil, fmt.Errorf("numbers of type %v, which the format does not know", t)
	}
	count, err := tensor.Count(shape, t.Size())
	if err != nil {
		return nil, err
	}
	var dict strings.Builder
	fmt.Fprintf(&dict, "{'descr': '<f%d', 'fortran_order': False, 'shape': (", t.Size())
	for i, d := range shape {
		if i > 0 {
			dict.WriteString(", ")
		}
		dict.WriteString(strconv.FormatInt(d, 10))
	}
	if len(shape) == 1 {
		dict.WriteString(",")
	}
	dict.WriteString("), }")
	const prefix = len(magic) + 4
	padding := 63 - (prefix+dict.Len())%64
	dict.WriteString(strings.Repeat(" ", padding) + "\n")
	if dict.Len() > 0xffff {
		return nil, fmt.Errorf("%d dimensions do not fit a header of version 1.0", len(shape))
	}

	head := append([]byte(magic), 1, 0)
	head = binary.LittleEndian.AppendUint16(head, uint16(dict.Len()))
	if _, err := w.Write(append(head, dict.String()...)); err != nil {
		return nil, err
	}
	return &Writer{w: w, t: t, left: count}, nil
}

// Write writes the next numbers. More than the shape has room for are an
// error, and then none of them is written.
func (w *Writer) Write(values []float64) error {
	if int64(len(values)) > w.left {
		return fmt.Errorf("%d numbers where the shape has room for %d more", len(values), w.left)
	}
	w.left -= int64(len(values))
	if err := tensor.Write(w.w, w.t, values); err != nil {
		return err
	}
	return nil
}

// Close says whether the array is complete. It does not close the file.
func (w *Writer) Close() error {
	if w.left != 0 {
		return fmt.Errorf("array ends with %d numbers missing", w.left)
	}
	return nil
}
