package reports

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"

	"bsnn/network/dataset"
)

// Checksum identifies the training images of a set: SHA-256, in hexadecimal,
// of the set's name and a zero byte, the number of images and of pixels of
// each as 64-bit little-endian numbers, all pixels, and all labels. A nil set
// has none.
func Checksum(set *dataset.Set) string {
	if set == nil {
		return ""
	}
	h := sha256.New()
	h.Write(append([]byte(set.Name), 0))
	var sizes []byte
	sizes = binary.LittleEndian.AppendUint64(sizes, uint64(set.Train.Len()))
	sizes = binary.LittleEndian.AppendUint64(sizes, uint64(set.Train.Dim))
	h.Write(sizes)
	h.Write(set.Train.Pixels)
	h.Write(set.Train.Labels)
	return hex.EncodeToString(h.Sum(nil))
}
