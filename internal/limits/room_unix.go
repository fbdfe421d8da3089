//go:build linux || darwin

package limits

import (
	"math"

	"golang.org/x/sys/unix"
)

// room is how many bytes the user may still write on the disk of a folder.
func room(dir string) float64 {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil || s.Bsize <= 0 || s.Blocks == 0 { // some that are no disks have no blocks
		return math.Inf(1)
	}
	return float64(s.Bavail) * float64(s.Bsize)
}
