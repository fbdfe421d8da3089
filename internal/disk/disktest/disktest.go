// Package disktest ends what changes a disk before any of its changes, as a
// process that is killed there ends, and looks at what the next one makes of it.
package disktest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"bsnn/internal/disk"
	"bsnn/internal/replay"
)

// ErrKilled is why nothing happens any more.
var ErrKilled = errors.New("killed")

// A Killer lets changes happen up to one of them.
type Killer struct {
	dir    string // changes elsewhere are none
	before int    // the first change that does not happen, from 1; 0 is none
	torn   bool   // half of it happens, if it is a write

	mu   sync.Mutex
	Seen []disk.Change // what happened
	Dead bool
	last disk.Change // the one that did not happen
}

// see is for disk.Watch.
func (k *Killer) see(c disk.Change) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case !strings.HasPrefix(c.Path, k.dir):
		return nil
	case k.Dead:
		return ErrKilled
	case len(k.Seen)+1 == k.before:
		k.Dead, k.last = true, c
		if k.torn && c.Op == "write" {
			return disk.ErrTorn
		}
		return ErrKilled
	}
	k.Seen = append(k.Seen, c)
	if c.Op == "sync" {
		return disk.ErrIdle // nobody cuts the power
	}
	return nil
}

// Run has attempt change the disk below dir, until it is killed.
func (k *Killer) Run(attempt func(dir string) error) error {
	defer disk.Watch(k.see)()
	return attempt(k.dir)
}

// A Case is what changes a disk, and what must come of it.
type Case struct {
	Prepare func(t *testing.T, dir string)        // puts something into a new folder; may be nil
	Attempt func(dir string) error                // changes it
	Look    func(t *testing.T, dir string)        // at what is left of one that was killed; may be nil
	Result  func(t *testing.T, dir string) string // of one that was left alone
	Every   int                                   // where each attempt takes long: only every so many-th change, from a random one
}

// Everywhere kills the attempt before its first change to the disk, its second and
// so on, writes also in their middle. The same attempt, made once more and left
// alone, must end with the result of one that was never disturbed. It returns the
// number of changes.
func (c Case) Everywhere(t *testing.T) int {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir()) // changes are seen by their whole path
	if err != nil {
		t.Fatal(err)
	}
	whole := &Killer{dir: c.fresh(t, root, "whole")}
	if err := whole.Run(c.Attempt); err != nil {
		t.Fatalf("left alone: %v", err)
	}
	want := c.Result(t, whole.dir)
	every := max(1, c.Every)
	first := 1
	if every > 1 {
		first += int(replay.Seed(t) % uint64(every))
	}
	for at := first; at <= len(whole.Seen); at += every {
		k := &Killer{dir: c.fresh(t, root, fmt.Sprint(at)), before: at}
		c.kill(t, k, want)
		if k.last.Op == "write" {
			c.kill(t, &Killer{dir: c.fresh(t, root, fmt.Sprint(at, "torn")), before: at, torn: true}, want)
		}
	}
	return len(whole.Seen)
}

// fresh is a folder that is prepared.
func (c Case) fresh(t *testing.T, root, name string) string {
	t.Helper()
	dir := filepath.Join(root, name)
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if c.Prepare != nil {
		c.Prepare(t, dir)
	}
	return dir
}

// kill has the attempt killed, and made again.
func (c Case) kill(t *testing.T, k *Killer, want string) {
	t.Helper()
	err := k.Run(c.Attempt) // a success, if it died while it was clearing up
	if !k.Dead {
		t.Fatalf("not killed before change %d: the changes are not the same every time (%v)", k.before, err)
	}
	where := fmt.Sprintf("killed before change %d, %s of %s", k.before, k.last.Op, strings.TrimPrefix(k.last.Path, k.dir))
	if k.torn {
		where += ", of which half is done"
	}
	if c.Look != nil {
		c.Look(t, k.dir)
	}
	if err := (&Killer{dir: k.dir}).Run(c.Attempt); err != nil {
		t.Fatalf("%s: the next one ends with: %v", where, err)
	}
	if got := c.Result(t, k.dir); got != want {
		t.Fatalf("%s: the next one leaves\n%s\nwant\n%s", where, got, want)
	}
}

// Changes are what attempt changes below dir, an absolute path without links.
func Changes(t *testing.T, dir string, attempt func(dir string) error) []disk.Change {
	t.Helper()
	k := &Killer{dir: dir}
	if err := k.Run(attempt); err != nil {
		t.Fatal(err)
	}
	return k.Seen
}

// Unflushed are the files whose content, and the folders in which the names of
// files, may be lost if the machine ends after the given changes.
func Unflushed(changes []disk.Change) []string {
	lost := map[string]bool{}
	for _, c := range changes {
		switch c.Op {
		case "create", "mkdir":
			lost[c.Path], lost[filepath.Dir(c.Path)] = c.Op == "create", true
		case "write", "truncate":
			lost[c.Path] = true
		case "rename":
			lost[c.To], lost[c.Path], lost[filepath.Dir(c.To)] = lost[c.Path], false, true
		case "remove":
			lost[c.Path] = false
		case "sync":
			lost[c.Path] = false
		}
	}
	var out []string
	for path, is := range lost {
		if is {
			out = append(out, path)
		}
	}
	return out
}

// Files are the paths in a folder with what is in them, one a line; text changes
// what need not be the same every time.
func Files(t *testing.T, dir string, text func(name string, data []byte) string) string {
	t.Helper()
	var out strings.Builder
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(dir, path) // it is below
		info, err := e.Info()
		if err != nil {
			return err
		}
		fmt.Fprintf(&out, "%v %s", info.Mode(), name)
		if e.Type().IsRegular() {
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			fmt.Fprintf(&out, ": %s", text(name, data))
		}
		out.WriteByte('\n')
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// Same is the content of a file, for [Files].
func Same(_ string, data []byte) string { return string(data) }
