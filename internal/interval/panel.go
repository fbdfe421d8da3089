package interval

import (
	"fmt"
	"math"
)

// A Panel is the interval [Lo, Hi] as a domain of integration, with the
// variable t in x = Mid + Scale·t. Scale is a power of two, so |t| ≤ 1 costs no
// accuracy; Mid is the middle up to rounding, and what rounding leaves is
// accounted for.
type Panel struct {
	Lo, Hi, Mid, Scale float64

	left, right Interval // enclosures of (Mid − Lo)/Scale and (Hi − Mid)/Scale
}

// NewPanel returns the panel from lo to hi, an error unless lo < hi are
// finite and not within a few subnormals of each other.
func NewPanel(lo, hi float64) (Panel, error) {
	mid := lo/2 + hi/2
	left, right := Point(mid).Sub(Point(lo)), Point(hi).Sub(Point(mid))
	reach := max(left.Hi, right.Hi)
	if !(lo < hi) || !(reach < math.MaxFloat64/2) || reach < 0x1p-1000 {
		return Panel{}, fmt.Errorf("no panel from %v to %v", lo, hi)
	}
	_, exp := math.Frexp(reach)
	if math.Ldexp(1, exp-1) == reach {
		exp--
	}
	scale := math.Ldexp(1, exp)
	unscale := Interval{scale, scale}
	return Panel{lo, hi, mid, scale, left.Div(unscale), right.Div(unscale)}, nil
}

// Variable sets point to the variable at the middle and whole to the variable
// over the panel: what every integrand on this panel is built from.
func (p Panel) Variable(point, whole *Series) {
	point.Variable(Point(p.Mid), p.Scale)
	whole.Variable(Interval{p.Lo, p.Hi}, p.Scale)
}
