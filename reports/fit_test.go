package reports

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"bsnn/gpnorm"
	"bsnn/theorem"
)

// TestExactSlope: over 64 … 2,048 the exact deviations of one layer of GELU fall
// with a slope of −0.4908, and the fit to what was measured stands beside it with
// its degrees of freedom.
func TestExactSlope(t *testing.T) {
	gelu, err := gpnorm.Lookup("gelu")
	require.NoError(t, err)
	n, err := gpnorm.Normalize(gelu)
	require.NoError(t, err)
	var cells []Cell
	for width := 64; width <= 2048; width *= 2 {
		m, err := theorem.SphereMoments(n.Activation, width, 1)
		require.NoError(t, err)
		sd := math.Sqrt(m.Forward.AverageVariance)
		cells = append(cells, Cell{Width: width, Trials: 400, ExactSD: Number(sd), SD: Number(2 * sd), PredictedSD: Number(math.NaN())})
	}
	f := fitSlope(cells)
	require.InDelta(t, -0.490847, float64(f.Exact), 1e-6)
	require.InDelta(t, float64(f.Exact), float64(f.Slope), 1e-12)
	require.Equal(t, 4, f.Degrees)

	cells[2].ExactSD = Number(math.NaN()) // over other widths it would be another slope
	require.True(t, math.IsNaN(float64(fitSlope(cells).Exact)))
	f = fitSlope(cells[:2])
	require.Zero(t, f.Degrees)
	text, err := json.Marshal(f)
	require.NoError(t, err)
	require.Contains(t, string(text), `"exact":null`)
}
