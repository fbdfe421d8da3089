package main

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem/local" // paths without a scheme
)

// maxParts is the largest number of parts that bsnn divides a run into.
const maxParts = 1_000_000

// A folder holds the parts, on the local disk or on what a filesystem of Beam reaches.
type folder string

// local says whether it is on a disk of this machine.
func (f folder) local() bool { return !strings.Contains(string(f), "://") }

func (f folder) join(name string) string {
	if f.local() {
		return filepath.Join(string(f), name)
	}
	path, err := url.JoinPath(string(f), name)
	if err != nil {
		return strings.TrimRight(string(f), "/") + "/" + name
	}
	return path
}

// partName is the file that bsnn gives a part.
func partName(part, of int) string {
	return fmt.Sprintf("part-%0*d-of-%d.journal", len(strconv.Itoa(of)), part, of)
}

// errorName is the file that says why a part could not be computed.
func errorName(part, of int) string {
	return strings.TrimSuffix(partName(part, of), ".journal") + ".error"
}

var partFile = regexp.MustCompile(`part-0*(\d+)-of-(\d+)\.(journal|error)$`)

// numbers are the parts of so many that have a file with an extension.
func (f folder) numbers(ctx context.Context, of int, extension string) (map[int]bool, error) {
	fs, err := filesystem.New(ctx, string(f))
	if err != nil {
		return nil, err
	}
	defer fs.Close()
	paths, err := fs.List(ctx, f.join("part-*."+extension))
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", f, err)
	}
	out := map[int]bool{}
	for _, path := range paths {
		m := partFile.FindStringSubmatch(path)
		if m == nil {
			continue
		}
		if m[2] != strconv.Itoa(of) {
			return nil, fmt.Errorf("%s: it is a part of %s, not of %d; want another folder or that number", path, m[2], of)
		}
		part, err := strconv.Atoi(m[1])
		if err == nil && part >= 1 && part <= of {
			out[part] = true
		}
	}
	return out, nil
}

// read is a whole file.
func (f folder) read(ctx context.Context, name string) ([]byte, error) {
	fs, err := filesystem.New(ctx, string(f))
	if err != nil {
		return nil, err
	}
	defer fs.Close()
	r, err := fs.OpenRead(ctx, f.join(name))
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

// write puts a file into the folder, whole or not at all where the filesystem can rename.
func (f folder) write(ctx context.Context, name, unique string, content io.Reader) error {
	fs, err := filesystem.New(ctx, string(f))
	if err != nil {
		return err
	}
	defer fs.Close()
	target := f.join(name)
	first := target
	renamer, renames := fs.(filesystem.Renamer)
	if renames {
		first += "." + unique + ".tmp"
	}
	w, err := fs.OpenWrite(ctx, first)
	if err != nil {
		return err
	}
	if _, err := io.Copy(w, content); err != nil {
		_ = w.Close() // the copy failed already
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	if renames {
		return renamer.Rename(ctx, first, target)
	}
	return nil
}

// remove removes a file, if there is one and the filesystem can.
func (f folder) remove(ctx context.Context, name string) {
	fs, err := filesystem.New(ctx, string(f))
	if err != nil {
		return
	}
	defer fs.Close()
	if remover, ok := fs.(filesystem.Remover); ok {
		_ = remover.Remove(ctx, f.join(name)) // it may not be there
	}
}
