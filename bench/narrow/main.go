// Command narrow draws functions with features of any width from 1 to 1e-10 and any
// height from 1 to 1e-6, and looks for a number of theirs outside its enclosure: on the
// card, in its JSON, in the code, in the moments of the activation that networks use, and
// in what width, verify and report take from it: its profile, the laws that predict claims,
// the widths that these ask for and, for every twentieth function, those that are proven.
//
//	go run ./bench/narrow [-n 2000] [-seed 1]
//
// It prints what it found and ends with exit code 1 if that is anything.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"sync/atomic"

	"bsnn/internal/parallel"
)

func main() {
	n := flag.Int("n", 2000, "how many functions")
	seed := flag.Uint64("seed", 1, "of the draws")
	flag.Parse()
	var certified, wrong, next atomic.Int64
	var workers parallel.Group
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for trial := int(next.Add(1)) - 1; trial < *n; trial = int(next.Add(1)) - 1 {
				spec := draw(*seed, trial)
				proven, faults := check(spec, trial%20 == 0)
				if proven {
					certified.Add(1)
				}
				for _, fault := range faults {
					wrong.Add(1)
					fmt.Printf("%d: %s: %s\n", trial, spec, fault)
				}
			}
		})
	}
	workers.Wait()
	fmt.Printf("%d functions of seed %d, %d certified, %d numbers outside their enclosures\n", *n, *seed, certified.Load(), wrong.Load())
	if wrong.Load() > 0 {
		os.Exit(1)
	}
}
