package theorem

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// A Law is the predicted distribution of a ratio of squared norms that should
// be 1: normal, or log-normal where the ratio is a product over layers. A law
// with SD 0 is a point mass. One of Status Unknown predicts nothing: its numbers
// are NaN, and Reason says why.
type Law struct {
	Mean, SD float64 // of the ratio

	LogNormal      bool
	LogMean, LogSD float64 // of the logarithm of the ratio; set when LogNormal

	Status Status
	Reason string // why there is none
}

// NoLaw is the answer where nothing is predicted, and why.
func NoLaw(reason string) Law {
	return Law{Mean: math.NaN(), SD: math.NaN(), Status: Unknown, Reason: reason}
}

// Known says whether the law predicts anything.
func (l Law) Known() bool { return l.Status != Unknown }

func normalLaw(mean, variance float64) Law {
	return Law{Mean: mean, SD: math.Sqrt(variance), Status: Asymptotic}
}

func logNormalLaw(logMean, logVariance float64) Law {
	mean := math.Exp(logMean + logVariance/2)
	return Law{
		Mean: mean, SD: mean * math.Sqrt(math.Expm1(logVariance)),
		LogNormal: true, LogMean: logMean, LogSD: math.Sqrt(logVariance),
		Status: Asymptotic,
	}
}

// Quantile returns the x with P(ratio ≤ x) = p; NaN unless 0 ≤ p ≤ 1 and the law
// is known.
func (l Law) Quantile(p float64) float64 {
	if !(p >= 0 && p <= 1) {
		return math.NaN()
	}
	z := distuv.UnitNormal.Quantile(p)
	switch {
	case l.LogNormal && l.LogSD == 0:
		return math.Exp(l.LogMean)
	case l.LogNormal:
		return math.Exp(l.LogMean + l.LogSD*z)
	case l.SD == 0:
		return l.Mean
	}
	return l.Mean + l.SD*z
}

// CDF returns P(ratio ≤ x), NaN if the law is not known.
func (l Law) CDF(x float64) float64 { return 1 - l.survival(x) }

// Outside returns P(|ratio − 1| ≥ eps), NaN if the law is not known.
func (l Law) Outside(eps float64) float64 { return l.Beyond(1-eps, 1+eps) }

// NormOutside returns P(|√ratio − 1| ≥ tolerance), NaN if the law is not known.
func (l Law) NormOutside(tolerance float64) float64 { return l.Beyond(NormWindow(tolerance)) }

// Beyond returns P(ratio ≤ lo or ratio ≥ hi), accurately when it is small; NaN if
// the law is not known.
func (l Law) Beyond(lo, hi float64) float64 {
	if l.pointMass() {
		if x := l.Quantile(0.5); x <= lo || x >= hi {
			return 1
		}
		return 0
	}
	return min(1, normalTail(-l.standard(lo))+normalTail(l.standard(hi)))
}

func (l Law) pointMass() bool { return l.LogNormal && l.LogSD == 0 || !l.LogNormal && l.SD == 0 }

func (l Law) survival(x float64) float64 {
	if l.pointMass() {
		if x >= l.Quantile(0.5) {
			return 0
		}
		return 1
	}
	return normalTail(l.standard(x))
}

// standard maps the ratio to the scale on which the law is N(0, 1).
func (l Law) standard(x float64) float64 {
	if l.LogNormal {
		return (math.Log(max(x, 0)) - l.LogMean) / l.LogSD
	}
	return (x - l.Mean) / l.SD
}

// normalTail is P(g ≥ z).
func normalTail(z float64) float64 { return math.Erfc(z/math.Sqrt2) / 2 }
