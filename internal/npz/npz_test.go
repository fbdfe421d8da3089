package npz

import (
	"archive/zip"
	"bytes"
	"testing"

	"bsnn/internal/hostile"
	"bsnn/internal/npy"
	"bsnn/internal/tensor"

	"github.com/stretchr/testify/require"
)

func archive(t require.TestingT, method uint16, more string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range []string{"a.npy", "b.c.npy"} {
		out, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: method})
		require.NoError(t, err)
		w, err := npy.NewWriter(out, tensor.Float16, 2, 3)
		require.NoError(t, err)
		require.NoError(t, w.Write([]float64{1, 2, 3, 4, 5, 6}))
		require.NoError(t, w.Close())
	}
	if more != "" {
		_, err := z.Create(more)
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	return b.Bytes()
}

func TestRead(t *testing.T) {
	for _, method := range []uint16{zip.Store, zip.Deflate} {
		b := archive(t, method, "")
		arrays, err := Read(bytes.NewReader(b), int64(len(b)))
		require.NoError(t, err)
		require.Len(t, arrays, 2)
		require.Equal(t, "b.c", arrays[1].Name)
		in, err := arrays[1].Open()
		require.NoError(t, err)
		got := make([]float64, 6)
		require.NoError(t, in.Read(got))
		require.Equal(t, []float64{1, 2, 3, 4, 5, 6}, got)
	}
	b := archive(t, zip.Store, "notes.txt")
	_, err := Read(bytes.NewReader(b), int64(len(b)))
	require.ErrorContains(t, err, "notes.txt: not an .npy file")
}

// Whatever an archive holds, reading it ends without a panic, and with no more numbers
// than there are.
func FuzzRead(f *testing.F) {
	f.Add(archive(f, zip.Store, ""))
	f.Add(archive(f, zip.Deflate, "x"))
	f.Fuzz(func(t *testing.T, input []byte) {
		hostile.Each(t, input, func(b []byte) {
			arrays, err := Read(bytes.NewReader(b), int64(len(b)))
			if err != nil {
				return
			}
			for _, a := range arrays {
				if a.Readable() != nil {
					continue
				}
				if size, err := a.Bytes(); err != nil || size > 1<<20 {
					continue
				}
				count, err := a.Count()
				require.NoError(t, err)
				if in, err := a.Open(); err == nil {
					_ = in.Read(make([]float64, count)) // may end early
					in.Close()
				}
			}
		})
	})
}
