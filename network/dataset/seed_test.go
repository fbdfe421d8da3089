package dataset_test

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// freshSeed returns a new seed at every run and logs it; BSNN_SEED replays a
// logged one.
func freshSeed(t *testing.T) uint64 {
	seed := rand.Uint64()
	if s := os.Getenv("BSNN_SEED"); s != "" {
		var err error
		seed, err = strconv.ParseUint(s, 10, 64)
		require.NoError(t, err, "BSNN_SEED")
	}
	t.Logf("replay with BSNN_SEED=%d", seed)
	return seed
}
