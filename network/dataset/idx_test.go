package dataset_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bsnn/internal/allocated"
	"bsnn/internal/hostile"
	"bsnn/network/dataset"
)

// roundTrip writes arrays of random shape and content and reads them back,
// plain and gzipped.
func roundTrip[T dataset.Element](code byte, element *rapid.Generator[T]) func(*testing.T) {
	return func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			dims := rapid.SliceOfN(rapid.IntRange(1, 6), 1, 5).Draw(t, "dims")
			n := 1
			for _, d := range dims {
				n *= d
			}
			want := dataset.Array[T]{Dims: dims, Data: rapid.SliceOfN(element, n, n).Draw(t, "data")}
			file := idx(code, dims, want.Data)
			if rapid.Bool().Draw(t, "gzip") {
				file = zipped(file)
			}
			got, err := dataset.ReadIDX[T]("f", bytes.NewReader(file))
			require.NoError(t, err)
			require.Empty(t, cmp.Diff(want, got))
		})
	}
}

func TestIDXRoundTrip(t *testing.T) {
	t.Run("uint8", roundTrip(0x08, rapid.Uint8()))
	t.Run("int8", roundTrip(0x09, rapid.Int8()))
	t.Run("int16", roundTrip(0x0b, rapid.Int16()))
	t.Run("int32", roundTrip(0x0c, rapid.Int32()))
	t.Run("float32", roundTrip(0x0d, rapid.Float32Range(-math.MaxFloat32, math.MaxFloat32)))
	t.Run("float64", roundTrip(0x0e, rapid.Float64Range(-math.MaxFloat64, math.MaxFloat64)))
}

// A payload of many chunks, whose size is no multiple of the chunk.
func TestIDXLargePayload(t *testing.T) {
	want := make([]int16, 3*100_003)
	for i := range want {
		want[i] = int16(i * 7919)
	}
	got, err := dataset.ReadIDX[int16]("f", bytes.NewReader(idx(0x0b, []int{3, 100_003}, want)))
	require.NoError(t, err)
	require.Equal(t, want, got.Data)
	require.Equal(t, len(got.Data), cap(got.Data), "memory beyond the data")
}

func TestIDXBadInput(t *testing.T) {
	good := idx(8, []int{2, 3}, []uint8{1, 2, 3, 4, 5, 6})
	packed := zipped(good)
	damaged := bytes.Clone(packed)
	damaged[len(damaged)-6] ^= 0xff // inside the checksum
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"empty":             {nil, "f: the file is empty; want an IDX file"},
		"short magic":       {good[:3], "f: ends after 3 bytes, inside the IDX header; want at least 4 bytes"},
		"short header":      {good[:7], "f: ends after 7 bytes, inside the IDX header; want at least 12 bytes"},
		"header only magic": {good[:4], "f: ends after 4 bytes, inside the IDX header; want at least 12 bytes"},
		"not IDX": {[]byte("PK\x03\x04 and so on"),
			"f: not an IDX file: it begins with 50 4b 03 04; want 00 00 08 and the number of dimensions"},
		"second byte": {[]byte{0, 1, 8, 1, 0, 0, 0, 1, 7},
			"f: not an IDX file: it begins with 00 01 08 01; want 00 00 08 and the number of dimensions"},
		"wrong type":      {idx(0x0d, []int{1}, []float32{1}), "f: elements of type float32 (code 0x0d); want uint8 (code 0x08)"},
		"unknown type":    {idx(0x0a, []int{1}, []uint8{1}), "f: elements of type unknown (code 0x0a); want uint8 (code 0x08)"},
		"no dimension":    {idx(8, nil, []uint8{1}), "f: 0 dimensions; want 1 to 8"},
		"nine dimensions": {idx(8, []int{1, 1, 1, 1, 1, 1, 1, 1, 1}, []uint8{1}), "f: 9 dimensions; want 1 to 8"},
		"zero dimension":  {idx(8, []int{2, 0}, []uint8{}), "f: dimension 2 of 2 is 0, so the file holds no data; want at least 1"},
		"absurd":          {idx(8, []int{1 << 20, 1025}, []uint8{1}), "f: the header promises 1048576×1025 elements; want at most 1073741824"},
		"product overflows": {idx(8, []int{1 << 30, 1 << 30, 16}, []uint8{1}),
			"f: the header promises 1073741824×1073741824×16 elements; want at most 1073741824"},
		"short payload": {good[:15], "f: ends after 3 of the 6 data bytes promised by its header (2×3); want the complete file"},
		"no payload":    {good[:12], "f: ends after 0 of the 6 data bytes promised by its header (2×3); want the complete file"},
		"trailing":      {append(bytes.Clone(good), 0), "f: bytes follow the 2×3 elements that the header promises; want nothing after them"},
		"gzip trailing": {zipped(append(bytes.Clone(good), 0)),
			"f: bytes follow the 2×3 elements that the header promises; want nothing after them"},
		"gzip payload":     {zipped(good[:15]), "f: ends after 3 of the 6 data bytes promised by its header (2×3); want the complete file"},
		"gzip signature":   {packed[:2], "f: the gzip stream ends in the middle; want a complete gzip file or the unpacked one"},
		"gzip header":      {packed[:7], "f: the gzip stream ends in the middle; want a complete gzip file or the unpacked one"},
		"gzip middle":      {packed[:14], "f: the gzip stream ends in the middle; want a complete gzip file or the unpacked one"},
		"gzip no checksum": {packed[:len(packed)-4], "f: the gzip stream ends in the middle; want a complete gzip file or the unpacked one"},
		"gzip checksum":    {damaged, "f: damaged gzip stream (gzip: invalid checksum); want a complete gzip file or the unpacked one"},
		"gzip then junk": {append(bytes.Clone(packed), "0123456789abc"...),
			"f: damaged gzip stream (gzip: invalid header); want a complete gzip file or the unpacked one"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := dataset.ReadIDX[uint8]("f", bytes.NewReader(c.file))
			require.EqualError(t, err, c.want)
			var bad *dataset.FileError
			require.ErrorAs(t, err, &bad)
		})
	}
}

