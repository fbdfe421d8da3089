package spelling_test

import (
	"testing"

	"bsnn/internal/spelling"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestNearest(t *testing.T) {
	verbs := []string{"activation", "verify", "report", "init", "haar", "version"}
	for word, want := range map[string]string{
		"verfy": "verify", "VERIFY": "verify", "verifiy": "verify", "vreify": "verify", "actvation": "activation", "har": "haar",
		"reports": "report", "verison": "version", "": "", "x": "", "nonsense": "", "int": "init",
	} {
		require.Equal(t, want, spelling.Nearest(word, verbs), "%q", word)
	}
}

func TestNearestForgivesTwoSlips(t *testing.T) {
	require.Equal(t, "widths", spelling.Nearest("widht", []string{"depth", "widths", "weights"}))
	require.Equal(t, "", spelling.Nearest("pow", []string{"tanh", "gelu", "elu"}))
}

// The distance is 0 only to the word itself, does not depend on the order, is
// 1 after one slip of any kind and at most the length of the longer word.
func TestDistance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-d]{0,8}`)
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		d := spelling.Distance(a, b)
		require.Equal(t, a == b, d == 0)
		require.Equal(t, d, spelling.Distance(b, a))
		require.LessOrEqual(t, d, max(len(a), len(b)))
		require.GreaterOrEqual(t, d, max(len(a)-len(b), len(b)-len(a)))
		at := rapid.IntRange(0, len(a)).Draw(t, "at")
		require.Equal(t, 1, spelling.Distance(a, a[:at]+"z"+a[at:]))
		if at+1 < len(a) && a[at] != a[at+1] {
			require.Equal(t, 1, spelling.Distance(a, a[:at]+a[at+1:at+2]+a[at:at+1]+a[at+2:]))
		}
	})
}
