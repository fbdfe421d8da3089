package bounded

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRead(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	for _, size := range []int{0, 1, headSize - 1, headSize, headSize + 1, 3 * headSize} {
		want := bytes.Repeat([]byte("x"), size)
		require.NoError(t, os.WriteFile(path, want, 0o600))
		for _, most := range []int64{int64(size), int64(size) + 1, 1 << 20} {
			got, err := Read(path, most)
			require.NoError(t, err, "%d of %d", size, most)
			require.True(t, bytes.Equal(want, got))
		}
		if size > 0 {
			_, err := Read(path, int64(size)-1)
			require.ErrorIs(t, err, ErrTooLarge)
		}
	}
	_, err := Read(filepath.Join(dir, "none"), 1)
	require.ErrorIs(t, err, fs.ErrNotExist)
}

func TestReadJSON(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	for text, good := range map[string]bool{"{}": true, "\n\t {": true, "": false, "[1]": false, "   ": false, "\x00{": false} {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		_, err := ReadJSON(path, 100)
		require.Equal(t, good, err == nil, text)
	}
}

// What has no end is refused, at the cost of the limit; JSON that is none at
// once.
func TestEndless(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("has no /dev/zero")
	}
	_, err := Read("/dev/zero", 1<<16)
	require.ErrorIs(t, err, ErrTooLarge)
	_, err = ReadJSON("/dev/zero", Document)
	require.True(t, errors.Is(err, errNoJSON))
}
