package chart

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// rgb is a colour in linear light.
type rgb [3]float64

func colour(t *testing.T, hex string) rgb {
	t.Helper()
	if len(hex) == 3 {
		hex = fmt.Sprintf("%c%c%c%c%c%c", hex[0], hex[0], hex[1], hex[1], hex[2], hex[2])
	}
	var c rgb
	for i := range c {
		v, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		require.NoError(t, err)
		x := float64(v) / 255
		if c[i] = x / 12.92; x > 0.04045 {
			c[i] = math.Pow((x+0.055)/1.055, 2.4)
		}
	}
	return c
}

func (c rgb) luminance() float64 { return 0.2126*c[0] + 0.7152*c[1] + 0.0722*c[2] }

// contrast is that of WCAG 2.
func contrast(a, b rgb) float64 {
	x, y := a.luminance()+0.05, b.luminance()+0.05
	return max(x, y) / min(x, y)
}

// blindness turns colours into what people without one kind of cone see:
// Machado, Oliveira, Fernandes 2009 (doi:10.1109/TVCG.2009.113), severity 1, in linear light.
var blindness = map[string][3]rgb{
	"none":         {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
	"protanopia":   {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
	"deuteranopia": {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
	"tritanopia":   {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
}

func (c rgb) seenWith(m [3]rgb) rgb {
	var out rgb
	for i := range out {
		out[i] = min(max(m[i][0]*c[0]+m[i][1]*c[1]+m[i][2]*c[2], 0), 1)
	}
	return out
}

// lab is the colour in CIELAB under D65.
func (c rgb) lab() [3]float64 {
	f := func(t float64) float64 {
		if t > 216.0/24389 {
			return math.Cbrt(t)
		}
		return (24389.0/27*t + 16) / 116
	}
	x := f((0.4124564*c[0] + 0.3575761*c[1] + 0.1804375*c[2]) / 0.95047)
	y := f(0.2126729*c[0] + 0.7151522*c[1] + 0.0721750*c[2])
	z := f((0.0193339*c[0] + 0.1191920*c[1] + 0.9503041*c[2]) / 1.08883)
	return [3]float64{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

// difference is ΔE of 1976: 2.3 can just be noticed.
func difference(a, b rgb) float64 {
	x, y := a.lab(), b.lab()
	return math.Sqrt((x[0]-y[0])*(x[0]-y[0]) + (x[1]-y[1])*(x[1]-y[1]) + (x[2]-y[2])*(x[2]-y[2]))
}

// The formulas against published values.
func TestColourFormulas(t *testing.T) {
	white, black := colour(t, "fff"), colour(t, "000")
	require.InDelta(t, 21, contrast(white, black), 1e-9)
	require.InDelta(t, 4.54, contrast(white, colour(t, "767676")), 0.01)
	red := colour(t, "ff0000").lab()
	require.InDelta(t, 53.24, red[0], 0.01)
	require.InDelta(t, 80.09, red[1], 0.01)
	require.InDelta(t, 67.20, red[2], 0.01)
}

// seen are the colours of the palette under one scheme.
func seen(t *testing.T, shade func(Shades) string) map[Colour]rgb {
	t.Helper()
	out := map[Colour]rgb{}
	for c, s := range Palette() {
		out[c] = colour(t, strings.TrimPrefix(shade(s), "#"))
	}
	return out
}

func schemesOf(t *testing.T) map[string]map[Colour]rgb {
	t.Helper()
	return map[string]map[Colour]rgb{
		"light": seen(t, func(s Shades) string { return s.Light }),
		"dark":  seen(t, func(s Shades) string { return s.Dark }),
		"print": seen(t, func(s Shades) string { return s.Print }),
	}
}

// Words have a contrast of 4.5 to what is behind them, lines and marks of 3
// (WCAG 2, level AA), in all three schemes.
func TestContrast(t *testing.T) {
	for name, c := range schemesOf(t) {
		for _, words := range []Colour{Ink, Soft, Holds, Fails, Open, Link} {
			require.GreaterOrEqual(t, contrast(c[words], c[Plate]), 4.5, "%s: %s", name, words)
			require.GreaterOrEqual(t, contrast(c[words], c[Shade]), 4.5, "%s: %s on a heading", name, words)
		}
		for _, line := range append([]Colour{Forward, Backward}, series...) {
			require.GreaterOrEqual(t, contrast(c[line], c[Plate]), 3.0, "%s: %s", name, line)
		}
	}
}

// What only colour and little else tells apart stays apart for every kind of
// colour blindness: the directions, good from bad. Things that have markers of
// their own too stay apart by more than can just be noticed.
func TestColourBlindness(t *testing.T) {
	for name, c := range schemesOf(t) {
		for kind, m := range blindness {
			apart := func(a, b Colour) float64 { return difference(c[a].seenWith(m), c[b].seenWith(m)) }
			require.Greater(t, apart(Forward, Backward), 30.0, "%s, %s", name, kind)
			require.Greater(t, apart(Holds, Fails), 10.0, "%s, %s", name, kind)
			for i, a := range series {
				for _, b := range series[:i] {
					require.Greater(t, apart(a, b), 9.0, "%s, %s: %s and %s", name, kind, a, b)
				}
			}
		}
	}
}

// The first series look different, and the style sheets give every colour its
// shades: on light screens and wherever media are unknown, on dark ones, and on
// paper.
func TestStyles(t *testing.T) {
	looks := map[[2]any]bool{}
	for i := range 56 {
		m := Series(i)
		looks[[2]any{m.Colour, m.Shape}] = true
	}
	require.Len(t, looks, 56)
	for _, sheet := range []string{StyleSheet(), Variables()} {
		parts := regexp.MustCompile(`@media [^{]*\{`).Split(sheet, -1)
		require.Len(t, parts, 3)
		require.Contains(t, sheet, "@media screen and (prefers-color-scheme:dark){")
		require.Contains(t, sheet, "@media print{")
		require.Equal(t, strings.Count(sheet, "{"), strings.Count(sheet, "}"))
		for c, s := range Palette() {
			for i, shade := range []string{s.Light, s.Dark, s.Print} {
				if i > 0 && shade == s.Light {
					continue
				}
				rule := regexp.MustCompile(`(--` + string(c) + `:|\.` + string(c) + `[^{}]*\{[a-z]+:)` + shade + `\b`)
				require.Regexp(t, rule, parts[i], "%s", c)
			}
		}
	}
}
