package provenance

import (
	"bufio"
	"encoding/json"
	"os"
	"runtime"
	"strings"
)

// A Machine is where and with what results were made. It names no person and
// no host.
type Machine struct {
	Program   string `json:"program"` // version of this program
	Build     string `json:"build"`   // digest of its file: see [Build]
	Go        string `json:"go"`
	System    string `json:"system"`            // operating system and architecture
	CPU       string `json:"cpu"`               // model, "" where unknown
	Processor string `json:"processor"`         // instructions that results may depend on: see [Processor]
	Cores     int    `json:"cores"`             // that can be used
	Workers   int    `json:"workers,omitempty"` // that were used, where a result says so
	BLAS      string `json:"blas"`              // what multiplies explicit matrices, in words
	// Mixed says that some of the results were made by another build of the
	// program, or with another processor or BLAS library.
	Mixed bool `json:"mixed,omitempty"`
}

// Here is this machine; blas says in words what multiplies explicit matrices.
func Here(blas string) Machine {
	return Machine{
		Program: Version(), Build: Build(), Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH,
		CPU: cpuModel(), Processor: Processor(), Cores: runtime.NumCPU(), BLAS: blas,
	}
}

// machine is a Machine without its methods.
type machine Machine

// MarshalJSON adds cpus, the former name of cores.
func (m Machine) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		machine
		CPUs int `json:"cpus"`
	}{machine(m), m.Cores})
}

// UnmarshalJSON reads either name.
func (m *Machine) UnmarshalJSON(b []byte) error {
	var x struct {
		machine
		CPUs int `json:"cpus"`
	}
	if err := json.Unmarshal(b, &x); err != nil {
		return err
	}
	if x.Cores == 0 {
		x.Cores = x.CPUs
	}
	*m = Machine(x.machine)
	return nil
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
