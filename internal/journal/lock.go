package journal

import (
	"errors"
	"io/fs"
	"os"

	"bsnn/internal/fserror"

	"github.com/gofrs/flock"
)

// ErrLocked is wrapped by errors about a journal that another process uses.
var ErrLocked = errors.New("another process is using it")

// A fileLock is held by one process at a time, until it is released or the
// process ends, however it ends. It is a file of its own: some systems let
// nobody read what is locked.
type fileLock struct{ *flock.Flock }

// acquire locks what is at path, without waiting.
func acquire(path string) (fileLock, error) {
	failed := func(err error) (fileLock, error) {
		return fileLock{}, &fs.PathError{Op: "lock", Path: path, Err: fserror.Cause(err)}
	}
	for {
		l := fileLock{flock.New(path+".lock", flock.SetPermissions(0o666))}
		mine, err := l.TryLock()
		switch {
		case errors.Is(err, errors.ErrUnsupported): // two processes must be kept apart by their users here
			return l, nil
		case err != nil:
			return failed(err)
		case !mine:
			return failed(ErrLocked)
		}
		// Between opening and locking, a process may have removed the file.
		held, err := l.Stat()
		if err == nil {
			if there, err := os.Stat(l.Path()); err == nil && os.SameFile(held, there) {
				return l, nil
			}
		}
		if err := l.Unlock(); err != nil {
			return failed(err)
		}
	}
}

// release unlocks, and removes the file: before unlocking where open files can
// be removed, so that nobody locks a file that is about to go, otherwise after it,
// where this fails for a file that somebody has opened meanwhile.
func (l fileLock) release() {
	removed := os.Remove(l.Path()) == nil
	_ = l.Unlock() // closes the file, which unlocks it in any case
	if !removed {
		_ = os.Remove(l.Path())
	}
}
