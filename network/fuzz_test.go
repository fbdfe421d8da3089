package network_test

import (
	"bytes"
	"strings"
	"testing"

	"bsnn/network"

	"github.com/stretchr/testify/require"
)

// Whatever a description of a network holds, it is refused with a message that can be
// read, or has a size, and written and read again is the same.
func FuzzArchitecture(f *testing.F) {
	f.Add([]byte(residual))
	for _, change := range [][2]string{
		{"784", "9223372036854775807"}, {"784", "-1"}, {"to: 512", "to: 1073741825"}, {"to: 512", "to: 1e9"},
		{"gain: 1.5", "gain: 1e-320"}, {"bias: 0.1", "bias: .inf"}, {"1/30", "1/0"}, {"1/30", "30/1"},
		{"repeat: 30", "repeat: 9223372036854775807"}, {"repeat: 30", "repeat: 0"}, {"norm: rms", "norm: \"\\e[31m\""},
		{"{c: 2}", "{c: .nan}"}, {"{c: 2}", "{c: [2]}"}, {"gelu", "tanh(x"}, {"gelu", "!!binary eA=="},
		{"blocks:\n  - linear", "blocks: &a\n  - *a\n  - linear"}, {"norm: rms", "norm: batch\n    norm: rms"},
		{"input: 784", "input: 784\ninput: 784"},
	} {
		f.Add([]byte(strings.ReplaceAll(residual, change[0], change[1])))
	}
	f.Add([]byte("input: 2\nblocks: " + strings.Repeat("[{repeat: 9, blocks: ", 200)))
	f.Add([]byte("a: &a [1,1]\nb: &b [*a,*a]\nblocks: [*b,*b]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := network.ReadArchitecture("net.yaml", data)
		if err != nil {
			require.True(t, strings.HasPrefix(err.Error(), "net.yaml"), err.Error())
			require.Less(t, len([]rune(err.Error())), 2000)
			return
		}
		width, err := a.Output()
		require.NoError(t, err)
		require.Positive(t, width)
		var text bytes.Buffer
		require.NoError(t, network.WriteArchitecture(&text, a))
		back, err := network.ReadArchitecture("net.yaml", text.Bytes())
		require.NoError(t, err, text.String())
		require.Equal(t, a, back)
	})
}
