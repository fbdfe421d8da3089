package main

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"bsnn/properties"
)

func TestWidthSimulates(t *testing.T) {
	args := []string{"width", "--activation", "c*x + relu(x)", "--set", "c=0.1", "--depth", "3", "--tolerance", "0.3", "--confidence",
		"0.8", "--simulate", "--seed", "7", "--json"}
	code, stdout, stderr := command(t, args...)
	require.Equal(t, exitDone, code, stderr)
	var a properties.WidthAnswer
	require.NoError(t, json.Unmarshal([]byte(stdout), &a))
	require.Equal(t, uint64(7), a.Seed)
	require.Equal(t, 3, a.Depth)
	require.Positive(t, a.Forward.Measured.Enough)
	require.NotEmpty(t, a.Backward.Measured.Tests)
	require.Equal(t, 200, maxTrialsOf(a)) // 40/(1 − 0.8), reached where undecided
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

func TestWidthIsInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errs bytes.Buffer
	code := run(ctx, []string{"width", "--depth", "10", "--simulate"}, &out, &errs)
	require.Equal(t, exitUndecided, code)
	require.Contains(t, out.String(), "proven")
	require.Contains(t, errs.String(), "interrupted")
}
