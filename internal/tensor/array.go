package tensor

import (
	"errors"
	"fmt"
	"io"
)

// A Source holds the bytes of arrays: a part of a file, or what is packed in one.
type Source interface {
	// Open begins to read at an offset from 0 to Size.
	Open(offset int64) (io.ReadCloser, error)
	// Size is the number of bytes, which the file is known to hold.
	Size() int64
}

// Section is a part of a file, or all of it, as a Source.
func Section(r io.ReaderAt, offset, size int64) Source {
	return section{io.NewSectionReader(r, offset, size)}
}

type section struct{ *io.SectionReader }

func (s section) Open(offset int64) (io.ReadCloser, error) {
	return io.NopCloser(io.NewSectionReader(s.SectionReader, offset, s.Size()-offset)), nil
}

// An Array is one array of a file, whose numbers are not read yet.
type Array struct {
	Name      string // empty where a file holds one
	Type      DType
	Shape     []int64
	Strides   []int64 // in numbers, from 0; nil for C order
	BigEndian bool

	Source Source
	Offset int64 // of the first number, in bytes

	// Unreadable is why the numbers cannot be read, where that is known beforehand
	// and is no matter of Type.
	Unreadable string
}

// Readable is an error unless the array holds floating-point numbers that can be read.
func (a Array) Readable() error {
	switch {
	case a.Unreadable != "":
		return errors.New(a.Unreadable)
	case !a.Type.Floating():
		return fmt.Errorf("numbers of type %v, want floating-point ones", a.Type)
	}
	return nil
}

// Fortran are the strides of an array whose first index runs fastest.
func Fortran(shape []int64) []int64 {
	strides, step := make([]int64, len(shape)), int64(1)
	for i, d := range shape {
		strides[i] = step
		step *= max(d, 1)
	}
	return strides
}

// Count is how many numbers the array has.
func (a Array) Count() (int64, error) {
	if len(a.Shape) > MaxDims {
		return 0, fmt.Errorf("%d dimensions, want at most %d", len(a.Shape), MaxDims)
	}
	return Count(a.Shape, a.Type.Size())
}

// Bytes is how many bytes the array takes: from its first to its last number. It is
// an error if there are more than its source has.
func (a Array) Bytes() (int64, error) {
	count, err := a.Count()
	if err != nil {
		return 0, err
	}
	if a.Strides != nil && len(a.Strides) != len(a.Shape) {
		return 0, fmt.Errorf("%d strides for %d dimensions", len(a.Strides), len(a.Shape))
	}
	size := int64(a.Type.Size())
	most := (a.Source.Size() - a.Offset) / size // numbers
	if a.Offset < 0 || a.Offset > a.Source.Size() {
		return 0, fmt.Errorf("begins at byte %d of %d", a.Offset, a.Source.Size())
	}
	spread := count
	if a.Strides != nil && count > 0 {
		spread = 1
		for i, d := range a.Shape {
			s := a.Strides[i]
			if s < 0 || d > 1 && s > most/(d-1) {
				return 0, fmt.Errorf("shape %v with strides %v does not fit the %d bytes there are", Shape(a.Shape), Shape(a.Strides),
					a.Source.Size())
			}
			spread += (d - 1) * s
			if spread > most {
				break
			}
		}
		if count > spread { // numbers that are used more than once
			return 0, fmt.Errorf("shape %v with strides %v repeats numbers; want each once", Shape(a.Shape), Shape(a.Strides))
		}
	}
	if spread > most {
		return 0, fmt.Errorf("truncated: shape %v of %v needs %d bytes, there are %d", Shape(a.Shape), a.Type, spread*size,
			a.Source.Size()-a.Offset)
	}
	return spread * size, nil
}

// contiguous says whether the numbers stand in C order.
func (a Array) contiguous() bool {
	if a.Strides == nil {
		return true
	}
	step := int64(1)
	for i := len(a.Shape) - 1; i >= 0; i-- {
		if a.Shape[i] > 1 && a.Strides[i] != step {
			return false
		}
		step *= max(a.Shape[i], 1)
	}
	return true
}

