package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the test binary be the program when it is called bsnn. It is
// found on PATH under that name, by scripts, by shells and by the tests that
// start it to kill it.
func TestMain(m *testing.M) {
	testscript.Main(quiet{m}, map[string]func(){"bsnn": main})
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
