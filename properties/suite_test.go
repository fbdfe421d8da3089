package properties_test

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"bsnn/internal/replay"
	"bsnn/properties/internal/suite"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var (
	seedFlag   = flag.Uint64("bsnn.seed", 0, "seed that replays a whole run (default: BSNN_SEED, else a fresh one)")
	updateFlag = flag.Bool("bsnn.update", false, "write docs/checks.md anew")
	effortFlag = flag.String("bsnn.effort", "",
		"short, default or deep; deep goes on in rounds until shortly before the deadline (default: default, with -short: short)")
)

// falseAlarm is the probability, at most, with which a correct project fails
// this package, in one run of any length.
const falseAlarm = 1e-6

var (
	runSeed uint64
	effort  suite.Effort
	ledger  suite.Ledger
)

// TestMain fixes the seed of the run, which all randomness follows from,
// rapid's included, and prints what the run has spent.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400) // a fifth of the time would go into collecting short-lived slices
	flag.Parse()
	if err := configure(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	code := m.Run()
	if table := ledger.Table(suite.Checks()); ledger.Alpha() > 0 {
		fmt.Printf("%s\nA correct project fails with probability at most %.2g (%g in runs of any length).\nReplay: -bsnn.seed=%d "+
			"-bsnn.effort=%s\n",
			table, ledger.Alpha(), falseAlarm, runSeed, effort.Name)
	}
	os.Exit(code)
}

func configure() (err error) {
	set := map[string]bool{}
	flag.Visit(func(f *flag.Flag) { set[f.Name] = true })
	if runSeed = rand.Uint64(); set["bsnn.seed"] {
		runSeed = *seedFlag
	} else if s := os.Getenv(replay.Variable); s != "" {
		if runSeed, err = strconv.ParseUint(s, 10, 64); err != nil {
			return fmt.Errorf("%s=%q; want a whole number from 0 to 2^64−1", replay.Variable, s)
		}
	}
	if err := os.Setenv(replay.Variable, fmt.Sprint(runSeed)); err != nil { // for the tests beside the suite
		return err
	}
	name := *effortFlag
	switch {
	case name == "" && testing.Short():
		name = suite.Short.Name
	case name == "":
		name = suite.Default.Name
	}
	if effort, err = suite.ParseEffort(name); err != nil {
		return fmt.Errorf("-bsnn.effort: %w", err)
	}
	if raceDetector {
		effort.Neurons /= 20
	}
	checks := effort.Draws
	if testing.Short() {
		checks *= 5 // rapid divides by 5 then
	}
	for flagName, value := range map[string]string{"rapid.checks": fmt.Sprint(checks), "rapid.nofailfile": "true", "rapid.shrinktime": "15s"} {
		if !set[flagName] {
			if err := flag.Set(flagName, value); err != nil {
				return err
			}
		}
	}
	return nil
}

func plan(round int) suite.Plan {
	return suite.Plan{Seed: seedOf("suite", round), Effort: effort, Alpha: falseAlarm, Checks: suite.Checks(), Round: round}
}

// seedOf is the seed of one part of the run; it is never 0, which rapid takes
// for none.
func seedOf(part string, i int) uint64 {
	h := rand.NewPCG(runSeed, uint64(i))
	seed := h.Uint64()
	for _, c := range part {
		seed = seed*0x100000001b3 + uint64(c)
	}
	return max(seed, 1)
}

// TestSuite examines this project for every claim of the theory. With deep
// effort it goes on in rounds, each with fresh draws and less of the error
// probability, until too little time is left for another.
func TestSuite(t *testing.T) {
	for round := 1; ; round++ {
		p, start := plan(round), time.Now()
		require.NoError(t, flag.Set("rapid.seed", fmt.Sprint(p.Seed)))
		t.Run(fmt.Sprintf("round %d", round), func(t *testing.T) {
			for _, c := range p.Checks {
				t.Run(c.ID, func(t *testing.T) {
					t.Parallel()
					examine(t, p, c, suite.Real())
				})
			}
		})
		deadline, limited := t.Deadline()
		if t.Failed() || effort.Name != suite.Deep.Name || (limited && time.Until(deadline) < 2*time.Since(start)+10*time.Second) {
			return
		}
		t.Logf("round %d done after %v; false alarm so far ≤ %.2g", round, time.Since(start).Round(time.Second), ledger.Alpha())
	}
}

// examine lets rapid draw, and shrink what fails to the smallest case that
// still does.
func examine(t rapid.TB, p suite.Plan, c suite.Check, s suite.System) {
	t.Helper()
	failing := false
	rapid.Check(t, func(rt *rapid.T) {
		r := p.Examine(rt, c, s)
		if !failing { // what shrinking does is no evidence
			ledger.Record(c, r)
		}
		if r.Err != nil {
			failing = true
			rt.Fatalf("%s (%s, %s)\n  claim:   %s\n  %v\n  replay:  go test ./properties -run 'TestSuite/round_%d/%s$' -bsnn.seed=%d "+
				"-bsnn.effort=%s",
				c.ID, c.Status, c.Source, c.Claim, indent(r.Err), p.Round, c.ID, runSeed, effort.Name)
		}
	})
}

func indent(err error) string {
	var r *suite.Refutation
	if errors.As(err, &r) {
		return "found:   " + err.Error()
	}
	return "could not be examined: " + err.Error()
}

// The plan never promises more than the error probability it was given, in
// any number of rounds.
func TestPlanKeepsItsAlpha(t *testing.T) {
	total := 0.0
	for round := 1; round <= 10_000; round++ {
		p := plan(round)
		sum := 0.0
		for _, c := range p.Checks {
			sum += p.CheckAlpha(c)
		}
		require.InEpsilon(t, p.RoundAlpha(), sum, 1e-9)
		total += sum
	}
	require.LessOrEqual(t, total, falseAlarm)
	require.Greater(t, total, 0.999*falseAlarm)
}

// docs/checks.md says what the checks are.
func TestChecksAreDocumented(t *testing.T) {
	const file = "../docs/checks.md"
	var b strings.Builder
	b.WriteString("# The checks of `go test ./properties`\n\n<!-- Written by: cd properties && go generate . -->\n\n" +
		"What each status promises, and how the suite works, is in [testing.md](testing.md); sections are those of [theory.md](theory.md).\n\n" +
		"| check | claim | source | status |\n| --- | --- | --- | --- |\n")
	for _, c := range suite.Checks() {
		status := string(c.Status)
		if c.Slack != "" {
			status += "; slack: " + c.Slack
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", c.ID, strings.ReplaceAll(c.Claim, "|", "\\|"), c.Source,
			strings.ReplaceAll(status, "|", "\\|"))
	}
	if *updateFlag {
		require.NoError(t, os.WriteFile(file, []byte(b.String()), 0o644))
	}
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, b.String(), string(text), "go generate writes it anew")
}

// Identities are checked without chance, so nothing may be spent on them; no two checks
// share a name.
func TestChecksAreWellFormed(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range suite.Checks() {
		require.False(t, seen[c.ID], c.ID)
		seen[c.ID] = true
		require.NotEmpty(t, c.Claim, c.ID)
		require.NotEmpty(t, c.Source, c.ID)
		if c.Status == suite.Asymptotic {
			require.NotEmpty(t, c.Slack, c.ID)
			require.Positive(t, c.Tests, c.ID)
		}
	}
	require.Greater(t, len(seen), 40)
}
