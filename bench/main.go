// Command bench times this project beside NumPy, SciPy, PyTorch and WeightWatcher on the same
// cores with the same number of threads, in one run and in turn, and prints median
// times with their ranges, and the ratios of the medians. What steers OpenBLAS or MKL
// through the environment is cleared for everyone. It installs nothing; a peer that no
// interpreter can import is named and left out. Normally started as bench/run.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"bsnn/internal/openblas"
	"bsnn/internal/provenance"
	"bsnn/internal/vector"
	"bsnn/network/training"
)

// options are the command line.
type options struct {
	sizes        []int
	width, depth int
	trainWidth   int
	trainDepth   int
	batch        int
	auditDepth   int
	auditWidth   int
	rounds       int
	budget       time.Duration
	threads      int
	interpreters []string
}

func main() {
	var o options
	sizes := flag.String("sizes", "128,256,512,1024,2048,4096", "dimensions of the dense Haar matrices; empty for none")
	python := flag.String("python", "python3,/usr/bin/python3", "interpreters to try for each peer, in order")
	flag.IntVar(&o.width, "width", 512, "width of the network")
	flag.IntVar(&o.depth, "depth", 200, "depth of the network; 0 leaves the trial out")
	flag.IntVar(&o.trainWidth, "train-width", 500, "width of the network that is trained")
	flag.IntVar(&o.trainDepth, "train-depth", 200, "depth of the network that is trained")
	flag.IntVar(&o.batch, "batch", 128, "batch of a training step; 0 leaves training out")
	flag.IntVar(&o.auditDepth, "audit-depth", targetDepth, "matrices of the weight file that is audited; 0 leaves the audit out")
	flag.IntVar(&o.auditWidth, "audit-width", targetWidth, "their size")
	flag.IntVar(&o.rounds, "rounds", 15, "rounds of each comparison, at most")
	flag.DurationVar(&o.budget, "budget", 20*time.Second, "time for each comparison, after which no round begins")
	flag.IntVar(&o.threads, "threads", runtime.NumCPU(), "threads for everyone")
	flag.Parse()
	o.interpreters = strings.Split(*python, ",")
	code, again, err := withoutSteering()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	if again {
		os.Exit(code)
	}
	if err := o.check(*sizes); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	}
	if err := run(o, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// check reads the sizes and refuses numbers that make no sense.
func (o *options) check(sizes string) (err error) {
	o.sizes, err = parseSizes(sizes)
	switch {
	case err != nil:
		return err
	case o.threads < 1 || o.threads > runtime.NumCPU():
		return fmt.Errorf("-threads: %d; want 1 to the number of cores, %d", o.threads, runtime.NumCPU())
	case o.depth < 0 || o.width < 2:
		return fmt.Errorf("-width %d, -depth %d: want a width of 2 or more and a depth of 0 or more", o.width, o.depth)
	case o.batch < 0 || o.batch > stepSamples || o.trainWidth < 1 || o.trainDepth < 1:
		return fmt.Errorf("-batch %d, -train-width %d, -train-depth %d: want a batch of 0 to %d, and a width and a depth of 1 or more",
			o.batch, o.trainWidth, o.trainDepth, stepSamples)
	case o.auditDepth < 0 || o.auditWidth < 2:
		return fmt.Errorf("-audit-depth %d, -audit-width %d: want a depth of 0 or more and a width of 2 or more", o.auditDepth, o.auditWidth)
	case flag.NArg() > 0:
		return fmt.Errorf("unexpected argument %q", flag.Arg(0))
	}
	return nil
}

func parseSizes(list string) ([]int, error) {
	var sizes []int
	if list == "" {
		return nil, nil
	}
	for field := range strings.SplitSeq(list, ",") {
		n, err := strconv.Atoi(field)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("-sizes: %q is not a positive whole number", field)
		}
		sizes = append(sizes, n)
	}
	return sizes, nil
}

