package gpnorm

import "bsnn/internal/quadrature"

// The expectations of one function φ = scale·f + shift, in the order in which
// fill computes them; errors name the first that fails.
const (
	mSecond = iota
	mDerivSecond
	mMean
	mDerivMean
	mFourth
	mDerivFourth
	mCross
	mSlope
	mDerivSlope
	mMeanSlope
	mThird
	mMeanBackward
	momentCount
)

var momentNames = [momentCount]string{
	"φ²", "φ′²", "φ", "φ′", "φ⁴", "φ′⁴", "φ²φ′²", "gφφ′", "(g²−1)φ′²", "gφ′", "φ³", "φφ′²",
}

// The further expectations that compare f′ with f by Stein's identity
// E[f′·He_k] = E[f·He_{k+1}]; k = 0 needs E f′, a moment, on one side.
const (
	sValue1 = iota // f·He₁
	sDeriv1        // f′·He₁
	sValue2        // f·He₂
	sDeriv2        // f′·He₂
	sValue3        // f·He₃
	steinCount
)

var steinNames = [steinCount]string{
	"g·φ", "g·φ′", "(g²−1)φ", "(g²−1)φ′", "(g³−3g)φ",
}

// An affine map t ↦ scale·t + shift.
type affine struct{ scale, shift float64 }

// fill sets the rows of the moments of m(f) from the values f, f′ at x.
func (m affine) fill(out [][]float64, f, d, x []float64) {
	n := len(x)
	mean, second, dmean, dsecond := out[mMean][:n], out[mSecond][:n], out[mDerivMean][:n], out[mDerivSecond][:n]
	fourth, dfourth, cross := out[mFourth][:n], out[mDerivFourth][:n], out[mCross][:n]
	slope, dslope := out[mSlope][:n], out[mDerivSlope][:n]
	mslope, third, mixed := out[mMeanSlope][:n], out[mThird][:n], out[mMeanBackward][:n]
	f, d = f[:n], d[:n]
	for i, t := range x {
		v, e := m.scale*f[i]+m.shift, m.scale*d[i]
		vv, ee := v*v, e*e
		mean[i], second[i], dmean[i], dsecond[i] = v, vv, e, ee
		fourth[i], dfourth[i], cross[i] = vv*vv, ee*ee, vv*ee
		slope[i], dslope[i] = t*v*e, (t*t-1)*ee
		mslope[i], third[i], mixed[i] = t*e, vv*v, v*ee
	}
}

// fillStein sets the rows of the Stein comparison.
func fillStein(out [][]float64, f, d, x []float64) {
	for i, t := range x {
		he2 := t*t - 1
		out[sValue1][i], out[sDeriv1][i] = t*f[i], t*d[i]
		out[sValue2][i], out[sDeriv2][i] = he2*f[i], he2*d[i]
		out[sValue3][i] = t * (he2 - 2) * f[i]
	}
}

// moments computes the moments of m(φ) for every m in one pass over the tape of
// φ, momentCount entries each, followed by the Stein comparison if wanted.
func (t *tape) moments(maps []affine, stein bool) (quadrature.Result, error) {
	what := make([]string, 0, len(maps)*momentCount+steinCount)
	for range maps {
		what = append(what, momentNames[:]...)
	}
	if stein {
		what = append(what, steinNames[:]...)
	}
	t.rewind()
	return problem{what: what, kinks: t.of.Breaks(), f: func(out [][]float64, x []float64) ([]float64, error) {
		b, err := t.at(x)
		if err != nil {
			return nil, err
		}
		for i, m := range maps {
			m.fill(out[i*momentCount:], b.val, b.der, x)
		}
		if stein {
			fillStein(out[len(maps)*momentCount:], b.val, b.der, x)
		}
		return b.density, nil
	}}.expectations()
}
