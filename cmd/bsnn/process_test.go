package main

import (
	"bytes"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

// runAsProgram makes the test binary behave as the program, so that tests can
// start it, send it signals and kill it.
const runAsProgram = "BSNN_TEST_RUN_AS_PROGRAM"

// Tests keep unfinished runs away from the user's cache folder.
func TestMain(m *testing.M) {
	if os.Getenv(runAsProgram) != "" {
		main()
	}
	cache, err := os.MkdirTemp("", "bsnn-test")
	if err == nil {
		err = os.Setenv("XDG_CACHE_HOME", cache)
	}
	if err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(cache)
	os.Exit(code)
}

// process is the program as a process of its own, not yet started.
type process struct {
	*exec.Cmd
	stdout, stderr bytes.Buffer
}

func newProcess(t *testing.T, args ...string) *process {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	p := &process{Cmd: exec.Command(self, args...)}
	p.Env = append(os.Environ(), runAsProgram+"=1")
	p.Stdout, p.Stderr = &p.stdout, &p.stderr
	return p
}
