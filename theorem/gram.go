package theorem

// What two inputs are to each other in one layer is their Gram matrix K, of inner
// products over n; on the way back it is that of their gradients, Γ. Both inputs have the
// same law, so that three coordinates change by themselves:
//
//	of K: (K₁₁ + K₂₂)/2, half the squared distance, and K₁₁ − K₂₂,
//	of Γ: (Γ₁₁ + Γ₂₂)/2, Γ₁₂, and Γ₁₁ − Γ₂₂.
//
// The distance is a coordinate because inputs merge: it is known to full relative accuracy.
type gramVector [3]float64

// The coordinates.
const (
	length     = 0
	apart      = 1 // of K
	inner      = 1 // of Γ
	difference = 2
)

// A gramEffect is what blocks do to the Gram matrices of two inputs, to first order in
// the deviations of one network from the limit, given the mean of Γ behind them:
//
//	δK ↦ kept·δK + ε,   Γ ↦ gradient·Γ + felt·δK + η
//
// with ε and η of mean zero that do not depend on δK and Γ.
type gramEffect struct {
	kept, gradient, felt          matrix3
	varForward, varBackward, both matrix3 // Cov ε, Cov η, Cov(ε, η)
}

var untouchedGram = gramEffect{kept: diagonal3(1, 1, 1), gradient: diagonal3(1, 1, 1)}

// then is e followed by f on the way there.
func (e gramEffect) then(f gramEffect) gramEffect {
	felt := e.gradient.times(f.felt) // of what e does to K
	cross := felt.times(e.both)      // Cov(felt·ε, η) of e
	return gramEffect{
		kept: f.kept.times(e.kept), gradient: e.gradient.times(f.gradient), felt: e.felt.plus(felt.times(e.kept)),
		varForward: f.kept.around(e.varForward).plus(f.varForward),
		varBackward: e.varBackward.plus(e.gradient.around(f.varBackward)).plus(felt.around(e.varForward)).
			plus(cross).plus(cross.transposed()),
		both: f.kept.times(e.both).plus(f.kept.times(e.varForward).times(felt.transposed())).plus(f.both.times(e.gradient.transposed())),
	}
}

// A gram is the limit of K.
type gram struct{ square, distance float64 }

// A slopes is the limit of Γ.
type slopes struct{ square, inner float64 }

// productSpread is the covariance, times n, of (aᵢ·bⱼ + aⱼ·bᵢ)/2 where b₁, b₂ have the Gram matrix
// other and a random direction: for b = a that of the Gram matrix behind independent
// normal entries, halved.
func (g gram) productSpread(other gram) matrix3 {
	in, out := g.square-g.distance, other.square-other.distance
	both := g.distance * other.distance
	return matrix3{
		{(g.square*other.square + in*out) / 2, both / 2},
		{both / 2, both},
		{0, 0, 2 * (g.square*other.distance + g.distance*other.square - both)},
	}
}

// productSpread is the same of gradients.
func (s slopes) productSpread(other slopes) matrix3 {
	mixed := (s.square*other.inner + s.inner*other.square) / 2
	all := (s.square*other.square + s.inner*other.inner) / 2
	return matrix3{{all, mixed}, {mixed, all}, {0, 0, 2 * (s.square*other.square - s.inner*other.inner)}}
}
