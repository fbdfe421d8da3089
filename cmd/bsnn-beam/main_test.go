package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/options/jobopts"
)

// programs are bsnn and this program, built once.
var programs struct{ bsnn, beam string }

func TestMain(m *testing.M) {
	beam.Init()
	dir, err := os.MkdirTemp("", "bsnn-beam-")
	if err != nil {
		panic(err)
	}
	programs.bsnn, programs.beam = filepath.Join(dir, "bsnn"), filepath.Join(dir, "bsnn-beam")
	for _, build := range [][]string{
		{"build", "-C", "../..", "-o", programs.bsnn, "./cmd/bsnn"},
		{"build", "-o", programs.beam, "."},
	} {
		if out, err := exec.Command("go", build...).CombinedOutput(); err != nil {
			panic(fmt.Sprintf("%v: %v\n%s", build, err, out))
		}
	}
	code := m.Run()
	_ = os.RemoveAll(dir) // of the system's temporary files
	os.Exit(code)
}

// small is a run that takes a second.
var small = []string{"report", "--activation", "tanh", "--activation", "relu", "--widths", "64:256", "--depth", "5", "--trials", "200"}

// alone is the folder of small, computed by one process.
func alone(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "alone")
	mustRun(t, programs.bsnn, append(small[:len(small):len(small)], "-o", dir)...)
	return dir
}

func mustRun(t *testing.T, program string, args ...string) string {
	t.Helper()
	out, err := exec.Command(program, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", program, args, err, out)
	}
	return string(out)
}

func requireSame(t *testing.T, a, b string) {
	t.Helper()
	for _, name := range []string{"report.json", "index.html", "data.csv"} {
		x, err := os.ReadFile(filepath.Join(a, name))
		if err != nil {
			t.Fatal(err)
		}
		y, err := os.ReadFile(filepath.Join(b, name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(x, y) {
			t.Errorf("%s differs between %s and %s", name, a, b)
		}
	}
}

// wrapper is bsnn behind a script, which sees the part as $part.
func wrapper(t *testing.T, script string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bsnn")
	text := "#!/bin/sh\npart=\nfor a in \"$@\"; do [ \"$before\" = --part ] && part=${a%/*}; before=$a; done\n" + script +
		"\nexec " + programs.bsnn + " \"$@\"\n"
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestPrismGivesTheSameBits(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "parts")
	var stdout, stderr bytes.Buffer
	c := config{parts: 5, output: dir, program: programs.bsnn, attempts: 1}
	code, err := c.run(t.Context(), small, &stdout, &stderr)
	if err != nil || code != 0 {
		t.Fatalf("%d %v\n%s", code, err, stderr.String())
	}
	requireSame(t, dir, alone(t))
	if code, err := c.run(t.Context(), append(small[:len(small):len(small)], "--seed", "2"), &stdout, &stderr); code != 2 || err == nil {
		t.Errorf("another run goes on with these parts: %d %v", code, err)
	}
	if !strings.Contains(stderr.String(), "bsnn-beam: parts: 5\n") {
		t.Errorf("metrics are not printed:\n%s", stderr.String())
	}

	// What is there is not computed again, only looked at: a program that cannot compute serves.
	stderr.Reset()
	c.program = wrapper(t, `case "$*" in *bsnn-check-*) ;; *) [ -z "$part" ] || exit 2 ;; esac`)
	if code, err = c.run(t.Context(), small, &stdout, &stderr); err != nil || code != 0 {
		t.Fatalf("%d %v\n%s", code, err, stderr.String())
	}
}

func TestPoisonedPart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "parts")
	var stdout, stderr bytes.Buffer
	c := config{parts: 4, output: dir, program: wrapper(t, `[ "$part" = 3 ] && { echo "bsnn: no luck" >&2; exit 2; }`), attempts: 2}
	code, err := c.run(t.Context(), small, &stdout, &stderr)
	if code != 1 || err == nil || !strings.Contains(err.Error(), "1 of 4 parts cannot be computed") {
		t.Fatalf("%d %v", code, err)
	}
	if !strings.Contains(stderr.String(), "part 3 of 4: bsnn: no luck") {
		t.Errorf("the part and the reason are not named:\n%s", stderr.String())
	}
	there, err := folder(dir).numbers(t.Context(), 4, "journal")
	if err != nil || len(there) != 3 || there[3] {
		t.Fatalf("%v %v; want the other three", there, err)
	}
	c.program = programs.bsnn // what was wrong is mended
	if code, err = c.run(t.Context(), small, &stdout, &stderr); err != nil || code != 0 {
		t.Fatalf("%d %v\n%s", code, err, stderr.String())
	}
	requireSame(t, dir, alone(t))
}

// served begins a process that serves at a port, and waits for it.
func served(t *testing.T, flag string) (process *exec.Cmd, address string) {
	t.Helper()
	l, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	address = l.Addr().String()
	_ = l.Close() // for the process
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	process = exec.Command(programs.beam, flag, port)
	process.Stderr = os.Stderr
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = process.Process.Kill() // it may have been killed
		_ = process.Wait()
	})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for !answers("localhost:" + port) {
		select {
		case <-ctx.Done():
			t.Fatalf("%s %s does not answer", flag, port)
		case <-time.After(50 * time.Millisecond):
		}
	}
	return process, "localhost:" + port
}

