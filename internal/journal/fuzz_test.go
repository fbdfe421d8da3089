package journal

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// sealedRecords is a journal of any bodies, each with a checksum that is right; the
// bodies are divided by zero bytes where a length would be.
func sealedRecords(bodies [][]byte) []byte {
	b := []byte(magic)
	for _, body := range bodies {
		if len(body) > 0 {
			b = appendRecord(b, func(dst []byte) []byte { return append(dst, body...) })
		}
	}
	return b
}

// separator divides the bodies in the input of FuzzRecords.
var separator = []byte("\x00|\x00")

// Whatever records hold whose checksums are right, the journal is refused or what
// it has can be read: a value as any type, a vector as numbers.
func FuzzRecords(f *testing.F) {
	header := []byte(`h{"kind":"test","asked":1,"environment":{}}`)
	value, err := encodeValue(map[string]float64{"a": 1})
	require.NoError(f, err)
	named := appendNamed(nil, "name", value)[prefix:]
	vector := appendVector(nil, 7, []float64{1, 2})[prefix:]
	for _, bodies := range [][][]byte{
		{header, []byte("ssection"), named, vector, []byte("m")},
		{header, vector, vector}, {header, header}, {vector}, {header, []byte("v")}, {header, []byte("j")},
		{header, []byte("j\xff\xff\xff\xff\x0f")},
		{header, append([]byte("j\x01a"), 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f)}, {header, []byte("j\x01a\x00null")},
		{header, []byte("j\x01a\x01\x00\x00\x00\x00\x00\x00\xf8\x7f[null]")}, {header, []byte("q")}, {[]byte("h")}, {[]byte("hnull")},
		{header, append([]byte("v"), binary.AppendUvarint(nil, 1<<63)...)},
	} {
		f.Add(bytes.Join(bodies, separator))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := parse("f", sealedRecords(bytes.Split(data, separator)))
		if err != nil {
			var damage *DamageError
			require.ErrorAs(t, err, &damage)
			return
		}
		for section, vectors := range c.vectors {
			for _, v := range vectors {
				_, ok := c.get(section, v.index)
				require.True(t, ok)
			}
		}
		for _, values := range c.values {
			for _, body := range values {
				var a []float64
				var b struct {
					X *float64
					Y map[string]float64
				}
				var r json.RawMessage
				_ = decodeValue(body, &a)
				_ = decodeValue(body, &b)
				_ = decodeValue(body, &r)
			}
		}
		_ = c.count()
	})
}
