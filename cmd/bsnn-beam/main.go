// Command bsnn-beam computes the parts of a sweep with Apache Beam.
//
//	bsnn-beam -parts 64 -o sweep report --spec sweep.yaml
//	bsnn-beam -runner portable -endpoint HOST:PORT -parts 1000 -o gs://bucket/sweep report --spec sweep.yaml
//	bsnn-beam -runner portable -endpoint HOST:PORT -pools HOST:PORT,HOST:PORT -parts 64 -o /shared/sweep verify --activation gelu
//	bsnn-beam -prism 8073
//	bsnn-beam -pool 50000
//
// What follows the flags is a command line of bsnn, of a verb that takes --part. Each part is an element
// of a pipeline; a worker runs bsnn for it and puts the file that it writes into the output folder.
// Parts that are in the folder already are not computed again. A part that cannot be computed is reported
// with its number, and the rest goes on. In the end, where the folder is on this machine, bsnn merges all
// parts to the bits of one process.
//
// Exit codes are those of the merge; 1 where parts are missing, 2 for a mistake in the command.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
)

// A config is what the flags say.
type config struct {
	parts    int
	output   string
	program  string // bsnn
	pools    string
	attempts int
	prism    int
	pool     int
}

func main() {
	var c config
	flag.IntVar(&c.parts, "parts", 0, "into how many `parts` the run is divided")
	flag.StringVar(&c.output, "o", "", "`folder` for the parts: a path that all workers share, or what a filesystem of Beam reaches")
	flag.StringVar(&c.program, "bsnn", "bsnn", "the bsnn `program`, by the name that workers know it under")
	flag.StringVar(&c.pools, "pools", "", "`addresses` of worker pools, HOST:PORT,…: each gets a job of its own; needs -endpoint")
	flag.IntVar(&c.attempts, "attempts", 3, "how `often` what is missing after a job is submitted anew")
	flag.IntVar(&c.prism, "prism", 0, "only serve Beam's prism runner at this `port` of this machine")
	flag.IntVar(&c.pool, "pool", 0, "only serve as a pool of workers at this `port` of this machine")
	flag.Usage = usage
	flag.Parse()
	beam.Init() // does not return in a worker that an engine has started
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code, err := c.run(ctx, flag.Args(), os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "bsnn-beam: %v\n", err)
	}
	os.Exit(code)
}

func usage() {
	fmt.Fprint(os.Stderr, `Compute the parts of a sweep with Apache Beam.

  bsnn-beam -parts 64 -o sweep report --spec sweep.yaml
  bsnn-beam -runner portable -endpoint HOST:PORT -parts 1000 -o gs://bucket/sweep report --spec sweep.yaml

-runner prism, the default, needs nothing; portable submits to the job service of Flink,
Spark, Dataflow or prism at -endpoint. Flags, those of Beam among them:

`)
	flag.PrintDefaults()
}

// errUsage is a mistake in the command.
var errUsage = errors.New("see bsnn-beam -help")

// run does what the flags say, and says with which code to exit.
func (c config) run(ctx context.Context, command []string, stdout, stderr io.Writer) (int, error) {
	if c.prism != 0 || c.pool != 0 {
		if err := c.serve(ctx, stderr); err != nil {
			return 1, err
		}
		return 0, nil
	}
	switch {
	case len(command) == 0:
		return 2, fmt.Errorf("no command of bsnn; want one, as in report --spec sweep.yaml: %w", errUsage)
	case c.parts < 1 || c.parts > maxParts:
		return 2, fmt.Errorf("-parts %d; want 1 to %d: %w", c.parts, maxParts, errUsage)
	case c.output == "":
		return 2, fmt.Errorf("-o is missing; want the folder for the parts: %w", errUsage)
	case c.attempts < 1:
		return 2, fmt.Errorf("-attempts %d; want at least 1", c.attempts)
	}
	for _, arg := range command {
		for _, own := range []string{"--part", "--merge", "--print-parts", "-o", "--output"} {
			if arg == own || strings.HasPrefix(arg, own+"=") {
				return 2, fmt.Errorf("%s in the command of bsnn, which is set for each part; want it left out", own)
			}
		}
	}
	s, err := newSweep(c, command)
	if err != nil {
		return 2, err
	}
	return s.run(ctx, stdout, stderr)
}
