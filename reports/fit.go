package reports

import (
	"math"

	"gonum.org/v1/gonum/stat"
)

// LawReach is the standard deviation beyond which a limit law, linear in the
// deviations, says no more than that they blow up.
const LawReach = 10

// fitSlope fits log SD = c + slope·log n over the cells, weighted by the
// number of trials: the variance of log SD is about 1/(2·trials). The
// standard error comes from the scatter about the line. Cells without a
// positive finite SD are left out; fewer than three give no fit.
func fitSlope(cells []Cell) Fit {
	measured, exact, law := logLog{}, logLog{}, logLog{}
	for _, c := range cells {
		if c.SD > 0 && c.SD.Finite() {
			measured.add(c.Width, float64(c.SD), c.Trials)
			if c.ExactSD > 0 && c.ExactSD.Finite() {
				exact.add(c.Width, float64(c.ExactSD), c.Trials)
			}
			if c.PredictedSD > 0 && c.PredictedSD < LawReach {
				law.add(c.Width, float64(c.PredictedSD), c.Trials)
			}
		}
	}
	f := Fit{Predicted: Number(math.NaN()), Exact: Number(math.NaN()), Widths: len(measured.x)}
	slope, stderr := measured.fit()
	f.Slope, f.StdErr = Number(slope), Number(stderr)
	if f.Slope.Finite() {
		f.Degrees = f.Widths - 2
	}
	if len(exact.x) == f.Widths { // over the same widths
		slope, _ = exact.fit()
		f.Exact = Number(slope)
	}
	slope, _ = law.fit()
	f.Law = Number(slope)
	if f.Law.Finite() {
		f.Predicted = -0.5
	}
	return f
}

// logLog holds weighted points on logarithmic axes.
type logLog struct{ x, y, w []float64 }

func (p *logLog) add(width int, sd float64, trials int) {
	p.x = append(p.x, math.Log(float64(width)))
	p.y = append(p.y, math.Log(sd))
	p.w = append(p.w, float64(trials))
}

// fit is the weighted least-squares slope with its standard error; NaN for
// fewer than three points.
func (p *logLog) fit() (slope, stderr float64) {
	if len(p.x) < 3 {
		return math.NaN(), math.NaN()
	}
	intercept, slope := stat.LinearRegression(p.x, p.y, p.w, false)
	mean := stat.Mean(p.x, p.w)
	var residual, spread float64
	for i := range p.x {
		r := p.y[i] - intercept - slope*p.x[i]
		residual += p.w[i] * r * r
		spread += p.w[i] * (p.x[i] - mean) * (p.x[i] - mean)
	}
	return slope, math.Sqrt(residual / float64(len(p.x)-2) / spread)
}
