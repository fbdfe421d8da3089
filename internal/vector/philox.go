package vector

import "math/bits"

// philox is Philox4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as
// easy as 1, 2, 3", 2011, doi:10.1145/2063384.2063405).
func philox(counter [4]uint32, key [2]uint32) [4]uint32 {
	const rounds = 10
	for range rounds {
		hi0, lo0 := bits.Mul32(0xd2511f53, counter[0])
		hi1, lo1 := bits.Mul32(0xcd9e8d57, counter[2])
		counter = [4]uint32{hi1 ^ counter[1] ^ key[0], lo1, hi0 ^ counter[3] ^ key[1], lo0}
		key[0] += weyl0
		key[1] += weyl1
	}
	return counter
}

// The keys of the rounds are multiples of these.
const (
	weyl0 = 0x9e3779b9
	weyl1 = 0xbb67ae85
)
