// Package replay gives randomised tests their seeds: a fresh one in every run,
// which is logged, or the one that the environment asks for.
package replay

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
)

// Variable is the environment variable that replays a run.
const Variable = "BSNN_SEED"

// Seed returns a new seed for a randomised test and logs it; setting the
// environment variable BSNN_SEED to a logged seed replays it. Tests written
// with rapid print a flag of their own for that.
func Seed(t testing.TB) uint64 {
	t.Helper()
	seed := rand.Uint64()
	if s := os.Getenv(Variable); s != "" {
		var err error
		if seed, err = strconv.ParseUint(s, 10, 64); err != nil {
			t.Fatalf("%s=%q; want a whole number from 0 to 2^64−1", Variable, s)
		}
	}
	t.Logf("replay with %s=%d", Variable, seed)
	return seed
}
