package theorem

// A signal is what wide networks have in a layer, in the limit.
type signal struct {
	square   float64 // ‖x‖²/n
	mean     float64 // of the entries of x
	distance float64 // ‖x − x′‖²/(2n) of two inputs
	normal   bool    // the entries are normal
}

// centred is the variance of the entries.
func (s signal) centred() float64 { return s.square - s.mean*s.mean }

// An effect is what blocks do to a squared gradient, and to first order to the
// fluctuations of one network of finite width about its limit. With δ the
// relative deviation of the squared length that enters and Λ the logarithm of
// the factor of the squared gradient,
//
//	δ ↦ kept·δ + ε,   Λ = log gradient + felt·δ + η,
//
// where ε and η have mean zero and do not depend on δ. Deviations of composed
// blocks follow by inserting one into the other.
type effect struct {
	in, out  int
	gradient float64 // mean factor of ‖∂E/∂x‖², from behind to before

	kept, felt              float64
	varForward              float64 // Var ε
	varBackward             float64 // Var η
	covariance              float64 // Cov(ε, η)
	sagForward, sagBackward float64 // by how much the logarithm of a mean exceeds the mean logarithm

	// spread is τ((JᵀJ)²)/τ(JᵀJ)², τ the trace over the dimension that enters, J
	// the Jacobian: 1 for a multiple of an isometry.
	spread float64

	// No fluctuations are predicted: of the signal, of the gradient.
	unknownForward, unknownBackward bool
}

// untouched is the effect of no block.
func untouched(width int) effect {
	return effect{in: width, out: width, gradient: 1, kept: 1, spread: 1}
}

// then is e followed by f. The Jacobians are asymptotically free where random
// weights stand between them (as in Pennington, Schoenholz, Ganguli 2017, arXiv
// 1711.04735), so that relative second moments less 1 add, each in
// the dimension where it is taken: a trace over m of n dimensions is m/n of it.
func (e effect) then(f effect) effect {
	between := float64(e.out) / float64(e.in)
	return effect{
		in: e.in, out: f.out, gradient: e.gradient * f.gradient,
		kept:        f.kept * e.kept,
		felt:        e.felt + f.felt*e.kept,
		varForward:  f.kept*f.kept*e.varForward + f.varForward,
		varBackward: e.varBackward + f.varBackward + f.felt*f.felt*e.varForward + 2*f.felt*e.covariance,
		covariance:  f.kept*e.covariance + f.kept*f.felt*e.varForward + f.covariance,
		sagForward:  f.kept*e.sagForward + f.sagForward,
		sagBackward: e.sagBackward + f.sagBackward,
		spread:      (e.spread*between + f.spread - 1) / between,

		unknownForward:  e.unknownForward || f.unknownForward,
		unknownBackward: e.unknownBackward || f.unknownBackward,
	}
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
