package limits

import (
	"math"

	"golang.org/x/sys/unix"
)

// builtIn is what the machine has.
func builtIn() float64 {
	size, err := unix.SysctlUint64("hw.memsize")
	if err != nil || size == 0 {
		return math.Inf(1)
	}
	return float64(size)
}
