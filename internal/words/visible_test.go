package words

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestVisible(t *testing.T) {
	for given, want := range map[string]string{
		"":                           "",
		"‖x‖² = n, φ′\tκ\n":          "‖x‖² = n, φ′\tκ\n",
		"a\x1b[31mb\x07\x00\r":       `a\u001b[31mb\u0007\u0000\u000d`,
		"\u009b31m\u202ex\u2066":     `\u009b31m\u202ex\u2066`,
		"\x7f\xff\xc3":               `\u007f\xff\xc3`,
		"a\ufeff\u200fb\u2028\ufffd": `a\ufeff\u200fb\u2028` + "\ufffd",
	} {
		require.Equal(t, want, Visible(given))
	}
}

// Whatever a text holds, nothing of what is shown steers a terminal, and it is
// valid.
func TestVisibleIsSafe(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")) + rapid.String().Draw(t, "text")
		shown := Visible(s)
		require.True(t, utf8.ValidString(shown))
		require.Less(t, strings.IndexFunc(shown, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }), 0)
		require.Equal(t, shown, Visible(shown))
		name := Name(s)
		require.LessOrEqual(t, utf8.RuneCountInString(name), 2+10*60)
		require.Less(t, strings.IndexFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }), 0)
	})
}

func TestName(t *testing.T) {
	require.Equal(t, "0.weight", Name("0.weight"))
	require.Equal(t, `"a\nverdict: confirmed"`, Name("a\nverdict: confirmed"))
	require.Equal(t, `""`, Name(""))
	require.Equal(t, `" x"`, Name(" x"))
	require.Equal(t, `"\x1b[2J"`, Name("\x1b[2J"))
	require.Equal(t, strings.Repeat("a", 35)+" … "+strings.Repeat("a", 22), Name(strings.Repeat("a", 100_000)))
}

func TestShortenBetweenWords(t *testing.T) {
	require.Equal(t, "known: abs acos … tan tanh", Shorten("known: abs acos acosh asin quickgelu relu6 tan tanh", 30))
}

func TestShorten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, most := rapid.String().Draw(t, "text"), rapid.IntRange(10, 40).Draw(t, "most")
		short := Shorten(s, most)
		require.LessOrEqual(t, utf8.RuneCountInString(short), most)
		if utf8.RuneCountInString(s) <= most {
			require.Equal(t, s, short)
		}
	})
}
