package page

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// replaceDir makes path a folder with the given files and no others. They are
// written to a temporary folder beside it, which then takes its place by
// renaming: whoever looks sees the former content or the new one, whole. On
// an error nothing has changed. rename is os.Rename but for tests.
func replaceDir(path string, files map[string][]byte, rename func(from, to string) error) (err error) {
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
	kept := false
	defer func() {
		if !kept {
			err = errors.Join(err, os.RemoveAll(work))
		}
	}()
	fresh, former := filepath.Join(work, "report"), filepath.Join(work, "former")
	if err := writeFiles(fresh, files); err != nil {
		return err
	}
	replaced := false
	if _, err := os.Stat(path); err == nil {
		if err := rename(path, former); err != nil {
			return err
		}
		replaced = true
	}
	if err := rename(fresh, path); err != nil {
		if replaced {
			if back := os.Rename(former, path); back != nil {
				kept = true
				return fmt.Errorf("%w; the former report is now in %s (%w)", err, former, back)
			}
		}
		return err
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
