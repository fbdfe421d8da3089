package haartest

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
)

// stream is the i-th random source for a purpose. It is keyed by a digest,
// so that it has nothing to do with the streams that may have made the
// matrices, whatever their seeds.
func stream(seed uint64, purpose string, i int) *rand.ChaCha8 {
	key := sha256.Sum256(fmt.Appendf(nil, "haartest %s %d %d", purpose, seed, i))
	return rand.NewChaCha8(key)
}
