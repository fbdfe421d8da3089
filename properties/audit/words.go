package audit

import (
	"fmt"
	"math"

	"bsnn/internal/words"
)

// Look says what a layer looks like, and what is wrong with it. Names from the file in it are safe
// to show.
func (l Layer) Look() string {
	s := l.Law.Name
	if !math.IsNaN(float64(l.Law.Gain)) && l.Law.Fresh() {
		s += ", gain " + words.Number(float64(l.Law.Gain), 3)
	}
	if len(l.Law.Known) > 0 {
		s += " (" + l.Law.usual() + ")"
	}
	if l.Law.Why != "" {
		s += ": " + l.Law.Why
	}
	for _, more := range []struct {
		text string
		when bool
	}{
		{l.NotFinite, l.NotFinite != ""}, {fmt.Sprintf("%d dead rows", l.DeadRows), l.DeadRows > 0},
		{fmt.Sprintf("%d dead columns", l.DeadCols), l.DeadCols > 0}, {"the same as " + words.Name(l.Duplicate), l.Duplicate != ""},
	} {
		if more.when {
			s += "; " + more.text
		}
	}
	return s
}

// Idle says where most units are dead or saturated, a sentence for each; none where
// no unit is.
func (p *Propagation) Idle() []string {
	var sentences []string
	for _, kind := range []struct {
		name  string
		count func(Units) int
	}{
		{"dead: their derivative is 0", func(u Units) int { return u.Dead }},
		{"saturated: their derivative is below 1/100", func(u Units) int { return u.Saturated }},
	} {
		worst, some := 0, 0
		for i, u := range p.Activations {
			if n := kind.count(u); n > 0 {
				some++
				if n*p.Activations[worst].Width > kind.count(p.Activations[worst])*u.Width {
					worst = i
				}
			}
		}
		if some > 0 {
			u := p.Activations[worst]
			sentences = append(sentences, fmt.Sprintf("behind %d of %d activations some units are %s for all %d inputs; most, %d of %d, "+
				"behind activation %d", some, len(p.Activations), kind.name, p.Inputs, kind.count(u), u.Width, worst+1))
		}
	}
	return sentences
}
