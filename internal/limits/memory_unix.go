//go:build linux || darwin

package limits

import (
	"math"

	"golang.org/x/sys/unix"
)

// addressSpace is what the user allows a process, as with ulimit -v.
func addressSpace() float64 {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_AS, &limit); err != nil || limit.Cur >= math.MaxInt64 {
		return math.Inf(1)
	}
	return float64(limit.Cur)
}