// MostScattered is how many bytes an array may take that does not stand in C order:
// it is read whole.
const MostScattered = 1 << 31

// Open begins to read the numbers, in C order. The array must be of a floating-point
// type. An array in another order is read whole into memory.
func (a Array) Open() (*Stream, error) {
	if err := a.Readable(); err != nil {
		return nil, err
	}
	bytes, err := a.Bytes()
	if err != nil {
		return nil, err
	}
	data, err := a.Source.Open(a.Offset)
	if err != nil {
		return nil, err
	}
	count, err := a.Count()
	s := &Stream{array: a, data: data, left: count}
	if err != nil || a.contiguous() || count == 0 {
		return s, err
	}
	defer data.Close()
	if bytes > MostScattered {
		return nil, fmt.Errorf("an array of %d bytes that is not in C order; want it written anew, by numpy.ascontiguousarray", bytes)
	}
	s.raw, s.data = make([]byte, bytes), nil
	s.walk = walker{shape: a.Shape, strides: a.Strides, index: make([]int64, len(a.Shape))}
	if _, err := io.ReadFull(data, s.raw); err != nil {
		return nil, unexpected(err)
	}
	if a.BigEndian {
		reverse(s.raw, a.Type.Size())
	}
	return s, nil
}

// CopyTo writes the bytes of the array, little-endian and in C order, whatever its
// type. What is not in that order is read whole.
func (a Array) CopyTo(w io.Writer) error {
	if a.Unreadable != "" {
		return errors.New(a.Unreadable)
	}
	bytes, err := a.Bytes()
	if err != nil {
		return err
	}
	data, err := a.Source.Open(a.Offset)
	if err != nil {
		return err
	}
	defer data.Close()
	if a.contiguous() && !a.BigEndian {
		_, err := io.CopyN(w, data, bytes)
		return unexpected(err)
	}
	if bytes > MostScattered {
		return fmt.Errorf("an array of %d bytes that is not in C order; want it written anew, by numpy.ascontiguousarray", bytes)
	}
	raw := make([]byte, bytes)
	if _, err := io.ReadFull(data, raw); err != nil {
		return unexpected(err)
	}
	size := int64(a.Type.Size())
	if a.BigEndian {
		reverse(raw, int(size))
	}
	if a.contiguous() {
		_, err := w.Write(raw)
		return err
	}
	count, err := a.Count()
	if err != nil {
		return err
	}
	out := make([]byte, 0, count*size)
	walk := walker{shape: a.Shape, strides: a.Strides, index: make([]int64, len(a.Shape))}
	for range count {
		at := size * walk.next()
		out = append(out, raw[at:at+size]...)
	}
	_, err = w.Write(out)
	return err
}

// A walker goes through an array in C order.
type walker struct {
	shape, strides, index []int64
	at                    int64
}

// next is the place of the next number.
func (w *walker) next() int64 {
	at := w.at
	for d := len(w.index) - 1; d >= 0; d-- {
		w.index[d]++
		w.at += w.strides[d]
		if w.index[d] < w.shape[d] {
			break
		}
		w.at -= w.index[d] * w.strides[d]
		w.index[d] = 0
	}
	return at
}

// A Stream gives the numbers of an array in C order.
type Stream struct {
	array Array
	left  int64
	data  io.ReadCloser // in C order, or
	raw   []byte        // in another, whole
	walk  walker        // to the next number in raw
}

// Read fills dst with the next numbers. It is io.ErrUnexpectedEOF when fewer are
// left.
func (s *Stream) Read(dst []float64) error {
	if int64(len(dst)) > s.left {
		return io.ErrUnexpectedEOF
	}
	s.left -= int64(len(dst))
	if s.raw == nil {
		return read(s.data, s.array.Type, s.array.BigEndian, dst)
	}
	size := int64(s.array.Type.Size())
	for i := range dst {
		decode(s.array.Type, dst[i:i+1], s.raw[s.walk.next()*size:])
	}
	return nil
}

// Close ends reading.
func (s *Stream) Close() error {
	if s.data == nil {
		return nil
	}
	return s.data.Close()
}

func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
