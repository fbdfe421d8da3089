package chart

// A Weight is how thick a line is.
type Weight string

// Weights.
const (
	Medium Weight = ""
	Fine   Weight = "fine"
	Heavy  Weight = "heavy"
)

// A Dash is how a line is interrupted.
type Dash string

// Dashes.
const (
	Solid   Dash = ""
	Dashed  Dash = "dash"
	Dotted  Dash = "dots"
	Chained Dash = "chain" // long and short in turn
)

// A Stroke is how a line looks.
type Stroke struct {
	Colour Colour
	Weight Weight
	Dash   Dash
}

func (s Stroke) class() string {
	return classes("line", string(s.Colour), string(s.Weight), string(s.Dash))
}
