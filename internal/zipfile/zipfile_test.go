package zipfile

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"testing"

	"bsnn/internal/hostile"

	"github.com/stretchr/testify/require"
)

// archive packs files; method Store or Deflate.
func archive(t require.TestingT, method uint16, files ...string) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i, content := range files {
		f, err := w.CreateHeader(&zip.FileHeader{Name: fmt.Sprint(i), Method: method})
		require.NoError(t, err)
		_, err = io.WriteString(f, content)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

func read(b []byte) ([]File, error) { return Read(bytes.NewReader(b), int64(len(b))) }

func TestRead(t *testing.T) {
	for _, method := range []uint16{zip.Store, zip.Deflate} {
		files, err := read(archive(t, method, "hello, world", "", "abcabcabcabc"))
		require.NoError(t, err)
		require.Len(t, files, 3)
		for offset, want := range []string{"hello, world", "ello, world", "llo, world"} {
			in, err := files[0].Open(int64(offset))
			require.NoError(t, err)
			got, err := io.ReadAll(in)
			require.NoError(t, err)
			require.Equal(t, want, string(got))
			require.NoError(t, in.Close())
		}
		require.EqualValues(t, 12, files[2].Size())
	}
}

// central changes a number in the n-th entry of the directory of an archive.
func central(b []byte, n, offset int, value uint32) []byte {
	b = bytes.Clone(b)
	at := -1
	for range n + 1 {
		at += 1 + bytes.Index(b[at+1:], []byte("PK\x01\x02"))
	}
	binary.LittleEndian.PutUint32(b[at+offset:], value)
	return b
}

func TestBadArchives(t *testing.T) {
	const packedSize, size = 20, 24
	good := archive(t, zip.Store, "hello, world", "other")
	twice := bytes.Clone(good)
	for {
		at := bytes.LastIndexByte(twice, '1')
		if at < 0 {
			break
		}
		twice[at] = '0'
	}
	deflated := archive(t, zip.Deflate, string(make([]byte, 1<<16)))
	for want, b := range map[string][]byte{
		"not a valid zip":     []byte("hello"),
		"overlaps others":     central(good, 1, packedSize, uint32(len(good))),
		"claim to be 13":      central(good, 0, size, 13),
		"truncated":           central(central(good, 1, packedSize, uint32(len(good))-12), 1, size, uint32(len(good))-12),
		"more than 200 times": central(deflated, 0, size, 1<<31),
		"file 0 twice":        twice,
	} {
		_, err := read(b)
		require.ErrorContains(t, err, want)
	}
	// What claims to be longer than it is ends early, at its own size.
	files, err := read(central(deflated, 0, size, 1<<20))
	require.NoError(t, err)
	_, err = files[0].Open(1 << 17)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
}

// A directory of more files than anybody counts is not read to its end.
func TestLongDirectory(t *testing.T) {
	if testing.Short() {
		t.Skip("some 100 MB of memory")
	}
	b := archive(t, zip.Store, "")
	at, end := bytes.Index(b, []byte("PK\x01\x02")), bytes.Index(b, []byte("PK\x05\x06"))
	entry, tail := b[at:end], bytes.Clone(b[end:])
	long := append(bytes.Clone(b[:at]), bytes.Repeat(entry, maxListing/len(entry)+1)...)
	binary.LittleEndian.PutUint16(tail[10:], uint16(len(long)/len(entry)))
	binary.LittleEndian.PutUint32(tail[12:], uint32(len(long)-at))
	_, err := read(append(long, tail...))
	require.ErrorContains(t, err, "a directory of more than")
}

// No input makes the reader panic, or take memory that is not there.
func FuzzRead(f *testing.F) {
	f.Add(archive(f, zip.Store, "hello, world", "other"))
	f.Add(archive(f, zip.Deflate, "aaaaaaaaaaaaaaaaaaaaaaaaaaaa"))
	f.Fuzz(func(t *testing.T, input []byte) {
		hostile.Each(t, input, func(b []byte) {
			files, err := read(b)
			if err != nil {
				return
			}
			for _, x := range files {
				require.LessOrEqual(t, x.Size(), int64(free+maxRatio*len(b)))
				in, err := x.Open(0)
				require.NoError(t, err)
				_, _ = io.CopyN(io.Discard, in, x.Size()) // may end early
				in.Close()
			}
		})
	})
}
