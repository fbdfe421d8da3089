package atomicfile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func only(t *testing.T, dir string, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	require.Equal(t, names, got)
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	require.NoError(t, Write(path, func(w io.Writer) error {
		_, err := os.Stat(path)
		require.ErrorIs(t, err, os.ErrNotExist, "not there before it is complete")
		_, err = io.WriteString(w, "one")
		return err
	}))
	only(t, dir, "file")

	broken := errors.New("broken")
	require.ErrorIs(t, Write(path, func(w io.Writer) error {
		_, err := io.WriteString(w, "two")
		require.NoError(t, err)
		return broken
	}), broken)
	only(t, dir, "file")
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "one", string(content), "as it was")

	require.NoError(t, os.Chmod(path, 0o640))
	require.NoError(t, os.Symlink("file", filepath.Join(dir, "link")))
	require.NoError(t, Write(filepath.Join(dir, "link"), func(w io.Writer) error {
		_, err := io.WriteString(w, "three")
		return err
	}))
	only(t, dir, "file", "link")
	content, err = os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "three", string(content), "through the link")
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o640), info.Mode())
}

func TestWriteErrors(t *testing.T) {
	dir := t.TempDir()
	nothing := func(io.Writer) error { return nil }
	require.ErrorContains(t, Write(dir, nothing), "not a regular file")
	require.ErrorIs(t, Write(filepath.Join(dir, "no", "such"), nothing), os.ErrNotExist)
	only(t, dir)
	require.Panics(t, func() {
		_ = Write(filepath.Join(dir, "file"), func(io.Writer) error { panic("x") })
	})
	only(t, dir)
}
