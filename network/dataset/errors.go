package dataset

import (
	"errors"
	"io"

	"bsnn/internal/fserror"
)

// A FileError says in one line which file is unusable, why, and what a
// usable one would hold.
type FileError struct {
	Path    string // the file or folder, as the caller named it
	Problem string // what is wrong
	Want    string // what would be right
	Err     error  // the underlying cause, nil when the content is at fault
}

// Error returns "path: problem; want ...".
func (e *FileError) Error() string {
	return e.Path + ": " + e.Problem + "; want " + e.Want
}

// Unwrap returns the underlying cause: errors.Is(err, fs.ErrNotExist) holds
// for a missing file.
func (e *FileError) Unwrap() error { return e.Err }

// readError explains a failed read that is not a plain end of file.
func readError(path string, err error) error {
	if bad, ok := errors.AsType[*gzipError](err); ok {
		problem := "damaged gzip stream (" + bad.err.Error() + ")"
		if errors.Is(bad.err, io.ErrUnexpectedEOF) {
			problem = "the gzip stream ends in the middle"
		}
		return &FileError{path, problem, "a complete gzip file or the unpacked one", bad.err}
	}
	return &FileError{path, "cannot be read: " + fserror.Cause(err).Error(), "a readable file", err}
}
