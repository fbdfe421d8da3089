package words

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// The error decides how many digits of a number are worth showing.
func TestNumberWithError(t *testing.T) {
	for _, c := range []struct {
		v, stderr float64
		want      string
	}{
		{-0.4902, 0.0034, "−0.4902 ± 0.0034"}, {-0.5, 0.000012, "−0.500000 ± 0.000012"}, {-0.53, 0.12, "−0.53 ± 0.12"},
		{12.3, 4.4, "12.3 ± 4.4"}, {123, 44, "123 ± 44"}, {-0.5, 0, "−0.5 ± 0"}, {-0.5, math.NaN(), "−0.5 ± –"},
	} {
		require.Equal(t, c.want, WithError(c.v, c.stderr))
	}
}
