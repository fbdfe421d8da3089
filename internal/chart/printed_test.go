package chart

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The letters of a printed figure keep their size whatever its width is, and its panels stand
// within it.
func TestPrinted(t *testing.T) {
	axis := Axis{Title: "x", Scale: Linear(0, 1)}
	rapid.Check(t, func(t *rapid.T) {
		inches := rapid.Float64Range(MinInches, MaxInches).Draw(t, "inches")
		f := Figure{Title: "title", Columns: rapid.IntRange(0, 5).Draw(t, "columns")}
		for range rapid.IntRange(1, 6).Draw(t, "panels") {
			f.Panels = append(f.Panels, Panel{Name: "name", X: axis, Y: axis, Elements: []Element{Level{Y: 0.5}}})
		}
		p := f.Printed(inches)
		require.InDelta(t, inches*perInch, float64(p.Columns)*p.Width+2*margin, 1e-9, "96 pixels an inch")
		require.True(t, p.Columns == 1 || p.Width >= narrowest)
		text := string(p.Document())
		wellFormed(t, text)
		require.Contains(t, text, fmt.Sprintf(`width="%sin"`, places(inches)))
		require.Equal(t, 1, strings.Count(text, `in" height="`), "once, for the picture as a whole")
		require.NotContains(t, string(f.Document()), `in" height="`)
	})
}
