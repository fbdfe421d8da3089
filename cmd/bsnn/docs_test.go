package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var quoted = regexp.MustCompile(`'[^']*'|[^\s']+`)

// split breaks a shell line into words, with single quotes and comments.
func split(line string) []string {
	line, _, _ = strings.Cut(line, " #")
	var out []string
	for _, word := range quoted.FindAllString(line, -1) {
		out = append(out, strings.Trim(word, "'"))
	}
	return out
}

// Every bsnn command in the README and the guides runs. Those on data that a
// reader has to bring are checked up to the point where they ask for it, and
// reports are made small.
func TestCommandsInTheDocumentsRun(t *testing.T) {
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	documents, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	require.NoError(t, err)
	t.Chdir(t.TempDir())
	ran := 0
	for _, path := range append(documents, filepath.Join(root, "README.md")) {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		for line := range strings.SplitSeq(string(text), "\n") {
			words := split(line)
			if len(words) < 2 || words[0] != "bsnn" && words[0] != "./bsnn" {
				continue
			}
			args := words[1:]
			switch args[0] {
			case "report", "verify":
				args = append(args, "--widths", "8:16", "--depth", "3", "--trials", "9")
			case "train":
				if !slices.Contains(args, "--resume") {
					args = append(args, "--depth", "3", "--width", "8", "--train-size", "256")
				}
			case "experiment":
				args = append(args, "--depth", "3", "--width", "8", "--batch", "16")
			}
			code, _, stderr := command(t, args...)
			ran++
			if strings.Contains(line, "DIR") {
				require.Equal(t, exitBadInput, code, line)
				require.Contains(t, stderr, "DIR", line)
				continue
			}
			require.NotEqual(t, exitBadInput, code, "%s: %s: %s", path, line, stderr)
		}
	}
	require.GreaterOrEqual(t, ran, 8)
}
