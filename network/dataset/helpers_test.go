package dataset_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// idx encodes an IDX file from its parts, honest or not.
func idx(code byte, dims []int, data any) []byte {
	var b bytes.Buffer
	b.Write([]byte{0, 0, code, byte(len(dims))})
	for _, d := range dims {
		must(binary.Write(&b, binary.BigEndian, uint32(d)))
	}
	must(binary.Write(&b, binary.BigEndian, data))
	return b.Bytes()
}

func zipped(content []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write(content)
	must(err)
	must(z.Close())
	return b.Bytes()
}

// cifar encodes records with the given labels; pixel j of record i is i+j.
func cifar(labels ...byte) []byte {
	var b []byte
	for i, c := range labels {
		b = append(b, c)
		for j := range 3072 {
			b = append(b, byte(i+j))
		}
	}
	return b
}

// folder writes files into a fresh temporary directory.
func folder(t testing.TB, files map[string][]byte) string {
	dir := t.TempDir()
	for name, content := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), content, 0o644))
	}
	return dir
}

// tinyMNIST is a complete set of three training and two test images of 2×2
// pixels.
func tinyMNIST() map[string][]byte {
	return map[string][]byte{
		"train-images-idx3-ubyte": idx(8, []int{3, 2, 2}, []uint8{0, 0, 0, 0, 255, 0, 0, 0, 1, 2, 3, 4}),
		"train-labels-idx1-ubyte": idx(8, []int{3}, []uint8{0, 9, 4}),
		"t10k-images-idx3-ubyte":  idx(8, []int{2, 2, 2}, []uint8{9, 8, 7, 6, 5, 4, 3, 2}),
		"t10k-labels-idx1-ubyte":  idx(8, []int{2}, []uint8{1, 2}),
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
