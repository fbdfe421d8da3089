package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var some = []file{
	{name: "bsnn", content: []byte("#!/bin/sh\necho it runs\n"), runs: true},
	{name: "LICENSE", content: []byte("a licence")},
	{name: "completions/bsnn.bash", content: []byte("complete")},
	{name: "man/man1/bsnn.1", content: []byte(".TH bsnn")},
}

// unpacked reads an archive of either kind.
func unpacked(t *testing.T, at string) map[string]file {
	t.Helper()
	content, err := os.ReadFile(at)
	require.NoError(t, err)
	out := map[string]file{}
	if strings.HasSuffix(at, ".tar.gz") {
		plain, err := gzip.NewReader(bytes.NewReader(content))
		require.NoError(t, err)
		for r := tar.NewReader(plain); ; {
			h, err := r.Next()
			if errors.Is(err, io.EOF) {
				return out
			}
			require.NoError(t, err)
			b, err := io.ReadAll(r)
			require.NoError(t, err)
			out[h.Name] = file{h.Name, b, fs.FileMode(h.Mode)&0o111 != 0}
		}
	}
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	require.NoError(t, err)
	for _, f := range z.File {
		r, err := f.Open()
		require.NoError(t, err)
		b, err := io.ReadAll(r)
		require.NoError(t, err)
		out[f.Name] = file{f.Name, b, f.Mode()&0o111 != 0}
	}
	return out
}

// Every system gets an archive with one folder that holds what was given, programs
// that can be run, and the same bytes again.
func TestArchives(t *testing.T) {
	for _, s := range systems {
		a, b := t.TempDir(), t.TempDir()
		name, err := writeArchive(a, s, "0.3.0", some)
		require.NoError(t, err)
		_, err = writeArchive(b, s, "0.3.0", some)
		require.NoError(t, err)
		one, err := os.ReadFile(filepath.Join(a, name))
		require.NoError(t, err)
		two, err := os.ReadFile(filepath.Join(b, name))
		require.NoError(t, err)
		require.Equal(t, one, two)
		inside := unpacked(t, filepath.Join(a, name))
		require.Len(t, inside, len(some))
		for _, f := range some {
			got := inside[fmt.Sprintf("bsnn-0.3.0-%s-%s/%s", s.os, s.arch, f.name)]
			require.Equal(t, f.content, got.content)
			require.Equal(t, f.runs, got.runs, f.name)
		}
	}
}

// What RECORD says of every file of a wheel is true, and it names them all.
func TestWheelsKnowWhatTheyHold(t *testing.T) {
	for _, s := range systems {
		dir := t.TempDir()
		name, err := writeWheel(dir, s, "0.2.1-0.20261130220000-40aeb18", some)
		require.NoError(t, err)
		require.Contains(t, name, "bsnn-0.2.1.dev0+0.20261130220000.40aeb18-py3-none-")
		inside := unpacked(t, filepath.Join(dir, name))
		record := string(inside["bsnn-0.2.1.dev0+0.20261130220000.40aeb18.dist-info/RECORD"].content)
		for path, f := range inside {
			sum := sha256.Sum256(f.content)
			line := fmt.Sprintf("%s,sha256=%s,%d\n", path, base64.RawURLEncoding.EncodeToString(sum[:]), len(f.content))
			if strings.HasSuffix(path, "/RECORD") {
				line = path + ",,\n"
			}
			require.Contains(t, record, line)
		}
		require.Equal(t, len(inside), strings.Count(record, "\n"))
	}
}

// pip takes the wheel, and what it installs runs.
func TestPipInstallsTheWheel(t *testing.T) {
	if testing.Short() {
		t.Skip("short: pip takes seconds")
	}
	python, err := exec.LookPath("python3")
	if err != nil || exec.Command(python, "-m", "pip", "--version").Run() != nil {
		t.Skip("no pip")
	}
	dir := t.TempDir()
	name, err := writeWheel(dir, systems[0], "0.3.0", some)
	require.NoError(t, err)
	pip := exec.Command(python, "-m", "pip", "install", "--no-index", "--no-deps", "--no-compile", "--disable-pip-version-check",
		"--prefix", filepath.Join(dir, "here"), filepath.Join(dir, name))
	words, err := pip.CombinedOutput()
	if strings.Contains(string(words), "is not a supported wheel on this platform") {
		t.Skip("a system of another kind: its wheel is not the first")
	}
	require.NoError(t, err, string(words))
	found, err := filepath.Glob(filepath.Join(dir, "here", "*", "bin", "bsnn"))
	require.NoError(t, err)
	more, err := filepath.Glob(filepath.Join(dir, "here", "bin", "bsnn"))
	require.NoError(t, err)
	found = append(found, more...)
	require.Len(t, found, 1)
	said, err := exec.Command(found[0]).Output()
	require.NoError(t, err)
	require.Equal(t, "it runs\n", string(said))
}

func TestChecksumsAreThoseOfTheFiles(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a"), []byte("abc"), 0o600))
	require.NoError(t, writeChecksums(dir, []string{"a"}))
	got, err := os.ReadFile(filepath.Join(dir, "SHA256SUMS"))
	require.NoError(t, err)
	require.Equal(t, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a\n", string(got))
}

func TestNothingIsWrittenByMistake(t *testing.T) {
	full := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(full, "a"), nil, 0o600))
	for _, c := range []struct {
		out, systems, rest, want string
	}{
		{"", "linux/amd64", "", "want -o FOLDER"},
		{"x", "linux/amd64", "y", "no arguments"},
		{"x", "plan9/amd64", "", `no system "plan9/amd64"; want some of linux/amd64`},
		{full, "linux/amd64", "", "holds other files"},
	} {
		require.ErrorContains(t, release(t.Context(), c.out, []string{c.systems}, strings.Fields(c.rest)), c.want)
	}
	require.NoDirExists(t, "x")
}
