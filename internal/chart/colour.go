package chart

// A Colour is one of the palette: those of Okabe and Ito (2008,
// https://jfly.uni-koeln.de/color/), which people
// with any kind of colour blindness tell apart, darkened or lightened for
// contrast with what is behind them.
type Colour string

// The colours of things that are compared.
const (
	Blue      Colour = "blue"
	Brown     Colour = "brown"
	Green     Colour = "green"
	Pink      Colour = "pink"
	Grey      Colour = "grey"
	Vermilion Colour = "vermilion"
	Sky       Colour = "sky"
	Olive     Colour = "olive"
)

// The colours of roles.
const (
	Forward  Colour = "forward"  // signals
	Backward Colour = "backward" // gradients
	Ink      Colour = "ink"      // words and what stands out
	Soft     Colour = "soft"     // what stands back
	Faint    Colour = "faint"    // grid lines and borders
	Plate    Colour = "plate"    // behind everything
	Near     Colour = "near"     // a strip of values that count as equal
	Holds    Colour = "holds"    // a claim that is confirmed
	Fails    Colour = "fails"    // one that is refuted
	Open     Colour = "open"     // one that is neither
	Shade    Colour = "shade"    // behind headings of a page
	Link     Colour = "link"     // of a page
)

// Shades are a colour on light and dark screens and on paper, as #rrggbb.
type Shades struct{ Light, Dark, Print string }

// Palette holds every colour.
func Palette() map[Colour]Shades {
	out := make(map[Colour]Shades, len(palette))
	for _, e := range palette {
		out[e.Colour] = e.Shades
	}
	return out
}

var palette = []struct {
	Colour
	Shades
}{
	{Blue, onPaper("#0072b2", "#4ba3e3")},
	{Brown, onPaper("#8c511f", "#e69f00")},
	{Green, onPaper("#00613c", "#2fbf94")},
	{Pink, onPaper("#cc5f95", "#e08fbb")},
	{Grey, onPaper("#40464d", "#c3cad2")},
	{Vermilion, onPaper("#f34500", "#ff7a3d")},
	{Sky, onPaper("#149fca", "#8fd0f5")},
	{Olive, onPaper("#609922", "#f0e442")},
	{Forward, onPaper("#0072b2", "#56b4e9")},
	{Backward, onPaper("#c65300", "#ff9448")},
	{Ink, Shades{"#1b1f24", "#e6edf3", "#000000"}},
	{Soft, Shades{"#57606a", "#9da7b1", "#333333"}},
	{Faint, Shades{"#d0d7de", "#343b44", "#bbbbbb"}},
	{Plate, onPaper("#ffffff", "#0f1318")},
	{Near, onPaper("#0969da", "#58a6ff")},
	{Holds, onPaper("#00694d", "#3fc79a")},
	{Fails, onPaper("#b53a00", "#ff8a52")},
	{Open, Shades{"#57606a", "#9da7b1", "#333333"}},
	{Shade, Shades{"#f6f8fa", "#181d24", "#f4f4f4"}},
	{Link, Shades{"#0550ae", "#79b8ff", "#000000"}},
}

// onPaper is as on a light screen.
func onPaper(light, dark string) Shades { return Shades{light, dark, light} }

// series are the colours of [Series], in this order.
var series = []Colour{Blue, Brown, Green, Pink, Grey, Vermilion, Sky, Olive}

// Series is how the ith of several things that are compared looks. The numbers
// of colours and of shapes have no common factor, so that 56 things look
// different.
func Series(i int) Marker {
	return Marker{Colour: series[i%len(series)], Shape: Shape(i % len(shapes))}
}
