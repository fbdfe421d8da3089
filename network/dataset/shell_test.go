package dataset_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
	"pgregory.net/rapid"

	"bsnn/network/dataset"
)

// Four images of two pixels whose ‖x‖²/m is 0, 1/2, 1/2 and 1 in [0, 1].
func TestThinShellByHand(t *testing.T) {
	images := dataset.Images{Dim: 2, Pixels: []uint8{0, 0, 255, 0, 0, 255, 255, 255}, Labels: make([]uint8, 4)}
	s, err := dataset.ThinShell(images, 0.5, 1, 1.5)
	require.NoError(t, err)
	require.Equal(t, dataset.Summary{
		Count: 4, Dim: 2, Blank: 1, GaussianSD: 1,
		UnitInterval: dataset.Shell{Scaling: dataset.Scaling{SD: 1}, Mean: 0.5, SD: math.Sqrt(0.125),
			Q05: 0, Median: 0.5, Q95: 1, Max: 1,
			Tail: []dataset.Tail{{Epsilon: 0.5, Fraction: 0.5}, {Epsilon: 1, Fraction: 0.5}, {Epsilon: 1.5, Fraction: 0}}},
		// Mean ½ and sd ½ put every pixel at ±1: a shell without thickness.
		Standardized: dataset.Shell{Scaling: dataset.Scaling{Mean: 0.5, SD: 0.5}, Mean: 1, SD: 0,
			Min: 1, Q05: 1, Median: 1, Q95: 1, Max: 1,
			Tail: []dataset.Tail{{Epsilon: 0.5}, {Epsilon: 1}, {Epsilon: 1.5}}},
	}, s)
	require.Contains(t, s.Statement(), "relative standard deviation of 0.707 with pixels in [0, 1] and 0 standardised")
}

// The whole-number sums agree with norms of the scaled rows.
func TestThinShellAgainstRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, count := rapid.IntRange(1, 8).Draw(t, "m"), rapid.IntRange(1, 12).Draw(t, "count")
		images := dataset.Images{Dim: m, Pixels: rapid.SliceOfN(rapid.Uint8(), m*count, m*count).Draw(t, "pixels"), Labels: make([]uint8, count)}
		images.Pixels[0] = images.Pixels[len(images.Pixels)-1] + 1
		if len(images.Pixels) == 1 {
			t.Skip("one pixel cannot be standardised")
		}
		s, err := dataset.ThinShell(images)
		require.NoError(t, err)
		all := make([]float64, 0, m*count)
		for _, shell := range []dataset.Shell{s.UnitInterval, s.Standardized} {
			all = all[:0]
			norms := make([]float64, count)
			for i := range count {
				row := make([]float64, m)
				images.Row(row, i, shell.Scaling)
				norms[i] = floats.Dot(row, row) / float64(m)
				all = append(all, row...)
			}
			mean, sd := stat.PopMeanStdDev(norms, nil)
			// Rounding of sums of at most 8·12 terms, magnified by 1/sd².
			tol := 1e-11 / (shell.Scaling.SD * shell.Scaling.SD)
			require.InDelta(t, mean, shell.Mean, tol)
			require.InDelta(t, sd*sd, shell.SD*shell.SD, 20*tol*max(1, shell.Max))
			require.InDelta(t, floats.Min(norms), shell.Min, tol)
			require.InDelta(t, floats.Max(norms), shell.Max, tol)
			require.LessOrEqual(t, shell.Q05, shell.Median)
			require.LessOrEqual(t, shell.Median, shell.Q95)
		}
		mean, sd := stat.PopMeanStdDev(all, nil)
		require.InDelta(t, 0, mean, 1e-9)
		require.InDelta(t, 1, sd, 1e-9)
		require.InDelta(t, 1, s.Standardized.Mean, 1e-9)
	})
}

func TestThinShellBadInput(t *testing.T) {
	some := dataset.Images{Dim: 1, Pixels: []uint8{1, 2}, Labels: []uint8{0, 0}}
	flat := dataset.Images{Dim: 1, Pixels: []uint8{7, 7, 7}, Labels: make([]uint8, 3)}
	for _, c := range []struct {
		images  dataset.Images
		epsilon []float64
		want    string
	}{
		{dataset.Images{Dim: 4}, nil, "thin shell of an empty image set; want at least one image"},
		{flat, nil, "cannot standardise 3 images whose pixels are all 7; want at least two different values"},
		{some, []float64{0.1, 0}, "thin shell at ε = 0; want a positive number"},
		{some, []float64{-1}, "thin shell at ε = -1; want a positive number"},
		{some, []float64{math.NaN()}, "thin shell at ε = NaN; want a positive number"},
		{some, []float64{math.Inf(1)}, "thin shell at ε = +Inf; want a positive number"},
	} {
		_, err := dataset.ThinShell(c.images, c.epsilon...)
		require.EqualError(t, err, c.want)
	}
	_, err := dataset.Standardize(dataset.Images{})
	require.EqualError(t, err, "cannot standardise an empty image set; want at least one image")
}
