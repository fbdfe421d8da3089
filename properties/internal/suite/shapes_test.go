package suite

import (
	"testing"

	"bsnn/gpnorm"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Checks draw every registered activation that is not affine: one that is
// declared in gpnorm needs no second place here. Each of 14 names is missed by
// 3,000 draws with a probability below 1e-90.
func TestChecksDrawWhatIsRegistered(t *testing.T) {
	require.NoError(t, gpnorm.Register(gpnorm.Definition{Name: "bent", Formula: "x + (sqrt(x^2 + 1) - 1)/2"}))
	draw := rapid.Custom(func(t *rapid.T) string {
		d := &Draw{System: Real(), t: t}
		a, err := d.builtin("activation")
		require.NoError(t, err)
		return a.Name
	})
	drawn := map[string]bool{}
	for seed := range 3000 {
		drawn[draw.Example(seed)] = true
	}
	for _, f := range gpnorm.Definitions() {
		a, err := gpnorm.Lookup(f.Name)
		require.NoError(t, err)
		require.Equal(t, f.Name != "identity", drawn[a.Name], f.Name)
	}
}
