package page

import (
	"strings"
	"testing"

	"bsnn/reports"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Whatever a report calls its activations, the names of files stay in the folder
// and on any system, and different ones are different.
func TestFileNames(t *testing.T) {
	seen := map[string]string{}
	for _, key := range []string{"/../../../victim/precious", "..", ".", "/etc/passwd", "a\x00b", "a\nb", strings.Repeat("k", 300), `C:\x`, "c:x",
		"CON", "nul", "com1.txt", "aux", `a\b`, "=HYPERLINK(\"x\")", "a..b", "A", "a ", "-rf", "", "ünder", "x*y", "x+y", "tanh", "gelu-as-is"} {
		name := fileName("card", key, ".svg")
		require.True(t, pathless(name), "%q becomes %q", key, name)
		require.True(t, strings.HasPrefix(name, "card"))
		require.Empty(t, seen[name], "%q and %q", key, seen[name])
		seen[name] = key + "?"
	}
	require.Equal(t, "card-tanh.svg", fileName("card", "tanh", ".svg"))
	for _, bad := range []string{"a/b", "..", "a\\b", "", ".a", "a.", "A", strings.Repeat("a", 250), "a\n", "a..b"} {
		require.False(t, pathless(bad), "%q", bad)
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.String().Draw(t, "a"), rapid.String().Draw(t, "b")
		require.True(t, pathless(fileName("card", a, ".svg")))
		require.Equal(t, a == b, fileName("card", a, ".svg") == fileName("card", b, ".svg"))
	})
}

// A report from anywhere is written with names of ours.
func TestKeysAreNoPaths(t *testing.T) {
	r := reports.Report{Spec: reports.Spec{Widths: []int{16}}, Subjects: []reports.SubjectResult{{Subject: reports.Subject{
		Key: "/../../../victim/precious", Title: "\x1b[31mred", Activation: "=HYPERLINK(1)"}, Curves: reports.Curves{X: []reports.Number{0, 1},
		Value: []reports.Number{0, 1}, Deriv: []reports.Number{1, 1}}, Series: []reports.Series{{Statement: "../x", Name: "n", Depth: 1,
		Cells: []reports.Cell{{Width: 16, Trials: 1}}}}}}}
	files, err := render(&r)
	require.NoError(t, err)
	for name, data := range files {
		require.True(t, pathless(name), name)
		require.NotContains(t, string(data), "\x1b", name)
	}
	require.Contains(t, string(files[csvName]), "'=HYPERLINK(1)")
	require.Contains(t, string(files[csvName]), "/../../../victim/precious", "text is not changed where it is no formula")
}

// A formula of many terms makes a short answer, and a short name of its card.
func TestLongFormulas(t *testing.T) {
	s := reports.NewSubject("x"+strings.Repeat("+tanh(2*x)", 139), nil, false)
	r := &reports.Report{Subjects: []reports.SubjectResult{{Subject: s}}}
	require.Less(t, len([]rune(Answer(r))), 200)
	require.Contains(t, Answer(r), "x+tanh(2*x)")
	require.Less(t, len(fileName("card", s.Key, ".svg")), 100)
}
