package main

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// The files in testdata/script show what people type and what they get, one
// topic each. A line that begins with bsnn runs it, and must succeed. Besides
// the commands that testscript has, there are:
//
//	exits CODE PROGRAM ARG...    the program must end with this code
//	refuses TEXT ARG...          bsnn ARG... is bad input, which one line says that holds TEXT
//	interrupts FILE bsnn ARG...  Ctrl-C as soon as something new is kept in FILE, a pattern
//	terminates FILE bsnn ARG...  the same by the system's request to end
//	hangsup FILE bsnn ARG...     the same by the end of the terminal
//	advice WORDS FILE            writes the command that stderr gives after WORDS to FILE
//	remember, unchanged          no file has changed in between, and none is new
//	images DIR                   makes a folder with a tiny set in MNIST's format
//	spoil FILE TO OLD NEW        a copy with a text replaced; a journal's checksums are right again
//	bomb FILE, dimensions FILE   write files that are small and unpack to much
//	harmless PATTERN...            nothing in the files steers a terminal; pictures are XML
//
// A second program, bsnn-faulty, has a fault in a worker.
//
// Only the program under test sees what the environment here sets up: no
// library for matrix products, and a cache of the script's own.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", RequireUniqueNames: true, Setup: setUpScript, Cmds: scriptCommands(),
	})
}
