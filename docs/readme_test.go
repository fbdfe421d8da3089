package docs_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestGoBlockOfTheREADME puts the file that the README shows into a package of
// its own and tests it, as a reader would. The claim that it makes holds, and fails
// with probability at most 1e-9.
func TestGoBlockOfTheREADME(t *testing.T) {
	if testing.Short() {
		t.Skip("builds another package")
	}
	tool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("no go tool")
	}
	root, err := filepath.Abs("..")
	require.NoError(t, err)
	blocks := fencesOf(t, "../README.md", "## Use it from Go")
	require.Len(t, blocks, 1)
	require.Equal(t, "go", blocks[0].language)

	dir := t.TempDir()
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	write("mine_test.go", blocks[0].text)
	// Another module with all that this one needs: nothing has to be resolved.
	for _, name := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join(root, name))
		require.NoError(t, err)
		write(name, string(text))
	}
	run := func(name string, args ...string) string {
		c := exec.CommandContext(t.Context(), name, args...)
		c.Dir, c.Env = dir, append(os.Environ(), "GOWORK=off", "GOFLAGS=")
		out, err := c.CombinedOutput()
		require.NoError(t, err, "%s", out)
		return string(out)
	}
	run(tool, "mod", "edit", "-module=mine", "-require=bsnn@v0.0.0", "-replace=bsnn="+root)
	require.Empty(t, run(filepath.Join(filepath.Dir(tool), "gofmt"), "-l", "mine_test.go"), "gofmt would change it")
	require.Contains(t, run(tool, "test", "-v", "."), "--- PASS: TestMine ")
}
