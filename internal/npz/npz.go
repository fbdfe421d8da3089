// Package npz reads archives of arrays as numpy.savez and numpy.savez_compressed
// write them: ZIP files of .npy files.
package npz

import (
	"fmt"
	"io"
	"strings"

	"bsnn/internal/npy"
	"bsnn/internal/tensor"
	"bsnn/internal/words"
	"bsnn/internal/zipfile"
)

// Read lists the arrays of an archive of size bytes, in its order. Their names are
// those of the files without ".npy". It is an error if a file is no array.
func Read(r io.ReaderAt, size int64) ([]tensor.Array, error) {
	files, err := zipfile.Read(r, size)
	if err != nil {
		return nil, err
	}
	return Arrays(files)
}

// Arrays reads the headers of the files of an archive.
func Arrays(files []zipfile.File) ([]tensor.Array, error) {
	arrays := make([]tensor.Array, 0, len(files))
	for _, f := range files {
		a, err := npy.Read(f)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", words.Name(f.Name), err)
		}
		a.Name = strings.TrimSuffix(f.Name, ".npy")
		arrays = append(arrays, a)
	}
	return arrays, nil
}
