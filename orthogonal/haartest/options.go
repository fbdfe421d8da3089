package haartest

import (
	"fmt"
	"math"

	"bsnn/internal/limits"
)

// DefaultAlpha is Options.Alpha where none is given.
const DefaultAlpha = 1e-6

// Options say how a test is done. The zero value means the defaults.
type Options struct {
	// Alpha is the probability, at most, with which independent Haar
	// matrices are refuted, and with which the test confirms although a law
	// it looks at deviates by more than Resolution. Default 1e-6.
	Alpha float64
	// Resolution is δ: the test confirms only when it has shown that the
	// law of each of its statistics is within δ of the Haar law in
	// Kolmogorov's distance (for events: in probability). Default 0.5, which
	// rules out that a sign is constant; 200 matrices reach about 0.4.
	Resolution float64
	// Reference is the number of Haar matrices that are simulated for the
	// laws that have no closed form, 0 for a number that fits the size. A
	// negative number means none, and then the test does not confirm.
	Reference int
	// Begin, if set, is told how many of these, and of what size, will be simulated.
	// One takes about [ReferenceDraws] times as long as drawing such a matrix.
	Begin func(matrices, n int)
	// Progress, if set, is told how many of them are done.
	Progress func(done, total int)
	// Seed makes the probes and the reference matrices. The same seed and
	// matrices give the same result.
	Seed uint64
	// Tolerance is the largest accepted entry of |QᵀQ − I|. Default 16·n·u,
	// u the unit roundoff of the entries: 2⁻⁵³, or 2⁻²⁴ for matrices that
	// come by [Test.AddFloat32]. For coarser entries, by [Test.AddRounded], it is 16·n·2⁻²⁴ + 4u: nobody
	// computes in them, and rounding at the end changes an entry of QᵀQ by 2u + u² at
	// most, by the Cauchy–Schwarz inequality.
	Tolerance float64
}

// withDefaults fills in defaults for n×n matrices.
func (o Options) withDefaults(n int) (Options, error) {
	if o.Alpha == 0 {
		o.Alpha = DefaultAlpha
	}
	if !(o.Alpha > 0 && o.Alpha < 1) {
		return o, fmt.Errorf("alpha is %v, want a number between 0 and 1", o.Alpha)
	}
	if o.Resolution == 0 {
		o.Resolution = 0.5
	}
	if !(o.Resolution > 0 && o.Resolution <= 1) {
		return o, fmt.Errorf("resolution is %v, want a number above 0 and at most 1", o.Resolution)
	}
	if o.Reference == 0 {
		o.Reference = referenceSize(n)
	}
	o.Reference = max(o.Reference, 0)
	if err := limits.Whole("reference matrices:", o.Reference, 0, limits.Trials); err != nil {
		return o, err
	}
	if o.Tolerance < 0 || math.IsNaN(o.Tolerance) || math.IsInf(o.Tolerance, 0) {
		return o, fmt.Errorf("tolerance is %v, want a positive number", o.Tolerance)
	}
	return o, nil
}

// tolerance is the one given, or the default for a unit roundoff.
func (o Options) tolerance(n int, roundoff float64) float64 {
	if o.Tolerance > 0 {
		return o.Tolerance
	}
	if roundoff > roundoff32 {
		return 16*float64(n)*roundoff32 + 4*roundoff
	}
	return 16 * float64(n) * roundoff
}
