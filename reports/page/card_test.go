package page

import (
	"testing"

	"bsnn/reports"

	"github.com/stretchr/testify/require"
)

func TestMapWords(t *testing.T) {
	c := reports.Card{B: 1, Roots: []reports.Root{{B: 1, LengthMapSlope: 0.5}, {B: 2, LengthMapSlope: 1.2}}, Maps: &reports.Maps{
		LengthFixedPoints: []reports.FixedPoint{{At: 1.0 / 64, Slope: 0.5, Stability: "attracting"},
			{At: 1, Slope: 1.25, Stability: "repelling"}}, EveryCorrelationFixed: true,
		LayersUntil: reports.LayersUntil{Distance: 0.01, Layers: 328, Limit: 1}}}
	want := []string{"length map: fixed points q = 0.015625 (slope 0.5, attracting), q = 1 (slope 1.25, repelling)",
		"every correlation is kept"}
	require.Equal(t, append(want, "uncorrelated inputs come within 0.01 of correlation 1 after 328 layers"), mapWords(c))
	c.B = 2
	require.Equal(t, want, mapWords(c), "lengths do not stay for κ > 1, and with them the count has no meaning")
	require.Nil(t, mapWords(reports.Card{}))
}
