package main

import (
	"strings"
	"testing"
	"time"

	"bsnn/network/training"

	"github.com/stretchr/testify/require"
)

// What takes long says so before it begins, and what does not is silent.
func TestForetold(t *testing.T) {
	s := training.Default()
	s.Width, s.Depth, s.Epochs = 8192, 40, 1000
	require.Regexp(t, `^this takes about \S+ (days|years) here, of which .* until the first step$`, foretold(s, 60_000, 0))
	s.Steps = 1_000_000_000
	require.NotContains(t, foretold(s, 60_000, 1), "until the first step", "of a run that goes on")
	s.Width, s.Depth, s.Epochs, s.Steps = 64, 10, 1, 0
	require.Empty(t, foretold(s, 60_000, 0))
	require.Zero(t, foretoldDrawing(10, 64))
	require.Greater(t, foretoldDrawing(1_000_000, 256), 60.)
	require.Empty(t, durationText(59))
	require.Equal(t, "this takes about 2 h here", durationText(7200))
	for seconds, want := range map[float64]string{30: "30 s", 119: "119 s", 600: "10 min", 7200: "2 h", 1e6: "12 days", 1e9: "32 years"} {
		require.Equal(t, want, durationWords(seconds))
	}
}

// Without a terminal a long run writes a line now and then.
func TestHeartbeat(t *testing.T) {
	var b strings.Builder
	p := newProgress(&b)
	now := time.Now()
	p.draw(now, "measuring, 3h left", 1, 4)
	require.Empty(t, b.String())
	p.draw(now.Add(heartbeat+time.Second), "measuring, 3h left", 1, 4)
	p.draw(now.Add(heartbeat+2*time.Second), "measuring, 3h left", 1, 4)
	require.Equal(t, "bsnn: measuring, 3h left, 25 %\n", b.String())
}
