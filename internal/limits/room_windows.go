package limits

import (
	"math"

	"golang.org/x/sys/windows"
)

// room is how many bytes the user may still write on the disk of a folder.
func room(dir string) float64 {
	name, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return math.Inf(1)
	}
	var free uint64
	if err := windows.GetDiskFreeSpaceEx(name, &free, nil, nil); err != nil {
		return math.Inf(1)
	}
	return float64(free)
}
