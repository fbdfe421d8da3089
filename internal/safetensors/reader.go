package safetensors

import (
	"encoding/binary"
	"fmt"
	"io"

	"bsnn/internal/tensor"
)

// A File is the tensors of one file.
type File struct {
	// Arrays are in the order in which the file holds them.
	Arrays []tensor.Array
	// Metadata is what the file says of itself, nil when nothing.
	Metadata map[string]string
}

// Read reads and checks the header of a safetensors file of size bytes.
func Read(r io.ReaderAt, size int64) (File, error) {
	text, err := headerText(r, size)
	if err != nil {
		return File{}, err
	}
	entries, metadata, err := parseHeader(text)
	if err != nil {
		return File{}, fmt.Errorf("header: %w", err)
	}
	start := int64(8 + len(text))
	if err := checkCover(entries, size-start); err != nil {
		return File{}, err
	}
	f := File{Metadata: metadata, Arrays: make([]tensor.Array, len(entries))}
	data := tensor.Section(r, start, size-start)
	for i, e := range entries {
		f.Arrays[i] = tensor.Array{Name: e.name, Type: e.dtype, Shape: e.shape, Source: data, Offset: e.begin}
	}
	return f, nil
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
