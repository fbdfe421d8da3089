package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// terminal opens a pseudo-terminal: what is written to tty is read from
// screen.
func terminal(t *testing.T) (screen, tty *os.File) {
	t.Helper()
	screen, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip("no pseudo-terminals: ", err)
	}
	t.Cleanup(func() { screen.Close() })
	require.NoError(t, unix.IoctlSetPointerInt(int(screen.Fd()), unix.TIOCSPTLCK, 0))
	n, err := unix.IoctlGetInt(int(screen.Fd()), unix.TIOCGPTN)
	require.NoError(t, err)
	tty, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no pseudo-terminals: ", err)
	}
	require.NoError(t, unix.IoctlSetWinsize(int(tty.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: 160}))
	return screen, tty
}

// People at a terminal see the rate and the time left; nobody else does.
func TestProgressOnATerminal(t *testing.T) {
	screen, tty := terminal(t)
	rate := regexp.MustCompile(`[0-9.e+]+ networks/s, at most [0-9ms]+ left`)
	ctx, cancel := context.WithCancel(t.Context())
	defer time.AfterFunc(time.Minute, cancel).Stop() // where none is shown
	seen := make(chan []byte)
	go func() {
		var text []byte
		for part := make([]byte, 4096); ; {
			n, err := screen.Read(part) // an error when tty is closed
			text = append(text, part[:n]...)
			if err != nil {
				break
			}
			if rate.Match(text) {
				cancel()
			}
		}
		seen <- text
	}()
	var out bytes.Buffer
	require.Equal(t, exitUndecided, run(ctx, endless("--activation", "relu", "--state", filepath.Join(t.TempDir(), "state")), &out, tty))
	require.NoError(t, tty.Close())
	text := string(<-seen)
	require.Contains(t, text, "verifying ReLU: width 4, depth 1")
	require.Regexp(t, rate, text)
	require.NotContains(t, out.String(), "networks/s")

	_, _, stderr := command(t, "verify", "--activation", "relu", "--widths", "64", "--depth", "20", "--trials", "100")
	require.Empty(t, stderr)
}

// A terminal that cannot go back in a line is written to as a file is.
func TestNoProgressOnADumbTerminal(t *testing.T) {
	screen, tty := terminal(t)
	require.NotNil(t, newProgress(tty).w)
	t.Setenv("TERM", "dumb")
	require.Nil(t, newProgress(tty).w)
	require.Nil(t, newProgress(&output{w: tty}).w)
	require.NoError(t, tty.Close())
	text, _ := io.ReadAll(screen)
	require.Empty(t, text)
}

// Ctrl-C ends a command that waits for a pipe to which nobody writes.
func TestBlockedReadsEnd(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	pipe := func(name string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, unix.Mkfifo(path, 0o600))
		return path
	}
	report, out := pipe("report.json"), filepath.Join(dir, "out")
	norms := pipe("norms.csv")
	pipe("run/training.json")
	for _, args := range [][]string{
		{"report", "-o", out, "--from", report}, {"report", "-o", out, "--compare", report}, {"report", "-o", out, "--spec", report},
		{"report", "-o", out, "--training", filepath.Join(dir, "run")}, {"train", "--resume", "-o", filepath.Join(dir, "run")},
		{"predict", report}, {"verify", "--net", report}, {"width", "--net", report},
		{"audit", norms}, {"audit", norms, "-o", out},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		defer time.AfterFunc(20*time.Millisecond, cancel).Stop()
		var stdout, stderr bytes.Buffer
		code := run(ctx, args, &stdout, &stderr)
		require.Equal(t, exitUndecided, code, "%q: %s", args, &stderr)
		require.Equal(t, "bsnn: interrupted\n", stderr.String(), "%q", args)
		require.Empty(t, stdout.String())
	}
	require.NoDirExists(t, out)
}
