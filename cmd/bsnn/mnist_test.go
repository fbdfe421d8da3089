package main

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"os"
	"path/filepath"
)

// writeMNIST makes a folder with a tiny set in MNIST's format: five pictures to
// train on, and five to test.
func writeMNIST(dir string) error {
	idx := func(magic uint32, dims []uint32, data []byte) []byte {
		b := binary.BigEndian.AppendUint32(nil, magic)
		for _, d := range dims {
			b = binary.BigEndian.AppendUint32(b, d)
		}
		return append(b, data...)
	}
	pixels := make([]byte, 5*28*28)
	for i := range pixels {
		pixels[i] = byte(i * i / 7)
	}
	var images bytes.Buffer
	z := gzip.NewWriter(&images)
	if _, err := z.Write(idx(0x803, []uint32{5, 28, 28}, pixels)); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for _, part := range []string{"train", "t10k"} {
		if err := os.WriteFile(filepath.Join(dir, part+"-images-idx3-ubyte.gz"), images.Bytes(), 0o600); err != nil {
			return err
		}
		labels := idx(0x801, []uint32{5}, []byte{0, 1, 2, 3, 9})
		if err := os.WriteFile(filepath.Join(dir, part+"-labels-idx1-ubyte"), labels, 0o600); err != nil {
			return err
		}
	}
	return nil
}
