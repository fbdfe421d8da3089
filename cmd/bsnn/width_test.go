package main

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"bsnn/properties"
)

func TestWidthTable(t *testing.T) {
	code, stdout, stderr := command(t, "width", "--activation", "tanh", "--depth", "200", "--tolerance", "0.05", "--confidence", "0.99")
	require.Equal(t, exitDone, code, stderr)
	require.Empty(t, stderr)
	require.Contains(t, stdout, "depth 200")
	require.Regexp(t, `proven +\d{4} +1\d{6} +1\d{6}\n`, stdout)
	require.Regexp(t, `limit law +\d{3} +2[56]\d{4} +2[56]\d{4}\n`, stdout)
	require.NotContains(t, stdout, "measured")
}

func TestWidthSimulates(t *testing.T) {
	args := []string{"width", "--activation", "c*x + relu(x)", "--set", "c=0.1", "--depth", "3", "--tolerance", "0.3", "--confidence", "0.8", "--simulate", "--seed", "7", "--json"}
	code, stdout, stderr := command(t, args...)
	require.Equal(t, exitDone, code, stderr)
	var a properties.WidthAnswer
	require.NoError(t, json.Unmarshal([]byte(stdout), &a))
	require.Equal(t, uint64(7), a.Seed)
	require.Equal(t, 3, a.Depth)
	require.Positive(t, a.Forward.Measured.Enough)
	require.NotEmpty(t, a.Backward.Measured.Tests)
	require.Equal(t, 200, maxTrialsOf(a)) // 40/(1 − 0.8), reached where undecided

	code, again, _ := command(t, append(args, "--workers", "2")...)
	require.Equal(t, exitDone, code)
	require.Equal(t, stdout, again)

	code, stdout, _ = command(t, args[:len(args)-1]...)
	require.Equal(t, exitDone, code)
	require.Contains(t, stdout, "measured")
	require.Contains(t, stdout, "right with probability 0.999 (seed 7)")
}

func maxTrialsOf(a properties.WidthAnswer) int {
	most := 0
	for _, m := range []*properties.MeasuredWidth{a.Forward.Measured, a.Backward.Measured} {
		for _, test := range m.Tests {
			most = max(most, test.Verdict.Trials)
		}
	}
	return most
}

// Where the theory has no answer, the command says why, with exit code 1.
func TestWidthWithoutAnswer(t *testing.T) {
	for reason, args := range map[string][]string{
		"κ = 1.11349": {"--activation", "gelu", "--other-root"},
		"E φ(g)² = 1": {"--activation", "tanh", "--as-is"},
	} {
		code, stdout, stderr := command(t, append([]string{"width"}, args...)...)
		require.Equal(t, exitRefuted, code, stderr)
		require.Contains(t, stdout, "no width is proven or predicted")
		require.Contains(t, stdout, reason)
	}
}

func TestWidthOutOfReach(t *testing.T) {
	code, stdout, _ := command(t, "width", "--depth", "20", "--simulate", "--max-work", "1e6", "--trials", "40", "--confidence", "0.5")
	require.Equal(t, exitUndecided, code)
	require.Contains(t, stdout, "out of reach")
	require.Contains(t, stdout, "--max-work")
}

func TestWidthIsInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errs bytes.Buffer
	code := run(ctx, []string{"width", "--depth", "10", "--simulate"}, &out, &errs)
	require.Equal(t, exitUndecided, code)
	require.Contains(t, out.String(), "proven")
	require.Contains(t, errs.String(), "interrupted")
}

func TestBadWidthInput(t *testing.T) {
	for says, args := range map[string]string{
		"extra":               "extra",
		"--depth 0":           "--depth 0",
		"--depth 9999999":     "--depth 9999999",
		"--tolerance 0":       "--tolerance 0",
		"--tolerance 1":       "--tolerance 1",
		"--tolerance NaN":     "--tolerance NaN",
		"--confidence 1":      "--confidence 1",
		"--confidence -0.1":   "--confidence -0.1",
		"--max-work 0":        "--max-work 0 --simulate",
		"--alpha 2":           "--alpha 2 --simulate",
		"--trials -1":         "--trials -1 --simulate",
		"--workers -1":        "--workers -1 --simulate",
		"--seed":              "--seed x --simulate",
		"tanh":                "--activation tanhh",
		"exclude":             "--as-is --other-root",
		"affine":              "--activation identity --other-root",
		"NAME=NUMBER":         "--set c",
		"not defined everywh": "--activation log(x)",
	} {
		code, stdout, stderr := command(t, append([]string{"width"}, strings.Fields(args)...)...)
		require.Equal(t, exitBadInput, code, args)
		require.Empty(t, stdout, args)
		require.Contains(t, stderr, says)
		require.Equal(t, 1, strings.Count(stderr, "\n"), stderr)
	}
}
