package dataset

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"io"
)

// maxBytes bounds the payload of one file after unpacking. It leaves room
// for every published set of small images and stops a forged header, or a
// file that unpacks without end, long before memory does.
const maxBytes = 1 << 30

// gzipError marks a fault of the compressed stream, which io.ReadFull would
// otherwise make look like a short payload.
type gzipError struct{ err error }

func (e *gzipError) Error() string { return e.err.Error() }
func (e *gzipError) Unwrap() error { return e.err }

type gzipReader struct{ z *gzip.Reader }

func (g gzipReader) Read(p []byte) (int, error) {
	n, err := g.z.Read(p)
	if err != nil && err != io.EOF {
		err = &gzipError{err}
	}
	return n, err
}

// unpacked returns the content of r, decompressed when r begins with the
// gzip signature.
func unpacked(r io.Reader) (io.Reader, error) {
	b := bufio.NewReaderSize(r, 1<<16)
	if head, _ := b.Peek(2); !bytes.Equal(head, []byte{0x1f, 0x8b}) {
		return b, nil
	}
	z, err := gzip.NewReader(b)
	if err != nil {
		return nil, &gzipError{err}
	}
	return gzipReader{z}, nil
}
