package limits

import (
	"fmt"
	"path/filepath"
)

// A RoomError says that something takes more of a disk than is free.
type RoomError struct {
	Path       string  // of the file
	Need, Have float64 // bytes
	Want       string  // what would fit
}

// Error is one line.
func (e *RoomError) Error() string {
	return fmt.Sprintf("%s takes %s, and %s are free on the disk; want %s", e.Path, Bytes(e.Need), Bytes(e.Have), e.Want)
}

// FitDisk says whether a file of need bytes fits on the disk of its folder, beside
// what is there. It is a *RoomError if not, and nil where that is not known.
func FitDisk(path string, need float64, want string) error {
	if have := room(filepath.Dir(path)); need > have {
		return &RoomError{path, need, have, want}
	}
	return nil
}
