package main

import (
	"bytes"
	"context"
	"debug/elf"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// A system is what a program is built for.
type system struct {
	os, arch string
	wheel    string // its name in wheels, https://packaging.python.org/specifications/platform-compatibility-tags
}

// systems are those of a release. A program without cgo needs nothing of a Linux
// system but its kernel, so that the oldest name of a wheel is true of it, with musl too.
var systems = []system{
	{"linux", "amd64", "manylinux_2_5_x86_64.manylinux1_x86_64.musllinux_1_1_x86_64"},
	{"linux", "arm64", "manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64"},
	{"darwin", "amd64", "macosx_12_0_x86_64"},
	{"darwin", "arm64", "macosx_12_0_arm64"},
	{"windows", "amd64", "win_amd64"},
	{"windows", "arm64", "win_arm64"},
}

// String is the name as Go writes it.
func (s system) String() string { return s.os + "/" + s.arch }

func (s system) program() string {
	if s.os == "windows" {
		return "bsnn.exe"
	}
	return "bsnn"
}

func names(list []system) []string {
	var out []string
	for _, s := range list {
		out = append(out, s.String())
	}
	return out
}

// choose finds systems by their names.
func choose(only []string) ([]system, error) {
	var out []system
	for _, name := range only {
		i := slices.Index(names(systems), name)
		if i < 0 {
			return nil, fmt.Errorf("no system %q; want some of %s", name, strings.Join(names(systems), ","))
		}
		out = append(out, systems[i])
	}
	return out, nil
}

// build compiles the program for a system.
func build(ctx context.Context, s system, work string) (file, error) {
	at := filepath.Join(work, s.os+"-"+s.arch, s.program())
	env := []string{"CGO_ENABLED=0", "GOOS=" + s.os, "GOARCH=" + s.arch}
	if err := compile(ctx, at, env); err != nil {
		return file{}, fmt.Errorf("%s: %w", s, err)
	}
	content, err := os.ReadFile(at)
	if err == nil && s.os == "linux" {
		err = static(content)
	}
	return file{name: s.program(), content: content, runs: true}, err
}

// static refuses a Linux program that asks for a loader of libraries.
func static(program []byte) error {
	f, err := elf.NewFile(bytes.NewReader(program))
	if err != nil {
		return err
	}
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			return errors.New("the program is not static: it names a loader of libraries")
		}
	}
	return nil
}

func compile(ctx context.Context, at string, env []string) error {
	// Without the search for an installed BLAS, which needs the system's own loader of libraries.
	c := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=true", "-tags=noblas", "-ldflags=-s -w", "-o", at, "./cmd/bsnn")
	c.Env = append(os.Environ(), env...)
	return said(c)
}

// said runs a command, whose error is what it said.
func said(c *exec.Cmd) error {
	var words bytes.Buffer
	c.Stderr = &words
	if err := c.Run(); err != nil {
		return fmt.Errorf("%s: %w: %s", strings.Join(c.Args, " "), err, strings.TrimSpace(words.String()))
	}
	return nil
}

// shells whose completions the program writes, with the names that these look for.
var shells = map[string]string{"bash": "bsnn.bash", "zsh": "_bsnn", "fish": "bsnn.fish", "powershell": "bsnn.ps1"}

// companions are what stands beside a program in its archive, written by one that is
// built for this machine, and the version that it has.
func companions(ctx context.Context, work string) (texts []file, version string, err error) {
	here := filepath.Join(work, "here", "bsnn")
	if err := compile(ctx, here, nil); err != nil {
		return nil, "", err
	}
	words, err := exec.CommandContext(ctx, here, "version").Output()
	if fields := strings.Fields(string(words)); err != nil || len(fields) < 2 {
		return nil, "", fmt.Errorf("the program does not say its version: %q, %w", words, err)
	}
	version = strings.Trim(strings.Fields(string(words))[1], "v,()")
	pages := filepath.Join(work, "man")
	if err := os.Mkdir(pages, 0o755); err != nil {
		return nil, "", err
	}
	if err := said(exec.CommandContext(ctx, here, "man", pages)); err != nil {
		return nil, "", err
	}
	written, err := filepath.Glob(filepath.Join(pages, "*.1"))
	if err != nil {
		return nil, "", err
	}
	for _, at := range append(written, "LICENSE", "README.md", "CHANGELOG.md", "CITATION.cff") {
		content, err := os.ReadFile(at)
		if err != nil {
			return nil, "", fmt.Errorf("%w; want to be run in the checkout", err)
		}
		name := filepath.Base(at)
		if strings.HasSuffix(name, ".1") {
			name = "man/man1/" + name
		}
		texts = append(texts, file{name: name, content: content})
	}
	for shell, name := range shells {
		content, err := exec.CommandContext(ctx, here, "completion", shell).Output()
		if err != nil {
			return nil, "", fmt.Errorf("completion %s: %w", shell, err)
		}
		texts = append(texts, file{name: "completions/" + name, content: content})
	}
	slices.SortFunc(texts, func(a, b file) int { return strings.Compare(a.name, b.name) })
	return texts, version, nil
}
