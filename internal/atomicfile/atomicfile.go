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
	"regexp"

	"bsnn/internal/disk"
	"bsnn/internal/fserror"
)

// Write makes the file at path hold what fill writes. It is written under
// another name in the same folder, flushed to the disk and then renamed, so
// a reader of path sees the former file or the new one. When fill fails the
// temporary file is removed and path is as it was. A symbolic link is
// followed, and a file that exists keeps its permissions; in a folder that is
// its owner's alone, so is a new one.
func Write(path string, fill func(w io.Writer) error) error {
	p, err := Begin(path)
	if err != nil {
		return err
	}
	defer p.Discard() // also when fill panics
	if err := fill(p); err != nil {
		return err
	}
	return p.Commit()
}

// A Pending is a file that is not there yet: what is written to it appears with
// Commit. Call Discard at the end.
type Pending struct {
	path string
	file *disk.File // nil after the end
	w    *bufio.Writer
}

// Begin begins a file as [Write] does.
func Begin(path string) (*Pending, error) {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	mode := ModeIn(filepath.Dir(path))
	if info, err := os.Stat(path); err == nil {
		if !info.Mode().IsRegular() {
			return nil, fmt.Errorf("%s is not a regular file", path)
		}
		mode = info.Mode().Perm()
	}
	f, err := create(path, mode)
	if err != nil {
		return nil, err
	}
	return &Pending{path: path, file: f, w: bufio.NewWriterSize(f, 1<<16)}, nil
}

// Write adds to the file.
func (p *Pending) Write(b []byte) (int, error) { return p.w.Write(b) }

// Flush puts what is written on the disk. It is part of Commit, and of use to who
// must do something else between the two.
func (p *Pending) Flush() error {
	if err := p.w.Flush(); err != nil {
		return err
	}
	return p.file.Sync()
}

// Commit flushes the file and gives it its name.
func (p *Pending) Commit() error {
	if err := p.Flush(); err != nil {
		return err
	}
	if err := p.file.Close(); err != nil {
		return err
	}
	if err := disk.Rename(p.file.Name(), p.path); err != nil {
		return err
	}
	p.file = nil
	return disk.SyncFolder(filepath.Dir(p.path))
}

// Discard removes what was not committed.
func (p *Pending) Discard() {
	if p.file != nil {
		p.file.Close() // a second Close does no harm
		disk.Remove(p.file.Name())
		p.file = nil
	}
}

// ModeIn is the mode of new files in a folder: the folder of one user, which
// nobody else can enter, has files that nobody else can read, wherever they are
// moved to.
func ModeIn(dir string) fs.FileMode {
	if info, err := os.Stat(dir); err == nil && info.Mode().Perm()&0o077 == 0 {
		return 0o600
	}
	return 0o666
}

// create makes a new file beside path. os.CreateTemp would make it readable
// to its owner only.
func create(path string, mode fs.FileMode) (*disk.File, error) {
	dir, base := filepath.Split(path)
	for range 100 {
		f, err := disk.Create(fmt.Sprintf("%s.%s.%08x.tmp", dir, base, rand.Uint32()), mode)
		if err == nil {
			return f, nil
		}
		if !os.IsExist(err) {
			return nil, fmt.Errorf("cannot write to folder %s: %w; want one that exists and can be written", filepath.Dir(path), fserror.Cause(err))
		}
	}
	return nil, fmt.Errorf("no name for a temporary file beside %s", path)
}

var temporary = regexp.MustCompile(`^\.(.+)\.[0-9a-f]{8}\.tmp$`)

// Unfinished says whether an entry of a folder is a file that was never
// committed, and which name it was to have.
func Unfinished(e fs.DirEntry) (name string, ok bool) {
	m := temporary.FindStringSubmatch(e.Name())
	if m == nil || !e.Type().IsRegular() {
		return "", false
	}
	return m[1], true
}

// Sweep removes what processes left that died while they wrote the file at
// path. The caller must hold the lock that all hold who write it.
func Sweep(path string) error {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	dir, base := filepath.Split(path)
	entries, err := os.ReadDir(filepath.Clean(dir))
	if err != nil {
		return err
	}
	for _, e := range entries {
		if name, ok := Unfinished(e); ok && name == base {
			if err := disk.Remove(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}
