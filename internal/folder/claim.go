package folder

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"bsnn/internal/atomicfile"
	"bsnn/internal/disk"
	"bsnn/internal/fserror"
)

// An Error says why a folder cannot be had, and what could.
type Error struct {
	Dir     string // as the user wrote it
	Problem string
	Want    string // what could be had instead, or empty
	Err     error  // the reason where there is one, or nil
}

// Error is one line.
func (e *Error) Error() string { return "folder " + e.About() }

// About is the error where it is clear that it is about a folder.
func (e *Error) About() string {
	text := e.Dir + ": " + e.Problem
	if e.Dir == "" {
		text = `""` + text
	}
	if e.Want != "" {
		text += "; want " + e.Want
	}
	return text
}

// Unwrap is the reason.
func (e *Error) Unwrap() error { return e.Err }

// wrong is an Error about a cause.
func wrong(dir string, err error, want string) *Error {
	return &Error{Dir: dir, Problem: fserror.Cause(err).Error(), Want: want, Err: err}
}

// A Claim is a folder that one process works in.
type Claim struct {
	dir  string
	lock *Lock
	made []string // folders that were not there before, deepest first
}

// lockName is the file that locks a folder.
const lockName = ".bsnn.lock"

// Take locks a folder, and makes it where there is none; want says what the
// caller can use, for errors. Symbolic links are followed. An error wraps
// [ErrLocked] where another process has the folder, and is an [*Error] otherwise.
// Call Release at the end.
func Take(dir, want string) (*Claim, error) {
	if dir == "" {
		return nil, &Error{Dir: dir, Problem: "has no name", Want: "the name of a folder"}
	}
	path, err := resolve(dir, want)
	if err != nil {
		return nil, err
	}
	for {
		c := &Claim{dir: path}
		if err := c.make(); err != nil {
			c.unmake()
			return nil, wrong(dir, err, "one that can be written")
		}
		c.lock, err = acquire(dir, filepath.Join(path, lockName))
		switch {
		case err == nil:
			return c, nil
		case errors.Is(err, fs.ErrNotExist) && gone(path): // whoever had it made it, and has removed it
			continue
		case errors.Is(err, ErrLocked):
			return nil, err
		}
		c.unmake()
		return nil, wrong(dir, err, "one that can be written")
	}
}

// resolve is the absolute path of a folder, through symbolic links.
func resolve(dir, want string) (string, error) {
	path, err := filepath.Abs(dir)
	if err != nil {
		return "", wrong(dir, err, want)
	}
	real, err := filepath.EvalSymlinks(path)
	switch {
	case err == nil:
		info, err := os.Stat(real)
		if err == nil && !info.IsDir() {
			return "", &Error{Dir: dir, Problem: "is a file", Want: want}
		}
		return real, nil
	case !errors.Is(err, fs.ErrNotExist):
		return "", wrong(dir, err, want)
	}
	if _, err := os.Lstat(path); err == nil {
		return "", &Error{Dir: dir, Problem: "is a link to nowhere", Want: want}
	}
	return path, nil
}

// gone says whether nothing is at path.
func gone(path string) bool {
	_, err := os.Lstat(path)
	return errors.Is(err, fs.ErrNotExist)
}

// make makes the folder and those above it that are missing.
func (c *Claim) make() error {
	var missing []string
	for p := c.dir; ; p = filepath.Dir(p) {
		if _, err := os.Stat(p); err == nil || filepath.Dir(p) == p {
			break
		}
		missing = append(missing, p)
	}
	for _, p := range slices.Backward(missing) {
		err := Mkdir(p)
		if errors.Is(err, fs.ErrExist) { // another process was faster
			continue
		}
		if err != nil {
			return err
		}
		c.made = slices.Insert(c.made, 0, p)
	}
	return nil
}

// Mkdir makes a folder that survives the end of the machine. In the folder of one
// user it is that user's alone, too.
func Mkdir(path string) error {
	mode := atomicfile.ModeIn(filepath.Dir(path))
	mode |= mode & 0o444 >> 2 // who may read it may enter it
	if err := disk.Mkdir(path, mode); err != nil {
		return err
	}
	return disk.SyncFolder(filepath.Dir(path))
}

// unmake removes the folders that were made, unless something is in them.
func (c *Claim) unmake() {
	for _, p := range c.made {
		if disk.Remove(p) != nil {
			return
		}
	}
}

// Dir is the absolute path of the folder.
func (c *Claim) Dir() string { return c.dir }

// Path is that of an entry.
func (c *Claim) Path(name string) string { return filepath.Join(c.dir, name) }

// Release lets other processes have the folder. One that was made for the claim
// and is empty goes again. A second call, or one of the nil Claim, does nothing.
func (c *Claim) Release() {
	if c == nil || c.lock == nil {
		return
	}
	c.lock.Release()
	c.lock = nil
	c.unmake()
}

// Entries are those of the folder that a user would miss, or a later run: all but
// the lock and what dead processes left, and the folder that file systems have at
// their root.
func (c *Claim) Entries() ([]fs.DirEntry, error) {
	entries, err := os.ReadDir(c.dir)
	return slices.DeleteFunc(entries, func(e fs.DirEntry) bool {
		return e.Name() == lockName || e.IsDir() && e.Name() == "lost+found" || leftover(e)
	}), err
}

// leftover says whether a dead process left an entry.
func leftover(e fs.DirEntry) bool {
	if _, ok := atomicfile.Unfinished(e); ok {
		return true
	}
	return e.IsDir() && strings.HasPrefix(e.Name(), stagePrefix)
}

// Waiting is the path of a file that [Claim.Replace] had yet to put in its place
// when the process died.
func (c *Claim) Waiting(name string) string { return filepath.Join(c.dir, readyName, name) }

// Sweep removes what dead processes left. Call it when the folder is known to be
// one that the caller may fill.
func (c *Claim) Sweep() error {
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if leftover(e) && e.Name() != readyName {
			if err := disk.RemoveAll(c.Path(e.Name())); err != nil {
				return fmt.Errorf("%s, which a run that ended left, cannot be removed: %w", c.Path(e.Name()), fserror.Cause(err))
			}
		}
	}
	return c.complete()
}
