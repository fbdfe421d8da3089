package provenance

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"io"
)

// Data identifies labelled rows: SHA-256, in hexadecimal, of their name and a
// zero byte, the number of rows and of values in each as 64-bit little-endian
// numbers, and all that fill writes, which must be every value and every label.
func Data(name string, rows, values int, fill func(w io.Writer)) string {
	h := sha256.New()
	w := bufio.NewWriterSize(h, 1<<16)
	_, _ = w.WriteString(name) // neither a hash nor a buffer over one fails
	_ = w.WriteByte(0)
	_, _ = w.Write(binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, uint64(rows)), uint64(values)))
	fill(w)
	_ = w.Flush()
	return hex.EncodeToString(h.Sum(nil))
}
