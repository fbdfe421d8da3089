//go:build !js && !wasip1

package main

import (
	"os"
	"os/signal"
	"syscall"
)

// endings are the signals that ask for an end: Ctrl-C, the system, and a terminal
// that was closed, unless the user said that this is none (nohup).
func endings() []os.Signal {
	out := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		out = append(out, syscall.SIGHUP)
	}
	return out
}
