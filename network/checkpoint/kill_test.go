package checkpoint

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"bsnn/internal/disk/disktest"

	"github.com/stretchr/testify/require"
)

// Whenever the process dies, the file is the former one or the new one, beside it is
// nothing that describes the other, and the same command leaves nothing else.
func TestInitialKilled(t *testing.T) {
	former := threeLayers("")
	former.Depth = 2
	n := disktest.Case{
		Prepare: func(t *testing.T, dir string) {
			o := former
			o.Path = filepath.Join(dir, "w.npy")
			_, err := o.Write(t.Context())
			require.NoError(t, err)
		},
		Attempt: func(dir string) error {
			_, err := threeLayers(filepath.Join(dir, "w.npy")).Write(context.Background())
			return err
		},
		Look: func(t *testing.T, dir string) {
			_, all := readMatrices(t, filepath.Join(dir, "w.npy"))
			if _, err := os.Stat(filepath.Join(dir, "w.npy.json")); err != nil {
				return
			}
			m := metadataOf(t, Written{Sidecar: filepath.Join(dir, "w.npy.json")})
			require.Equal(t, m["depth"], map[int]string{2: "2", 3: "3"}[len(all)])
		},
		Result: func(t *testing.T, dir string) string { return disktest.Files(t, dir, disktest.Same) },
	}.Everywhere(t)
	require.Greater(t, n, 10)
}

// A file of another origin is not replaced by the metadata of an .npy file; that is
// found before anything is drawn.
func TestForeignSidecars(t *testing.T) {
	for name, put := range map[string]func(path string) error{
		"text":   func(path string) error { return os.WriteFile(path, []byte("precious"), 0o600) },
		"JSON":   func(path string) error { return os.WriteFile(path, []byte(`{"format": "mine"}`), 0o600) },
		"folder": func(path string) error { return os.Mkdir(path, 0o700) },
		"link":   func(path string) error { return os.Symlink("elsewhere", path) },
	} {
		dir := t.TempDir()
		require.NoError(t, put(filepath.Join(dir, "w.npy.json")))
		before := disktest.Files(t, dir, disktest.Same)
		o := threeLayers(filepath.Join(dir, "w.npy"))
		o.Progress = func(int, int) { t.Error("drawn in vain") }
		_, err := o.Write(t.Context())
		require.ErrorContains(t, err, "w.npy.json exists and does not describe initial weights", name)
		require.Equal(t, before, disktest.Files(t, dir, disktest.Same), name)
	}
}
