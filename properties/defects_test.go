package properties_test

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"bsnn/properties/internal/suite"
	"bsnn/properties/internal/suite/faults"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var (
	defectRuns  = flag.Int("bsnn.defects", 1, "how often each planted defect is examined, each time with fresh draws")
	defectTable = flag.String("bsnn.write", "", "file to write the table of planted defects to")
)

//go:generate go test . -run TestChecksAreDocumented -count=1 -bsnn.update
// Some rows alone: go test . -run 'TestDefects$/planted/gain' -count=1 -timeout=2h -bsnn.defects=20 -bsnn.write=../docs/defects.md
//
//go:generate go test . -run TestDefects$ -count=1 -timeout=2h -bsnn.defects=20 -bsnn.write=../docs/defects.md

// A caught defect is what the runs against it found.
type caught struct {
	fault   faults.Fault
	by      map[string]int // check → runs that it decided
	missed  int
	draws   []int
	trials  []int
	seconds []float64
}

// TestDefects plants each defect and runs the suite against it at its default
// effort, the check that is expected to see it first. A defect that is not
// refuted is a failure of the suite. With -short it plants a sixth of them,
// others in each run.
func TestDefects(t *testing.T) {
	if raceDetector {
		t.Skip("finding defects takes trials, and races are found without")
	}
	all := faults.All()
	if testing.Short() {
		var some []faults.Fault
		for i := int(runSeed % 6); i < len(all); i += 6 {
			some = append(some, all[i])
		}
		all = some
	}
	results := make([]caught, len(all))
	t.Run("planted", func(t *testing.T) {
		for i, f := range all {
			t.Run(f.ID, func(t *testing.T) {
				t.Parallel()
				results[i] = hunt(t, f)
			})
		}
	})
	if *defectTable == "" || t.Failed() {
		return
	}
	before, err := os.ReadFile(*defectTable)
	if !errors.Is(err, fs.ErrNotExist) {
		require.NoError(t, err)
	}
	text, err := defectsDocument(results, string(before))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(*defectTable, []byte(text), 0o644))
}

func hunt(t *testing.T, f faults.Fault) caught {
	c := caught{fault: f, by: map[string]int{}}
	p := plan(1)
	p.Effort = suite.Default
	checks := slices.Clone(p.Checks)
	first := slices.IndexFunc(checks, func(c suite.Check) bool { return c.ID == f.Catcher })
	require.GreaterOrEqual(t, first, 0, "no check is called %s", f.Catcher)
	catcher := checks[first]
	checks = append([]suite.Check{catcher}, slices.Delete(checks, first, first+1)...)
	for run := range *defectRuns {
		p.Seed = seedOf("defect "+f.ID, run)
		find, found := p.Hunt(checks, f.System())
		if !found {
			c.missed++
			t.Errorf("%s (%s) passed the suite in run %d", f.ID, f.What, run)
			continue
		}
		c.by[find.Check]++
		c.draws = append(c.draws, find.Draws)
		c.trials = append(c.trials, find.Trials)
		c.seconds = append(c.seconds, find.Elapsed.Seconds())
		if run == 0 {
			t.Logf("%s, refuted by %s after %d draws and %v:\n%v", f.What, find.Check, find.Draws, find.Elapsed.Round(time.Millisecond), find.Reason)
		}
	}
	return c
}

// defectsDocument is the table of all defects: with what was found, and with the rows of
// the table before where -run left a defect out.
func defectsDocument(results []caught, before string) (string, error) {
	var b strings.Builder
	fmt.Fprintf(&b, `# Planted defects

<!-- Written by: cd properties && go generate . -->

Each line is a small wrong variant of one component of this project. The suite of `+"`go test ./properties`"+` was run
against each of them %d times at %s effort, with fresh draws every time and the same error probability as in a normal run
(a correct project fails with probability at most %g). Draws, trials and seconds are the medians of the runs and, in brackets,
the largest; a check makes %d draws, so the largest number of draws shows how much is left. The checks are described
in [checks.md](checks.md).

| defect | component | what is wrong | refuted | by | draws | trials | seconds |
| --- | --- | --- | --- | --- | --- | --- | --- |
`, *defectRuns, suite.Default.Name, falseAlarm, suite.Default.Draws)
	hunted := map[string]caught{}
	for _, c := range results {
		hunted[c.fault.ID] = c
	}
	for _, f := range faults.All() {
		c, ok := hunted[f.ID]
		if !ok {
			row := rowOf(before, f)
			if row == "" {
				return "", fmt.Errorf("%s was not examined, and the table before has no row of it", f.ID)
			}
			b.WriteString(row)
			continue
		}
		var by []string
		for _, check := range suite.Checks() {
			if k := c.by[check.ID]; k > 0 {
				by = append(by, fmt.Sprintf("%s %d×", check.ID, k))
			}
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %d/%d | %s | %s | %s | %s |\n", c.fault.ID, c.fault.Component, c.fault.What,
			*defectRuns-c.missed, *defectRuns, strings.Join(by, ", "), spread(c.draws, "%d"), spread(c.trials, "%d"), spread(c.seconds, "%.2f"))
	}
	fmt.Fprintf(&b, "\n%d defects, all refuted in every run.\n", len(faults.All()))
	return b.String(), nil
}

// rowOf is the row of a defect in a table for as many runs, with its line's end, or nothing.
func rowOf(table string, f faults.Fault) string {
	for line := range strings.Lines(table) {
		if strings.HasPrefix(line, fmt.Sprintf("| %s | %s | %s | %d/%d |", f.ID, f.Component, f.What, *defectRuns, *defectRuns)) {
			return line
		}
	}
	return ""
}

// spread is the median and, in brackets, the largest.
func spread[T int | float64](x []T, format string) string {
	if len(x) == 0 {
		return "–"
	}
	slices.Sort(x)
	return fmt.Sprintf(format+" ("+format+")", x[len(x)/2], x[len(x)-1])
}

// The table in docs lists the defects that there are.
func TestDefectsAreDocumented(t *testing.T) {
	text, err := os.ReadFile("../docs/defects.md")
	require.NoError(t, err)
	for _, f := range faults.All() {
		require.Contains(t, string(text), fmt.Sprintf("| %s | %s | %s | 20/20 |", f.ID, f.Component, f.What),
			"go generate writes docs/defects.md anew")
	}
	readme, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	require.Contains(t, string(readme), fmt.Sprintf("[%d claims]", len(suite.Checks())))
	require.Contains(t, string(readme), fmt.Sprintf("[%d planted mistakes]", len(faults.All())))
}

// A failure ends in the smallest case that still fails: for QR without signs
// that is a narrow matrix, and the message says how to see it again.
func TestFailuresShrink(t *testing.T) {
	p := plan(1)
	for _, c := range p.Checks {
		if c.ID != "haar-moments" {
			continue
		}
		i := slices.IndexFunc(faults.All(), func(f faults.Fault) bool { return f.ID == "haar-without-signs" })
		r := &recorder{name: t.Name()}
		r.run(func() { examine(r, p, c, faults.All()[i].System()) })
		require.True(t, r.failed)
		text := r.String()
		require.Contains(t, text, "dense W, n = 2", "the smallest width")
		require.Contains(t, text, fmt.Sprintf("-bsnn.seed=%d", runSeed))
		require.Contains(t, text, "odds:")
	}
}

var _ rapid.TB = (*recorder)(nil)
