package page

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// replaceDir makes path a folder with the given files, in place of those of a
// former report that found names as its own; what else it names stays. The new
// folder is made beside the old one and takes its place by renaming: whoever
// looks sees the former content or the new one, whole. On an error nothing has
// changed. rename is os.Rename but for tests.
func replaceDir(path string, files map[string][]byte, found inventory, rename func(from, to string) error) (err error) {
	parent := filepath.Dir(path)
	made, err := makeParents(parent)
	defer func() {
		if err != nil {
			for _, p := range made {
				_ = os.Remove(p) // fails, rightly, where it is not empty
			}
		}
	}()
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp(parent, stagingPattern)
	if err != nil {
		return err
	}
	lost := false
	defer func() {
		if !lost {
			err = errors.Join(err, removeTree(work))
		}
	}()
	fresh, former := filepath.Join(work, "report"), filepath.Join(work, "former")
	if err := writeFiles(fresh, files); err != nil {
		return err
	}
	if err := keep(path, fresh, found.others); err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return rename(fresh, path)
	}
	if err := os.Chmod(fresh, info.Mode().Perm()); err != nil {
		return err
	}
	if err := rename(path, former); err != nil {
		return err
	}
	if err := rename(fresh, path); err != nil {
		if back := os.Rename(former, path); back != nil {
			lost = true
			return fmt.Errorf("%w; the former report is now in %s (%w)", err, former, back)
		}
		return err
	}
	if err := discard(former, path, found); err != nil {
		lost = true
		return err
	}
	return nil
}

// discard removes a folder that was replaced: the files of the former report,
// and what the new folder has too. Whatever appeared in it meanwhile moves to
// the new folder.
func discard(former, path string, found inventory) error {
	for _, name := range found.own {
		_ = os.Remove(filepath.Join(former, name))
	}
	for _, name := range found.others {
		unlink(filepath.Join(former, name), filepath.Join(path, name))
	}
	entries, err := os.ReadDir(former)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if _, err := os.Lstat(filepath.Join(path, e.Name())); errors.Is(err, fs.ErrNotExist) {
			_ = os.Rename(filepath.Join(former, e.Name()), filepath.Join(path, e.Name()))
		}
	}
	if err := os.Remove(former); err != nil {
		return fmt.Errorf("the report is written, but what changed in the folder meanwhile is now in %s", former)
	}
	return nil
}

func writeFiles(dir string, files map[string][]byte) error {
	if err := os.Mkdir(dir, 0o777); err != nil {
		return err
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// makeParents creates a folder and those above it, and returns the ones that
// did not exist, deepest first.
func makeParents(path string) ([]string, error) {
	var missing []string
	for p := path; ; p = filepath.Dir(p) {
		if _, err := os.Stat(p); err == nil || filepath.Dir(p) == p {
			break
		}
		missing = append(missing, p)
	}
	var made []string
	for _, p := range slices.Backward(missing) {
		if err := os.Mkdir(p, 0o777); err != nil {
			return made, err
		}
		made = slices.Insert(made, 0, p)
	}
	return made, nil
}
