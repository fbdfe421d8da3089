package folder

import (
	"errors"
	"io/fs"
	"os"

	"bsnn/internal/disk"
	"bsnn/internal/fserror"

	"github.com/gofrs/flock"
)

// ErrLocked is wrapped by errors about a file or folder that another process
// works on.
var ErrLocked = errors.New("another process is using it")

// A Lock is held by one process at a time, until it is released or the process
// ends, however it ends. It is an empty file of its own: some systems let nobody
// read what is locked. The nil Lock holds nothing.
type Lock struct{ file *flock.Flock }

// LockFile locks the file at path, which need not exist, without waiting. The
// lock is the file of that name with ".lock" at the end.
func LockFile(path string) (*Lock, error) { return acquire(path, path+".lock") }

// acquire locks something by the file at path, without waiting.
func acquire(what, path string) (*Lock, error) {
	failed := func(err error) (*Lock, error) {
		return nil, &fs.PathError{Op: "lock", Path: what, Err: fserror.Cause(err)}
	}
	for {
		if err := ours(path); err != nil {
			return failed(err)
		}
		if err := disk.Lock(path); err != nil {
			return failed(err)
		}
		l := &Lock{flock.New(path, flock.SetPermissions(0o666))}
		mine, err := l.file.TryLock()
		switch {
		case errors.Is(err, errors.ErrUnsupported): // two processes must be kept apart by their users here
			return l, nil
		case err != nil:
			return failed(err)
		case !mine:
			return failed(ErrLocked)
		}
		// Between opening and locking, a process may have removed the file.
		held, err := l.file.Stat()
		if err == nil {
			if there, err := os.Lstat(path); err == nil && os.SameFile(held, there) {
				return l, nil
			}
		}
		if err := l.file.Unlock(); err != nil {
			return failed(err)
		}
	}
}

// ours says what is wrong where the file of a lock would be: something that no
// lock is, and that nobody wants removed.
func ours(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !info.Mode().IsRegular() || info.Size() > 0:
		return errors.New(path + " is in the way, which is no lock of bsnn")
	}
	return nil
}

// Release unlocks, and removes the file: before unlocking where open files can
// be removed, so that nobody locks a file that is about to go, otherwise after it,
// where this fails for a file that somebody has opened meanwhile. A second call
// does nothing.
func (l *Lock) Release() {
	if l == nil || l.file == nil {
		return
	}
	path := l.file.Path()
	removed := disk.Remove(path) == nil
	_ = l.file.Unlock() // closes the file, which unlocks it in any case
	if !removed {
		_ = disk.Remove(path)
	}
	l.file = nil
}
