package tensor

import (
	"bufio"
	"cmp"
	"io"
	"slices"
)

// gather goes through the numbers from the begin-th to before the end-th of C order, in
// the order in which the file has them, and calls take with some that stand side by side: their bytes, which
// count from 0, the place of the first in C order, and how far apart their places are.
func (a Array) gather(begin, end int64, take func(place, step int64, raw []byte)) error {
	if begin >= end {
		return nil
	}
	places := cOrder(a.Shape)
	var axes []axis
	for d, length := range a.Shape {
		x := axis{0, length, a.Strides[d], places[d]}
		if d == 0 { // the others may begin and end in the middle
			x.from, x.to = begin/places[0], (end-1)/places[0]+1
		}
		if length > 1 {
			axes = append(axes, x)
		}
	}
	slices.SortStableFunc(axes, func(x, y axis) int { return cmp.Compare(y.stride, x.stride) })
	last := axes[len(axes)-1]
	axes = axes[:len(axes)-1]
	if last.stride != 1 { // no two side by side
		axes = append(axes, last)
		last = axis{0, 1, 1, 1}
	}
	in := follower{source: a.Source, size: int64(a.Type.Size()), offset: a.Offset}
	defer in.close()
	var walk func(depth int, at, place int64) error
	walk = func(depth int, at, place int64) error {
		if depth < len(axes) {
			x := axes[depth]
			for i := x.from; i < x.to; i++ {
				if err := walk(depth+1, at+i*x.stride, place+i*x.place); err != nil {
					return err
				}
			}
			return nil
		}
		// Of the run, those within begin and end: the places grow along it.
		from, to := last.from, last.to
		if short := begin - place; from*last.place < short {
			from = (short + last.place - 1) / last.place
		}
		if room := end - place; (to-1)*last.place >= room {
			to = (room + last.place - 1) / last.place
		}
		for from < to {
			n := min(to-from, chunk)
			raw, err := in.read(at+from, n)
			if err != nil {
				return err
			}
			if a.BigEndian {
				reverse(raw, int(in.size))
			}
			take(place+from*last.place, last.place, raw)
			from += n
		}
		return nil
	}
	return walk(0, 0, 0)
}

// An axis is a dimension of an array: its indices, and how far apart numbers are along it in
// the file and in C order.
type axis struct{ from, to, stride, place int64 }

// A follower reads numbers at places of a file that mostly grow.
type follower struct {
	source       Source
	size, offset int64 // of a number, and of the first, in bytes
	data         io.ReadCloser
	buffered     *bufio.Reader
	at           int64 // the number that comes next
	raw          [chunk * 16]byte
}

const (
	ahead = 1 << 16 // bytes read at a time
	leap  = 1 << 20 // bytes that are skipped rather than read where the file can be opened anywhere
)

// read gives n numbers, at most a chunk, from the at-th on; they are overwritten by the next call.
func (f *follower) read(at, n int64) ([]byte, error) {
	_, anywhere := f.source.(section)
	if gap := (at - f.at) * f.size; f.data == nil || gap < 0 || gap > leap && anywhere {
		f.close()
		data, err := f.source.Open(f.offset + at*f.size)
		if err != nil {
			return nil, err
		}
		f.data, f.at = data, at
		if f.buffered == nil {
			f.buffered = bufio.NewReaderSize(data, ahead)
		} else {
			f.buffered.Reset(data)
		}
	}
	for gap := (at - f.at) * f.size; gap > 0; {
		skipped, err := f.buffered.Discard(int(min(gap, 1<<30)))
		if err != nil {
			return nil, unexpected(err)
		}
		gap -= int64(skipped)
	}
	f.at = at + n
	raw := f.raw[:n*f.size]
	_, err := io.ReadFull(f.buffered, raw)
	return raw, unexpected(err)
}

func (f *follower) close() {
	if f.data != nil {
		f.data.Close()
		f.data = nil
	}
}
