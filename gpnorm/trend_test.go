package gpnorm_test

import (
	"math"
	"testing"

	"bsnn/gpnorm"

	"github.com/stretchr/testify/require"
)

func TestTrend(t *testing.T) {
	for slope, want := range map[float64]gpnorm.Trend{
		-3: gpnorm.Fading, 0.5: gpnorm.Fading, 1 - 2e-9: gpnorm.Fading,
		1 - 0.5e-9: gpnorm.Summing, 1: gpnorm.Summing, 1 + 0.5e-9: gpnorm.Summing,
		1 + 2e-9: gpnorm.Growing, 7: gpnorm.Growing, math.Inf(1): gpnorm.Growing, math.NaN(): gpnorm.Growing,
	} {
		require.Equal(t, want, gpnorm.TrendOf(slope), "κ = %v", slope)
		require.Equal(t, want, gpnorm.Profile{Slope: slope}.Trend())
	}
}
