// Command randomness examines the streams of package montecarlo, interleaved as
// networks use them: number by number from neighbouring trials, layers or
// seeds. Without -write it makes its own rank and gap tests; with -write it puts out the
// bits for ever, for another battery. Normally started as bench/battery.
package main

import (
	"bufio"
	"encoding/binary"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"bsnn/montecarlo"
)

// interleavings are the ways to mix the streams of 64 addresses.
var interleavings = []string{"trial", "layer", "seed"}

// streams are those of 64 neighbouring addresses.
func streams(seed uint64, by string) ([]montecarlo.Stream, error) {
	all := make([]montecarlo.Stream, 64)
	for i := range all {
		switch by {
		case "trial":
			all[i] = montecarlo.NewStream(seed, "battery", i, 1)
		case "layer":
			all[i] = montecarlo.NewStream(seed, "battery", 0, i)
		case "seed":
			all[i] = montecarlo.NewStream(seed+uint64(i), "battery", 0, 1)
		default:
			return nil, fmt.Errorf("-by %q; want one of %s", by, strings.Join(interleavings, ", "))
		}
	}
	return all, nil
}

// interleaved takes one number after the other from the streams in turn.
func interleaved(all []montecarlo.Stream) func() uint64 {
	next := 0
	return func() uint64 {
		x := all[next].Uint64()
		next = (next + 1) % len(all)
		return x
	}
}

func main() {
	seed := flag.Uint64("seed", 1, "seed of the streams")
	by := flag.String("by", "", "trial, layer or seed: what the streams differ in; all of them in turn if empty")
	write := flag.Bool("write", false, "write the bits to standard output until nobody reads them")
	count := flag.Int("count", 1_000_000, "matrices and gaps of each test")
	flag.Parse()
	if err := run(os.Stdout, *seed, *by, *write, *count); err != nil {
		fmt.Fprintln(os.Stderr, "randomness:", err)
		os.Exit(1)
	}
}

func run(w io.Writer, seed uint64, by string, write bool, count int) error {
	if write {
		all, err := streams(seed, by)
		if err != nil {
			return err
		}
		return put(w, interleaved(all))
	}
	which := interleavings
	if by != "" {
		which = []string{by}
	}
	failed := 0
	for _, by := range which {
		all, err := streams(seed, by)
		if err != nil {
			return err
		}
		next := interleaved(all)
		for _, t := range tests {
			p := t.pValue(next, count)
			verdict := "passed"
			if suspicious(p) {
				verdict = "FAILED"
				failed++
			}
			fmt.Fprintf(w, "by %-5s  %-4s  %d %s  p = %.6f  %s\n", by, t.name, count, t.of, p, verdict)
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d tests failed", failed)
	}
	return nil
}

// put writes until the reader has had enough.
func put(w io.Writer, next func() uint64) error {
	out := bufio.NewWriterSize(w, 1<<16)
	var b [8]byte
	for {
		binary.LittleEndian.PutUint64(b[:], next())
		if _, err := out.Write(b[:]); err != nil {
			return nil // the pipe is closed: that is how a battery ends
		}
	}
}
