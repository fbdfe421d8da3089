package main

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A shell reads the words that were meant.
func TestShellWordsSurviveTheShell(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no sh")
	}
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.StringMatching(`[ -~αφ\n]{0,12}`), 1, 8).Draw(t, "words")
		line := "printf '%s\\0'"
		for _, w := range words {
			line += " " + shellWord(w)
		}
		out, err := exec.Command(shell, "-c", line).Output()
		require.NoError(t, err)
		require.Equal(t, strings.Join(words, "\x00")+"\x00", string(out))
	})
}

func TestCommandLineRepeatsTheFlags(t *testing.T) {
	var got string
	c := &cobra.Command{Use: "verb", Run: func(c *cobra.Command, _ []string) {
		got = commandLine(c, changes{"seed": "7", "resume": "true"}, "json")
	}}
	c.Flags().String("seed", "1", "")
	c.Flags().Bool("resume", false, "")
	c.Flags().Bool("json", false, "")
	c.Flags().Bool("keep", true, "")
	c.Flags().StringArray("set", nil, "")
	c.Flags().Float64("alpha", 0.5, "")
	c.SetArgs([]string{"--set", "a=1", "--json", "--keep=false", "--set", "b=x y", "--alpha", "1e-6", "file one"})
	require.NoError(t, c.Execute())
	require.Equal(t, "verb --alpha 1e-06 --keep=false --resume --seed 7 --set a=1 --set 'b=x y' 'file one'", got)
}
