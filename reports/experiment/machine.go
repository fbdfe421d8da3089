package experiment

import "runtime"

// Machine is what the times of a result depend on.
type Machine struct {
	CPUs    int    `json:"cpus"`
	Workers int    `json:"workers"`
	BLAS    string `json:"blas"`
}

func machine(o Options) Machine {
	return Machine{CPUs: runtime.NumCPU(), Workers: workers(o.Workers), BLAS: o.BLAS}
}
