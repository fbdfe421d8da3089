package words

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestWrap(t *testing.T) {
	for line, want := range map[string]string{
		"short":                                "short",
		"one two three four five":              "one two three\n  four five",
		"norms   kept within ±30 % in 90 %":    "norms   kept\n        within\n        ±30 % in\n        90 %",
		" 1. inputs merge soon":                " 1. inputs merge\n    soon",
		"    → fewer layers, or":               "    → fewer\n      layers, or",
		"aVeryLongWordThatHasNoPlace to break": "aVeryLongWordThatHasNoPlace\n  to break",
	} {
		require.Equal(t, want, Wrap(line, 16), line)
	}
}

// Whatever the line: no word is lost, and lines are too wide only where a word is.
func TestWrapKeepsWords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		line := rapid.StringMatching(`( ){0,3}([a-z√%→]{1,12}( ){1,3}){0,12}[a-z]`).Draw(t, "line")
		width := rapid.IntRange(16, 40).Draw(t, "width")
		out := Wrap(line, width)
		require.Equal(t, strings.Fields(line), strings.Fields(out))
		for part := range strings.SplitSeq(out, "\n") {
			if utf8.RuneCountInString(part) > width {
				require.LessOrEqual(t, len(together(part)), 6, "%q", part)
				require.Greater(t, utf8.RuneCountInString(strings.TrimSpace(part)), width-widestLabel, "%q", part)
			}
		}
	})
}

func TestFill(t *testing.T) {
	require.Equal(t, "a b c\nd e\n\n  as   it is longer\nf", Fill("a b\nc d\ne\n\n  as   it is longer\nf", 5))
}

// A command is the same for a shell whatever its width.
func TestFoldCommand(t *testing.T) {
	require.Equal(t, "replay: bsnn verify \\\n    --activation 'x * tanh(x)' \\\n    --seed 1 --widths 64",
		FoldCommand("replay: ", "bsnn verify --activation 'x * tanh(x)' --seed 1 --widths 64", 32))
	require.Equal(t, "a bsnn verify", FoldCommand("a ", "bsnn verify", 32))
}
