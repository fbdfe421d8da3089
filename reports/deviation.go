package reports

import (
	"math"

	"bsnn/montecarlo"
)

// A Deviation says how far a statistic lies from 1 at one width, on one scale
// for what is measured, exact, asymptotic and proven. NaN stands for what does
// not exist.
type Deviation struct {
	Q05 Number `json:"q05"` // quantiles of |statistic − 1| over the networks
	Q50 Number `json:"q50"`
	Q95 Number `json:"q95"`
	RMS Number `json:"rms"` // root mean square of statistic − 1

	Exact Number `json:"exact"` // what RMS estimates, exact at this width
	Law   Number `json:"law"`   // 95 % quantile of |statistic − 1| by the limit law: asymptotic
	Bound Number `json:"bound"` // P(|statistic − 1| ≥ Bound) ≤ 5 %: proven; one layer only
}

// newDeviation measures the deviation of the values, beside what theory says.
func newDeviation(values []float64, f forecast) Deviation {
	s, squares := montecarlo.NewSample(nil), montecarlo.NewSample(nil)
	for _, v := range values {
		s.Add(math.Abs(v - 1))
		squares.Add((v - 1) * (v - 1))
	}
	return Deviation{
		Q05: Number(s.Quantile(0.05)), Q50: Number(s.Quantile(0.5)), Q95: Number(s.Quantile(0.95)),
		RMS: Number(math.Sqrt(squares.Mean)), Exact: Number(math.Hypot(f.exact.mean-1, f.exact.sd)),
		Law: Number(f.law), Bound: Number(f.bound),
	}
}

// smallestDeviation is an ε with outside(ε) ≤ 5 %, at most a thousandth above
// the smallest one, for an outside that falls; NaN if there is none up to 100.
func smallestDeviation(outside func(eps float64) (float64, error)) (float64, error) {
	lo, hi := math.Log(1e-6), math.Log(100)
	if p, err := outside(math.Exp(hi)); err != nil || !(p <= 0.05) {
		return math.NaN(), err
	}
	for hi-lo > 1e-3 {
		mid := (lo + hi) / 2
		p, err := outside(math.Exp(mid))
		if err != nil {
			return math.NaN(), err
		}
		if p <= 0.05 {
			hi = mid
		} else {
			lo = mid
		}
	}
	return math.Exp(hi), nil
}
