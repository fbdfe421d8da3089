package enclose

import (
	"maps"
	"slices"
	"testing"
)

// Time of a certificate and, as metrics in units of 1e-15, the widest of the
// moments and constants (E f, E f², E f′, E f′², a, b), of κ, of V_f and V_b, and of the
// rest (c_b, C, V). Widths are relative; absolute for numbers that may be 0.
func BenchmarkCertify(b *testing.B) {
	for _, name := range slices.Sorted(maps.Keys(formulas)) {
		b.Run(name, func(b *testing.B) {
			p := parse(b, formulas[name])
			var c Certificate
			for b.Loop() {
				var err error
				if c, err = Certify(p, Options{}); err != nil {
					b.Fatal(err)
				}
			}
			var w [4]float64
			for _, x := range []float64{relativeWidth(c.Mean), relativeWidth(c.SecondMoment), relativeWidth(c.DerivMean),
				relativeWidth(c.DerivSecondMoment), relativeWidth(c.A)} {
				w[0] = max(w[0], x)
			}
			for _, r := range c.Roots {
				w[0] = max(w[0], relativeWidth(r.B))
				w[1] = max(w[1], relativeWidth(r.Slope))
				w[2] = max(w[2], relativeWidth(r.ForwardVariance), relativeWidth(r.BackwardVariance))
				w[3] = max(w[3], relativeWidth(r.Cross), relativeWidth(r.DerivSlope))
				if !r.DepthVariance.IsEmpty() {
					w[3] = max(w[3], relativeWidth(r.DepthVariance))
				}
			}
			for i, label := range []string{"moments", "κ", "V_f,V_b", "c_b,C,V"} {
				b.ReportMetric(1e15*w[i], label)
			}
			b.ReportMetric(float64(c.Panels), "panels")
		})
	}
}
