package words

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLine(t *testing.T) {
	require.Equal(t, "‖x‖², φ′", Line("‖x‖², φ′"))
	require.Equal(t, `"a\nb"`, Line("a\nb"))
	require.Equal(t, `"\x1b[31m"`, Line("\x1b[31m"))
	require.Equal(t, Line("\x1b"), Line(Line("\x1b")))
}

func TestMakePrintable(t *testing.T) {
	type word string
	type inside struct {
		Raw   string `printable:"-"`
		Words []word
		Any   any
	}
	type value struct {
		Name   string
		Number []float64
		Inside *inside
		None   *inside
		Map    map[string]word
		inside
	}
	v := value{Name: "\x1b", Number: []float64{1}, Inside: &inside{Raw: "a\n", Words: []word{"ok", "\a"}}, Map: map[string]word{"k": "\r"}}
	v.inside.Words = []word{"\t"}
	MakePrintable(&v)
	require.Equal(t, `"\x1b"`, v.Name)
	require.Equal(t, &inside{Raw: "a\n", Words: []word{"ok", `"\a"`}}, v.Inside)
	require.Equal(t, map[string]word{"k": `"\r"`}, v.Map)
}
