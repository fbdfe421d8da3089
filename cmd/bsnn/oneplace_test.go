package main

import (
	"encoding/json"
	"testing"

	"bsnn/gpnorm"

	"github.com/stretchr/testify/require"
)

// An activation that was declared in one place is known to every verb: no list
// of the command line has to be told.
func TestAnActivationIsAddedInOnePlace(t *testing.T) {
	require.NoError(t, gpnorm.Register(gpnorm.Definition{
		Name: "bent", Title: "bent identity", Formula: "x + (sqrt(x^2 + 1) - 1)/2",
	}))

	code, stdout, _ := command(t, "__complete", "activation", "be")
	require.Equal(t, exitDone, code)
	require.Contains(t, stdout, "bent\n")
	code, stdout, _ = command(t, "__complete", "verify", "--activation", "be")
	require.Equal(t, exitDone, code)
	require.Contains(t, stdout, "bent\n")
	_, stdout, _ = command(t, "activation", "--help")
	require.Regexp(t, `Names: bent, `, stdout)

	code, stdout, stderr := command(t, "activation", "bent", "--json")
	require.Equal(t, exitDone, code, stderr)
	var card struct {
		Expression string
		Lipschitz  float64
		Proof      struct{ A struct{ Lo, Hi float64 } }
		Maps       struct{ Hermite []float64 }
	}
	require.NoError(t, json.Unmarshal([]byte(stdout), &card))
	require.Equal(t, "bent", card.Expression)
	require.Positive(t, card.Proof.A.Lo)
	require.NotEmpty(t, card.Maps.Hermite)
	require.InDelta(t, 1.5*card.Proof.A.Hi, card.Lipschitz, 1e-6)

	for language, says := range map[string]string{
		"go": "func BentGP(x float64) float64", "pytorch": "def bent_gp(x)", "jax": "def bent_gp(x)",
	} {
		code, stdout, stderr := command(t, "activation", "bent", "--emit", language)
		require.Equal(t, exitDone, code, stderr)
		require.Contains(t, stdout, says)
	}
	code, _, stderr = command(t, "verify", "--activation", "bent(x) + x", "--widths", "64", "--depth", "2", "--trials", "50")
	require.NotEqual(t, exitBadInput, code, stderr)
	_, _, stderr = command(t, "activation", "bentt")
	require.Contains(t, stderr, `did you mean "bent"`)
}
