package svgplot

import (
	"bytes"
	"encoding/xml"
	"io"
	"math"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func wellFormed(t require.TestingT, svg []byte) {
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		if _, err := d.Token(); err == io.EOF {
			return
		} else {
			require.NoError(t, err)
		}
	}
}

var number = rapid.OneOf(rapid.Float64(), rapid.Float64Range(-10, 10), rapid.SampledFrom([]float64{0, math.NaN(), math.Inf(1), math.Inf(-1), 1e-300, 1e300}))

// Whatever the numbers, the file is well-formed and has no coordinate that is
// not a number.
func TestFiguresAreWellFormed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		log := rapid.Bool().Draw(t, "log")
		xs, ys := rapid.SliceOfN(number, 0, 20).Draw(t, "x"), rapid.SliceOfN(number, 20, 20).Draw(t, "y")
		axis := Axis{Title: "a < b & c", Lo: 1e-3, Hi: rapid.Float64Range(1e-2, 1e12).Draw(t, "hi"), Log: log}
		p := Panel{Title: `"x" < y`, X: axis, Y: axis, Lines: []Line{{X: xs, Y: ys[:len(xs)]}}}
		for i := range xs {
			p.Dots = append(p.Dots, Dot{Style{Colour: i, Shape: i, Hollow: i%2 == 0}, xs[i], ys[i], "tip & <more>"})
		}
		svg := Figure{Title: "<&>", About: "a & b", Columns: 2, Panels: []Panel{p, p, p}, Legend: []Entry{{Words: "<line>"}, {Mark: true, Words: "mark"}}}.SVG()
		wellFormed(t, svg)
		require.NotRegexp(t, `NaN|Inf`, string(svg))
	})
}

func TestMarksLieWhereTheirValuesAre(t *testing.T) {
	p := Panel{X: Axis{Lo: 0, Hi: 10}, Y: Axis{Lo: 0.01, Hi: 100, Log: true}, Dots: []Dot{{X: 5, Y: 1}, {X: 20, Y: 1e9}}}
	at := regexp.MustCompile(`class="m[^"]*" transform="translate\(([\d.]+) ([\d.]+)\)"`).FindAllStringSubmatch(string(Figure{Columns: 1, Panels: []Panel{p}}.SVG()), -1)
	require.Len(t, at, 2)
	value := func(i, k int) float64 {
		v, err := strconv.ParseFloat(at[i][k], 64)
		require.NoError(t, err)
		return v
	}
	require.InDelta(t, (frameLeft+frameRight)/2, value(0, 1), 0.01)
	require.InDelta(t, (frameTop+frameBottom)/2, value(0, 2), 0.01)
	require.InDelta(t, frameRight, value(1, 1), 0.01, "beyond the axis: on the frame")
	require.InDelta(t, frameTop, value(1, 2), 0.01)
}

func TestTicksAreRound(t *testing.T) {
	labels := func(a Axis) (out []string) {
		for _, k := range a.ticks() {
			out = append(out, k.label)
		}
		return out
	}
	require.Equal(t, []string{"0", "20", "40", "60", "80", "100"}, labels(Axis{Lo: 0, Hi: 100}))
	require.Equal(t, []string{"−0.2", "0", "0.2"}, labels(Axis{Lo: -0.3, Hi: 0.3})[0:3])
	require.Equal(t, []string{"0.1", "1", "10"}, labels(Axis{Lo: 0.1, Hi: 10, Log: true}))
	require.Equal(t, []string{"10⁻¹²", "10⁻⁷", "0.01", "1000"}, labels(Axis{Lo: 1e-12, Hi: 1e12, Log: true})[:4])
	require.Equal(t, []string{"tanh", "ReLU"}, labels(Axis{Categories: []string{"tanh", "ReLU"}}))
}
