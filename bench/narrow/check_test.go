package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"bsnn/gpnorm"
	"bsnn/internal/replay"
	"bsnn/reports"
)

// A few of the functions that the command draws. No statistics: every number is inside
// its enclosure or it is not.
func TestNoNumberIsOutsideItsEnclosure(t *testing.T) {
	n := 8
	if testing.Short() {
		n = 2
	}
	seed := replay.Seed(t)
	certified := 0
	for trial := range n {
		spec := draw(seed, trial)
		proven, faults := check(spec, trial == 0)
		require.Empty(t, faults, spec)
		if proven {
			certified++
		}
	}
	require.GreaterOrEqual(t, certified, n/2)
}

// A number that is outside is seen, wherever it is.
func TestNumbersOutsideAreSeen(t *testing.T) {
	j, err := gpnorm.Judge("tanh(x)", nil)
	require.NoError(t, err)
	c := collector{}
	card := reports.NewCard(j, 1e-6)
	c.card("card", card)
	c.json(card)
	c.code(j, card.Proof)
	c.moments(j)
	require.Empty(t, c.faults)

	wrong := card
	wrong.Roots = append([]reports.Root{}, card.Roots...)
	wrong.A += 1e-9
	wrong.Roots[1].BackwardVariance += 1e-9
	c.card("card", wrong)
	require.Len(t, c.faults, 2)
	proof := card.Proof
	proof.A.Hi = proof.A.Lo
	c = collector{}
	c.code(j, proof)
	require.GreaterOrEqual(t, len(c.faults), 3, "one for each language")
	c = collector{}
	j.Activation = j.Raw
	c.moments(j)
	require.Len(t, c.faults, 2)

	// What is taken from the activation disagrees with another proof.
	j, err = gpnorm.Judge("tanh(x)", nil)
	require.NoError(t, err)
	c = collector{}
	c.consumers(j, true)
	require.Empty(t, c.faults)
	other, err := gpnorm.Judge("tanh(1.1*x)", nil)
	require.NoError(t, err)
	j.Certificate = other.Certificate
	c.consumers(j, false)
	seen := strings.Join(c.faults, "\n")
	for _, what := range []string{"profile: V_f", "profile: V_b", "standard deviation", "P(outside)", "width backward"} {
		require.Contains(t, seen, what)
	}
	c = collector{}
	j = other
	j.Activation.Lipschitz /= 2
	c.consumers(j, false)
	require.Contains(t, strings.Join(c.faults, "\n"), "Lipschitz")
}
