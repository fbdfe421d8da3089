package hostile

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// The variants are others than the input, leave it as it was, and come again.
func TestEach(t *testing.T) {
	for _, input := range [][]byte{nil, []byte("a"), []byte("hello, world"), bytes.Repeat([]byte{0xff}, 300)} {
		kept := bytes.Clone(input)
		var first, second [][]byte
		Each(t, input, func(b []byte) { first = append(first, bytes.Clone(b)) })
		Each(t, input, func(b []byte) { second = append(second, bytes.Clone(b)) })
		require.Equal(t, first, second)
		require.Len(t, first, 1+Variants)
		require.Equal(t, kept, input)
		require.Equal(t, kept, first[0])
		others := map[string]bool{}
		for _, b := range first[1:] {
			others[string(b)] = true
		}
		require.Greater(t, len(others), Variants/3, "%q", input)
	}
}

// recorder is a test that notes what it is told.
type recorder struct {
	testing.TB
	said string
}

func (r *recorder) Helper() {}

func (r *recorder) Logf(format string, args ...any) { r.said += fmt.Sprintf(format, args...) }

func (r *recorder) Fatalf(format string, args ...any) {
	r.Logf(format+"; ", args...)
	panic(r)
}

func TestTooMuchMemoryIsAFailure(t *testing.T) {
	var r recorder
	var taken []byte
	require.Panics(t, func() { Each(&r, []byte("ab"), func([]byte) { taken = make([]byte, MostBytes+1<<20) }) })
	require.Len(t, taken, MostBytes+1<<20)
	require.Contains(t, r.said, "bytes allocated for 2; input: \"ab\"")
}
