package page

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"bsnn/internal/fserror"
)

// An OutputError says why a report cannot be written to a folder.
type OutputError struct {
	Dir string
	Err error
}

func (e *OutputError) Error() string { return "output folder " + e.Dir + ": " + e.Err.Error() }

// Unwrap is the reason.
func (e *OutputError) Unwrap() error { return e.Err }

// CheckOutput says whether [Write] could write a report to dir, so that a
// long run need not end in a surprise. A folder qualifies when it does not
// exist and can be created, when it is empty, or when it holds a former
// report. The files that the former report lists as its own give way, if they
// are as it wrote them; whatever else is in the folder stays. Nothing is left
// behind. The error is an *[OutputError].
func CheckOutput(dir string) error {
	target, err := resolveOutput(dir)
	if err != nil {
		return err
	}
	found, err := inspect(target)
	if err != nil {
		return &OutputError{dir, err}
	}
	// The report is prepared beside its final place.
	base, err := existingAncestor(filepath.Dir(target))
	if err != nil {
		return &OutputError{dir, err}
	}
	probe, err := os.MkdirTemp(base, stagingPattern)
	if err != nil {
		return &OutputError{dir, fmt.Errorf("cannot write to %s (%w); want a folder that can be written", base, fserror.Cause(err))}
	}
	keeping := keep(target, probe, found.others)
	if err := removeTree(probe); err != nil {
		return &OutputError{dir, fserror.Cause(err)}
	}
	if keeping != nil {
		return &OutputError{dir, keeping}
	}
	return checkWritable(dir, target)
}

// checkWritable says whether a folder, if it exists, may be replaced: its
// permissions would stand in the way of the renaming, or be lost by it.
func checkWritable(dir, target string) error {
	info, err := os.Stat(target)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return &OutputError{dir, fserror.Cause(err)}
	}
	if info.Mode().Perm()&0o200 == 0 {
		return &OutputError{dir, fmt.Errorf("is write-protected (mode %v); want a folder that can be written", info.Mode().Perm())}
	}
	probe, err := os.MkdirTemp(target, stagingPattern)
	if err != nil {
		return &OutputError{dir, fmt.Errorf("%w; want a folder that can be written", fserror.Cause(err))}
	}
	if err := os.Remove(probe); err != nil {
		return &OutputError{dir, fserror.Cause(err)}
	}
	return nil
}

const stagingPattern = ".bsnn-report-*"

// resolveOutput is the absolute path of the folder, through symbolic links:
// what they point to is replaced, not the links.
func resolveOutput(dir string) (string, error) {
	if dir == "" {
		return "", &OutputError{`""`, errors.New("want the name of a folder")}
	}
	path, err := filepath.Abs(dir)
	if err != nil {
		return "", &OutputError{dir, err}
	}
	real, err := filepath.EvalSymlinks(path)
	switch {
	case err == nil:
		return real, nil
	case !errors.Is(err, fs.ErrNotExist):
		return "", &OutputError{dir, fmt.Errorf("%w; want a folder that is new, empty or holds a former report", fserror.Cause(err))}
	}
	if _, err := os.Lstat(path); err == nil {
		return "", &OutputError{dir, errors.New("a link to nowhere; want a folder that is new, empty or holds a former report")}
	}
	return path, nil
}

// JournalPath is where the journal of a sweep into the folder output belongs:
// beside that folder, or above it as far as folders exist, under a name that
// differs for every fingerprint.
func JournalPath(output, fingerprint string) (string, error) {
	target, err := resolveOutput(output)
	if err != nil {
		return "", err
	}
	base, err := existingAncestor(filepath.Dir(target))
	if err != nil {
		return "", &OutputError{output, err}
	}
	return filepath.Join(base, fmt.Sprintf("%s.%.12s.journal", filepath.Base(target), fingerprint)), nil
}

// existingAncestor is the nearest folder above that exists.
func existingAncestor(path string) (string, error) {
	for {
		info, err := os.Stat(path)
		switch {
		case err == nil && info.IsDir():
			return path, nil
		case err == nil:
			return "", fmt.Errorf("%s is a file; want a folder there", path)
		case !errors.Is(err, fs.ErrNotExist) || filepath.Dir(path) == path:
			return "", fmt.Errorf("%s: %w; want a folder that can be written", path, fserror.Cause(err))
		}
		path = filepath.Dir(path)
	}
}
