// Package disk changes what is on a disk. Whatever the program makes, writes,
// renames or removes, it does by these functions, so that a test can stand between
// any two changes, and end the "process" there: see [Watch].
//
// The functions are those of package os, with its errors.
package disk

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"syscall"
)

// A Change is something that is about to happen to a disk.
type Change struct {
	Op   string // mkdir, create, write, truncate, sync, rename, remove, chmod or lock
	Path string // of what changes; for a renaming, the former name
	To   string // the new name, of a renaming
}

// What a watcher may answer beside errors of its own.
var (
	ErrTorn = errors.New("half of it was written") // half of a write happens
	ErrIdle = errors.New("nothing to be done")     // to a sync: it does not happen, and nobody is told
)

var watcher atomic.Pointer[func(Change) error]

// Watch has every change shown to see before it happens; one that see answers
// with an error does not happen, and has that error. It is for tests, which call
// stop when they end; one of them watches at a time.
func Watch(see func(Change) error) (stop func()) {
	if !watcher.CompareAndSwap(nil, &see) {
		panic("disk: somebody is watching already")
	}
	return func() { watcher.Store(nil) }
}

// ask shows a change to whoever watches.
func ask(op, path, to string) error {
	see := watcher.Load()
	if see == nil {
		return nil
	}
	err := (*see)(Change{op, path, to})
	switch {
	case err == nil || err == ErrIdle:
		return err
	case to != "":
		return &os.LinkError{Op: op, Old: path, New: to, Err: err}
	}
	return &fs.PathError{Op: op, Path: path, Err: err}
}

// unlessIdle is for what need not happen in a test.
func unlessIdle(err error) error {
	if err == ErrIdle {
		return nil
	}
	return err
}

// Mkdir makes a folder.
func Mkdir(path string, mode fs.FileMode) error {
	if err := ask("mkdir", path, ""); err != nil {
		return err
	}
	return os.Mkdir(path, mode)
}

// Rename gives a file or folder another name; a file of that name is replaced.
func Rename(from, to string) error {
	if err := ask("rename", from, to); err != nil {
		return err
	}
	return os.Rename(from, to)
}

// Remove removes a file or an empty folder.
func Remove(path string) error {
	if err := ask("remove", path, ""); err != nil {
		return err
	}
	return os.Remove(path)
}

// RemoveAll removes a folder with all that is in it, one after the other, also
// what is write-protected; that there is none is no error.
func RemoveAll(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.IsDir():
		if info.Mode().Perm()&0o700 != 0o700 {
			if err := Chmod(path, 0o700); err != nil {
				return err
			}
		}
		entries, err := os.ReadDir(path)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if err := RemoveAll(filepath.Join(path, e.Name())); err != nil {
				return err
			}
		}
	}
	return Remove(path)
}

// Chmod changes permissions.
func Chmod(path string, mode fs.FileMode) error {
	if err := ask("chmod", path, ""); err != nil {
		return err
	}
	return os.Chmod(path, mode)
}

// Lock asks whether a file may be locked, which somebody else does.
func Lock(path string) error { return ask("lock", path, "") }

// SyncFolder makes what appeared in a folder, or was renamed or removed there,
// survive the end of the machine, where the system can do that.
func SyncFolder(path string) error {
	if err := ask("sync", path, ""); err != nil {
		return unlessIdle(err)
	}
	if runtime.GOOS == "windows" { // folders are not opened there
		return nil
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrPermission) { // it can be written, but not read
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	err = f.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) { // by some file systems
		return nil
	}
	return err
}

// A File is an open file.
type File struct{ f *os.File }

// Create makes a file that is not there yet, for writing.
func Create(path string, mode fs.FileMode) (*File, error) {
	if err := ask("create", path, ""); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return nil, err
	}
	return &File{f}, nil
}

// Open opens a file that is there, for reading and writing.
func Open(path string) (*File, error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	return &File{f}, nil
}

// Name is the path that the file was opened by.
func (f *File) Name() string { return f.f.Name() }

// Stat describes the file.
func (f *File) Stat() (fs.FileInfo, error) { return f.f.Stat() }

// Read reads on.
func (f *File) Read(b []byte) (int, error) { return f.f.Read(b) }

// Write writes at the end.
func (f *File) Write(b []byte) (int, error) {
	if err := ask("write", f.Name(), ""); err != nil {
		if errors.Is(err, ErrTorn) {
			n, _ := f.f.Write(b[:len(b)/2])
			return n, err
		}
		return 0, err
	}
	return f.f.Write(b)
}

// Truncate leaves the first size bytes, after which the next Write writes.
func (f *File) Truncate(size int64) error {
	if err := ask("truncate", f.Name(), ""); err != nil {
		return err
	}
	if err := f.f.Truncate(size); err != nil {
		return err
	}
	_, err := f.f.Seek(size, io.SeekStart)
	return err
}

// Sync makes what is written survive the end of the machine.
func (f *File) Sync() error {
	if err := ask("sync", f.Name(), ""); err != nil {
		return unlessIdle(err)
	}
	return f.f.Sync()
}

// Close closes the file; a second call does no harm.
func (f *File) Close() error { return f.f.Close() }
