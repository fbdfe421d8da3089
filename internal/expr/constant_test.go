package expr_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bsnn/internal/expr"
)

// The number of a literal is the one that was written.
func TestConstantsAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[0-9]{0,25}[0-9]\.[0-9]{0,25}(e[+-]?[0-9]{1,2})?`).Draw(t, "text")
		want, ok := new(big.Rat).SetString(text)
		require.True(t, ok)
		for _, p := range []*expr.Program{parse(t, text), parse(t, "c", text)} {
			c := p.Code()[0].Const
			require.Zero(t, c.Rat.Cmp(want), "%s is not %s", c.Rat, text)
			requireEnclosure(t, c, want)
		}
	})
	for name, digits := range map[string]string{
		"pi": "3.14159265358979323846264338327950288419716939937510582097494459",
		"e":  "2.71828182845904523536028747135266249775724709369995957496696763",
	} {
		c := parse(t, name).Code()[0].Const
		want, _ := new(big.Rat).SetString(digits)
		require.Nil(t, c.Rat)
		require.Equal(t, name, c.Name)
		requireEnclosure(t, c, want)
	}
}

func requireEnclosure(t require.TestingT, c *expr.Constant, want *big.Rat) {
	lo, hi := new(big.Rat).SetFloat64(c.Lo), new(big.Rat).SetFloat64(c.Hi)
	require.True(t, lo.Cmp(want) <= 0 && want.Cmp(hi) <= 0, "%v is not in [%v, %v]", want, c.Lo, c.Hi)
	if lo.Cmp(want) == 0 {
		require.Equal(t, c.Lo, c.Hi)
	} else {
		require.Equal(t, math.Nextafter(c.Lo, c.Hi), c.Hi)
	}
	require.True(t, c.Value == c.Lo || c.Value == c.Hi)
	nearest, _ := want.Float64()
	require.Equal(t, nearest, c.Value)
}
