package folder

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"

	"bsnn/internal/atomicfile"
	"bsnn/internal/fserror"
)

// A File is a single file that one process writes anew. It appears, or replaces a
// former one, with Commit. Call Close at the end.
type File struct {
	*atomicfile.Pending
	lock *Lock
}

// Begin locks a file, removes what processes left that died while they wrote it,
// and begins it. What can be wrong with the place is found here.
func Begin(path string) (*File, error) {
	lock, err := LockFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s: cannot write to folder %s: %w; want one that exists and can be written", path, filepath.Dir(path),
			fserror.Cause(err))
	case err != nil:
		return nil, fmt.Errorf("%s: %w; want another name", path, fserror.Cause(err))
	}
	if err = atomicfile.Sweep(path); err == nil {
		var p *atomicfile.Pending
		if p, err = atomicfile.Begin(path); err == nil {
			return &File{p, lock}, nil
		}
	}
	lock.Release()
	return nil, fmt.Errorf("%s: %w", path, err)
}

// Close gives up what was not committed, and lets others write the file.
func (f *File) Close() {
	f.Discard()
	f.lock.Release()
}

// WriteFile makes the file at path hold what fill writes.
func WriteFile(path string, fill func(w io.Writer) error) error {
	f, err := Begin(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := fill(f); err != nil {
		return err
	}
	return f.Commit()
}
