// Package atomicfile writes files that appear complete or not at all.
package atomicfile

import (
	"bufio"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"

	"bsnn/internal/fserror"
)

// Write makes the file at path hold what fill writes. It is written under
// another name in the same folder, flushed to the disk and then renamed, so
// a reader of path sees the former file or the new one. When fill fails the
// temporary file is removed and path is as it was. A symbolic link is
// followed, and a file that exists keeps its permissions.
func Write(path string, fill func(w io.Writer) error) error {
	if target, linkErr := filepath.EvalSymlinks(path); linkErr == nil {
		path = target
	}
	mode := fs.FileMode(0o666)
	if info, statErr := os.Stat(path); statErr == nil {
		if !info.Mode().IsRegular() {
			return fmt.Errorf("%s is not a regular file", path)
		}
		mode = info.Mode().Perm()
	}
	f, err := create(path, mode)
	if err != nil {
		return err
	}
	renamed := false
	defer func() {
		if !renamed { // also when fill panics
			f.Close() // a second Close does no harm
			os.Remove(f.Name())
		}
	}()
	w := bufio.NewWriterSize(f, 1<<16)
	if err := fill(w); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	renamed = true
	return nil
}

// create makes a new file beside path. os.CreateTemp would make it readable
// to its owner only.
func create(path string, mode fs.FileMode) (*os.File, error) {
	dir, base := filepath.Split(path)
	for range 100 {
		name := fmt.Sprintf("%s.%s.%08x.tmp", dir, base, rand.Uint32())
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
		if err == nil {
			return f, nil
		}
		if !os.IsExist(err) {
			return nil, fmt.Errorf("cannot write to folder %s: %w; want one that exists and can be written", filepath.Dir(path), fserror.Cause(err))
		}
	}
	return nil, fmt.Errorf("no name for a temporary file beside %s", path)
}
