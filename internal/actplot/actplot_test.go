package actplot

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image/color"
	"image/png"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"bsnn/gpnorm"
)

func normalized(t testing.TB, name string) gpnorm.Normalized {
	t.Helper()
	a, err := gpnorm.Lookup(name)
	require.NoError(t, err)
	n, err := gpnorm.Normalize(a)
	require.NoError(t, err)
	return n
}

func picture(t testing.TB, format, name string) []byte {
	t.Helper()
	n := normalized(t, name)
	maps, err := SeriesMaps(n)
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, Write(&b, format, n, maps))
	return b.Bytes()
}

// words returns the texts of an SVG, which must be well-formed.
func words(t *testing.T, svg []byte) string {
	t.Helper()
	var all []string
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := d.Token()
		if err == io.EOF {
			return strings.Join(all, "\n")
		}
		require.NoError(t, err)
		if text, ok := token.(xml.CharData); ok && strings.TrimSpace(string(text)) != "" {
			all = append(all, strings.TrimSpace(string(text)))
		}
	}
}

func TestEveryBuiltin(t *testing.T) {
	for _, name := range gpnorm.Names() {
		text := words(t, picture(t, "svg", name))
		require.True(t, strings.HasPrefix(text, normalized(t, name).Raw.Name+"\n"), text)
		for _, want := range []string{"a = ", "b = ", "κ = ", "φ(x)", "φ′(x)", "φ = a·f + b", "φ′ = a·f′", "Q(q) = q", "C(ρ) = ρ", "q = 1", "fixed point 1", "slope κ = "} {
			require.Contains(t, text, want, name)
		}
	}
}

func TestTitle(t *testing.T) {
	text := words(t, picture(t, "svg", "gelu"))
	require.Contains(t, text, "φ = a·f + b,  a = 1.48111,  b = −0.909506,  κ = 0.4972 (stable)")
	require.Contains(t, words(t, picture(t, "svg", "relu")), "κ = 1 (neutral)")
	n, err := normalized(t, "gelu").WithRoot(0)
	require.NoError(t, err)
	maps, err := SeriesMaps(n)
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, Write(&b, "svg", n, maps))
	require.Contains(t, words(t, b.Bytes()), "(unstable)")
}

// TestColours: an SVG has a white background; both colours of the legend are on
// a PNG, which is not transparent.
func TestColours(t *testing.T) {
	require.Regexp(t, `<path d="M0,0L648,0L648,504L0,504Z"\s+style="fill:#FFFFFF`, string(picture(t, "svg", "tanh")))
	img, err := png.Decode(bytes.NewReader(picture(t, "png", "tanh")))
	require.NoError(t, err)
	require.Equal(t, 9*dpi, img.Bounds().Dx())
	require.Equal(t, 7*dpi, img.Bounds().Dy())
	count := map[color.NRGBA]int{}
	const step = 3 // every ninth pixel will do
	for y := 0; y < img.Bounds().Dy(); y += step {
		for x := 0; x < img.Bounds().Dx(); x += step {
			count[color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)]++
		}
	}
	require.Greater(t, count[blue], 200)
	require.Greater(t, count[vermilion], 80)
	require.Greater(t, count[color.NRGBA{255, 255, 255, 255}], 100000)
	for c := range count {
		require.EqualValues(t, 255, c.A)
	}
}

func TestSameBytes(t *testing.T) {
	for _, format := range Formats() {
		require.Equal(t, picture(t, format, "elu"), picture(t, format, "elu"))
	}
}

// TestJumpsAreGaps: no piece of the derivative crosses a kink, and each comes
// as close to it as float64 allows.
func TestJumpsAreGaps(t *testing.T) {
	n := normalized(t, "relu")
	c := sample(n.Deriv, -reach, reach, n.Kinks)
	require.Len(t, c, 2)
	for k, want := range []float64{0, n.A} {
		require.Greater(t, len(c[k]), samples/2)
		for _, p := range c[k] {
			require.Equal(t, want, p.Y)
		}
	}
	require.Less(t, c[1][0].X-c[0][len(c[0])-1].X, 1e-300)
}

func TestSampleSkipsWhatIsNotFinite(t *testing.T) {
	f := func(dst, x []float64) {
		for i, v := range x {
			dst[i] = math.Sqrt(v*v-1) / (v - 2)
		}
	}
	c := sample(f, -4, 4, []float64{2, 7})
	require.Len(t, c, 3)
	lo, hi := c.extent()
	require.Less(t, hi-lo, 100.0)
	for _, piece := range c {
		for _, p := range piece {
			require.False(t, math.IsNaN(p.Y) || math.IsInf(p.Y, 0))
		}
	}
}