func run(o options, w io.Writer) error {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(o.threads))
	own, status, err := backends(os.Getenv(openblas.Environment), o.threads)
	if err != nil {
		return err
	}
	machine := provenance.Here(status.String())
	loops, err := vector.Path()
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%s, %s, threads for everyone: %d\nCPU: %s (%s)\nbsnn: loops over neurons: %s; matrix products: pure Go, and BLAS: %s\n",
		machine.Go, machine.System, o.threads, machine.CPU, machine.Processor, loops, machine.BLAS)
	peers, err := startPeers(o, w)
	if err != nil {
		return err
	}
	defer func() {
		for _, p := range peers {
			p.stop()
		}
	}()
	var goals targets
	for _, n := range o.sizes {
		if err := raceHaar(o, n, own, peers, w, &goals); err != nil {
			return err
		}
	}
	if o.depth > 0 {
		if err := raceTrial(o, peers, w, &goals); err != nil {
			return err
		}
	}
	if o.batch > 0 {
		for _, dtype := range []training.DType{training.Float32, training.Float64} {
			for _, how := range protocols(o) {
				if how.goals[dtype] == 0 {
					continue
				}
				if err := raceStep(o, how, dtype, status.Using, peers, w, &goals); err != nil {
					return err
				}
			}
		}
	}
	if o.auditDepth > 0 {
		if err := raceAudit(o, peers, w, &goals); err != nil {
			return err
		}
	}
	return goals.report(w)
}

// startPeers starts what is installed and says what is not. Each runs with the threads of everyone, and
// with one alone too: some are faster so.
func startPeers(o options, w io.Writer) ([]*peer, error) {
	var peers []*peer
	found, missing := 0, 0
	for _, name := range []string{"numpy", "scipy", "torch"} {
		p, err := startPeer(name, o.interpreters, o.threads)
		switch {
		case errors.Is(err, errAbsent):
			missing++
			fmt.Fprintf(w, "left out: %v\n", err)
		case err != nil:
			return peers, err
		default:
			fmt.Fprintf(w, "peer: %s %s\n", p.name, p.version)
			peers = append(peers, p)
			found++
		}
		if err == nil && o.threads > 1 {
			alone, err := startPeer(name, o.interpreters, 1)
			if err != nil {
				return peers, err
			}
			alone.label += ", 1 thread"
			peers = append(peers, alone)
		}
	}
	fmt.Fprintf(w, "peers: %d, left out: %d\n\n", found, missing)
	return peers, nil
}

// fromHere is the dimension from which the targets for dense matrices hold.
const fromHere = 1024

func raceHaar(o options, n int, own []backend, peers []*peer, w io.Writer, goals *targets) error {
	timings, err := race(haarContestants(n, own, peers), o.rounds, o.budget)
	if err != nil {
		return err
	}
	for i, b := range own {
		if n >= fromHere {
			want := 1.0
			if b.setting != "off" {
				want = 4
			}
			goals.add(fmt.Sprintf("dense Haar, n ≥ %d, %s", fromHere, b.name), want, ratio(timings[i], timings))
		}
	}
	return report(w, fmt.Sprintf("dense Haar, n = %d", n), timings)
}

func raceTrial(o options, peers []*peer, w io.Writer, goals *targets) error {
	contestants, err := trialContestants(o.width, o.depth, peers)
	if err != nil {
		return err
	}
	timings, err := race(contestants, o.rounds, o.budget)
	if err != nil {
		return err
	}
	goals.add("forward and backward trial", 6000, ratio(timings[0], timings))
	lazy := math.Inf(1) // the fastest
	for _, t := range timings {
		if strings.HasSuffix(t.name, lazyTrial) {
			lazy = min(lazy, t.median().Seconds())
		}
	}
	if !math.IsInf(lazy, 1) {
		goals.add("the same, peer given our idea", 8, lazy/timings[0].median().Seconds())
	}
	return report(w, fmt.Sprintf("trial, n = %d, L = %d", o.width, o.depth), timings)
}
