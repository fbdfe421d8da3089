package montecarlo

import (
	"math"
	"math/bits"
)

// A source draws from Philox4x32-10 at the counter (position, layer, trial).
type source struct {
	key          uint64
	layer, trial uint32
	next         uint64 // position of the next 64 bits; a block of the generator has two
}

// philox is one block of Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011,
// doi:10.1145/2063384.2063405, table 2 and section 3.3).
func philox(c [4]uint32, key [2]uint32) [4]uint32 {
	const rounds = 10
	for range rounds {
		high0, low0 := bits.Mul32(0xd2511f53, c[0])
		high1, low1 := bits.Mul32(0xcd9e8d57, c[2])
		c = [4]uint32{high1 ^ c[1] ^ key[0], low1, high0 ^ c[3] ^ key[1], low0}
		key[0] += 0x9e3779b9
		key[1] += 0xbb67ae85
	}
	return c
}

// block is a pair of words, those at the positions 2i and 2i+1.
func (s *source) block(i uint64) (a, b uint64) {
	c := philox([4]uint32{uint32(i), uint32(i >> 32), s.layer, s.trial}, [2]uint32{uint32(s.key), uint32(s.key >> 32)})
	return uint64(c[1])<<32 | uint64(c[0]), uint64(c[3])<<32 | uint64(c[2])
}

func (s *source) uint64() uint64 {
	a, b := s.block(s.next / 2)
	if s.next++; s.next%2 == 0 {
		return b
	}
	return a
}

// normals are pairs by the method of Box and Muller (1958,
// doi:10.1214/aoms/1177706645).
func (s *source) normals(dst []float64, at uint64) (sum float64) {
	for i := 0; i < len(dst); i += 2 {
		a, b := s.block((at + uint64(i)) / 2)
		r := math.Sqrt(-2 * math.Log((float64(a>>11)+0.5)*0x1p-53))
		sin, cos := math.Sincos(2 * math.Pi * float64(b>>11) * 0x1p-53)
		dst[i] = r * cos
		sum += dst[i] * dst[i]
		if i+1 < len(dst) {
			dst[i+1] = r * sin
			sum += dst[i+1] * dst[i+1]
		}
	}
	return sum
}
