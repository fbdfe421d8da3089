package theorem

import (
	"fmt"
	"math"

	"bsnn/gpnorm"
)

// Tolerances are the smallest deviations of norms that suffice in each direction:
// at most 1 − confidence of the networks are off by as much. NaN stands for none
// up to 0.99, where norms vanish or explode.
type Tolerances struct{ Forward, Backward float64 }

// ToleranceByLimitLaw turns the question of WidthByLimitLaw round: the tolerances
// that a fraction confidence of the networks of the width and depth keep, by the
// limit laws. Asymptotic; a limit law that does not exist gives NaN.
//
// The profile must be normalised; 0 < confidence < 1.
func ToleranceByLimitLaw(p gpnorm.Profile, width, depth int, confidence float64) (t Tolerances, err error) {
	for _, d := range []struct {
		law func(p gpnorm.Profile, width, depth int) (Law, error)
		out *float64
	}{{ForwardDepthLaw, &t.Forward}, {BackwardDepthLaw, &t.Backward}} {
		law, err := d.law(p, width, depth)
		if err != nil {
			return t, err
		}
		if *d.out, err = smallestTolerance(confidence, law.Beyond); err != nil {
			return t, err
		}
	}
	return t, nil
}

// ToleranceByBound returns tolerances that a fraction confidence of the networks
// provably keep, as WidthByBound does widths: NaN where none is proven, as for narrow
// networks. Proven at the width, up to the error of quadrature.
//
// φ must be normalised and Lipschitz.
func ToleranceByBound(a gpnorm.Activation, width, depth int, confidence float64) (t Tolerances, err error) {
	p, err := newPlanner(a)
	if err == nil {
		err = checkDepthLaw(p.profile, width, depth)
	}
	if err == nil {
		err = checkLayer(a, width, 1)
	}
	if err != nil {
		return t, err
	}
	for _, d := range []struct {
		bound func(n, depth int, lo, hi float64) (float64, error)
		out   *float64
	}{{p.forward, &t.Forward}, {p.backward, &t.Backward}} {
		var failed error
		*d.out, err = smallestTolerance(confidence, func(lo, hi float64) float64 {
			b, err := d.bound(width, depth, lo, hi)
			if err != nil {
				failed = err
			}
			return b
		})
		if failed != nil {
			err = failed
		}
		if err != nil {
			return t, err
		}
	}
	return t, nil
}

const (
	// leastTolerance is the smallest one that is told from none.
	leastTolerance = 1e-9
	// mostTolerance is the largest one: a norm of a hundredth has vanished.
	mostTolerance = 0.99
	// toleranceDigits is how near, relatively, the smallest tolerance is found.
	toleranceDigits = 1e-5
)

// smallestTolerance bisects for the tolerance at which outside, a probability that
// falls with it, is 1 − confidence; 0 below the least one.
func smallestTolerance(confidence float64, outside func(lo, hi float64) float64) (float64, error) {
	if !(confidence > 0 && confidence < 1) {
		return math.NaN(), fmt.Errorf("confidence %v, want a number between 0 and 1", confidence)
	}
	enough := func(tolerance float64) bool { return outside(NormWindow(tolerance)) <= 1-confidence }
	switch {
	case !enough(mostTolerance):
		return math.NaN(), nil
	case enough(leastTolerance):
		return 0, nil
	}
	lo, hi := math.Log(leastTolerance), math.Log(mostTolerance)
	for hi-lo > toleranceDigits {
		if mid := (lo + hi) / 2; enough(math.Exp(mid)) {
			hi = mid
		} else {
			lo = mid
		}
	}
	return math.Exp(hi), nil
}
