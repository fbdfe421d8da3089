package main

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// shellWordsOf are the words that a shell makes of a line.
func shellWordsOf(t *testing.T, line string) []string {
	t.Helper()
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no sh")
	}
	out, err := exec.Command(shell, "-c", `printf '%s\0' `+line).Output()
	require.NoError(t, err, line)
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
}

// A verified is what verify --json prints.
type verified struct {
	Claims []struct {
		ID     string
		Widths []struct {
			Width   int
			Replay  string
			Verdict json.RawMessage
		}
	}
}

// requireChance demands of a verdict that another seed would give another one.
func requireChance(t *testing.T, verdict json.RawMessage) {
	t.Helper()
	var v struct{ Events int }
	require.NoError(t, json.Unmarshal(verdict, &v))
	require.Positive(t, v.Events)
}

// repeated runs the command of a replay as a shell would, and returns what it
// finds.
func repeated(t *testing.T, replay string) (r verified) {
	t.Helper()
	words := shellWordsOf(t, replay)
	require.Equal(t, "bsnn", words[0])
	_, stdout, stderr := command(t, append(words[1:], "--json")...)
	require.NoError(t, json.Unmarshal([]byte(stdout), &r), "%s\n%s", replay, stderr)
	return r
}

// Every verdict of a verification names the command that repeats it, whatever a
// shell makes of the letters in it.
func TestReplayOfAVerdict(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "it's $HOME, `mine`")
	require.NoError(t, writeMNIST(dir))
	_, stdout, stderr := command(t, "verify", "--json", "--activation", "relu(a * x)", "--set", "a=2", "--widths", "32,50", "--depth", "3",
		"--trials", "100", "--weights", "gaussian", "--workers", "2", "--seed", "7", "--sampler", "reflectors", "--data", "mnist:"+dir)
	var whole verified
	require.NoError(t, json.Unmarshal([]byte(stdout), &whole), stderr)
	require.Len(t, whole.Claims, 4)
	again := map[string]verified{}
	for i, c := range whole.Claims {
		require.Len(t, c.Widths, 2)
		for _, w := range c.Widths {
			require.NotContains(t, shellWordsOf(t, w.Replay), "--workers")
			if i == 0 {
				again[w.Replay] = repeated(t, w.Replay)
			}
			found := again[w.Replay].Claims[i]
			require.Equal(t, c.ID, found.ID)
			require.Len(t, found.Widths, 1)
			require.Equal(t, w.Width, found.Widths[0].Width)
			requireChance(t, w.Verdict)
			require.JSONEq(t, string(w.Verdict), string(found.Widths[0].Verdict))
		}
	}
	require.Len(t, again, 2)
}

// Every verdict in a report names the command that repeats it, for one width of
// each series that was decided.
func TestReplayOfAReportedVerdict(t *testing.T) {
	code, stdout, stderr := command(t, "report", "-o", filepath.Join(t.TempDir(), "report"), "--json", "--widths", "50,64", "--depth", "4",
		"--trials", "300", "--activation", "relu(a * x)", "--set", "a=3")
	require.Equal(t, exitDone, code, stderr)
	var report struct {
		Subjects []struct {
			Series []struct {
				Statement string
				Cells     []struct {
					Width   int
					Verdict json.RawMessage
				}
				Verdict struct {
					Width  int
					Replay string
				}
			}
		}
	}
	require.NoError(t, json.Unmarshal([]byte(stdout), &report))
	require.Len(t, report.Subjects, 1)
	require.Len(t, report.Subjects[0].Series, 4)
	decided := 0
	for _, s := range report.Subjects[0].Series {
		if s.Verdict.Width == 0 {
			require.Empty(t, s.Verdict.Replay, "undecided at every width")
			continue
		}
		decided++
		again := map[string]json.RawMessage{}
		for _, c := range repeated(t, s.Verdict.Replay).Claims {
			require.Len(t, c.Widths, 1)
			require.Equal(t, s.Verdict.Width, c.Widths[0].Width)
			again[c.ID] = c.Widths[0].Verdict
		}
		require.Contains(t, again, s.Statement, s.Verdict.Replay)
		compared := 0
		for _, cell := range s.Cells {
			if cell.Width == s.Verdict.Width {
				requireChance(t, cell.Verdict)
				require.JSONEq(t, string(cell.Verdict), string(again[s.Statement]), s.Verdict.Replay)
				compared++
			}
		}
		require.Equal(t, 1, compared)
	}
	require.GreaterOrEqual(t, decided, 3)
}
