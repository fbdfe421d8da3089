package atomicfile_test

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"bsnn/internal/atomicfile"
	"bsnn/internal/disk/disktest"

	"github.com/stretchr/testify/require"
)

// Whenever the process dies, the file is the former one or the new one, and the
// next process leaves nothing of what it had begun.
func TestKilledWhileWriting(t *testing.T) {
	attempt := func(dir string) error {
		path := filepath.Join(dir, "file")
		if err := atomicfile.Sweep(path); err != nil {
			return err
		}
		return atomicfile.Write(path, func(w io.Writer) error {
			for range 3 {
				if _, err := w.Write(make([]byte, 1<<16)); err != nil { // more than is buffered
					return err
				}
			}
			return nil
		})
	}
	n := disktest.Case{Attempt: attempt, Prepare: func(t *testing.T, dir string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "file"), []byte("former"), 0o640))
		require.NoError(t, os.WriteFile(filepath.Join(dir, ".file.0123456.tmp"), []byte("mine"), 0o600))
	}, Look: func(t *testing.T, dir string) {
		data, err := os.ReadFile(filepath.Join(dir, "file"))
		require.NoError(t, err)
		require.Contains(t, []int{len("former"), 3 << 16}, len(data))
	}, Result: func(t *testing.T, dir string) string { return disktest.Files(t, dir, disktest.Same) }}.Everywhere(t)
	require.Greater(t, n, 6)
}

// In the folder of one user, files are that user's alone.
func TestPrivateFolders(t *testing.T) {
	for folder, want := range map[os.FileMode]os.FileMode{0o700: 0o600, 0o755: 0o666, 0o750: 0o666} {
		dir := t.TempDir()
		require.NoError(t, os.Chmod(dir, folder))
		require.Equal(t, want, atomicfile.ModeIn(dir))
	}
}
