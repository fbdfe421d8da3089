package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"bsnn/internal/parallel"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"
)

// TestMain lets the test binary be the program when it is called bsnn. It is
// found on PATH under that name, by scripts, by shells and by the tests that
// start it to kill it.
func TestMain(m *testing.M) {
	testscript.Main(quiet{m}, map[string]func(){"bsnn": main, "bsnn-faulty": faulty})
}

// faulty is a program with a fault in a goroutine of its own.
func faulty() {
	verb := &cobra.Command{RunE: func(*cobra.Command, []string) error {
		var g parallel.Group
		g.Go(func() { var list []int; _ = list[len(list)] })
		g.Wait()
		return nil
	}}
	os.Exit(execute(context.Background(), verb, []string{}, os.Stderr))
}

// quiet keeps the unfinished runs of tests out of the user's cache folder. Processes
// of tests use no library that is installed, as tests in this process do: a run
// that one begins the other continues.
type quiet struct{ *testing.M }

func (q quiet) Run() int {
	if user, err := os.UserCacheDir(); err == nil && os.Getenv("GOCACHE") == "" {
		_ = os.Setenv("GOCACHE", filepath.Join(user, "go-build")) // else compilers would begin with nothing
	}
	cache, err := os.MkdirTemp("", "bsnn-test")
	if err == nil {
		err = errors.Join(os.Setenv("XDG_CACHE_HOME", cache), os.Setenv("BSNN_BLAS", "off"))
	}
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(cache)
	return q.M.Run()
}

// process is the program as a process of its own, not yet started.
type process struct {
	*exec.Cmd
	stdout, stderr bytes.Buffer
}

func newProcess(args ...string) *process {
	p := &process{Cmd: exec.Command("bsnn", args...)}
	p.Stdout, p.Stderr = &p.stdout, &p.stderr
	return p
}
