package theorem

// A signal is what wide networks have in a layer, in the limit.
type signal struct {
	square   float64 // ‖x‖²/n
	mean     float64 // of the entries of x
	distance float64 // ‖x − x′‖²/(2n) of two inputs
	normal   bool    // the entries are normal

	// A function was applied to these very entries, or to others that are in them: what fluctuates
	// behind another one is not independent of what did behind that.
	seen bool

	// excess is the fourth cumulant of the entries over the squared variance: 0 for normal
	// ones, below where a uniform bias is among them.
	excess float64
}

// centred is the variance of the entries.
func (s signal) centred() float64 { return s.square - s.mean*s.mean }

// An effect is what blocks do to a squared gradient, and to first order to the
// fluctuations of one network of finite width about its limit. These are δ, the
// relative deviation of the squared length, η, that of the mean of the entries over the root of
// their mean square, and Λ, that of the logarithm of the squared gradient in front of the blocks:
//
//	(δ, η) ↦ K(δ, η) + ε,   Λ = felt·(δ, η) + ζ,
//
// where ε and ζ have mean zero and do not depend on what enters. The mean matters where
// blocks add it up, as plain shortcuts do, or take it away. Deviations of composed
// blocks follow by inserting one into the other.
type effect struct {
	in, out  int
	gradient float64 // mean factor of ‖∂E/∂x‖², from behind to before

	// passed has K above and left, felt below it, and 1 for what Λ is behind the blocks: it maps
	// (δ, η) before and Λ behind them to (δ, η) behind and Λ before. noise is the covariance of (ε, ζ).
	passed, noise matrix3

	sagForward, sagBackward float64 // by how much the logarithm of a mean exceeds the mean logarithm

	// spread is τ((JᵀJ)²)/τ(JᵀJ)², τ the trace over the dimension that enters, J
	// the Jacobian: 1 for a multiple of an isometry.
	spread float64

	// No fluctuations are predicted: of the signal, of the gradient.
	unknownForward, unknownBackward bool
}

// What deviates; the length, δ, comes first.
const (
	meanEntry = 1 // η
	gradient  = 2 // Λ
)

// untouched is the effect of no block.
func untouched(width int) effect {
	return effect{in: width, out: width, gradient: 1, passed: diagonal3(1, 1, 1), spread: 1}
}

// entering is the effect of the input: its direction is random, so that the mean of its entries is not 0.
func entering(width int) effect {
	e := untouched(width)
	e.noise[meanEntry][meanEntry] = 1 / float64(width)
	return e
}

// kept is what becomes of δ.
func (e effect) kept() float64 { return e.passed[length][length] }

// sag sets by how much logarithms are below those of the mean, where the blocks have no others inside.
func (e *effect) sag() {
	e.sagForward, e.sagBackward = e.noise[length][length]/2, e.noise[gradient][gradient]/2
}

// rotated is e with a second Haar map behind it: the mean is that of a random direction.
func (e effect) rotated() effect {
	e.passed[meanEntry] = [3]float64{}
	e.noise[meanEntry] = [3]float64{}
	for i := range e.noise {
		e.noise[i][meanEntry] = 0
	}
	e.noise[meanEntry][meanEntry] = 1 / float64(e.out)
	return e
}

// then is e followed by f. The Jacobians are asymptotically free where random
// weights stand between them (as in Pennington, Schoenholz, Ganguli 2017, arXiv
// 1711.04735), so that relative second moments less 1 add, each in
// the dimension where it is taken: a trace over m of n dimensions is m/n of it.
func (e effect) then(f effect) effect {
	between := float64(e.out) / float64(e.in)
	return effect{
		in: e.in, out: f.out, gradient: e.gradient * f.gradient,
		passed:      f.passed.times(e.passed),
		noise:       f.passed.around(e.noise).plus(f.noise),
		sagForward:  f.kept()*e.sagForward + f.sagForward,
		sagBackward: e.sagBackward + f.sagBackward,
		spread:      (e.spread*between + f.spread - 1) / between,

		unknownForward:  e.unknownForward || f.unknownForward,
		unknownBackward: e.unknownBackward || f.unknownBackward,
	}
}

// forwardVariance is that of δ behind the blocks.
func (e effect) forwardVariance() float64 { return e.noise[length][length] }

// backwardVariance is that of Λ behind other blocks: the signal that arrives deviates.
func (e effect) backwardVariance(before effect) float64 {
	before.noise[gradient] = [3]float64{} // which is not theirs
	for i := range before.noise {
		before.noise[i][gradient] = 0
	}
	return before.then(e).noise[gradient][gradient]
}

// times is e, from a width to itself, so many times.
func (e effect) times(count int) effect {
	all := untouched(e.in)
	for square := e; count > 0; count /= 2 {
		if count%2 == 1 {
			all = all.then(square)
		}
		square = square.then(square)
	}
	return all
}