// A runner in a process of its own and two worker processes, of which one is killed while it computes.
func TestWorkerDies(t *testing.T) {
	_, endpoint := served(t, "-prism")
	_, one := served(t, "-pool")
	victim, two := served(t, "-pool")
	dir := filepath.Join(t.TempDir(), "parts")
	marks := t.TempDir()
	slow := wrapper(t, `[ -z "$part" ] || { echo $PPID >`+marks+`/$part; sleep 1; }`)
	var log bytes.Buffer
	run := exec.Command(programs.beam, append([]string{"-endpoint", endpoint, "-pools", one + "," + two, "-parts", "8", "-o", dir,
		"-bsnn", slow}, small...)...)
	run.Stderr, run.Stdout = &log, &log
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	pid := fmt.Sprint(victim.Process.Pid)
	deadline := time.Now().Add(time.Minute)
	for victim.ProcessState == nil && time.Now().Before(deadline) {
		time.Sleep(20 * time.Millisecond)
		entries, err := os.ReadDir(marks)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			data, err := os.ReadFile(filepath.Join(marks, e.Name()))
			if err == nil && strings.TrimSpace(string(data)) == pid {
				if err := victim.Process.Kill(); err != nil {
					t.Fatal(err)
				}
				_ = victim.Wait() // it was killed
				break
			}
		}
	}
	if victim.ProcessState == nil {
		t.Errorf("the second pool never had a part")
	}
	if err := run.Wait(); err != nil {
		t.Fatalf("%v\n%s", err, log.String())
	}
	said := log.String()
	if !strings.Contains(said, "workers at "+two) || strings.Count(said, "of 8 parts to compute") < 2 {
		t.Errorf("nothing was said of the death, or nothing was submitted anew:\n%s", said)
	}
	requireSame(t, dir, alone(t))
}

func TestMistakes(t *testing.T) {
	foreign := t.TempDir()
	if err := os.WriteFile(filepath.Join(foreign, partName(1, 7)), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	good := config{parts: 2, output: t.TempDir(), program: programs.bsnn, attempts: 1}
	for name, x := range map[string]struct {
		change  func(*config)
		command []string
		want    string
	}{
		"no command":    {func(*config) {}, nil, "no command"},
		"no parts":      {func(c *config) { c.parts = 0 }, small, "-parts 0"},
		"no folder":     {func(c *config) { c.output = "" }, small, "-o is missing"},
		"part given":    {func(*config) {}, []string{"report", "--part", "1/2"}, "--part"},
		"folder given":  {func(*config) {}, []string{"report", "--output=x"}, "--output"},
		"no spec":       {func(*config) {}, []string{"report", "--spec", "none.yaml"}, "none.yaml"},
		"unknown flag":  {func(*config) {}, []string{"report", "--activatoin", "tanh"}, "did you mean --activation"},
		"no such verb":  {func(*config) {}, []string{"haar", "w.safetensors"}, "--print-parts"},
		"nothing long":  {func(*config) {}, []string{"width", "--activation", "tanh"}, "--simulate"},
		"no bsnn":       {func(c *config) { c.program = "nothere" }, small, "-bsnn"},
		"no scheme":     {func(c *config) { c.output = "ftp://x/y" }, small, "ftp"},
		"other number":  {func(c *config) { c.output = foreign }, small, "part of 7, not of 2"},
		"pools alone":   {func(c *config) { c.pools = "localhost:1" }, small, "-endpoint"},
		"zero attempts": {func(c *config) { c.attempts = 0 }, small, "-attempts"},
	} {
		c := good
		*jobopts.Endpoint = "" // which prism has set
		x.change(&c)
		var stdout, stderr bytes.Buffer
		code, err := c.run(t.Context(), x.command, &stdout, &stderr)
		if code != 2 || err == nil || !strings.Contains(err.Error(), x.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %d %v", name, code, err)
		}
	}
}

// The specification goes along to workers that have no such file.
func TestSpecGoesAlong(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mine.yaml")
	if err := os.WriteFile(path, []byte("widths: [8]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, command := range [][]string{{"report", "--spec", path}, {"report", "--spec=" + path, "--trials", "3"}} {
		c := compute{Program: "bsnn", Command: command, Of: 9, FileAt: -1}
		if err := c.takeFile(); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(path, path+".gone"); err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		run, err := c.command(dir, 2)
		if err != nil {
			t.Fatal(err)
		}
		if line := strings.Join(run.Args, " "); !strings.Contains(line, filepath.Join(dir, fileName)) || !strings.Contains(line, "--part 2/9") {
			t.Errorf("%s", line)
		}
		if data, err := os.ReadFile(filepath.Join(dir, fileName)); err != nil || string(data) != "widths: [8]\n" {
			t.Errorf("%q %v", data, err)
		}
		if err := os.Rename(path+".gone", path); err != nil {
			t.Fatal(err)
		}
	}
}
