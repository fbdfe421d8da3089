package chart

// An Entry of a legend is a sample beside its meaning. The sample is drawn
// with both axes from 0 to 1.
type Entry struct {
	Sample []Element
	Words  string
}

// Key is the entry of what its sample is made of.
func Key(words string, sample ...Element) Entry { return Entry{sample, words} }

// SampleLine crosses the sample.
func SampleLine(s Stroke) Element { return Line{Stroke: s, X: []float64{0, 1}, Y: []float64{0.5, 0.5}} }

// SampleBand fills it.
func SampleBand(c Colour) Element {
	return Band{Colour: c, X: []float64{0, 1}, Low: []float64{0, 0}, High: []float64{1, 1}}
}

// SampleMark is in its middle.
func SampleMark(m Marker) Element { return Mark{Marker: m, X: 0.5, Y: 0.5} }

// Sizes in pixels.
const (
	sampleWidth  = 36
	sampleHeight = 16
	entryHeight  = 22
	entryGap     = 22
)

// SVG is the sample as a picture for a page.
func (e Entry) SVG() string {
	var out svg
	out.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" class="chart sample" viewBox="0 0 36 16" aria-hidden="true">`)
	e.draw(&out)
	return out.String() + "</svg>"
}

func (e Entry) draw(out *svg) {
	unit := Axis{Scale: Scale{Lo: 0, Hi: 1}}
	f := newFrame(out, box{0, 1, sampleWidth, sampleHeight - 1}, unit, unit)
	for _, element := range e.Sample {
		element.draw(f)
	}
}

func (e Entry) width() float64 { return sampleWidth + edge + Width(e.Words, labelSize) }

// rows of a legend.
type rows [][]Entry

// flow puts entries into rows that are at most so wide.
func flow(entries []Entry, room float64) rows {
	var out rows
	var used float64
	for _, e := range entries {
		if len(out) == 0 || used+e.width() > room {
			out, used = append(out, nil), 0
		}
		out[len(out)-1] = append(out[len(out)-1], e)
		used += e.width() + entryGap
	}
	return out
}

func (r rows) height() float64 { return float64(len(r)) * entryHeight }

func (r rows) draw(out *svg, x, y float64) {
	for i, row := range r {
		at := x
		for _, e := range row {
			out.group(at, y+entryHeight*float64(i), func() { e.draw(out) })
			out.text("", Start, at+sampleWidth+edge, y+entryHeight*float64(i)+12, e.Words)
			at += e.width() + entryGap
		}
	}
}
