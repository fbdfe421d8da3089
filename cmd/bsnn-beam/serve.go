package main

import (
	"context"
	"fmt"
	"io"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/runners/prism"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/runners/universal/extworker"
)

// serve is the runner, or a pool of workers, or both, until ctx ends.
func (c config) serve(ctx context.Context, stderr io.Writer) error {
	if c.prism != 0 {
		if _, err := prism.CreateJobServer(ctx, prism.Options{Port: c.prism}); err != nil {
			return fmt.Errorf("prism at port %d: %w", c.prism, err)
		}
		fmt.Fprintf(stderr, "prism serves jobs at localhost:%d\n", c.prism)
	}
	if c.pool != 0 {
		pool, err := extworker.StartLoopback(ctx, c.pool)
		if err != nil {
			return fmt.Errorf("worker pool at port %d: %w", c.pool, err)
		}
		fmt.Fprintf(stderr, "workers wait at %s\n", pool.EnvironmentConfig(ctx))
	}
	<-ctx.Done()
	return nil
}
