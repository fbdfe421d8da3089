package vector

import "fmt"

// A Stream is a stream of random numbers any part of which can be had at any
// time: the generator Philox4x32-10 under Key, whose counter is made of the
// position in the stream (40 bits), the layer (24 bits) and the trial (64 bits).
// Two streams that differ in any of the three have no block in common.
//
// A stream is either one of words or one of normals: both are made of the same
// blocks of four words, of which there are 2⁴⁰.
type Stream struct {
	Key   uint64 // of the seed and the experiment
	Trial uint64
	Layer uint32 // below 2²⁴
}

const (
	positionBits = 40
	layerBits    = 24
	normalBlock  = 2 * lanes // normals of eight counters
)

// counter is that of a block of words.
func (s Stream) counter(block uint64) [4]uint32 {
	if s.Layer >= 1<<layerBits || block >= 1<<positionBits {
		panic(fmt.Sprintf("vector: layer %d, block %d of a stream; want less than 2²⁴ and 2⁴⁰", s.Layer, block))
	}
	return [4]uint32{uint32(block), uint32(block>>32) | s.Layer<<(positionBits-32), uint32(s.Trial), uint32(s.Trial >> 32)}
}

func (s Stream) key() [2]uint32 { return [2]uint32{uint32(s.Key), uint32(s.Key >> 32)} }

// Words fills dst with the words of the stream from the given position on, which
// is below 2⁴².
func (s Stream) Words(dst []uint32, position uint64) {
	key := s.key()
	for len(dst) > 0 {
		w := philox(s.counter(position/4), key)
		n := copy(dst, w[position%4:])
		dst = dst[n:]
		position += uint64(n)
	}
}

// Normals fills dst with the standard normals of the stream at the positions
// first, first + 1, …, which are below 2⁴¹, and returns their sum of squares. What
// is at a position does not depend on where a call begins or ends; calls that
// begin at multiples of 16 are faster.
//
// They are pairs by the method of Box and Muller (1958,
// doi:10.1214/aoms/1177706645) from four words each: radius √(−2·log u) for u of 64
// bits, rounded to float64, and an angle of 55 bits. As u ≥ 2⁻⁶⁵, nothing beyond
// √(130·log 2) = 9.4925 is drawn, where a normal is with probability 2.2·10⁻²¹.
// Positions 16k + j and 16k + 8 + j, 0 ≤ j < 8, are the pair of words 4(8k + j) to
// 4(8k + j) + 3.
func (s Stream) Normals(dst []float64, first uint64) (sumSquares float64) {
	head := first % normalBlock
	if head != 0 && len(dst) > 0 {
		var b [normalBlock]float64
		s.normals(b[:], first-head)
		n := copy(dst, b[head:])
		s.Normals(dst[n:], first+uint64(n))
		return SumSquares(dst)
	}
	whole := len(dst) &^ (normalBlock - 1)
	sums := s.normals(dst[:whole], first)
	if rest := dst[whole:]; len(rest) > 0 {
		var b [normalBlock]float64
		s.normals(b[:], first+uint64(whole))
		copy(rest, b[:])
		for i, v := range rest {
			sums[i%lanes] += float64(v * v)
		}
	}
	return total(&sums)
}

// normals fills whole blocks and returns the accumulators.
func (s Stream) normals(dst []float64, at uint64) [lanes]float64 {
	if len(dst) == 0 {
		return [lanes]float64{}
	}
	s.counter((at+uint64(len(dst)))/2 - 1)
	c, key := s.counter(at/2), s.key()
	a := arguments{n: len(dst) / 2}
	a.out[0] = first(dst)
	a.scalars = [len(a.scalars)]uint64{at / 2, uint64(s.Layer << (positionBits - 32)), uint64(c[2]), uint64(c[3])}
	for round := range 10 {
		a.scalars[4+2*round], a.scalars[5+2*round] = uint64(key[0]), uint64(key[1])
		key[0] += weyl0
		key[1] += weyl1
	}
	kernelNormals64.run(&a)
	return a.sums[0]
}
