package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/runtime/graphx"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/log"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/options/jobopts"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/runners"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/runners/prism"     // the default
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/runners/universal" // portable
	"github.com/apache/beam/sdks/v2/go/pkg/beam/runners/universal/runnerlib"
)

// submitter is the engine that the flags ask for.
func (c config) submitter() (submitter, error) {
	if c.pools != "" {
		if *jobopts.Endpoint == "" {
			return nil, errors.New("-pools without -endpoint; want the job service that they work for")
		}
		return pools{*jobopts.Endpoint, strings.Split(c.pools, ",")}.submit, nil
	}
	runner := *runners.Runner
	if runner == "" {
		runner = "prism"
	}
	if runner == "portable" && *jobopts.Endpoint == "" {
		return nil, errors.New("-runner portable without -endpoint; want HOST:PORT of a job service")
	}
	return func(ctx context.Context, c compute, parts []int, stderr io.Writer) error {
		result, err := beam.Run(ctx, runner, pipeline(c, parts))
		if err == nil {
			printMetrics(stderr, result)
		}
		return err
	}, nil
}

// printMetrics says what the workers of a job have done.
func printMetrics(stderr io.Writer, result beam.PipelineResult) {
	metrics := result.Metrics().AllMetrics()
	for _, m := range metrics.Counters() {
		if m.Key.Namespace == metricsOf {
			fmt.Fprintf(stderr, "bsnn-beam: %s: %d\n", m.Key.Name, max(m.Attempted, m.Committed))
		}
	}
	for _, m := range metrics.Distributions() {
		if d := m.Result(); m.Key.Namespace == metricsOf && d.Count > 0 {
			fmt.Fprintf(stderr, "bsnn-beam: %s a part: %d to %d\n", m.Key.Name, d.Min, d.Max)
		}
	}
}

// pools are worker pools that wait at addresses for an engine that starts one worker in an environment
// and does not start another when it dies, as prism. Each gets a job of its own, with its share of the
// parts.
type pools struct {
	endpoint  string
	addresses []string
}

// submit has each pool that answers compute its share. The job of a pool that stops answering is given up.
func (p pools) submit(ctx context.Context, c compute, parts []int, stderr io.Writer) error {
	alive := p.alive()
	if len(alive) == 0 {
		return fmt.Errorf("no worker pool answers at %s", strings.Join(p.addresses, ", "))
	}
	var wg sync.WaitGroup
	errs := make([]error, len(alive))
	for i, address := range alive {
		var share []int
		for k := i; k < len(parts); k += len(alive) {
			share = append(share, parts[k])
		}
		if len(share) == 0 {
			continue
		}
		wg.Go(func() {
			if err := p.job(ctx, address, pipeline(c, share), stderr); err != nil {
				errs[i] = fmt.Errorf("workers at %s: %w", address, err)
				log.Errorf(ctx, "%v", errs[i])
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// alive are the pools that answer.
func (p pools) alive() []string {
	var out []string
	for _, address := range p.addresses {
		if answers(address) {
			out = append(out, address)
		}
	}
	return out
}

// answers says whether somebody listens at an address.
func answers(address string) bool {
	c, err := net.DialTimeout("tcp", address, 3*time.Second)
	if err != nil {
		return false
	}
	_ = c.Close() // nothing was said
	return true
}

// errPoolDied is why a job was given up.
var errPoolDied = errors.New("they stopped answering")

// job runs a pipeline on the workers of one pool.
func (p pools) job(ctx context.Context, address string, pipe *beam.Pipeline, stderr io.Writer) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		for ctx.Err() == nil {
			if !answers(address) && !answers(address) {
				cancel(errPoolDied)
			}
			select {
			case <-ctx.Done():
			case <-time.After(time.Second):
			}
		}
	}()
	edges, _, err := pipe.Build()
	if err != nil {
		return err
	}
	at := func(context.Context) string { return address }
	environment, err := graphx.CreateEnvironment(ctx, graphx.URNEnvExternal, at)
	if err != nil {
		return err
	}
	model, err := graphx.Marshal(edges, &graphx.Options{Environment: environment})
	if err != nil {
		return err
	}
	options := &runnerlib.JobOptions{Name: jobopts.GetJobName(), Parallelism: *jobopts.Parallelism, Loopback: true}
	result, err := runnerlib.Execute(ctx, model, p.endpoint, options, false)
	if err == nil {
		printMetrics(stderr, result)
	}
	if cause := context.Cause(ctx); err != nil && errors.Is(cause, errPoolDied) {
		return cause
	}
	return err
}
