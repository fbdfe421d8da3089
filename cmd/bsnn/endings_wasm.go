//go:build js || wasip1

package main

import "os"

// endings are the signals that ask for an end: in WebAssembly no terminal hangs up.
func endings() []os.Signal { return []os.Signal{os.Interrupt} }
