package page

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"bsnn/internal/fserror"
)

// keep puts entries of a folder into another one, too. Files become hard links,
// so that they are the same files in both.
func keep(from, to string, names []string) error {
	for _, name := range names {
		err := link(filepath.Join(from, name), filepath.Join(to, name))
		switch {
		case errors.Is(err, fs.ErrExist):
			return fmt.Errorf("holds %s, which is not of the former report, and the new one has a file of that name; "+
				"give it another name and it stays", name)
		case err != nil:
			return fmt.Errorf("holds %s, which cannot be kept (%w); move it away", name, fserror.Cause(err))
		}
	}
	return nil
}

// link makes a file, a symbolic link, or a folder with all that it holds, appear
// in a second place.
func link(from, to string) error {
	info, err := os.Lstat(from)
	switch {
	case err != nil:
		return err
	case info.Mode().IsRegular():
		return os.Link(from, to)
	case info.Mode()&fs.ModeSymlink != 0:
		target, err := os.Readlink(from)
		if err != nil {
			return err
		}
		return os.Symlink(target, to)
	case !info.IsDir():
		return errors.New("neither a file nor a folder")
	}
	if err := os.Mkdir(to, 0o700); err != nil {
		return err
	}
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := link(filepath.Join(from, e.Name()), filepath.Join(to, e.Name())); err != nil {
			return err
		}
	}
	return os.Chmod(to, info.Mode().Perm())
}

// unlink removes from one place what is the same in another. What is not the
// same stays.
func unlink(from, other string) {
	a, errA := os.Lstat(from)
	b, errB := os.Lstat(other)
	if errA != nil || errB != nil || a.Mode().Type() != b.Mode().Type() {
		return
	}
	switch {
	case a.IsDir():
		_ = os.Chmod(from, 0o700)
		entries, _ := os.ReadDir(from)
		for _, e := range entries {
			unlink(filepath.Join(from, e.Name()), filepath.Join(other, e.Name()))
		}
		_ = os.Remove(from) // fails, rightly, where something is left
	case a.Mode().IsRegular() && os.SameFile(a, b):
		_ = os.Remove(from)
	case a.Mode()&fs.ModeSymlink != 0:
		x, errX := os.Readlink(from)
		y, errY := os.Readlink(other)
		if errX == nil && errY == nil && x == y {
			_ = os.Remove(from)
		}
	}
}

// removeTree removes a folder with all in it, write-protected folders too.
func removeTree(path string) error {
	_ = filepath.WalkDir(path, func(p string, e fs.DirEntry, err error) error {
		if err == nil && e.IsDir() {
			_ = os.Chmod(p, 0o700)
		}
		return nil
	})
	return os.RemoveAll(path)
}
