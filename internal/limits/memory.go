package limits

import (
	"bufio"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"sync"
)

// Memory is how many bytes a process on this machine can have: what is built in,
// or less where the system gives a group of processes less. It is infinite where
// that is not known.
var Memory = sync.OnceValue(func() float64 {
	have := math.Inf(1)
	if f, err := os.Open("/proc/meminfo"); err == nil {
		defer f.Close()
		have = total(f)
	}
	for _, path := range []string{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"} {
		if text, err := os.ReadFile(path); err == nil {
			if limit, err := strconv.ParseFloat(strings.TrimSpace(string(text)), 64); err == nil && limit > 0 { // or it is "max"
				have = min(have, limit)
			}
		}
	}
	return min(have, addressSpace(), builtIn())
})

// total finds what is built in among the lines of /proc/meminfo.
func total(r io.Reader) float64 {
	for s := bufio.NewScanner(r); s.Scan(); {
		if fields := strings.Fields(s.Text()); len(fields) == 3 && fields[0] == "MemTotal:" && fields[2] == "kB" {
			if kB, err := strconv.ParseFloat(fields[1], 64); err == nil && kB > 0 {
				return 1024 * kB
			}
		}
	}
	return math.Inf(1)
}
