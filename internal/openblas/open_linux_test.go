//go:build linux && (amd64 || arm64) && !noblas

package openblas

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Without the loader of libraries nothing is loaded; this program has it.
func TestLoaderIsFound(t *testing.T) {
	require.True(t, dynamic())
	for file, want := range map[string]bool{
		"/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2": true, "/lib/ld-musl-aarch64.so.1": true,
		"/usr/lib/x86_64-linux-gnu/ld-2.31.so": true, "/lib/ld-linux-aarch64.so.1": true,
		"/usr/lib/x86_64-linux-gnu/libc.so.6": false, "/opt/bsnn": false, "[heap]": false, "/opt/ld-notes.txt": false, "": false,
	} {
		require.Equal(t, want, isLoader(file), file)
	}
}
