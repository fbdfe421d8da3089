// Package zipfile reads the files in a ZIP archive that may come from anyone: what
// they claim to hold is compared with what the archive can, before anything is
// unpacked.
package zipfile

import (
	"archive/zip"
	"compress/flate"
	"fmt"
	"io"
	"math"

	"bsnn/internal/tensor"
	"bsnn/internal/words"
)

const (
	maxFiles   = 1 << 18
	maxListing = 16 << 20 // bytes of the directory

	// What a packed file may hold: arrays of weights shrink by a tenth, arrays of
	// zeros a thousandfold.
	maxRatio = 200
	free     = 64 << 20 // bytes for which the ratio does not matter
)

// A File is one file of an archive.
type File struct {
	Name string
	tensor.Source
}

// Read lists the files of an archive of size bytes, in its order. It is an error if
// two have one name, if they claim more bytes than the archive has, or to have shrunk
// as no weights do, or if one is encrypted or packed by another method than deflate.
func Read(r io.ReaderAt, size int64) ([]File, error) {
	listed := &listing{r, maxListing}
	archive, err := zip.NewReader(listed, size)
	if err != nil {
		return nil, err
	}
	listed.left = math.MaxInt
	if len(archive.File) > maxFiles {
		return nil, fmt.Errorf("%d files, want at most %d", len(archive.File), maxFiles)
	}
	files := make([]File, 0, len(archive.File))
	seen := map[string]bool{}
	var packed, unpacked uint64
	for _, f := range archive.File {
		name := words.Name(f.Name)
		if seen[f.Name] {
			return nil, fmt.Errorf("file %s twice", name)
		}
		seen[f.Name] = true
		if packed += f.CompressedSize64; f.CompressedSize64 > uint64(size) || packed > uint64(size) {
			return nil, fmt.Errorf("file %s overlaps others: %d bytes are claimed of %d", name, packed, size)
		}
		if f.UncompressedSize64 > 1<<62 {
			return nil, fmt.Errorf("file %s claims %d bytes", name, f.UncompressedSize64)
		}
		if unpacked += f.UncompressedSize64; unpacked > free && unpacked/maxRatio > packed {
			return nil, fmt.Errorf("%d bytes claim to hold %d, more than %d times as many: no weights, but a way to fill memory", packed,
				unpacked, maxRatio)
		}
		if f.Flags&1 != 0 {
			return nil, fmt.Errorf("file %s is encrypted", name)
		}
		source, err := open(r, size, f)
		if err != nil {
			return nil, fmt.Errorf("file %s: %w", name, err)
		}
		files = append(files, File{f.Name, source})
	}
	return files, nil
}

// listing reads an archive while its directory is looked for, which takes memory for each file
// before anybody can count them.
type listing struct {
	io.ReaderAt
	left int // bytes
}

func (l *listing) ReadAt(p []byte, at int64) (int, error) {
	if l.left -= len(p); l.left < 0 {
		return 0, fmt.Errorf("a directory of more than %d bytes", maxListing)
	}
	return l.ReaderAt.ReadAt(p, at)
}

func open(r io.ReaderAt, size int64, f *zip.File) (tensor.Source, error) {
	at, err := f.DataOffset()
	if err != nil {
		return nil, err
	}
	length := int64(f.CompressedSize64)
	if at < 0 || at > size-length {
		return nil, fmt.Errorf("truncated: it ends at byte %d of %d", at+length, size)
	}
	switch f.Method {
	case zip.Store:
		if f.UncompressedSize64 != f.CompressedSize64 {
			return nil, fmt.Errorf("%d bytes claim to be %d as they are", f.CompressedSize64, f.UncompressedSize64)
		}
		return tensor.Section(r, at, length), nil
	case zip.Deflate:
		return deflated{io.NewSectionReader(r, at, length), int64(f.UncompressedSize64)}, nil
	}
	return nil, fmt.Errorf("packed by method %d, want none or deflate", f.Method)
}

// deflated is a packed file.
type deflated struct {
	packed *io.SectionReader
	size   int64
}

func (d deflated) Size() int64 { return d.size }

func (d deflated) Open(offset int64) (io.ReadCloser, error) {
	in := flate.NewReader(io.NewSectionReader(d.packed, 0, d.packed.Size()))
	if _, err := io.CopyN(io.Discard, in, offset); err != nil {
		in.Close()
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return nil, err
	}
	return in, nil
}
