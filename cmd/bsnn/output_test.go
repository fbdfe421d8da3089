package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"syscall"
	"testing"

	"bsnn/internal/parallel"
	"bsnn/internal/words"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// However a text is divided among writes, what arrives is the visible text.
func TestOutputIsVisible(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text") + "κ\x1b[2J\u009b∞"
		var b bytes.Buffer
		o := &output{w: &b}
		for left := text; left != ""; {
			n := rapid.IntRange(1, len(left)).Draw(t, "part")
			written, err := o.Write([]byte(left[:n]))
			require.NoError(t, err)
			require.Equal(t, n, written)
			left = left[n:]
		}
		require.Equal(t, words.Visible(text), b.String())
	})
}

// JSON reads back as it was.
func TestOutputKeepsJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text") + "\u009b31m\x7f\u202e"
		var b bytes.Buffer
		require.NoError(t, writeJSON(&output{w: &b}, text))
		require.NotContains(t, b.String(), "\u009b")
		var back string
		require.NoError(t, json.Unmarshal(b.Bytes(), &back))
		require.Equal(t, text, back)
	})
}

// A fault of the program is one line and an exit code of its own, also where a
// worker panicked.
func TestFaults(t *testing.T) {
	verb := func(f func()) *cobra.Command {
		return &cobra.Command{Use: "x", SilenceErrors: true, SilenceUsage: true, RunE: func(*cobra.Command, []string) error { f(); return nil }}
	}
	for _, fault := range []func(){
		func() { panic("a\nb " + strings.Repeat("x", 1000)) },
		func() { var list []int; _ = list[len(list)] },
		func() { panic(errors.New("\x1b[31m")) },
		func() {
			var g parallel.Group
			g.Go(func() { var list []int; _ = list[len(list)] })
			g.Wait()
		},
	} {
		var errs bytes.Buffer
		require.Equal(t, exitFault, execute(t.Context(), verb(fault), nil, &output{w: &errs}))
		line := errs.String()
		require.Regexp(t, `^bsnn: a fault of the program: .*; want a report of it with the command line\n$`, line)
		require.Less(t, len([]rune(line)), 300)
		require.Contains(t, line, "output_test.go:", "where")
		require.NotContains(t, line, "\x1b")
	}
}

// Errors are one line that fits on a screen, whatever they speak of.
func TestLongErrors(t *testing.T) {
	for _, name := range []string{strings.Repeat("x", 10_000), strings.Repeat("(", 5000), "x+" + strings.Repeat("y+", 500) + "z"} {
		code, _, stderr := command(t, "activation", name)
		require.Equal(t, exitBadInput, code)
		require.Less(t, len([]rune(stderr)), 300)
		require.Equal(t, 1, strings.Count(stderr, "\n"))
	}
}

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, syscall.ENOSPC }

// A result that could not be written is no success, whoever wrote it.
func TestLostResults(t *testing.T) {
	for _, args := range []string{"help", "help exit-codes", "help verify", "verify --help", "version", "completion bash", "activation tanh",
		"activation tanh --json", ""} {
		var errs bytes.Buffer
		require.Equal(t, exitBadInput, run(t.Context(), strings.Fields(args), full{}, &errs), args)
		require.Contains(t, errs.String(), "no space left on device", args)
		require.Equal(t, 1, strings.Count(errs.String(), "\n"), args)
	}
}
