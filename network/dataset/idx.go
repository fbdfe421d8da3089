package dataset

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strings"
)

// Element is a number type that IDX files can hold.
type Element interface {
	uint8 | int8 | int16 | int32 | float32 | float64
}

// An Array is the content of an IDX file.
type Array[T Element] struct {
	Dims []int // size of each dimension, slowest first, each at least 1
	Data []T   // row-major, as many as the product of Dims
}

// ReadIDX reads an IDX file, the format in which MNIST is published (Y.
// LeCun, C. Cortes, C. Burges): two zero bytes, a byte for the element
// type, a byte for the number of dimensions, the dimensions as big-endian
// uint32, then the elements, big-endian and row-major. A gzipped stream is
// recognised by its content. The name appears in errors only.
//
// The file must hold elements of type T, 1 to 8 dimensions that are not
// zero, at most 1 GiB of elements, all finite, and nothing after them;
// otherwise the error is a [*FileError]. Memory grows with the bytes really
// read, so a header that promises more than follows costs nothing.
func ReadIDX[T Element](name string, r io.Reader) (Array[T], error) {
	in, err := unpacked(r)
	if err != nil {
		return Array[T]{}, readError(name, err)
	}
	dims, err := readHeader(name, in, typeCode[T]())
	if err != nil {
		return Array[T]{}, err
	}
	data, err := readPayload[T](name, in, dims)
	if err != nil {
		return Array[T]{}, err
	}
	if err := atEnd(name, in, dims); err != nil {
		return Array[T]{}, err
	}
	if i := firstNonFinite(data); i >= 0 {
		return Array[T]{}, &FileError{name, fmt.Sprintf("element %d is %v", i, data[i]), "finite numbers only", nil}
	}
	return Array[T]{dims, data}, nil
}

// ReadIDXFile is [ReadIDX] on the named file.
func ReadIDXFile[T Element](path string) (Array[T], error) {
	f, err := openFile(path)
	if err != nil {
		return Array[T]{}, err
	}
	defer f.Close()
	return ReadIDX[T](path, f)
}

const maxDims = 8

func readHeader(name string, in io.Reader, code byte) ([]int, error) {
	var head [4 + 4*maxDims]byte
	if err := readHead(name, in, head[:], 0, 4); err != nil {
		return nil, err
	}
	if head[0] != 0 || head[1] != 0 {
		return nil, &FileError{name, fmt.Sprintf("not an IDX file: it begins with % x", head[:4]),
			fmt.Sprintf("00 00 %02x and the number of dimensions", code), nil}
	}
	if head[2] != code {
		return nil, &FileError{name, "elements of type " + typeName(head[2]), typeName(code), nil}
	}
	rank := int(head[3])
	if rank < 1 || rank > maxDims {
		return nil, &FileError{name, fmt.Sprintf("%d dimensions", rank), fmt.Sprintf("1 to %d", maxDims), nil}
	}
	if err := readHead(name, in, head[:], 4, 4+4*rank); err != nil {
		return nil, err
	}
	return parseDims(name, head[4:4+4*rank], code)
}

// readHead fills head[from:to]; everything before from has been read.
func readHead(name string, in io.Reader, head []byte, from, to int) error {
	n, err := io.ReadFull(in, head[from:to])
	switch {
	case err == nil:
		return nil
	case from+n == 0 && err == io.EOF:
		return &FileError{name, "the file is empty", "an IDX file", nil}
	case err == io.EOF || err == io.ErrUnexpectedEOF:
		return &FileError{name, fmt.Sprintf("ends after %d bytes, inside the IDX header", from+n),
			fmt.Sprintf("at least %d bytes", to), nil}
	}
	return readError(name, err)
}

func parseDims(name string, raw []byte, code byte) ([]int, error) {
	dims := make([]int, len(raw)/4)
	limit := uint64(maxBytes / typeSize(code))
	count, tooMany := uint64(1), false
	for i := range dims {
		d := binary.BigEndian.Uint32(raw[4*i:])
		if d == 0 {
			return nil, &FileError{name, fmt.Sprintf("dimension %d of %d is 0, so the file holds no data", i+1, len(dims)),
				"at least 1", nil}
		}
		count *= uint64(d)
		tooMany = tooMany || count > limit // at the latest before count can overflow
		dims[i] = int(d)
	}
	if tooMany {
		return nil, &FileError{name, "the header promises " + shape(dims) + " elements",
			fmt.Sprintf("at most %d", limit), nil}
	}
	return dims, nil
}

// readPayload reads the elements in chunks and grows the result by doubling,
// so that at most a few times the bytes already seen are ever allocated.
func readPayload[T Element](name string, in io.Reader, dims []int) ([]T, error) {
	size := typeSize(typeCode[T]())
	total := product(dims)
	buf := make([]byte, min(total*size, 1<<16))
	var data []T
	for len(data) < total {
		k := min(total-len(data), len(buf)/size)
		n, err := io.ReadFull(in, buf[:k*size])
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return nil, &FileError{name,
				fmt.Sprintf("ends after %d of the %d data bytes promised by its header (%s)", len(data)*size+n, total*size, shape(dims)),
				"the complete file", nil}
		}
		if err != nil {
			return nil, readError(name, err)
		}
		data = growTo(data, k, total)
		tail := data[len(data) : len(data)+k]
		if _, err := binary.Decode(buf[:k*size], binary.BigEndian, tail); err != nil {
			return nil, readError(name, err)
		}
		data = data[:len(data)+k]
	}
	return data, nil
}

// growTo makes room for k more elements, doubling the capacity but never
// beyond total.
func growTo[T any](s []T, k, total int) []T {
	if cap(s)-len(s) >= k {
		return s
	}
	return append(make([]T, 0, min(total, max(2*cap(s), len(s)+k))), s...)
}

func atEnd(name string, in io.Reader, dims []int) error {
	var one [1]byte
	n, err := io.ReadFull(in, one[:])
	if n > 0 {
		return &FileError{name, "bytes follow the " + shape(dims) + " elements that the header promises", "nothing after them", nil}
	}
	if err != io.EOF {
		return readError(name, err)
	}
	return nil
}

func firstNonFinite[T Element](data []T) int {
	if typeCode[T]() < 0x0d {
		return -1
	}
	for i, v := range data {
		if x := float64(v); math.IsNaN(x) || math.IsInf(x, 0) {
			return i
		}
	}
	return -1
}

func product(dims []int) int {
	p := 1
	for _, d := range dims {
		p *= d
	}
	return p
}

// shape writes dimensions as in 60000×28×28.
func shape(dims []int) string {
	parts := make([]string, len(dims))
	for i, d := range dims {
		parts[i] = fmt.Sprint(d)
	}
	return strings.Join(parts, "×")
}
