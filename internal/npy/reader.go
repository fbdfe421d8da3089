package npy

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"bsnn/internal/tensor"
)

// A Reader gives the numbers of one .npy array, in C order.
type Reader struct {
	Shape []int64
	Type  tensor.DType
	data  *io.SectionReader
}

// NewReader reads the header of an .npy file of size bytes. It is an error
// if the header is not one, if the numbers are not little-endian float32 or
// float64 in C order, or if the file is shorter or longer than its header
// says.
func NewReader(r io.ReaderAt, size int64) (*Reader, error) {
	text, start, err := headerText(r, size)
	if err != nil {
		return nil, err
	}
	h, err := parseHeader(text)
	if err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	t, err := h.dtype()
	if err != nil {
		return nil, err
	}
	count, err := tensor.Count(h.shape, t.Size())
	if err != nil {
		return nil, err
	}
	want, have := count*int64(t.Size()), size-start
	switch {
	case have < want:
		return nil, fmt.Errorf("truncated: shape %v of %v needs %d bytes, the file has %d after the header", tensor.Shape(h.shape), t, want, have)
	case have > want:
		return nil, fmt.Errorf("shape %v of %v needs %d bytes, but %d follow the header", tensor.Shape(h.shape), t, want, have)
	}
	return &Reader{Shape: h.shape, Type: t, data: io.NewSectionReader(r, start, want)}, nil
}

// headerText returns the text of the header and where the numbers begin.
func headerText(r io.ReaderAt, size int64) (string, int64, error) {
	var fixed [12]byte
	got, err := r.ReadAt(fixed[:min(size, 12)], 0)
	if err != nil && err != io.EOF {
		return "", 0, err
	}
	if got < 10 || string(fixed[:6]) != magic {
		return "", 0, errors.New(`not an .npy file: it does not begin with "\x93NUMPY", a version and a header length`)
	}
	var length, start int64
	switch major, minor := fixed[6], fixed[7]; {
	case minor != 0 || major < 1 || major > 3:
		return "", 0, fmt.Errorf("format version %d.%d, want 1.0, 2.0 or 3.0", major, minor)
	case major == 1:
		length, start = int64(binary.LittleEndian.Uint16(fixed[8:])), 10
	case got < 12:
		return "", 0, errors.New("truncated in the header length")
	default:
		length, start = int64(binary.LittleEndian.Uint32(fixed[8:])), 12
	}
	if length > maxHeader {
		return "", 0, fmt.Errorf("header of %d bytes, want at most %d", length, maxHeader)
	}
	if length > size-start {
		return "", 0, fmt.Errorf("truncated: header of %d bytes in a file of %d", length, size)
	}
	text := make([]byte, length)
	if _, err := r.ReadAt(text, start); err != nil && err != io.EOF {
		return "", 0, err
	}
	return string(text), start + length, nil
}

// Read fills dst with the next numbers. It is io.ErrUnexpectedEOF when fewer
// are left.
func (r *Reader) Read(dst []float64) error {
	if err := tensor.Read(r.data, r.Type, dst); err != nil {
		return err
	}
	return nil
}
