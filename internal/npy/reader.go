package npy

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"bsnn/internal/tensor"
)

// Read reads the header of an .npy file. It is an error if the header is not one, or
// if the file is shorter or longer than its header says. An array of what is no
// number is Unreadable.
func Read(file tensor.Source) (tensor.Array, error) {
	text, start, err := headerText(file)
	if err != nil {
		return tensor.Array{}, err
	}
	h, err := parseHeader(text)
	if err != nil {
		return tensor.Array{}, fmt.Errorf("header: %w", err)
	}
	a := tensor.Array{Shape: h.shape, Source: file, Offset: start}
	if a.Type, a.BigEndian, err = h.dtype(); err != nil {
		a.Unreadable = err.Error()
		return a, nil
	}
	if h.fortran {
		a.Strides = tensor.Fortran(h.shape)
	}
	want, err := a.Bytes()
	if err != nil {
		return tensor.Array{}, err
	}
	if have := file.Size() - start; have > want {
		return tensor.Array{}, fmt.Errorf("shape %v of %v needs %d bytes, but %d follow the header", tensor.Shape(h.shape), a.Type, want, have)
	}
	return a, nil
}

// headerText returns the text of the header and where the numbers begin.
func headerText(file tensor.Source) (string, int64, error) {
	in, err := file.Open(0)
	if err != nil {
		return "", 0, err
	}
	defer in.Close()
	var fixed [12]byte
	got, err := io.ReadFull(in, fixed[:10])
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
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
	default:
		if _, err := io.ReadFull(in, fixed[10:]); err != nil {
			return "", 0, errors.New("truncated in the header length")
		}
		length, start = int64(binary.LittleEndian.Uint32(fixed[8:])), 12
	}
	if length > maxHeader {
		return "", 0, fmt.Errorf("header of %d bytes, want at most %d", length, maxHeader)
	}
	if length > file.Size()-start {
		return "", 0, fmt.Errorf("truncated: header of %d bytes in a file of %d", length, file.Size())
	}
	text := make([]byte, length)
	if _, err := io.ReadFull(in, text); err != nil {
		return "", 0, err
	}
	return string(text), start + length, nil
}
