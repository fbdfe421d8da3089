package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// steered divides an environment into what stays and the names of the variables
// that choose kernels, cache sizes or threads of OpenBLAS and MKL. Where a machine sets
// them, as OPENBLAS_CORETYPE=Haswell for reproducible bits, they slow everyone down.
func steered(environment []string) (kept, cleared []string) {
	for _, setting := range environment {
		name, _, _ := strings.Cut(setting, "=")
		if strings.HasPrefix(name, "OPENBLAS_") || strings.HasPrefix(name, "GOTO_") || strings.HasPrefix(name, "MKL_") {
			cleared = append(cleared, name)
			continue
		}
		kept = append(kept, setting)
	}
	slices.Sort(cleared)
	return kept, cleared
}

// withoutSteering runs this program again without such variables, if there are
// any: a library in this process reads those that the process began with.
func withoutSteering() (code int, again bool, err error) {
	kept, cleared := steered(os.Environ())
	if len(cleared) == 0 {
		return 0, false, nil
	}
	self, err := os.Executable()
	if err != nil {
		return 0, false, err
	}
	fmt.Printf("cleared for everyone: %s\n", strings.Join(cleared, ", "))
	child := exec.Command(self, os.Args[1:]...)
	child.Env, child.Stdin, child.Stdout, child.Stderr = kept, os.Stdin, os.Stdout, os.Stderr
	err = child.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode(), true, nil
	}
	return 0, true, err
}
