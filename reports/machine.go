package reports

import (
	"bufio"
	"os"
	"runtime"
	"strings"
)

// A Machine is where and with what a report was made. It names no person, host
// or path.
type Machine struct {
	Program string `json:"program"` // version of this program
	Go      string `json:"go"`
	System  string `json:"system"` // operating system and architecture
	CPU     string `json:"cpu"`    // model, "" where unknown
	Cores   int    `json:"cores"`
	BLAS    string `json:"blas"` // what multiplies explicit matrices; reports form none
}

// Here is this machine; program and blas are what the caller knows of itself.
func Here(program, blas string) Machine {
	return Machine{
		Program: program, Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH,
		CPU: cpuModel(), Cores: runtime.NumCPU(), BLAS: blas,
	}
}

// cpuModel is the processor's name, where the system tells it in a file.
func cpuModel() string {
	f, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return ""
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		name, value, ok := strings.Cut(s.Text(), ":")
		if ok && strings.TrimSpace(name) == "model name" {
			return strings.Join(strings.Fields(value), " ")
		}
	}
	return ""
}
