package replay_test

import (
	"testing"

	"bsnn/internal/replay"

	"github.com/stretchr/testify/require"
)

func TestSeed(t *testing.T) {
	t.Setenv(replay.Variable, "")
	require.NotEqual(t, replay.Seed(t), replay.Seed(t))
	t.Setenv(replay.Variable, "18446744073709551615")
	require.Equal(t, ^uint64(0), replay.Seed(t))
}
