package openblas

import (
	"fmt"
	"runtime"

	"bsnn/internal/gemm"

	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/blas/blas64"
)

// Environment is the name of the variable whose value programs pass to [Use].
const Environment = "BSNN_BLAS"

// A Backend is what [Use] found: an OpenBLAS, or the reason for doing
// without.
type Backend struct {
	lib     *library // nil: pure Go
	reason  string
	refused bool // there was a library, but not one to use
}

// Use looks for OpenBLAS as the setting says and, if it finds a library that
// works, makes it gonum's BLAS for float64 and float32; otherwise it makes
// package gemm and gonum's Go code that.
//
// The setting is "off" (do not look), "auto" or empty (look under the usual
// names and paths), or the path or shared-object name of a library. A library
// is used only if it has every routine of this package and answers a set of
// small problems correctly. The error is not nil only when a path was asked
// for by name and cannot be used; the backend is usable, as pure Go, even
// then.
//
// Call it once, when the program starts, before anything multiplies
// matrices: gonum's registration is not synchronised.
func Use(setting string) (*Backend, error) {
	b, err := load(setting)
	b.register()
	return b, err
}

func load(setting string) (*Backend, error) {
	switch setting {
	case "off":
		return &Backend{reason: Environment + "=off"}, nil
	case "auto", "":
		return search(candidates(), open), nil
	}
	b := search([]string{setting}, open)
	if b.lib == nil {
		return b, fmt.Errorf("%s=%s: %s; want off, auto or the path of an OpenBLAS library", Environment, setting, b.reason)
	}
	return b, nil
}

// search takes the first name that gives a usable library. The reason for
// finding none is that of the first name that is a library at all, or else of
// the first name.
func search(names []string, open func(name string) (lib *library, opened bool, err error)) *Backend {
	b := &Backend{reason: withoutNames}
	for i, name := range names {
		lib, opened, err := open(name)
		if err == nil {
			err = lib.check()
		}
		if err == nil {
			lib.setThreads(1, runtime.NumCPU())
			return &Backend{lib: lib}
		}
		if i == 0 || opened && !b.refused {
			b.reason, b.refused = err.Error(), opened
		}
	}
	return b
}

func (b *Backend) register() {
	if b.lib == nil {
		blas64.Use(gemm.Float64{})
		blas32.Use(gemm.Float32{})
		return
	}
	blas64.Use(Float64{lib: b.lib})
	blas32.Use(Float32{lib: b.lib})
}

// Status describes the backend as it is now.
func (b *Backend) Status() Status {
	if b.lib == nil {
		return Status{Reason: b.reason}
	}
	return Status{Using: true, Path: b.lib.path, Config: b.lib.config, Threads: b.lib.threadCount()}
}

// SetThreads sets how many threads a call to OpenBLAS uses, at least 1 and at
// most one for each core, and returns that number. It waits for calls in
// progress. Without a library it does nothing and returns 0.
func (b *Backend) SetThreads(n int) int {
	if b.lib == nil {
		return 0
	}
	return b.lib.setThreads(n, runtime.NumCPU())
}

// ForWorkers divides the cores among workers that multiply matrices at the
// same time: each call gets cores/workers threads, at least one. It returns
// that number, or 0 without a library.
func (b *Backend) ForWorkers(workers int) int {
	return b.SetThreads(runtime.NumCPU() / max(workers, 1))
}
