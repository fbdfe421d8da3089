package main

import (
	"os/exec"
	"syscall"
)

// dieWithParent ends a command when this process dies.
func dieWithParent(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
