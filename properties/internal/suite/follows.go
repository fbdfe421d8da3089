package suite

import (
	"bsnn/theorem"

	"gonum.org/v1/gonum/stat/distuv"
)

// follows checks that a statistic of networks has the normal law that is predicted of it
// (asymptotic): not too often in its tails, and not too often in its middle.
func (d *Draw) follows(about, what string, law theorem.LogLaw, trials int, statistic func(i int) (float64, error)) error {
	normal := distuv.Normal{Mu: law.Mean, Sigma: law.SD}
	for _, c := range []struct {
		event string
		limit float64
		in    func(p float64) bool
	}{
		{"outside the middle 95 %", 0.15, func(p float64) bool { return !(p >= 0.025 && p <= 0.975) }},
		{"in the middle 20 %", 0.35, func(p float64) bool { return p >= 0.4 && p <= 0.6 }},
	} {
		err := d.rate(about, what+" "+c.event, c.limit, trials, func(i int) (bool, error) {
			v, err := statistic(i)
			return c.in(normal.CDF(v)), err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
