package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"bsnn/internal/words"

	"github.com/rogpeppe/go-internal/testscript"
)

// scriptState is what the commands of one script share.
type scriptState struct {
	work        string
	environment []string
	remembered  map[string]string
}

type scriptStateKey struct{}

func stateOf(ts *testscript.TestScript) *scriptState {
	return ts.Value(scriptStateKey{}).(*scriptState)
}

func setUpScript(e *testscript.Env) error {
	e.Setenv("XDG_CACHE_HOME", filepath.Join(e.WorkDir, ".cache"))
	e.Setenv("BSNN_BLAS", "off")
	e.Values[scriptStateKey{}] = &scriptState{work: e.WorkDir, environment: slices.Clone(e.Vars)}
	return nil
}

func scriptCommands() map[string]func(ts *testscript.TestScript, neg bool, args []string) {
	out := map[string]func(*testscript.TestScript, bool, []string){}
	for name, run := range map[string]func(*testscript.TestScript, []string) error{
		"exits":      exits,
		"refuses":    refuses,
		"interrupts": interrupts,
		"terminates": terminates,
		"hangsup":    hangsUp,
		"advice":     advice,
		"remember":   remember,
		"unchanged":  unchanged,
		"spoil":      spoil,
		"bomb":       bomb,
		"dimensions": manyDimensions,
		"harmless":   harmless,
		"images":     func(ts *testscript.TestScript, args []string) error { return writeMNIST(ts.MkAbs(args[0])) },
	} {
		out[name] = func(ts *testscript.TestScript, neg bool, args []string) {
			if neg {
				ts.Fatalf("! before %s has no meaning", name)
			}
			if err := run(ts, args); err != nil {
				ts.Fatalf("%s: %v", name, err)
			}
		}
	}
	return out
}

func exits(ts *testscript.TestScript, args []string) error {
	want, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	if err := exitsWith(want, ts.Exec(args[1], args[2:]...)); err != nil {
		return err
	}
	if said := ts.ReadFile("stdout") + ts.ReadFile("stderr"); said != words.Visible(said) {
		return fmt.Errorf("%q steers the terminal", said)
	}
	return noTrace(ts.ReadFile("stderr"))
}

// noTrace says whether a program ended as it chose to: one that crashes has an
// exit code too, the one for bad input.
func noTrace(stderr string) error {
	if strings.Contains(stderr, "goroutine ") || strings.Contains(stderr, "panic: ") || strings.Contains(stderr, "fatal error: ") {
		return fmt.Errorf("it crashed: %s", stderr)
	}
	return nil
}

func exitsWith(want int, err error) error {
	code := 0
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		code = exit.ExitCode()
	case err != nil:
		return err
	}
	if code != want {
		return fmt.Errorf("exit code %d; want %d", code, want)
	}
	return nil
}

// refuses runs the command line in this process: what is refused needs none of
// its own, and there are many.
func refuses(ts *testscript.TestScript, args []string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second) // long, where it is not refused
	defer cancel()
	var out, errs bytes.Buffer
	code := run(ctx, args[1:], &out, &errs)
	said := errs.String()
	switch {
	case code != exitBadInput:
		return fmt.Errorf("%q: exit code %d; want %d\n%s%s", args[1:], code, exitBadInput, out.String(), said)
	case out.Len() > 0:
		return fmt.Errorf("%q printed a result: %s", args[1:], out.String())
	case !strings.HasPrefix(said, "bsnn: ") || strings.HasPrefix(said, "bsnn: bsnn") || strings.Count(said, "\n") != 1:
		return fmt.Errorf("%q said %q; want one line that begins with bsnn:", args[1:], said)
	case said != words.Visible(said):
		return fmt.Errorf("%q said %q, which steers the terminal", args[1:], said)
	case len([]rune(said)) > 300:
		return fmt.Errorf("%q said %q; want a line that can be read", args[1:], said)
	case !strings.Contains(said, args[0]):
		return fmt.Errorf("%q said %q; want a line that holds %q", args[1:], said, args[0])
	}
	return nil
}

func interrupts(ts *testscript.TestScript, args []string) error { return ends(ts, os.Interrupt, args) }

func terminates(ts *testscript.TestScript, args []string) error {
	return ends(ts, syscall.SIGTERM, args)
}

// hangsUp works under nohup too: programs started by one that listens to a signal
// do not inherit that it is ignored.
func hangsUp(ts *testscript.TestScript, args []string) error {
	signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
	return ends(ts, syscall.SIGHUP, args)
}

// ends is for signals that ask: the program says what it did, and that it has no
// answer.
func ends(ts *testscript.TestScript, signal os.Signal, args []string) error {
	p, err := stop(ts, signal, args)
	if err != nil {
		return err
	}
	return exitsWith(exitUndecided, p.Wait())
}

// stop starts a program and sends it a signal when a file that matches the
// first argument has grown.
func stop(ts *testscript.TestScript, signal os.Signal, args []string) (*exec.Cmd, error) {
	kept := ts.MkAbs(args[0])
	before := sizes(kept)
	p := exec.Command(args[1], args[2:]...)
	p.Dir, p.Env, p.Stdout, p.Stderr = ts.MkAbs("."), stateOf(ts).environment, ts.Stdout(), ts.Stderr()
	if err := p.Start(); err != nil {
		return nil, err
	}
	for end := time.Now().Add(time.Minute); !grown(before, sizes(kept)); {
		if time.Now().After(end) {
			_ = p.Process.Kill()
			_ = p.Wait()
			return nil, fmt.Errorf("nothing new was kept in %s within a minute", args[0])
		}
		time.Sleep(2 * time.Millisecond)
	}
	return p, p.Process.Signal(signal)
}

// header is more than a file holds in which nothing is kept yet.
const header = 2 << 10

// sizes are those of the files that match a pattern.
func sizes(pattern string) map[string]int64 {
	out := map[string]int64{}
	paths, _ := filepath.Glob(pattern)
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil {
			out[path] = info.Size()
		}
	}
	return out
}

func grown(before, now map[string]int64) bool {
	for path, size := range now {
		if size > max(before[path], header) {
			return true
		}
	}
	return false
}

func advice(ts *testscript.TestScript, args []string) error {
	_, command, found := strings.Cut(ts.ReadFile("stderr"), args[0])
	if !found {
		return fmt.Errorf("stderr does not say %q", args[0])
	}
	command, _, _ = strings.Cut(strings.TrimSpace(command), "\n")
	if !strings.HasPrefix(command, "bsnn ") {
		return fmt.Errorf("%q is no command", command)
	}
	return os.WriteFile(ts.MkAbs(args[1]), []byte("exec "+command+" \"$@\"\n"), 0o600)
}

func remember(ts *testscript.TestScript, _ []string) (err error) {
	s := stateOf(ts)
	s.remembered, err = contentsOf(s.work)
	return err
}

func unchanged(ts *testscript.TestScript, _ []string) error {
	s := stateOf(ts)
	now, err := contentsOf(s.work)
	if err != nil {
		return err
	}
	for _, path := range slices.Sorted(maps.Keys(now)) {
		if was, there := s.remembered[path]; !there || was != now[path] {
			return fmt.Errorf("%s is new or changed", path)
		}
	}
	if len(now) != len(s.remembered) {
		return fmt.Errorf("%d files and folders are left of %d", len(now), len(s.remembered))
	}
	return nil
}

// contentsOf maps the files under a folder to what they hold.
func contentsOf(dir string) (map[string]string, error) {
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			out[path] = "folder"
			return err
		}
		raw, err := os.ReadFile(path)
		out[path] = string(raw)
		return err
	})
	return out, err
}
