package dataset

import (
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
)

// stream is the stream of random numbers with the given name under a seed.
func stream(seed uint64, name string) rand.Source {
	b := binary.LittleEndian.AppendUint64([]byte("bsnn dataset\x00"), seed)
	return rand.NewChaCha8(sha256.Sum256(append(b, name...)))
}
