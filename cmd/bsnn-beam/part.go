package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/log"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
)

func init() {
	register.DoFn2x1[context.Context, int, error](&compute{})
}

// metricsOf is the namespace of the metrics.
const metricsOf = "bsnn"

// Metrics of the pipeline.
var (
	computed = beam.NewCounter(metricsOf, "parts")
	poisoned = beam.NewCounter(metricsOf, "poisoned")
	seconds  = beam.NewDistribution(metricsOf, "seconds")
)

// compute runs bsnn for one part and puts the file that it writes into the folder. What it needs of the
// machine that it runs on is bsnn, and data where the command names some.
type compute struct {
	Program string   `json:"program"`
	Command []string `json:"command"`
	Of      int      `json:"of"`
	Output  string   `json:"output"`
	// File is the content of the file that the command names with --spec or --net, at the place FileAt; −1
	// for none.
	File   []byte `json:"file"`
	FileAt int    `json:"file_at"`
	Net    string `json:"-"` // what the command has after --net
}

// fileName stands for the file in a command.
const fileName = "asked.yaml"

// ProcessElement computes a part. An error is one that another attempt may mend; a part that bsnn itself
// refuses is reported in the folder.
func (c *compute) ProcessElement(ctx context.Context, part int) error {
	begin := time.Now()
	dir, err := os.MkdirTemp("", "bsnn-part-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	command, err := c.command(dir, part)
	if err != nil {
		return err
	}
	var stderr bytes.Buffer
	command.Stderr = &stderr
	f := folder(c.Output)
	if err := run(ctx, command); err != nil {
		var refused *exec.ExitError
		if ctx.Err() != nil || !errors.As(err, &refused) || refused.ExitCode() < 0 { // cancelled, not there, killed
			return fmt.Errorf("part %d of %d: %w", part, c.Of, err)
		}
		poisoned.Inc(ctx, 1)
		why := strings.TrimSpace(stderr.String())
		log.Errorf(ctx, "part %d of %d: %s", part, c.Of, why)
		return f.write(ctx, errorName(part, c.Of), strconv.Itoa(os.Getpid()), strings.NewReader(why+"\n"))
	}
	file, err := os.Open(filepath.Join(dir, "out", partName(part, c.Of)))
	if err != nil {
		return err
	}
	defer file.Close()
	if err := f.write(ctx, partName(part, c.Of), strconv.Itoa(os.Getpid()), file); err != nil {
		return fmt.Errorf("part %d of %d: write to %s: %w", part, c.Of, c.Output, err)
	}
	f.remove(ctx, errorName(part, c.Of))
	computed.Inc(ctx, 1)
	seconds.Update(ctx, int64(time.Since(begin).Seconds()))
	log.Infof(ctx, "part %d of %d: %.1f s", part, c.Of, time.Since(begin).Seconds())
	return nil
}

// command is bsnn for a part, with its files in dir.
func (c *compute) command(dir string, part int) (*exec.Cmd, error) {
	return c.with(dir, "--part", fmt.Sprintf("%d/%d", part, c.Of), "-o", filepath.Join(dir, "out"))
}

// with is bsnn with more flags, and the file that it names in dir.
func (c *compute) with(dir string, flags ...string) (*exec.Cmd, error) {
	args := append([]string{}, c.Command...)
	if c.FileAt >= 0 {
		path := filepath.Join(dir, fileName)
		if err := os.WriteFile(path, c.File, 0o600); err != nil {
			return nil, err
		}
		args[c.FileAt] = strings.Replace(args[c.FileAt], fileName, path, 1)
	}
	command := exec.Command(c.Program, append(args, flags...)...)
	dieWithParent(command)
	return command, nil
}

// run runs a command, which is interrupted when ctx ends.
func run(ctx context.Context, command *exec.Cmd) error {
	runtime.LockOSThread() // on Linux the command dies with the thread that starts it
	defer runtime.UnlockOSThread()
	if err := command.Start(); err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() { done <- command.Wait() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		_ = command.Process.Kill() // it may have ended
		<-done
		return ctx.Err()
	}
}
