// Package fserror says why a file could not be used.
package fserror

import (
	"errors"
	"io/fs"
	"os"
)

// Cause is the reason of a file error without its operation and path, for a
// message that names the file in its own words or whose file is a temporary one.
// Other errors are returned as they are; errors.Is sees the same causes.
func Cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		return link.Err
	}
	return err
}