// TestExtentShowsEverything: values without outliers are all inside.
func TestExtentShowsEverything(t *testing.T) {
	for _, name := range gpnorm.Names() {
		c := sample(normalized(t, name).Value, -reach, reach, nil)
		lo, hi := c.extent()
		for _, piece := range c {
			for _, p := range piece {
				require.True(t, lo <= p.Y && p.Y <= hi, name)
			}
		}
	}
}

func TestTicks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lo := rapid.Float64Range(-100, 100).Draw(t, "lo")
		hi := lo + rapid.Float64Range(0.01, 1000).Draw(t, "width")
		list := ticks(lo, hi)
		require.True(t, 2 <= len(list) && len(list) <= 6, "%v", list)
		seen := map[string]bool{}
		for _, tick := range list {
			require.True(t, lo-1e-6 <= tick.Value && tick.Value <= hi+1e-6)
			require.False(t, seen[tick.Label], "%v", list)
			seen[tick.Label] = true
		}
	})
	var labels []string
	for _, tick := range ticks(-0.55, 1.5) {
		labels = append(labels, tick.Label)
	}
	require.Equal(t, []string{"−0.5", "0.0", "0.5", "1.0", "1.5"}, labels)
	require.Equal(t, "0", ticks(-0.1, 4)[0].Label)
}

// TestSeriesMaps: C of the ReLU is known in closed form (Cho and Saul 2009);
// Q of a normalised function has Q(1) = 1.
func TestSeriesMaps(t *testing.T) {
	maps, err := SeriesMaps(normalized(t, "relu"))
	require.NoError(t, err)
	for _, rho := range grid(-1, 1, 41) {
		c, err := maps.Correlation(rho)
		require.NoError(t, err)
		require.InDelta(t, (math.Sqrt(1-rho*rho)+rho*(math.Pi-math.Acos(rho)))/math.Pi, c, 2e-4, "ρ = %v", rho)
	}
	maps, err = SeriesMaps(normalized(t, "sin"))
	require.NoError(t, err)
	q, err := maps.Length(1)
	require.NoError(t, err)
	require.InDelta(t, 1, q, 1e-12)
	c, err := maps.Correlation(1)
	require.NoError(t, err)
	require.InDelta(t, 1, c, 1e-12)
}

func TestErrors(t *testing.T) {
	_, err := Format("card.jpeg")
	require.EqualError(t, err, `actplot: file "card.jpeg": extension ".jpeg" is not that of a picture, want .png or .svg`)
	_, err = Format("card")
	require.ErrorContains(t, err, `extension ""`)
	for _, file := range []string{"a.svg", "b.c.PNG"} {
		format, err := Format(file)
		require.NoError(t, err)
		require.Contains(t, Formats(), format)
	}

	n := normalized(t, "tanh")
	maps, err := SeriesMaps(n)
	require.NoError(t, err)
	var b bytes.Buffer
	require.ErrorContains(t, Write(&b, "gif", n, maps), `unknown format "gif", want png or svg`)
	fail := errors.New("does not converge")
	fails := func(float64) (float64, error) { return 0, fail }
	require.ErrorIs(t, Write(&b, "svg", n, Maps{fails, maps.Correlation}), fail)
	require.ErrorIs(t, Write(&b, "svg", n, Maps{maps.Length, fails}), fail)
	require.Zero(t, b.Len())
	// A map that fails in places has gaps there.
	partly := func(q float64) (float64, error) {
		if q > 2 {
			return 0, fail
		}
		return maps.Length(q)
	}
	require.NoError(t, Write(&b, "svg", n, Maps{partly, maps.Correlation}))
	require.ErrorIs(t, Write(failing{fail}, "png", n, maps), fail)
}

type failing struct{ error }

func (f failing) Write([]byte) (int, error) { return 0, f.error }

// TestLegendAvoidsCurves: over a curve that fills the left half the legend is
// on the right.
func TestLegendAvoidsCurves(t *testing.T) {
	n := normalized(t, "tanh")
	p := functionPanel("", "", "f", "φ", n.Raw.Deriv, n.Deriv, nil)
	require.True(t, p.Legend.Top, "the derivative of tanh is low on both sides")
	p = functionPanel("", "", "f", "φ", n.Raw.Value, n.Value, nil)
	require.Equal(t, p.Legend.Left, p.Legend.Top, "tanh rises from the lower left to the upper right")
	p = functionPanel("", "", "f", "φ", n.Raw.Affine(-1000, 0).Value, n.Value, nil)
	require.Equal(t, p.Legend.Left, p.Legend.Top, "what lies outside does not count")
}
