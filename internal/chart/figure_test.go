package chart

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// wellFormed reads a picture and returns the words in it.
func wellFormed(t require.TestingT, svg string) []string {
	var out []string
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out
		}
		require.NoError(t, err)
		if words, ok := token.(xml.CharData); ok && strings.TrimSpace(string(words)) != "" {
			out = append(out, string(words))
		}
	}
}

// numbers of a sequence in pictures.
func sequence(t *rapid.T, name string, n int) []float64 {
	return rapid.SliceOfN(anyNumber, n, n).Draw(t, name)
}

// anyPanel has an element of every kind with any numbers.
func anyPanel(t *rapid.T) Panel {
	n := rapid.IntRange(0, 12).Draw(t, "n")
	x := sequence(t, "x", n)
	p := Panel{
		Name: rapid.String().Draw(t, "name"), Remark: Remark{rapid.String().Draw(t, "remark"), Holds},
		Note: "<&>", Alt: rapid.String().Draw(t, "alt"),
		X: Axis{Title: "x < y & z", Scale: anyScale(t), Room: 10}, Y: Axis{Title: "y", Scale: anyScale(t)},
	}
	p.Add(Strip{Near, anyNumber.Draw(t, "low"), anyNumber.Draw(t, "high")},
		Level{Stroke: Stroke{Colour: Ink}, Y: anyNumber.Draw(t, "level"), Words: "level"},
		Band{Forward, x, sequence(t, "low", n), sequence(t, "high", n)},
		Line{Stroke{Blue, Heavy, Dashed}, x, sequence(t, "y", n), `tip & <more> "quoted"`})
	for i, v := range x {
		w := anyNumber.Draw(t, "w")
		p.Add(Mark{Marker: Series(i), X: v, Y: w, Tip: "tip"}, Note{X: v, Y: w, Words: "note"},
			Arrows{Backward, v, w, w, 3}, Bar{Green, v, w, v, "tip"}, Span{Pink, v, w, v, 3, "tip"})
	}
	return p
}

var coordinate = regexp.MustCompile(`-?\d+(?:\.\d+)?`)

// Whatever the numbers and the words, a picture is well-formed, says what it
// was given, has no coordinate that is not a number, and draws nothing outside
// of itself.
func TestAnyFigure(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := Figure{Title: rapid.String().Draw(t, "title"), About: "a & b", Columns: 2, Panels: []Panel{anyPanel(t), anyPanel(t)},
			Width: rapid.Float64Range(200, 600).Draw(t, "width"), Height: rapid.Float64Range(120, 400).Draw(t, "height"),
			Legend: []Entry{Key("<line>", SampleLine(Stroke{Colour: Blue})), Key("mark", SampleMark(Series(1)))}}
		document := string(f.Document())
		words := wellFormed(t, document)
		require.Contains(t, words, "<line>")
		require.Contains(t, words, "a & b")
		require.Equal(t, document, string(f.Document()))
		inline := f.Inline()
		wellFormed(t, "<div>"+inline+"</div>")
		require.NotRegexp(t, `(NaN|Inf|e[+-]\d)[^<]*"`, coordinates(inline))
		for _, m := range coordinate.FindAllString(coordinates(inline), -1) {
			v, err := strconv.ParseFloat(m, 64)
			require.NoError(t, err)
			require.True(t, -12 <= v && v <= max(f.Width, f.Height)+12, "%v in a picture of %v by %v", v, f.Width, f.Height)
		}
	})
}

// The labels below an axis are inside the picture, whatever its scale.
func TestLabelsAreInside(t *testing.T) {
	label := regexp.MustCompile(`<text class="soft mid" x="([^"]*)"[^>]*>([^<]*)<`)
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.Float64Range(180, 600).Draw(t, "width")
		p := Panel{X: Axis{Scale: anyScale(t), Room: rapid.SampledFrom([]float64{0, 10}).Draw(t, "room")}, Y: Axis{Scale: anyScale(t)}}
		if rapid.Bool().Draw(t, "bare") {
			p.Y.Ticks = NoTicks
		}
		for _, m := range label.FindAllStringSubmatch(Figure{Panels: []Panel{p}, Width: width}.Inline(), -1) {
			x, err := strconv.ParseFloat(m[1], 64)
			require.NoError(t, err)
			half := Width(m[2], labelSize) / 2
			require.True(t, x-half >= 0 && x+half <= width, "%q from %v to %v of %v", m[2], x-half, x+half, width)
		}
	})
}

// coordinates are the values of attributes that say where something is.
func coordinates(picture string) string {
	var b strings.Builder
	for _, m := range regexp.MustCompile(` (?:d|x|y|x1|x2|y1|y2|width|height)="([^"]*)"`).FindAllStringSubmatch(picture, -1) {
		b.WriteString(strings.NewReplacer("M", " ", "H", " ", "V", " ", "Z", " ").Replace(m[1]) + " ")
	}
	return b.String()
}

