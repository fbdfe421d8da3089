package gpnorm

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Far out softplus and GELU are equal up to rounding, and the rounding is no
// jump; a jump of a small function is one.
func TestRoundingIsNoJump(t *testing.T) {
	_, err := Judge("elu((softplus(x) - gelu(x)), 0.01)", nil)
	require.NoError(t, err)
	_, err = Judge("1e-30*sign(x)", nil)
	require.ErrorContains(t, err, "jumps")
}
