package main

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bsnn/reports"
)

// Whatever is printed of an enclosure contains it, and shows no digit beyond the first one
// of the distance.
func TestPrintedEnclosuresContain(t *testing.T) {
	printed := regexp.MustCompile(`^(\S+) ± (\S+) \(proven\)$`)
	rapid.Check(t, func(t *rapid.T) {
		mid := rapid.Float64Range(-10, 10).Draw(t, "mid") * math.Pow(10, rapid.Float64Range(-30, 30).Draw(t, "size"))
		half := math.Abs(mid) * math.Pow(10, rapid.Float64Range(-17, 1).Draw(t, "width"))
		r := reports.Range{Lo: reports.Number(mid - half), Hi: reports.Number(mid + half)}
		m := printed.FindStringSubmatch(between(r))
		require.Len(t, m, 3, between(r))
		x, err := strconv.ParseFloat(m[1], 64)
		require.NoError(t, err)
		e, err := strconv.ParseFloat(m[2], 64)
		require.NoError(t, err)
		slack := 4e-16 * math.Abs(mid)
		require.True(t, x-e <= mid-half+slack && mid+half-slack <= x+e, "%v", between(r))
		require.LessOrEqual(t, e, 2.1*(mid+half-(mid-half))+slack+2*math.Abs(x-mid), "%v of %v ± %v", between(r), mid, half)
		if x == 0 || e < 1e-290 {
			return
		}
		digits := strings.TrimLeft(regexp.MustCompile(`[.-]|e.*`).ReplaceAllString(m[1], ""), "0")
		last := math.Pow(10, math.Floor(math.Log10(math.Abs(x)))-float64(len(digits)-1))
		leading := math.Pow(10, math.Floor(math.Log10(math.Abs(x))))
		require.GreaterOrEqual(t, 1.0001*last, min(math.Pow(10, math.Floor(math.Log10(e*1.0001))), leading), "%v", between(r))
	})
}

// A number on the card has no digit that its enclosure does not carry.
func TestNumbersCarryTheirDigits(t *testing.T) {
	for _, c := range []struct {
		x, lo, hi float64
		want      string
	}{
		{0.990987, 0.9, 1.09, "0.99"},
		{0.990987, 0.985, 0.996, "0.991"},
		{0.990987, 0.99098699999, 0.99098700001, "0.990987"},
		{0.2, -0.3, 0.7, "±0.7"},
		{3e-17, -1e-15, 1e-15, "3e-17"},
		{2, math.Inf(-1), math.Inf(1), "2"},
	} {
		require.Equal(t, c.want, carried(reports.Number(c.x), reports.Range{Lo: reports.Number(c.lo), Hi: reports.Number(c.hi)}))
	}
	require.Equal(t, "–", carried(reports.Number(math.NaN()), reports.Range{}))
}

// What the enclosures do not tell is undecided, never refuted.
func TestRequireIsUndecidedWhereEnclosuresAreWide(t *testing.T) {
	if testing.Short() {
		t.Skip("takes more than a second")
	}
	code, stdout, stderr := command(t, "activation", "-v", "--require", "--tol", "1e-6", "x + 1e-9*sin(1e6*x)")
	require.Equal(t, exitUndecided, code, stderr)
	require.Contains(t, stdout, "undecided: the enclosures are wider than the tolerance")
	require.Contains(t, stderr, "does not tell whether both are 1 within 1e-06")
	code, _, _ = command(t, "activation", "--require", "--tol", "0.1", "x + 1e-9*sin(1e6*x)")
	require.Equal(t, exitDone, code)
}
