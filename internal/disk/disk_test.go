package disk_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"bsnn/internal/disk"

	"github.com/stretchr/testify/require"
)

// Every change is seen before it happens, and does not happen against the
// watcher's will.
func TestWatch(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	f, err := disk.Create(path, 0o600)
	require.NoError(t, err)
	defer f.Close()
	no := errors.New("no")
	answer := no
	var seen []string
	stop := disk.Watch(func(c disk.Change) error {
		seen = append(seen, c.Op)
		return answer
	})
	defer stop()
	_, err = f.Write([]byte("text"))
	require.ErrorIs(t, err, no)
	for _, err := range []error{disk.Mkdir(path+"d", 0o700), disk.Rename(path, path+"2"), disk.Remove(path), disk.RemoveAll(path),
		disk.Chmod(path, 0o644), disk.Lock(path), disk.SyncFolder(dir), f.Sync(), f.Truncate(0)} {
		require.ErrorIs(t, err, no)
		require.ErrorContains(t, err, dir)
	}
	_, err = disk.Create(path+"3", 0o600)
	require.ErrorIs(t, err, no)
	require.Equal(t, []string{"write", "mkdir", "rename", "remove", "remove", "chmod", "lock", "sync", "sync", "truncate", "create"}, seen)
	answer = disk.ErrTorn
	n, err := f.Write([]byte("text"))
	require.Equal(t, 2, n)
	require.ErrorIs(t, err, disk.ErrTorn)
	answer = disk.ErrIdle
	require.NoError(t, disk.SyncFolder(filepath.Join(dir, "none")))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 1)
	stop()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "te", string(data))
}

func TestRemoveAll(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a")
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "b", "c"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "b", "file"), nil, 0o444))
	require.NoError(t, os.Symlink("/", filepath.Join(dir, "b", "link")))
	require.NoError(t, os.Chmod(filepath.Join(dir, "b"), 0o500))
	require.NoError(t, disk.RemoveAll(dir))
	require.NoDirExists(t, dir)
	require.NoError(t, disk.RemoveAll(dir), "there is none")
}
