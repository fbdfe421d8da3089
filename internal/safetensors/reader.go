package safetensors

import (
	"encoding/binary"
	"fmt"
	"io"

	"bsnn/internal/tensor"
)

// A Reader gives the tensors of one file.
type Reader struct {
	// Tensors are in the order in which the file holds them.
	Tensors []Tensor
	// Metadata is what the file says of itself, nil when nothing.
	Metadata map[string]string

	r    io.ReaderAt
	data int64 // where the header ends
}

// NewReader reads and checks the header of a safetensors file of size bytes.
func NewReader(r io.ReaderAt, size int64) (*Reader, error) {
	text, err := headerText(r, size)
	if err != nil {
		return nil, err
	}
	tensors, metadata, err := parseHeader(text)
	if err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	data := int64(8 + len(text))
	if err := checkCover(tensors, size-data); err != nil {
		return nil, err
	}
	return &Reader{Tensors: tensors, Metadata: metadata, r: r, data: data}, nil
}

func headerText(r io.ReaderAt, size int64) ([]byte, error) {
	if size < 8 {
		return nil, fmt.Errorf("file of %d bytes, want at least the 8 of the header length", size)
	}
	var fixed [8]byte
	if _, err := r.ReadAt(fixed[:], 0); err != nil && err != io.EOF {
		return nil, err
	}
	length := binary.LittleEndian.Uint64(fixed[:])
	switch {
	case length > uint64(size-8):
		return nil, fmt.Errorf("truncated, or not safetensors: header of %d bytes in a file of %d", length, size)
	case length > maxHeader:
		return nil, fmt.Errorf("header of %d bytes, want at most %d", length, maxHeader)
	}
	text := make([]byte, length)
	if _, err := r.ReadAt(text, 8); err != nil && err != io.EOF {
		return nil, err
	}
	return text, nil
}

// Stream gives the numbers of one tensor in order.
type Stream struct {
	Type tensor.DType
	name string
	data *io.SectionReader
}

// Open begins to read a tensor of r.Tensors. It is an error if its numbers
// are not F32 or F64.
func (r *Reader) Open(t Tensor) (*Stream, error) {
	for dtype, name := range names {
		if name == t.DType {
			return &Stream{dtype, t.Name, io.NewSectionReader(r.r, r.data+t.begin, t.end-t.begin)}, nil
		}
	}
	return nil, fmt.Errorf("tensor %s has dtype %s, want F32 or F64", quoted(t.Name), t.DType)
}

// Read fills dst with the next numbers. It is io.ErrUnexpectedEOF when fewer
// are left.
func (s *Stream) Read(dst []float64) error {
	if err := tensor.Read(s.data, s.Type, dst); err != nil {
		return fmt.Errorf("tensor %s: %w", quoted(s.name), err)
	}
	return nil
}
