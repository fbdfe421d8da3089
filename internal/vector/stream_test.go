package vector

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// The vectors that the authors publish with their generator (kat_vectors of
// Random123).
func TestPhiloxKnownAnswers(t *testing.T) {
	const all = 0xffffffff
	for _, known := range []struct {
		counter [4]uint32
		key     [2]uint32
		want    [4]uint32
	}{
		{[4]uint32{}, [2]uint32{}, [4]uint32{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
		{[4]uint32{all, all, all, all}, [2]uint32{all, all}, [4]uint32{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
		{[4]uint32{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, [2]uint32{0xa4093822, 0x299f31d0},
			[4]uint32{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
	} {
		require.Equal(t, known.want, philox(known.counter, known.key))
		// the same counter as an address
		c := known.counter
		s := Stream{Key: uint64(known.key[1])<<32 | uint64(known.key[0]), Trial: uint64(c[3])<<32 | uint64(c[2]), Layer: c[1] >> 8}
		var got [4]uint32
		s.Words(got[:], 4*(uint64(c[0])|uint64(c[1]&0xff)<<32))
		require.Equal(t, known.want, got)
	}
}

func drawnStream() Stream {
	return Stream{Key: rand.Uint64(), Trial: rand.Uint64(), Layer: rand.Uint32N(1 << layerBits)}
}

// What is at a position does not depend on how the range is cut, and the sum is
// that of the squares.
func TestRanges(t *testing.T) {
	s := drawnStream()
	const n = 400
	at := rand.Uint64N(1 << 40)
	words, normals := make([]uint32, n), make([]float64, n)
	s.Words(words, at)
	s.Normals(normals, at)
	for range 200 {
		lo := rand.IntN(n)
		hi := lo + rand.IntN(n-lo)
		w, z := make([]uint32, hi-lo), make([]float64, hi-lo)
		s.Words(w, at+uint64(lo))
		sum := s.Normals(z, at+uint64(lo))
		require.Equal(t, words[lo:hi], w)
		require.Equal(t, normals[lo:hi], z)
		require.Equal(t, SumSquares(z), sum)
	}
}

// Each pair of normals is what its four words say, by the functions of package
// math.
func TestBoxMuller(t *testing.T) {
	s := drawnStream()
	const n = 1600
	z, w := make([]float64, n), make([]uint32, 2*n)
	at := rand.Uint64N(1<<40) &^ 15
	s.Normals(z, at)
	s.Words(w, 2*at)
	for pair := range n / 2 {
		word := w[4*pair:][:4]
		u := (float64(word[0]) + (float64(word[1])+0.5)/(1<<32)) / (1 << 32)
		radius := math.Sqrt(-2 * math.Log(u))
		angle := math.Pi / 4 * float64((uint64(word[2])<<32|uint64(word[3]))>>12) / (1 << 52)
		sin, cos := math.Sincos(angle)
		if word[3]>>2&1 == 1 {
			sin, cos = cos, sin
		}
		if word[3]&1 == 1 {
			cos = -cos
		}
		if word[3]>>1&1 == 1 {
			sin = -sin
		}
		i := pair/8*16 + pair%8
		require.InEpsilon(t, radius*cos, z[i], 1e-13)
		require.InEpsilon(t, radius*sin, z[i+8], 1e-13)
	}
}

// Addresses that do not exist are refused.
func TestNoSuchAddress(t *testing.T) {
	require.Panics(t, func() { Stream{Layer: 1 << layerBits}.Words(make([]uint32, 1), 0) })
	require.Panics(t, func() { Stream{}.Words(make([]uint32, 1), 1<<42) })
	require.Panics(t, func() { Stream{}.Normals(make([]float64, 1), 1<<41) })
	require.Panics(t, func() { Stream{}.Normals(make([]float64, 32), 1<<41-16) })
	require.NotPanics(t, func() { Stream{Layer: 1<<layerBits - 1}.Normals(make([]float64, 16), 1<<41-16) })
}
