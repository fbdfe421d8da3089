package main

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// A file of an archive.
type file struct {
	name    string
	content []byte
	runs    bool // is a program
}

func (f file) mode() fs.FileMode {
	if f.runs {
		return 0o755
	}
	return 0o644
}

// then is the time of every file: the first that zip can write, so that archives
// depend on nothing but what they hold.
var then = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// writeArchive writes a program and its companions as people of that system expect
// them, a zip or a tar.gz with one folder in it.
func writeArchive(out string, s system, version string, files []file) (string, error) {
	folder := fmt.Sprintf("bsnn-%s-%s-%s", version, s.os, s.arch)
	pack, ending := writeTar, ".tar.gz"
	if s.os == "windows" {
		pack, ending = writeZip, ".zip"
	}
	inside := make([]file, len(files))
	for i, f := range files {
		f.name = folder + "/" + f.name
		inside[i] = f
	}
	return folder + ending, create(filepath.Join(out, folder+ending), func(w io.Writer) error { return pack(w, inside) })
}

// create writes a file, or leaves none.
func create(at string, write func(io.Writer) error) error {
	f, err := os.Create(at)
	if err != nil {
		return err
	}
	err = write(f)
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		_ = os.Remove(at)
	}
	return err
}

func writeTar(w io.Writer, files []file) error {
	packed, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	t := tar.NewWriter(packed)
	for _, f := range files {
		if err := t.WriteHeader(&tar.Header{Name: f.name, Size: int64(len(f.content)), Mode: int64(f.mode()), ModTime: then}); err != nil {
			return err
		}
		if _, err := t.Write(f.content); err != nil {
			return err
		}
	}
	if err := t.Close(); err != nil {
		return err
	}
	return packed.Close()
}

func writeZip(w io.Writer, files []file) error {
	z := zip.NewWriter(w)
	for _, f := range files {
		h := &zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: then}
		h.SetMode(f.mode())
		part, err := z.CreateHeader(h)
		if err != nil {
			return err
		}
		if _, err := part.Write(f.content); err != nil {
			return err
		}
	}
	return z.Close()
}

// writeChecksums writes SHA256SUMS, as sha256sum -c reads it.
func writeChecksums(out string, made []string) error {
	var lines strings.Builder
	for _, name := range made {
		content, err := os.ReadFile(filepath.Join(out, name))
		if err != nil {
			return err
		}
		fmt.Fprintf(&lines, "%x  %s\n", sha256.Sum256(content), name)
	}
	return os.WriteFile(filepath.Join(out, "SHA256SUMS"), []byte(lines.String()), 0o644)
}
