package reports

import (
	"math"

	"bsnn/gpnorm"
	"bsnn/montecarlo"
	"bsnn/network"
	"bsnn/properties"
	"bsnn/theorem"
)

// A WidthNeed says how wide networks of one depth must be so that at
// most a fraction Spec.Limit of them is off a norm by Spec.DepthTolerance or more. 0
// stands for no width known.
type WidthNeed struct {
	Depth    int             `json:"depth"`
	Forward  SufficientWidth `json:"forward"`  // ‖x⁽ᴸ⁺¹⁾‖/√n
	Backward SufficientWidth `json:"backward"` // ‖d⁽¹⁾‖/‖d⁽ᴸ⁾‖; over one layer ‖Dy‖/‖y‖
}

// A SufficientWidth says from which width on networks keep a norm in one
// direction.
type SufficientWidth struct {
	Law   int `json:"law"`   // by the limit law: asymptotic
	Bound int `json:"bound"` // sufficient: proven

	// Measured: all networks wider than Short satisfied it, from width Enough
	// on; Short is the widest width measured that did not, 0 if all did.
	// Measured is false where the depth was not measured.
	Measured bool `json:"measured"`
	Short    int  `json:"short"`
	Enough   int  `json:"enough"`
}

// needDepths are the depths of the chart of widths needed: 1, 2, 5, 10, … up to
// a hundred times the deepest network, and that depth itself.
func (s Spec) needDepths() []int {
	var out []int
	deepest := max(1000, 20*s.Depth)
	for base := 1; base <= deepest; base *= 10 {
		for _, k := range []int{1, 2, 5} {
			if l := k * base; l <= deepest {
				out = append(out, l)
			}
		}
	}
	return withDepth(out, s.Depth)
}

// withDepth inserts a depth in its place.
func withDepth(depths []int, depth int) []int {
	var out []int
	for i, l := range depths {
		if l > depth && (i == 0 || depths[i-1] < depth) {
			out = append(out, depth)
		}
		out = append(out, l)
	}
	return out
}

// A shortfall says which depths up to that of an ensemble do not keep the
// norms at its width.
type shortfall struct {
	Width, Depth      int
	Forward, Backward map[int]bool // by depth: too many networks are off
}

// newShortfall looks at the first layers of deep networks. Forward these are
// networks of that depth; backward it is the ratio between the error of the
// first layer and that of the last of them.
func (s Spec) newShortfall(width, depth int, trials []network.Norms) shortfall {
	out := shortfall{Width: width, Depth: depth, Forward: map[int]bool{}, Backward: map[int]bool{}}
	for _, l := range s.needDepths() {
		if l > depth || l == 1 && depth > 1 {
			continue
		}
		out.Forward[l] = s.tooManyOff(trials, func(t network.Norms) float64 { return t.X[l] / float64(width) })
		out.Backward[l] = s.tooManyOff(trials, func(t network.Norms) float64 {
			if depth == 1 {
				return t.D[0] / t.Y[1]
			}
			return t.D[0] / t.D[l-1]
		})
	}
	return out
}

func (s Spec) tooManyOff(trials []network.Norms, squared func(network.Norms) float64) bool {
	off := 0
	for _, t := range trials {
		if !properties.NormKept(squared(t), s.DepthTolerance) {
			off++
		}
	}
	return float64(off) > s.Limit*float64(len(trials))
}

// widthTheory is what theory says. Functions that are not normalised have none, and
// nothing is proven of other than Haar weights.
func (s Spec) widthTheory(res resolved) ([]WidthNeed, error) {
	var out []WidthNeed
	for _, l := range s.needDepths() {
		out = append(out, WidthNeed{Depth: l})
	}
	weights, err := network.ParseWeights(s.Weights)
	if err != nil || !res.profile.Normalized(theorem.NormalizedTolerance) {
		return out, err
	}
	if err := s.predict(out, weights, res.profile); err != nil || weights != network.Haar {
		return out, err
	}
	return out, s.prove(out, res.activation)
}

// measureWidths adds what was measured, from narrow to wide.
func measureWidths(needs []WidthNeed, short []shortfall) {
	for i := range needs {
		w := &needs[i]
		for _, f := range short {
			if off, ok := f.Forward[w.Depth]; ok {
				w.Forward.measure(f.Width, off)
			}
			if off, ok := f.Backward[w.Depth]; ok {
				w.Backward.measure(f.Width, off)
			}
		}
	}
}

// predict fills in the limit laws of every depth. Over one layer ‖d⁽¹⁾‖/‖d⁽ᴸ⁾‖
// says nothing, and the layer's own ratio takes its place.
func (s Spec) predict(needs []WidthNeed, w network.Weights, p gpnorm.Profile) error {
	for i := range needs {
		need := &needs[i]
		forward, backward := theorem.Definition1Forward(), theorem.Definition1Backward()
		if need.Depth == 1 {
			forward, backward = theorem.Theorem1(), theorem.Theorem2()
		}
		var err error
		if need.Forward.Law, err = forward.WidthByLimitLaw(p, w, need.Depth, s.DepthTolerance, s.Limit); err != nil {
			return err
		}
		if need.Backward.Law, err = backward.WidthByLimitLaw(p, w, need.Depth, s.DepthTolerance, s.Limit); err != nil {
			return err
		}
	}
	return nil
}

// prove fills in what is proven of every depth. Where a proof has to fail, as
// without a Lipschitz constant, nothing is.
func (s Spec) prove(needs []WidthNeed, a gpnorm.Activation) error {
	var depths []int
	for _, w := range needs {
		depths = append(depths, w.Depth)
	}
	proven := map[int]theorem.Widths{}
	if !math.IsNaN(a.Lipschitz) && !math.IsInf(a.Lipschitz, 1) {
		all, err := theorem.WidthsAgainstDepth(a, depths, s.DepthTolerance, 1-s.Limit)
		if err != nil {
			return err
		}
		for _, w := range all {
			proven[w.Depth] = w.Proven
		}
	}
	layer, err := theorem.LayerWidthByBound(a, s.DepthTolerance, 1-s.Limit)
	if err != nil {
		return err
	}
	proven[1] = layer
	for i := range needs {
		w := &needs[i]
		w.Forward.Bound, w.Backward.Bound = proven[w.Depth].Forward, proven[w.Depth].Backward
	}
	return nil
}

// measure takes the next wider width into account.
func (d *SufficientWidth) measure(width int, off bool) {
	d.Measured = true
	switch {
	case off:
		d.Short, d.Enough = width, 0
	case d.Enough == 0:
		d.Enough = width
	}
}

// quantile is the p-quantile of values.
func quantile(values []float64, p float64) float64 {
	return montecarlo.NewSample(values).Quantile(p)
}
