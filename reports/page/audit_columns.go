package page

import (
	"fmt"
	"math"
	"strconv"

	"bsnn/internal/words"
	"bsnn/properties/audit"
)

// noReal is no number.
var noReal = audit.Number(math.NaN())

// auditColumn is a column of the table of layers; one of text and number is set.
type auditColumn struct {
	Title  string
	file   string // its name in layers.csv
	text   func(auditRow) string
	number func(auditRow) audit.Number
}

// auditColumns are all columns. The page leaves out those that say nothing of any layer.
func auditColumns() []auditColumn {
	text := func(title, file string, get func(auditRow) string) auditColumn {
		return auditColumn{title, file, get, nil}
	}
	number := func(title, file string, get func(auditRow) audit.Number) auditColumn {
		return auditColumn{title, file, nil, get}
	}
	quantile := func(title, file string, of func(auditRow) *audit.Quantiles, get func(*audit.Quantiles) audit.Number) auditColumn {
		return number(title, file, func(r auditRow) audit.Number {
			if q := of(r); q != nil {
				return get(q)
			}
			return noReal
		})
	}
	spectrum := func(title, file string, get func(*audit.Spectrum) audit.Number) auditColumn {
		return number(title, file, func(r auditRow) audit.Number {
			if r.SingularValues != nil {
				return get(r.SingularValues)
			}
			return noReal
		})
	}
	theory := func(title, file string, get func(*audit.LayerPrediction) audit.Number) auditColumn {
		return number(title, file, func(r auditRow) audit.Number {
			if r.Predicted != nil {
				return get(r.Predicted)
			}
			return noReal
		})
	}
	signal := func(r auditRow) *audit.Quantiles { return r.Forward }
	gradient := func(r auditRow) *audit.Quantiles { return r.Backward }
	low := func(q *audit.Quantiles) audit.Number { return q.Q05 }
	middle := func(q *audit.Quantiles) audit.Number { return q.Q50 }
	high := func(q *audit.Quantiles) audit.Number { return q.Q95 }
	return []auditColumn{
		text("Layer", "layer", func(r auditRow) string { return r.Name }),
		text("kind", "kind", func(r auditRow) string { return r.Kind }),
		text("looks like", "law", func(r auditRow) string {
			if r.DType == "" {
				return "" // of a module whose norms were recorded
			}
			return r.Look()
		}),
		quantile("signal", "signal_q50", signal, middle), quantile("5 %", "signal_q05", signal, low),
		quantile("95 %", "signal_q95", signal, high),
		theory("theory", "signal_predicted", func(p *audit.LayerPrediction) audit.Number { return p.Forward }),
		quantile("gradient", "gradient_q50", gradient, middle), quantile("5 %", "gradient_q05", gradient, low),
		quantile("95 %", "gradient_q95", gradient, high),
		theory("theory", "gradient_predicted", func(p *audit.LayerPrediction) audit.Number { return p.Backward }),
		number("gain →", "gain_forward", func(r auditRow) audit.Number { return r.ForwardGain }),
		number("gain ←", "gain_backward", func(r auditRow) audit.Number { return r.BackwardGain }),
		spectrum("σ min", "singular_min", func(s *audit.Spectrum) audit.Number { return s.Min }),
		spectrum("σ median", "singular_median", func(s *audit.Spectrum) audit.Number { return s.Median }),
		spectrum("σ max", "singular_max", func(s *audit.Spectrum) audit.Number { return s.Max }),
		number("|WᵀW − I|", "orthogonality_error", func(r auditRow) audit.Number { return r.OrthogonalityError }),
		number("bias", "bias_rms", func(r auditRow) audit.Number {
			if r.Bias != nil {
				return *r.Bias
			}
			return noReal
		}),
		text("shape", "shape", func(r auditRow) string {
			if r.DType == "" {
				return ""
			}
			return fmt.Sprintf("%d×%d", r.Shape[0], r.Shape[1])
		}),
		text("type", "dtype", func(r auditRow) string { return r.DType }),
	}
}

// Numeric says whether the column holds numbers.
func (c auditColumn) Numeric() bool { return c.number != nil }

// Wide says whether the column holds sentences.
func (c auditColumn) Wide() bool { return c.file == "law" }

// says whether the column has something to say of a layer.
func (c auditColumn) says(r auditRow) bool { return c.exact(r) != "" }

// exact is the cell in layers.csv.
func (c auditColumn) exact(r auditRow) string {
	if c.Numeric() {
		return exact(c.number(r))
	}
	return c.text(r)
}

// Key is what the cell is sorted by, where that is a number: layers are sorted by their place, not
// by their names.
func (c auditColumn) Key(r auditRow) string {
	if c.file == "layer" {
		return strconv.Itoa(r.Place)
	}
	return exact(c.number(r))
}

// Shown is the cell on the page: names in it are quoted where they are not plain.
func (c auditColumn) Shown(r auditRow) string {
	switch {
	case c.Numeric():
		return someReal(c.number(r))
	case c.file == "layer" || c.file == "kind":
		return words.Name(c.text(r))
	}
	return c.text(r)
}
