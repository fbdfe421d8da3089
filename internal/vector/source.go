package vector

import (
	"encoding/binary"
	"fmt"
)

// A Source takes the numbers of a Stream one after the other, bits and normals
// in any mixture, each at a place of its own: 64 bits take two words, and a normal
// as many, but normals begin at a multiple of 16. It is a value: a copy goes on from the same place.
type Source struct {
	of   Stream
	next uint64    // in pairs of words
	pair [2]uint64 // of the block of next, where next is odd
}

// NewSource is the stream from its beginning.
func NewSource(s Stream) Source { return Source{of: s} }

// Uint64 is the next 64 bits.
func (s *Source) Uint64() uint64 {
	half := s.next % 2
	if half == 0 {
		s.load()
	}
	s.next++
	return s.pair[half]
}

// load draws the block of next.
func (s *Source) load() {
	w := philox(s.of.counter(s.next/2), s.of.key())
	s.pair = [2]uint64{uint64(w[1])<<32 | uint64(w[0]), uint64(w[3])<<32 | uint64(w[2])}
}

// Normals fills dst with the next normals and returns their sum of squares.
func (s *Source) Normals(dst []float64) (sumSquares float64) {
	at := s.NextNormal(0)
	s.next = s.NextNormal(len(dst))
	return s.of.Normals(dst, at)
}

// NormalsAt is Stream.Normals.
func (s *Source) NormalsAt(dst []float64, first uint64) (sumSquares float64) {
	return s.of.Normals(dst, first)
}

// NextNormal is where normals go on after the next n of them.
func (s *Source) NextNormal(n int) uint64 { return groups(s.next) + groups(uint64(n)) }

// groups is the next multiple of 16.
func groups(n uint64) uint64 { return (n + normalBlock - 1) &^ (normalBlock - 1) }

// sourceMagic begins a saved Source; its digit is the version of the format.
const sourceMagic = "philox1\n"

// MarshalBinary saves the address and the place.
func (s *Source) MarshalBinary() ([]byte, error) {
	b := append([]byte(nil), sourceMagic...)
	b = binary.LittleEndian.AppendUint64(b, s.of.Key)
	b = binary.LittleEndian.AppendUint64(b, s.of.Trial)
	b = binary.LittleEndian.AppendUint32(b, s.of.Layer)
	return binary.LittleEndian.AppendUint64(b, s.next), nil
}

// UnmarshalBinary restores what MarshalBinary saved.
func (s *Source) UnmarshalBinary(b []byte) error {
	const size = len(sourceMagic) + 8 + 8 + 4 + 8
	if len(b) != size || string(b[:len(sourceMagic)]) != sourceMagic {
		return fmt.Errorf("%d bytes are not a saved stream", len(b))
	}
	b = b[len(sourceMagic):]
	r := Source{of: Stream{
		Key: binary.LittleEndian.Uint64(b), Trial: binary.LittleEndian.Uint64(b[8:]), Layer: binary.LittleEndian.Uint32(b[16:]),
	}, next: binary.LittleEndian.Uint64(b[20:])}
	if r.of.Layer >= 1<<layerBits || r.next >= 1<<(positionBits+1) {
		return fmt.Errorf("layer %d, position %d of a saved stream; want less than 2²⁴ and 2⁴¹", r.of.Layer, r.next)
	}
	if r.next%2 == 1 {
		r.load()
	}
	*s = r
	return nil
}
