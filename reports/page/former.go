package page

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"bsnn/internal/fserror"
)

// An inventory holds the entries of an output folder.
type inventory struct {
	own    []string // files of a former report, as it wrote them
	others []string // whatever else is there
}

// inspect says what is in a folder that a report is to be written to, or why
// it cannot be.
func inspect(path string) (inventory, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return inventory{}, nil
	}
	if err != nil {
		return inventory{}, fmt.Errorf("%w; want a folder that is new, empty or holds a former report", fserror.Cause(err))
	}
	if !info.IsDir() {
		return inventory{}, errors.New("is a file; want a folder that is new, empty or holds a former report")
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return inventory{}, fmt.Errorf("%w; want a folder that can be read", fserror.Cause(err))
	}
	if len(entries) == 0 {
		return inventory{}, nil
	}
	if !formerReport(filepath.Join(path, jsonName)) {
		return inventory{}, fmt.Errorf("holds files but no former report (%s is missing or something else); "+
			"want a folder that is new, empty or holds a former report", jsonName)
	}
	list, err := readFileList(path)
	if err != nil {
		return inventory{}, err
	}
	return sorted(path, entries, list)
}

// sorted tells the files of a former report from the others. A file that was
// changed is no longer the report's, and its name is not free.
func sorted(dir string, entries []fs.DirEntry, list fileList) (inventory, error) {
	var c inventory
	for _, e := range entries {
		name := e.Name()
		want, listed := list[name]
		switch {
		case list == nil && e.Type().IsRegular() && unlisted.MatchString(name), name == listName && e.Type().IsRegular():
			c.own = append(c.own, name)
		case !listed:
			c.others = append(c.others, name)
		default:
			if err := unchanged(filepath.Join(dir, name), e, want); err != nil {
				return c, err
			}
			c.own = append(c.own, name)
		}
	}
	return c, nil
}

// unlisted are the names of files of reports that have no list: those before
// version 0.2.
var unlisted = regexp.MustCompile(`^(index\.html|report\.json|data\.csv|` +
	`(concentration|widths|layers-(forward|backward|weights)|histogram-\d+|` +
	`training-\d+|(deviation|sd|outside)-(theorem[12]|definition1-(forward|backward))|card-[a-z0-9.-]+)\.svg)$`)

// unchanged says whether a file is as the report wrote it.
func unchanged(path string, e fs.DirEntry, want string) error {
	if e.Type().IsRegular() {
		data, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("%s: %w; want a file that can be read", e.Name(), fserror.Cause(err))
		}
		if digest(data) == want {
			return nil
		}
	}
	return fmt.Errorf("holds %s, which was changed since the report was written; give it another name and it stays", e.Name())
}

// formerReport recognises report.json by its specification.
func formerReport(path string) bool {
	data, err := os.ReadFile(path)
	if err != nil {
		return false
	}
	var r struct {
		Spec *struct {
			Seed *uint64 `json:"seed"`
		} `json:"spec"`
	}
	return json.Unmarshal(data, &r) == nil && r.Spec != nil && r.Spec.Seed != nil
}
