// Package peers finds programs of other people that tests compare with, where
// they are installed.
package peers

import "os/exec"

// Python finds an interpreter that can import the module; any for "".
func Python(module string) (path string, ok bool) {
	program := "pass"
	if module != "" {
		program = "import " + module
	}
	for _, python := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(python, "-c", program).Run() == nil {
			return python, true
		}
	}
	return "", false
}
