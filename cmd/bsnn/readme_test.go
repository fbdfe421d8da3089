package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The block of commands in the README is typed into a shell as it stands, with
// the program in the folder: each line ends with the exit code that its comment
// promises, and with 0 where it promises none.
func TestCommandsOfTheREADME(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes seconds")
	}
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no sh")
	}
	text, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	dir := t.TempDir()
	program, err := exec.LookPath("bsnn")
	require.NoError(t, err)
	require.NoError(t, os.Symlink(program, filepath.Join(dir, "bsnn")))
	ran := 0
	for _, line := range shown(string(text)) {
		if !strings.HasPrefix(line, "./bsnn ") {
			continue
		}
		want := 0
		if m := promised.FindStringSubmatch(line); m != nil {
			want = int(m[1][0] - '0')
		}
		c := exec.CommandContext(t.Context(), shell, "-c", line)
		c.Dir = dir
		out, err := c.CombinedOutput()
		require.NoError(t, exitsWith(want, err), "%s\n%s", line, out)
		ran++
	}
	require.GreaterOrEqual(t, ran, 6)
}

var inline = regexp.MustCompile("`\\./(bsnn [^`]+)`")

// Commands inside a line, as in tables, have flags that exist and arguments
// that are accepted.
func TestInlineCommandsParse(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	found := inline.FindAllStringSubmatch(string(text), -1)
	require.GreaterOrEqual(t, len(found), 8)
	for _, m := range found {
		if m[1] == "bsnn help" {
			continue
		}
		args, ok := arguments(m[1])
		require.True(t, ok, m[1])
		parse(t, args)
	}
}
