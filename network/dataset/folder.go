package dataset

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"bsnn/internal/fserror"
)

// unpackedIn is the folder that holds files of a set, and its listing: the one given,
// or the first of those below it to which the set is usually unpacked.
func unpackedIn(dir string, below []string, belongs func(name string) bool) (string, []fs.DirEntry, error) {
	if err := checkDir(dir); err != nil {
		return "", nil, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", nil, readError(dir, err)
	}
	holds := func(list []fs.DirEntry) bool {
		return slices.ContainsFunc(list, func(e fs.DirEntry) bool { return belongs(e.Name()) })
	}
	if holds(entries) {
		return dir, entries, nil
	}
	for _, b := range below {
		path := filepath.Join(dir, filepath.FromSlash(b))
		if list, err := os.ReadDir(path); err == nil && holds(list) {
			return path, list, nil
		}
	}
	return dir, entries, nil
}

func checkDir(dir string) error {
	info, err := os.Stat(dir)
	if err != nil {
		return &FileError{dir, "cannot be opened: " + fserror.Cause(err).Error(), "the folder that holds the set", err}
	}
	if !info.IsDir() {
		return &FileError{dir, "is a file", "the folder that holds the set", nil}
	}
	return nil
}

// openFile opens a file of a set. A device, which may have no end, is none.
func openFile(path string) (*os.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, readError(path, err)
	}
	if info, err := f.Stat(); err != nil || info.Mode()&fs.ModeDevice != 0 {
		f.Close()
		return nil, &FileError{path, "is a device", "a file", err}
	}
	return f, nil
}

// otherForms are forms in which the sets are also published, by what their names
// end in.
var otherForms = []struct{ name, is string }{
	{"data_batch_1", "holds the Python version, pickled batches"},
	{"batches.meta", "holds the Python version, pickled batches"},
	{".tar.gz", "holds %s, which is still packed"},
	{".tgz", "holds %s, which is still packed"},
	{".zip", "holds %s, which is still packed"},
	{".npz", "holds %s, arrays of NumPy"},
	{".csv", "holds %s, a table"},
	{".parquet", "holds %s, a table"},
	{".mat", "holds %s, matrices of MATLAB"},
}

// otherForm says which other form of a set a listing shows; empty if none.
func otherForm(entries []fs.DirEntry) string {
	for _, f := range otherForms {
		for _, e := range entries {
			if strings.HasSuffix(strings.ToLower(e.Name()), f.name) {
				if strings.Contains(f.is, "%") {
					return fmt.Sprintf(f.is, e.Name())
				}
				return f.is
			}
		}
	}
	return ""
}
