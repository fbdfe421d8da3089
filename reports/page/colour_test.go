package page

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// schemes are the three blocks of colours of a style sheet.
func schemes(t *testing.T, css, selector string) map[string]map[string]rgb {
	t.Helper()
	out := map[string]map[string]rgb{}
	quoted := regexp.QuoteMeta(selector)
	for name, pattern := range map[string]string{
		"light": `(?m)^` + quoted + `\{([^}]*)\}`,
		"dark":  `@media \(prefers-color-scheme:dark\)\{` + quoted + `\{([^}]*)\}`,
		"print": `@media print\{` + quoted + `\{([^}]*)\}`,
	} {
		block := regexp.MustCompile(pattern).FindStringSubmatch(css)
		require.NotNil(t, block, "%s: %s", selector, name)
		out[name] = map[string]rgb{}
		for _, m := range regexp.MustCompile(`--([a-z0-9]+):#([0-9a-f]{3}|[0-9a-f]{6})[;}]`).FindAllStringSubmatch(block[1]+";", -1) {
			out[name][m[1]] = colour(t, m[2])
		}
	}
	return out
}

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
// Machado, Oliveira, Fernandes 2009, severity 1, in linear light.
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

// Words have a contrast of 4.5 to what is behind them, lines and marks of 3
// (WCAG 2, level AA), in all three schemes.
func TestContrast(t *testing.T) {
	for name, c := range schemes(t, chartCSS, ".chart") {
		for _, words := range []string{"ink", "soft", "holds", "fails", "open"} {
			require.GreaterOrEqual(t, contrast(c[words], c["plate"]), 4.5, "%s: %s", name, words)
		}
		for _, line := range []string{"forward", "backward", "k0", "k1", "k2", "k3", "k4", "k5", "k6", "k7"} {
			require.GreaterOrEqual(t, contrast(c[line], c["plate"]), 3.0, "%s: %s", name, line)
		}
	}
	for name, c := range schemes(t, pageCSS, ":root") {
		for _, words := range []string{"fg", "dim", "link", "good", "bad"} {
			require.GreaterOrEqual(t, contrast(c[words], c["bg"]), 4.5, "%s: %s", name, words)
			require.GreaterOrEqual(t, contrast(c[words], c["alt"]), 4.5, "%s: %s on a heading", name, words)
		}
	}
}

// What only colour and little else tells apart stays apart for every kind of
// colour blindness: the directions, good from bad. Activations, which have
// markers of their own too, stay apart by more than can just be noticed.
func TestColourBlindness(t *testing.T) {
	for name, c := range schemes(t, chartCSS, ".chart") {
		for kind, m := range blindness {
			apart := func(a, b string) float64 { return difference(c[a].seenWith(m), c[b].seenWith(m)) }
			require.Greater(t, apart("forward", "backward"), 30.0, "%s, %s", name, kind)
			require.Greater(t, apart("holds", "fails"), 10.0, "%s, %s", name, kind)
			for i := range colours {
				for j := range i {
					require.Greater(t, apart(fmt.Sprintf("k%d", i), fmt.Sprintf("k%d", j)), 9.0, "%s, %s: k%d and k%d", name, kind, i, j)
				}
			}
		}
	}
}
