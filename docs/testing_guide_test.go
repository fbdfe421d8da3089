package docs_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A fence is a block of code in a document.
type fence struct{ language, text string }

// fencesOf lists the blocks of code of one section, in order.
func fencesOf(t *testing.T, document, section string) []fence {
	t.Helper()
	text, err := os.ReadFile(document)
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(text), "\n"+section+"\n")
	require.True(t, found, "%s has no section %q", document, section)
	level, _, _ := strings.Cut(section, " ")
	rest, _, _ = strings.Cut(rest, "\n"+level+" ")
	var out []fence
	for i, part := range strings.Split(rest, "\n```") {
		if i%2 == 1 {
			language, block, _ := strings.Cut(part, "\n")
			out = append(out, fence{language, block + "\n"})
		}
	}
	require.NotEmpty(t, out)
	return out
}

var fileName = regexp.MustCompile(`^// (\w+\.go)\n`)

// TestAnotherModuleFollowsTheGuide does what testing.md says to people who
// test their own network from a module of their own: the commands, the files,
// and what the failing tests print. The assertions that hold have a total false-alarm
// probability of 4e-9; those that do not are refuted beyond p = 1e-100.
func TestAnotherModuleFollowsTheGuide(t *testing.T) {
	if testing.Short() {
		t.Skip("builds another module")
	}
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("the guide is written for a shell")
	}
	root, err := filepath.Abs("..")
	require.NoError(t, err)
	dir := t.TempDir()
	run := func(commands string) (string, error) {
		c := exec.CommandContext(t.Context(), shell, "-e", "-c", strings.ReplaceAll(commands, "PATH", "'"+root+"'"))
		c.Dir = dir
		c.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
		out, err := c.CombinedOutput()
		return string(out), err
	}

	var last string // commands that need the files
	var expected []string
	for _, f := range fencesOf(t, "testing.md", "## Test your own network from your own Go tests") {
		name := fileName.FindStringSubmatch(f.text)
		switch {
		case strings.HasPrefix(f.text, "mkdir "):
			out, err := run(f.text)
			require.NoError(t, err, out)
			folder, _, _ := strings.Cut(strings.TrimPrefix(f.text, "mkdir "), "\n")
			dir = filepath.Join(dir, folder)
		case strings.HasPrefix(f.text, "go mod tidy\n"):
			last = f.text
		case strings.HasPrefix(f.text, "refuted: "):
			expected = append(expected, strings.Split(f.text, "\n")[0])
		case f.language == "go" && name != nil:
			require.NoError(t, os.WriteFile(filepath.Join(dir, name[1]), []byte(f.text), 0o600))
		default:
			t.Errorf("nobody tries this block of testing.md:\n%s", f.text)
		}
	}
	require.NotEmpty(t, last, "testing.md does not say how to fetch what the import needs")
	require.Len(t, expected, 2)

	_, err = run("go vet .")
	require.Error(t, err, "without go mod tidy nothing is built, as testing.md says")

	tidy, test, _ := strings.Cut(last, "\n")
	out, err := run(tidy)
	require.NoError(t, err, out)
	out, err = run("gofmt -l .")
	require.NoError(t, err, out)
	require.Empty(t, out, "files of testing.md that gofmt would change")
	out, err = run(strings.TrimSpace(test) + " -v")
	var exit *exec.ExitError
	require.True(t, errors.As(err, &exit), "two tests of testing.md are to fail, and said:\n%s", out)
	for _, line := range expected {
		require.Contains(t, out, line)
	}
	for name, passes := range map[string]bool{
		"TestMyActivation": false, "TestMyNorms": true, "TestTheirInit": true, "TestMyInit": false, "TestMyNetwork": true,
	} {
		mark := "--- FAIL: "
		if passes {
			mark = "--- PASS: "
		}
		require.Contains(t, out, mark+name+" ", out)
	}
}
