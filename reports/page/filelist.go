package page

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"bsnn/internal/bounded"
	"bsnn/internal/fserror"
)

// listName lists the other files of a report with their SHA-256, one on a
// line, in the format of the program sha256sum.
const listName = "report.sha256"

// A fileList holds digests of files by their names, in hexadecimal.
type fileList map[string]string

func newFileList(files map[string][]byte) fileList {
	l := fileList{}
	for name, data := range files {
		l[name] = digest(data)
	}
	return l
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// text is the list as a file.
func (l fileList) text() []byte {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(l)) {
		fmt.Fprintf(&b, "%s  %s\n", l[name], name)
	}
	return []byte(b.String())
}

var listLine = regexp.MustCompile(`^([0-9a-f]{64})  ([^/\\]+)$`)

// readFileList reads the list in a folder; it is nil where there is none.
func readFileList(dir string) (fileList, error) {
	data, err := bounded.Read(filepath.Join(dir, listName), bounded.List)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w; want a list that can be read", listName, fserror.Cause(err))
	}
	l := fileList{}
	for line := range strings.Lines(string(data)) {
		m := listLine.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		if m == nil || m[2] == "." || m[2] == ".." {
			return nil, fmt.Errorf("%s, which lists the files of a former report, is damaged or something else; "+
				"want another folder", listName)
		}
		l[m[2]] = m[1]
	}
	return l, nil
}
