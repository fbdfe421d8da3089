package dataset

import (
	"bytes"
	"compress/gzip"
	"io"
	"testing"

	"bsnn/internal/allocated"

	"github.com/stretchr/testify/require"
)

func TestCIFARLimit(t *testing.T) {
	file := make([]byte, 3*cifarRecord)
	_, err := readCIFAR("f", bytes.NewReader(file), 2)
	require.EqualError(t, err, "f: more than 2 records; want at most that many")
	images, err := readCIFAR("f", bytes.NewReader(file), 3)
	require.NoError(t, err)
	require.Equal(t, 3, images.Len())
}

// A file of a tenth of a megabyte that unpacks to a tenth of a gigabyte is refused before it takes the
// memory for it; blank images, as far as anybody has them, are not.
func TestGzipBombs(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	packed := func(size int64) []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, err := io.CopyN(z, zeros{}, size)
		require.NoError(t, err)
		require.NoError(t, z.Close())
		return b.Bytes()
	}
	bomb := packed(40_000 * cifarRecord)
	require.Less(t, len(bomb), 200_000)
	var err error
	taken := allocated.Bytes(func() { _, err = ReadCIFAR10("f", bytes.NewReader(bomb)) })
	require.EqualError(t, err, "f: damaged gzip stream (it unpacks to more than 100 times its size, which images do not); "+
		"want a complete gzip file or the unpacked one")
	require.Less(t, taken, uint64(60_000_000))

	blank, err := ReadCIFAR10("f", bytes.NewReader(packed(1000*cifarRecord)))
	require.NoError(t, err)
	require.Equal(t, 1000, blank.Len())
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }
