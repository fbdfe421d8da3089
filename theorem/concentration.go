package theorem

import "math"

// A square is a random variable F², F ≥ 0 a function on a unit sphere, with
// what is known about it.
type square struct {
	mean, meanError float64
	variance        float64 // of F²; an upper bound, NaN when unknown
	lipschitz       float64 // of F on the unit sphere; NaN or +Inf when unknown
	constant        float64 // log-Sobolev constant of the sphere: its dimension
	ceiling         float64 // F² never exceeds it; NaN or +Inf when unknown
}

// squareFrom takes the moments of an average with their errors on the safe
// side.
func squareFrom(m Moments, n int, lipschitz, ceiling float64) square {
	return square{
		mean: m.Mean, meanError: m.MeanError,
		variance:  m.AverageVariance + m.VarianceError/float64(n),
		lipschitz: lipschitz, constant: float64(n - 1), ceiling: ceiling,
	}
}

// above bounds P(F² ≥ t).
//
// Log-Sobolev: P(F ≥ E F + x) ≤ exp(−ρx²/(2K²)) with ρ the constant of the
// sphere and K that of F; E F ≤ √E F². Cantelli: P(F² ≥ E F² + x) ≤ v/(v + x²).
func (s square) above(t float64) tail {
	if t > s.ceiling {
		return tail{0, Range}
	}
	if t <= 0 {
		return certain
	}
	m := s.mean + s.meanError
	return certain.
		or(s.gaussian(math.Sqrt(t) - math.Sqrt(max(m, 0)))).
		or(s.cantelli(t - m))
}

// below bounds P(F² ≤ t), t ≥ 0, with E F from below by meanRoot.
func (s square) below(t float64) tail {
	if t < 0 {
		return tail{0, Range}
	}
	return certain.
		or(s.gaussian(s.meanRoot() - math.Sqrt(t))).
		or(s.cantelli(s.mean - s.meanError - t))
}

// meanRoot bounds E F from below by the better of two inequalities. With
// m = E F²: Var F ≤ K²/ρ gives E F ≥ √(m − K²/ρ); and
// 2√m·E F = 2m − E(F − √m)² with (F − √m)² ≤ (F² − m)²/m gives
// E F ≥ √m − Var F²/(2m^{3/2}).
func (s square) meanRoot() float64 {
	m := s.mean - s.meanError
	if !(m > 0) {
		return 0
	}
	best := 0.0
	if x := m - s.lipschitz*s.lipschitz/s.constant; x > 0 {
		best = math.Sqrt(x)
	}
	if x := math.Sqrt(m) - (s.variance+s.meanError*s.meanError)/(2*m*math.Sqrt(m)); x > best {
		best = x
	}
	return best
}

// gaussian is exp(−ρx²/(2K²)) for x > 0.
func (s square) gaussian(x float64) tail {
	p := math.Exp(-s.constant * x * x / (2 * s.lipschitz * s.lipschitz))
	if !(x > 0) || math.IsNaN(p) {
		return certain
	}
	return tail{p, LogSobolev}
}

func (s square) cantelli(x float64) tail {
	p := s.variance / (s.variance + x*x)
	if !(x > 0) || math.IsNaN(p) {
		return certain
	}
	return tail{p, Chebyshev}
}

// outside bounds P(F² ≤ lo or F² ≥ hi), for each side by the best argument, or
// for both together by Chebyshev about a c between the mean and the centre of the
// window, w the distance to its nearer end: P(|F² − c| ≥ w) ≤ (v + (m − c)²)/w². The
// best c is v/w₀ from the mean, w₀ the distance of the mean to that end.
func (s square) outside(lo, hi float64) tail {
	half := (hi - lo) / 2
	off := math.Abs(s.mean - (lo+hi)/2)
	if near := half - off; near > 0 {
		off = min(off, s.variance/near)
		half = near + off
	}
	off += s.meanError
	both := certain
	if p := (s.variance + off*off) / (half * half); p < 1 {
		both = tail{p, Chebyshev}
	}
	return sum(s.below(lo), s.above(hi)).or(both)
}
