package gpnorm

import (
	"fmt"
	"math"

	"bsnn/internal/quadrature"
)

// A Profile holds the Gaussian moments of a function as given; no
// normalisation is assumed. The limit laws that its variances belong to are
// asymptotic in the width; see the package documentation.
type Profile struct {
	Mean, SecondMoment, DerivMean, DerivSecondMoment Estimate // E φ, E φ², E φ′, E φ′²

	Slope      float64 // κ = E[g φ φ′], half of c_f
	DerivSlope float64 // c_b = E[(g²−1) φ′²]

	// ForwardVariance is Var φ² − c_f²/2: n times the asymptotic variance of
	// ‖φ(u)‖²/n for u uniform on the sphere of radius √n.
	ForwardVariance float64
	// BackwardVariance is 3E φ′⁴ − 3(E φ′²)² − c_b²/2: the same for ‖Dy‖²/‖y‖²
	// with y uniform on a sphere.
	BackwardVariance float64
	// Cross is E[φ²φ′²] − E φ²·E φ′² − c_f·c_b/2, the covariance of the two
	// squared norms ‖φ(u)‖²/n and ‖φ′(u)‖²/n.
	Cross float64

	// Of the mean (1/n)Σφ(uᵢ), which shortcuts and layer normalisation feel:
	MeanSlope    float64 // c_m = E[gφ′]
	MeanVariance float64 // Var φ − c_m²/2, n times its asymptotic variance
	MeanForward  float64 // E φ³ − E φ·E φ² − c_m·c_f/2, the same of its covariance with ‖φ(u)‖²/n
	MeanBackward float64 // E φφ′² − E φ·E φ′² − c_m·c_b/2, and with ‖φ′(u)‖²/n

	// DepthVariance is V: log(‖d⁽¹⁾‖²/‖d⁽ᴸ⁾‖²) has variance about V·(L−1)/n. It
	// is NaN unless the function is normalised and κ < 1; at κ = 1 it exists
	// when c_b = 0 and is BackwardVariance then.
	DepthVariance float64
}

const profileTol = 1e-9 // when a computed constant counts as its exact value

// Describe computes the Profile of a in one quadrature pass.
//
// It fails when Value or Deriv is missing, when either is NaN or infinite
// somewhere, when φ jumps, when E φ², E φ′² or another moment up to E φ⁴ does not
// visibly converge, and when Deriv is not the derivative of Value: then Stein's
// identity E φ′ = E[g φ], or one of its next two orders, does not hold, or φ does
// not grow by the integral of φ′ on the panels of the quadrature, by more than
// 1e-7 of the size of φ′ in the mean. A jump that is missing from Kinks violates that
// as well, and so does a kink that is missing and escaped the quadrature. The
// error names the reason and the place.
func Describe(a Activation) (Profile, error) {
	var p Profile
	sampled, err := a.sample()
	if err == nil {
		p, err = newTape(sampled).describe()
	}
	if err != nil {
		return Profile{}, fmt.Errorf("Describe %s: %w", a.Name, err)
	}
	return p, nil
}

// Normalized reports whether E φ² and E φ′² are 1 within tol.
func (p Profile) Normalized(tol float64) bool {
	return math.Abs(p.SecondMoment.Value-1) <= tol && math.Abs(p.DerivSecondMoment.Value-1) <= tol
}

// profileOf reads the moments that start at component first.
func profileOf(r quadrature.Result, first int) Profile {
	v := r.Value[first : first+momentCount]
	e := r.Error[first : first+momentCount]
	p := Profile{
		Mean:              Estimate{v[mMean], e[mMean]},
		SecondMoment:      Estimate{v[mSecond], e[mSecond]},
		DerivMean:         Estimate{v[mDerivMean], e[mDerivMean]},
		DerivSecondMoment: Estimate{v[mDerivSecond], e[mDerivSecond]},
		Slope:             v[mSlope],
		DerivSlope:        v[mDerivSlope],
	}
	q, dq := v[mSecond], v[mDerivSecond]
	cf, cb := 2*p.Slope, p.DerivSlope
	// Both variances are non-negative; rounding may say otherwise.
	p.ForwardVariance = max(0, v[mFourth]-q*q-cf*cf/2)
	p.BackwardVariance = max(0, 3*v[mDerivFourth]-3*dq*dq-cb*cb/2)
	p.Cross = v[mCross] - q*dq - cf*cb/2
	mean := v[mMean]
	p.MeanSlope = v[mMeanSlope]
	p.MeanVariance = max(0, q-mean*mean-p.MeanSlope*p.MeanSlope/2)
	p.MeanForward = v[mThird] - mean*q - p.MeanSlope*cf/2
	p.MeanBackward = v[mMeanBackward] - mean*dq - p.MeanSlope*cb/2
	p.DepthVariance = p.depthVariance()
	return p
}

func (p Profile) depthVariance() float64 {
	if !p.Normalized(profileTol) {
		return math.NaN()
	}
	s := p.DerivSlope / 2
	switch p.Trend() {
	case Fading:
		gain := s / (1 - p.Slope)
		return p.BackwardVariance + 2*p.Cross*gain + p.ForwardVariance*gain*gain
	case Summing:
		if math.Abs(s) <= profileTol {
			return p.BackwardVariance
		}
	}
	return math.NaN()
}

// checkStein compares E[f′·He_k] with E[f·He_{k+1}] for k = 0, 1, 2 in the
// moments of f followed by the Stein comparison.
func checkStein(r quadrature.Result) error {
	for k, pair := range [][2]int{
		{mDerivMean, momentCount + sValue1},
		{momentCount + sDeriv1, momentCount + sValue2},
		{momentCount + sDeriv2, momentCount + sValue3},
	} {
		d, v := pair[0], pair[1]
		slack := 10*(r.Error[d]+r.Error[v]) + steinSlack*(r.Scale[d]+r.Scale[v])
		if diff := math.Abs(r.Value[d] - r.Value[v]); diff > slack {
			return fmt.Errorf("the derivative does not belong to the function: E[φ′(g)·He_%d(g)] = %.9g but E[φ(g)·He_%d(g)] = %.9g, "+
				"and Stein's identity makes them equal (a wrong Deriv, a jump of Value, or a kink missing from Kinks?)",
				k, r.Value[d], k+1, r.Value[v])
		}
	}
	return nil
}

// steinSlack is what the magnitudes of both sides may differ by beyond the
// quadrature errors: the rounding inside a user's Value and Deriv.
const steinSlack = 1e-11
