package theorem

import (
	"fmt"

	"bsnn/gpnorm"
)

// Widths are the smallest widths that suffice in each direction; 0 stands for
// none below the largest width considered, 10¹⁵.
type Widths struct{ Forward, Backward int }

// Both is the width that suffices in both directions; 0 if there is none.
func (w Widths) Both() int {
	if w.Forward == 0 || w.Backward == 0 {
		return 0
	}
	return max(w.Forward, w.Backward)
}

const widest = 1_000_000_000_000_000

// WidthByLimitLaw returns the widths from which on, by the limit laws over
// depth layers, P(|‖x⁽ᴸ⁺¹⁾‖/√n − 1| < tolerance) ≥ confidence and
// P(|‖d⁽¹⁾‖/‖d⁽ᴸ⁾‖ − 1| < tolerance) ≥ confidence. The tolerance is on norms, not
// on squared norms. Asymptotic: the laws are limits for n → ∞ and linear in the
// deviation, so the answer is good when it is large and the tolerance is small;
// nothing is proven about it.
//
// The profile must be normalised; 0 < tolerance < 1 and 0 < confidence < 1.
func WidthByLimitLaw(p gpnorm.Profile, depth int, tolerance, confidence float64) (Widths, error) {
	if err := checkDepthLaw(p, 1, depth); err != nil {
		return Widths{}, err
	}
	return smallestWidths(tolerance, confidence,
		func(n int, lo, hi float64) (float64, error) {
			l, err := ForwardDepthLaw(p, n, depth)
			return l.Beyond(lo, hi), err
		},
		func(n int, lo, hi float64) (float64, error) {
			l, err := BackwardDepthLaw(p, n, depth)
			return l.Beyond(lo, hi), err
		})
}

// WidthByBound returns the widths from which on one layer provably keeps the
// norm within the tolerance with the confidence: forward ‖φ(Wx)‖/√n, ‖x‖² = n,
// and backward ‖Dy‖/‖y‖ for y uniform on a sphere. Proven at the width returned,
// up to the quadrature error of the moments.
func WidthByBound(a gpnorm.Activation, tolerance, confidence float64) (Widths, error) {
	return smallestWidths(tolerance, confidence,
		func(n int, lo, hi float64) (float64, error) {
			b, err := forwardOutside(a, n, 1, lo, hi)
			return b.Probability, err
		},
		func(n int, lo, hi float64) (float64, error) {
			b, err := uniformOutside(a, n, 1, lo, hi)
			return b.Probability, err
		})
}

type beyond func(n int, lo, hi float64) (float64, error)

func smallestWidths(tolerance, confidence float64, forward, backward beyond) (w Widths, err error) {
	if !(tolerance > 0 && tolerance < 1) {
		return w, fmt.Errorf("theorem: tolerance %v, want a number between 0 and 1", tolerance)
	}
	if !(confidence > 0 && confidence < 1) {
		return w, fmt.Errorf("theorem: confidence %v, want a number between 0 and 1", confidence)
	}
	lo, hi := (1-tolerance)*(1-tolerance), (1+tolerance)*(1+tolerance)
	search := func(f beyond) (int, error) {
		return smallest(func(n int) (bool, error) {
			p, err := f(n, lo, hi)
			return p <= 1-confidence, err
		})
	}
	if w.Forward, err = search(forward); err != nil {
		return w, err
	}
	w.Backward, err = search(backward)
	return w, err
}

// smallest finds the smallest n from MinWidth up at which enough holds, for an
// enough that stays true once it is: by doubling, then bisection. It returns
// 0 when there is none up to widest.
func smallest(enough func(n int) (bool, error)) (int, error) {
	below, n := MinWidth-1, MinWidth
	for {
		ok, err := enough(n)
		if err != nil {
			return 0, err
		}
		if ok {
			break
		}
		if n == widest {
			return 0, nil
		}
		below, n = n, min(2*n, widest)
	}
	for n-below > 1 {
		mid := below + (n-below)/2
		ok, err := enough(mid)
		if err != nil {
			return 0, err
		}
		if ok {
			n = mid
		} else {
			below = mid
		}
	}
	return n, nil
}
