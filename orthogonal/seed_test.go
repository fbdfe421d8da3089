package orthogonal

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// freshSeed returns a new seed for a randomised test and logs it; setting
// the environment variable BSNN_SEED to a logged seed replays it. Tests
// written with rapid print their own flag for that.
func freshSeed(t testing.TB) uint64 {
	t.Helper()
	seed := rand.Uint64()
	if s := os.Getenv("BSNN_SEED"); s != "" {
		var err error
		seed, err = strconv.ParseUint(s, 10, 64)
		require.NoError(t, err, "BSNN_SEED")
	}
	t.Logf("replay with BSNN_SEED=%d", seed)
	return seed
}

// source returns the i-th of the independent sources addressed by seed.
func source(seed uint64, i int) rand.Source { return rand.NewPCG(seed, uint64(i)) }

// gaussian returns n independent standard normal numbers.
func gaussian(n int, rng *rand.Rand) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = rng.NormFloat64()
	}
	return x
}
