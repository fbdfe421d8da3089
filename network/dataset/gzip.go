package dataset

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
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

// Images are hard to compress: those of MNIST to a fifth, blank ones to a
// thousandth. A stream that unpacks to more than unpackedFactor times its size is made to
// fill the memory of whoever reads it, and is refused once it is not small any more.
const (
	unpackedFactor = 100
	unpackedFree   = 1 << 22
)

var errBomb = fmt.Errorf("it unpacks to more than %d times its size, which images do not", unpackedFactor)

type gzipReader struct {
	z        *gzip.Reader
	packed   *countingReader
	unpacked int64
}

func (g *gzipReader) Read(p []byte) (int, error) {
	n, err := g.z.Read(p)
	g.unpacked += int64(n)
	if g.unpacked > unpackedFree && g.unpacked > unpackedFactor*g.packed.count {
		return 0, &gzipError{errBomb}
	}
	if err != nil && err != io.EOF {
		err = &gzipError{err}
	}
	return n, err
}

// countingReader counts what is read through it.
type countingReader struct {
	io.Reader
	count int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.count += int64(n)
	return n, err
}

// unpacked returns the content of r, decompressed when r begins with the
// gzip signature.
func unpacked(r io.Reader) (io.Reader, error) {
	packed := &countingReader{Reader: r}
	b := bufio.NewReaderSize(packed, 1<<12)
	if head, _ := b.Peek(2); !bytes.Equal(head, []byte{0x1f, 0x8b}) {
		return b, nil
	}
	z, err := gzip.NewReader(b)
	if err != nil {
		return nil, &gzipError{err}
	}
	return &gzipReader{z: z, packed: packed}, nil
}