func TestIDXRejectsNonFinite(t *testing.T) {
	for text, v := range map[string]float64{"NaN": math.NaN(), "+Inf": math.Inf(1), "-Inf": math.Inf(-1)} {
		_, err := dataset.ReadIDX[float64]("f", bytes.NewReader(idx(0x0e, []int{3}, []float64{1, 2, v})))
		require.EqualError(t, err, "f: element 2 is "+text+"; want finite numbers only")
		_, err = dataset.ReadIDX[float32]("f", bytes.NewReader(idx(0x0d, []int{2}, []float32{1, float32(v)})))
		require.EqualError(t, err, "f: element 1 is "+text+"; want finite numbers only")
	}
}

// Every prefix of a valid file is an error: no cut passes for a smaller set.
func TestIDXEveryPrefixFails(t *testing.T) {
	plain := idx(0x0c, []int{3, 2}, []int32{1, -2, 3, -4, 5, -6})
	for _, file := range [][]byte{plain, zipped(plain)} {
		for k := range file {
			_, err := dataset.ReadIDX[int32]("f", bytes.NewReader(file[:k]))
			require.Error(t, err, "prefix of %d bytes", k)
			require.NotContains(t, err.Error(), "\n")
		}
	}
}

// A header that promises the largest legal payload over a file of some
// kilobytes must not make the reader allocate it.
func TestIDXLyingHeaderCostsNothing(t *testing.T) {
	file := idx(8, []int{1 << 30}, make([]uint8, 200_000))
	var err error
	taken := allocated.Bytes(func() { _, err = dataset.ReadIDX[uint8]("f", bytes.NewReader(file)) })
	require.EqualError(t, err, "f: ends after 200000 of the 1073741824 data bytes promised by its header (1073741824); want the complete file")
	require.Less(t, taken, uint64(1<<20))
}

func TestIDXFileErrors(t *testing.T) {
	dir := t.TempDir()
	_, err := dataset.ReadIDXFile[uint8](dir)
	require.EqualError(t, err, dir+": cannot be read: is a directory; want a readable file")
	_, err = dataset.ReadIDXFile[uint8](dir + "/none")
	require.EqualError(t, err, dir+"/none: cannot be read: no such file or directory; want a readable file")
}

// FuzzIDX feeds arbitrary bytes. What is accepted must be consistent, and
// an accepted plain file must be exactly what encoding the result gives.
func FuzzIDX(f *testing.F) {
	plain := idx(8, []int{2, 3}, []uint8{1, 2, 3, 4, 5, 6})
	floats := idx(0x0d, []int{2}, []float32{1.5, float32(math.NaN())})
	for _, seed := range [][]byte{nil, plain, plain[:9], zipped(plain), zipped(plain)[:20], floats, zipped(floats),
		idx(8, []int{1 << 30, 1 << 30, 16}, []uint8{}), append(bytes.Clone(plain), 1)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		hostile.Each(t, input, func(file []byte) {
			fuzzIDX[uint8](t, 0x08, file)
			fuzzIDX[float32](t, 0x0d, file)
		})
	})
}

func fuzzIDX[T dataset.Element](t *testing.T, code byte, file []byte) {
	a, err := dataset.ReadIDX[T]("f", bytes.NewReader(file))
	if err != nil {
		require.True(t, strings.HasPrefix(err.Error(), "f: "), "no file named: %v", err)
		require.Contains(t, err.Error(), "; want ")
		require.NotContains(t, err.Error(), "\n")
		return
	}
	n := 1
	for _, d := range a.Dims {
		n *= d
	}
	require.Len(t, a.Data, n)
	if binary.BigEndian.Uint16(file) == 0 {
		require.Equal(t, file, idx(code, a.Dims, a.Data))
	}
}
