package main

import (
	"testing"
	"time"

	"bsnn/properties"

	"github.com/stretchr/testify/require"
)

func TestTimeLeft(t *testing.T) {
	start := time.Now()
	l := timeLeft{start: start, saved: 600}
	_, known := l.at(start.Add(time.Hour), 600, 1000)
	require.False(t, known, "nothing to go by")
	_, known = l.at(start.Add(time.Millisecond), 700, 1000)
	require.False(t, known, "preparations weigh more than the work")
	left, known := l.at(start.Add(30*time.Second), 700, 1000)
	require.True(t, known)
	require.Equal(t, 90*time.Second, left, "what an earlier run did takes no time")
}

func TestPaceWords(t *testing.T) {
	start := time.Unix(1000, 0)
	p := pace{start: start}
	at := func(seconds float64, x properties.Progress) string {
		now := start.Add(time.Duration(seconds * float64(time.Second)))
		p.see(now, x)
		return p.words(now, x)
	}
	require.Equal(t, ": width 64, depth 2",
		at(0, properties.Progress{Width: 64, Depth: 2, Networks: 50, Restored: 50, Done: 100, Saved: 100, Total: 1000}),
		"what was restored says nothing of the speed")
	require.Equal(t, ": width 64, depth 2, 20 networks/s, at most 18s left",
		at(5, properties.Progress{Width: 64, Depth: 2, Networks: 150, Restored: 50, Done: 300, Saved: 100, Total: 1000}),
		"200 units in 5 s leave 17.5 s for 700")
	require.Equal(t, ": width 128, depth 2, at most 11s left",
		at(6, properties.Progress{Width: 128, Depth: 2, Networks: 151, Restored: 50, Done: 650, Saved: 450, Total: 1000}),
		"the rate of other networks begins anew")
}
