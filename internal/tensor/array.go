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

// Contiguous says whether the numbers stand in C order, one after the other.
func (a Array) Contiguous() bool {
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

// Held says whether the file is known to hold all numbers: unless they are packed.
func (a Array) Held() bool {
	_, is := a.Source.(section)
	return is
}

// Slice is the part of an array of one dimension or more with the first index from
// begin up to end.
func (a Array) Slice(begin, end int64) Array {
	if a.Strides == nil {
		a.Strides = cOrder(a.Shape)
	}
	a.Offset += begin * a.Strides[0] * int64(a.Type.Size())
	a.Shape = append([]int64{end - begin}, a.Shape[1:]...)
	return a
}

// cOrder are the strides of an array whose last index runs fastest.
func cOrder(shape []int64) []int64 {
	strides, step := make([]int64, len(shape)), int64(1)
	for i := len(shape) - 1; i >= 0; i-- {
		strides[i] = step
		step *= max(shape[i], 1)
	}
	return strides
}

// Open begins to read the numbers, in C order. The array must be of a floating-point
// type. One that is not contiguous is passed through once for each call of Read.
func (a Array) Open() (*Stream, error) {
	if err := a.Readable(); err != nil {
		return nil, err
	}
	bytes, err := a.Bytes()
	if err != nil {
		return nil, err
	}
	count, err := a.Count()
	s := &Stream{array: a, count: count}
	if err != nil || count == 0 {
		return s, err
	}
	if a.Contiguous() {
		s.data, err = a.Source.Open(a.Offset)
		return s, err
	}
	return s, a.reach(bytes)
}

// reach reads the last byte, so that what is packed and holds less than it claims is
// known before memory is taken for it.
func (a Array) reach(bytes int64) error {
	in, err := a.Source.Open(a.Offset + bytes - 1)
	if err != nil {
		return err
	}
	defer in.Close()
	_, err = io.ReadFull(in, make([]byte, 1))
	return unexpected(err)
}

// A Stream gives the numbers of an array in C order.
type Stream struct {
	array     Array
	at, count int64
	data      io.ReadCloser // of a contiguous array
}

// Read fills dst with the next numbers. It is io.ErrUnexpectedEOF when fewer are
// left.
func (s *Stream) Read(dst []float64) error {
	n := int64(len(dst))
	if n > s.count-s.at {
		return io.ErrUnexpectedEOF
	}
	begin := s.at
	s.at += n
	if s.data != nil {
		return read(s.data, s.array.Type, s.array.BigEndian, dst)
	}
	var values []float64
	return s.array.gather(begin, s.at, func(place, step int64, raw []byte) {
		count := len(raw) / s.array.Type.Size()
		if step == 1 {
			decode(s.array.Type, dst[place-begin:place-begin+int64(count)], raw)
			return
		}
		if len(values) < count {
			values = make([]float64, count)
		}
		decode(s.array.Type, values[:count], raw)
		for i, v := range values[:count] {
			dst[place-begin+int64(i)*step] = v
		}
	})
}

// Close ends reading.
func (s *Stream) Close() error {
	if s.data == nil {
		return nil
	}
	return s.data.Close()
}

// copied is how many bytes of an array that is not contiguous are copied in one pass.
const copied = 1 << 26

// CopyTo writes the bytes of the array, little-endian and in C order, whatever its
// type.
func (a Array) CopyTo(w io.Writer) error {
	if a.Unreadable != "" {
		return errors.New(a.Unreadable)
	}
	bytes, err := a.Bytes()
	if err != nil {
		return err
	}
	count, err := a.Count()
	if err != nil || count == 0 {
		return err
	}
	size := int64(a.Type.Size())
	if !a.Contiguous() {
		if err := a.reach(bytes); err != nil {
			return err
		}
		out := make([]byte, min(count, copied/size)*size)
		for begin := int64(0); begin < count; begin += copied / size {
			end := min(count, begin+copied/size)
			err := a.gather(begin, end, func(place, step int64, raw []byte) {
				for i := int64(0); i*size < int64(len(raw)); i++ {
					copy(out[(place-begin+i*step)*size:], raw[i*size:(i+1)*size])
				}
			})
			if err != nil {
				return err
			}
			if _, err := w.Write(out[:(end-begin)*size]); err != nil {
				return err
			}
		}
		return nil
	}
	data, err := a.Source.Open(a.Offset)
	if err != nil {
		return err
	}
	defer data.Close()
	if !a.BigEndian {
		_, err := io.CopyN(w, data, bytes)
		return unexpected(err)
	}
	raw := make([]byte, min(bytes, chunk*size))
	for ; bytes > 0; bytes -= int64(len(raw)) {
		raw = raw[:min(bytes, int64(len(raw)))]
		if _, err := io.ReadFull(data, raw); err != nil {
			return unexpected(err)
		}
		reverse(raw, int(size))
		if _, err := w.Write(raw); err != nil {
			return err
		}
	}
	return nil
}

func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