// Elements lie where their values are.
func TestElementsLieWhereTheirValuesAre(t *testing.T) {
	p := Panel{X: Axis{Scale: Linear(0, 10), Ticks: NoTicks}, Y: Axis{Scale: Logarithmic(0.01, 100), Ticks: NoTicks}}
	blue, pink := Marker{Colour: Blue}, Marker{Colour: Pink}
	p.Add(Mark{Marker: blue, X: 5, Y: 1}, Mark{Marker: pink, X: 20, Y: 1}, Mark{Marker: pink, X: 5, Y: 1000},
		Line{Stroke: Stroke{Colour: Blue}, X: []float64{0, 10}, Y: []float64{0.01, 1e6}}, Bar{Colour: Green, From: 2, To: 4, Height: 1},
		Arrows{Colour: Sky, X: 5, Low: 0.001, High: 1})
	f := Figure{Panels: []Panel{p}, Width: 100 + 2*edge + 4, Height: 200 + 2*edge}
	b := f.inside()
	require.Equal(t, box{edge, edge, 100 + edge, 200 + edge}, b)
	picture := f.Inline()
	require.Contains(t, picture, blue.path(edge+50, edge+100))
	require.NotContains(t, picture, "mark pink", "beyond the axes")
	require.Contains(t, picture, `d="M8 208 58 8"`, "the line leaves at the top in the middle")
	require.Contains(t, picture, `<rect class="bar green" x="28" y="108" width="20" height="100"/>`)
	require.Contains(t, picture, "continues below the axis, to 0.001")
	require.NotContains(t, picture, "continues above")
}

// Bands break where a number is missing.
func TestBandsBreak(t *testing.T) {
	nan := math.NaN()
	p := Panel{X: Axis{Scale: Linear(0, 5), Ticks: NoTicks}, Y: Axis{Scale: Linear(0, 1), Ticks: NoTicks}}
	p.Add(Band{Forward, []float64{0, 1, 2, 3, 4}, []float64{0.2, 0.2, nan, 0.2, 0.2}, []float64{0.8, 0.8, 0.8, 0.8, nan}})
	picture := Figure{Panels: []Panel{p}}.Inline()
	require.Equal(t, 2, strings.Count(picture, `class="band forward"`), "the second holds one point")
	require.Equal(t, 2, strings.Count(picture, `class="edge forward"`), "one line for each side")
}

// The axes of all panels stand in line, and words have room.
func TestPanelsStandInLine(t *testing.T) {
	long := Names([]string{"an activation with a long name", "tanh"})
	one := Axis{Scale: Linear(0, 1)}
	titled := one
	titled.Title = "x"
	f := Figure{Panels: []Panel{{X: titled, Y: one}, {Name: "b", X: one, Y: long}}}
	b := f.inside()
	require.Greater(t, b.left, Width("an activation", labelSize))
	require.Greater(t, b.top, float64(nameLine))
	require.Less(t, b.bottom, float64(panelHeight-titleDrop))
	frames := regexp.MustCompile(`<rect class="frame soft" ([^>]*)/>`).FindAllStringSubmatch(f.Inline(), -1)
	require.Len(t, frames, 2)
	require.Equal(t, frames[0][1], frames[1][1])
}

// Long names leave room for the remark beside them.
func TestHeadFits(t *testing.T) {
	one := Axis{Scale: Linear(0, 1)}
	p := Panel{Name: strings.Repeat("sin(x)+", 20), Remark: Remark{"✗ fails", Fails}, X: one, Y: one}
	words := wellFormed(t, "<div>"+Figure{Panels: []Panel{p}}.Inline()+"</div>")
	i := 0
	for k, w := range words {
		if strings.HasPrefix(w, "sin(x)+") {
			i = k
		}
	}
	require.LessOrEqual(t, Width(words[i], nameSize*bold)+Width("✗ fails", nameSize*bold)+edge, float64(panelWidth-2*edge))
	require.True(t, strings.HasSuffix(words[i], "…"))
}

// A document holds its style, its legend in rows that fit and what does not fit
// into one line of the title.
func TestDocument(t *testing.T) {
	f := Figure{Title: strings.Repeat("a long title ", 6), Subtitle: "a = 1 < 2", About: "about", Panels: make([]Panel, 3), Columns: 3}
	for i := range f.Panels {
		f.Panels[i] = Panel{Alt: "alt", X: Axis{Scale: Linear(0, 1)}, Y: Axis{Scale: Linear(0, 1)}}
		f.Legend = append(f.Legend, Key(strings.Repeat("words ", 15), SampleBand(Forward)))
	}
	document := f.Document()
	require.True(t, bytes.HasPrefix(document, []byte("<?xml")))
	require.Contains(t, string(document), ".chart .blue{color:#0072b2}")
	require.NotContains(t, string(document), "var(", "not every converter knows variables")
	require.Contains(t, wellFormed(t, string(document)), "a = 1 < 2")
	one := f
	one.Columns, one.Width = 1, 300
	require.Greater(t, strings.Count(string(one.Document()), `class="heading"`), 1)
	require.Len(t, flow(f.Legend, 10), 3, "each row has at least one")
	require.Len(t, flow(f.Legend, 10_000), 1)
}

func TestSample(t *testing.T) {
	e := Key("both", SampleLine(Stroke{Blue, Heavy, Dotted}), SampleMark(Series(0)))
	require.Equal(t, `<svg xmlns="http://www.w3.org/2000/svg" class="chart sample" viewBox="0 0 36 16" aria-hidden="true">`+
		`<path class="line blue heavy dots" d="M0 8 36 8"/>`+"\n"+
		`<path class="mark blue" d="`+Series(0).path(18, 8)+`"/>`+"\n</svg>", e.SVG())
}
