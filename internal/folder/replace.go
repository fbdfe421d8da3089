package folder

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"bsnn/internal/atomicfile"
	"bsnn/internal/disk"
)

// Folders in which the new files of a folder wait until they are all there.
const (
	stagePrefix = ".bsnn-report-"
	stageName   = stagePrefix + "unfinished"
	readyName   = stagePrefix + "ready" // all are there: from now on it is to be completed
	goneName    = ".gone"               // in it, lists the names that the new files leave no place for
)

// Replace makes the folder hold the given files, in place of those named former,
// whose permissions files of the same name keep; whatever else is in it stays, and
// must have none of these names.
//
// First all files are written, beside the place that they will have, and flushed to
// the disk; then they are renamed, one after the other. A process that dies before
// has changed nothing, one that dies then leaves the rest to the next [Claim.Sweep].
func (c *Claim) Replace(files map[string][]byte, former []string) error {
	stage := c.Path(stageName)
	if err := disk.RemoveAll(stage); err != nil {
		return err
	}
	err := c.fill(stage, files, former)
	if err == nil {
		err = disk.Rename(stage, c.Path(readyName))
	}
	if err == nil {
		err = disk.SyncFolder(c.dir)
	}
	if err != nil {
		return errors.Join(err, disk.RemoveAll(stage))
	}
	return c.complete()
}

// fill writes the files.
func (c *Claim) fill(stage string, files map[string][]byte, former []string) error {
	if err := Mkdir(stage); err != nil {
		return err
	}
	var gone bytes.Buffer
	for _, name := range former {
		if _, again := files[name]; !again {
			fmt.Fprintln(&gone, name)
		}
	}
	if err := write(filepath.Join(stage, goneName), gone.Bytes(), 0o600); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		mode := atomicfile.ModeIn(c.dir)
		info, err := os.Lstat(c.Path(name))
		switch {
		case err == nil && slices.Contains(former, name):
			mode = info.Mode().Perm()
		case err == nil:
			return fmt.Errorf("%s is in the way", c.Path(name))
		}
		if err := write(filepath.Join(stage, name), files[name], mode); err != nil {
			return err
		}
	}
	return disk.SyncFolder(stage)
}

// write makes a file that is on the disk when write returns.
func write(path string, data []byte, mode fs.FileMode) error {
	f, err := disk.Create(path, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}

// complete does what is left of a replacement: nothing, where there is none.
func (c *Claim) complete() error {
	ready := c.Path(readyName)
	info, err := os.Lstat(ready)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !info.IsDir() {
		return nil
	}
	entries, err := os.ReadDir(ready)
	if err != nil {
		return err
	}
	list, err := os.ReadFile(filepath.Join(ready, goneName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for name := range strings.Lines(string(list)) {
		name = c.Path(filepath.Base(strings.TrimSuffix(name, "\n")))
		if info, err := os.Lstat(name); err != nil || !info.Mode().IsRegular() {
			continue
		}
		if err := disk.Remove(name); err != nil {
			return err
		}
	}
	for _, e := range entries {
		if e.Name() == goneName {
			continue
		}
		if err := disk.Rename(filepath.Join(ready, e.Name()), c.Path(e.Name())); err != nil {
			return err
		}
	}
	if err := disk.SyncFolder(c.dir); err != nil {
		return err
	}
	return disk.RemoveAll(ready)
}
