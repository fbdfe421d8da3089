package faults

import (
	"math/rand/v2"
	"testing"

	"bsnn/internal/replay"
	"bsnn/orthogonal"
	"bsnn/properties/internal/suite"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

// What carries defects out is right without them, so that they are what is found; a false alarm
// has a probability of 1e-6.
func TestCarriersWithoutDefects(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a second")
	}
	seed := replay.Seed(t)
	s := suite.Real()
	carriedOut(trips{})(&s)
	tall(func(m, n int, r *rand.Rand) *mat.Dense {
		q, err := orthogonal.NewSemiOrthogonal(m, n, r)
		require.NoError(t, err)
		return q.Matrix()
	})(&s)
	p := suite.Plan{Seed: seed, Effort: suite.Short, Alpha: 1e-6, Round: 1}
	for _, c := range suite.ArchitectureChecks() {
		if c.ID != "net-prediction" { // which draws nothing
			p.Checks = append(p.Checks, c)
		}
	}
	find, found := p.Hunt(p.Checks, s)
	require.False(t, found, "%s: %v", find.Check, find.Reason)
}
