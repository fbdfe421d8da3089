package audit

import (
	"fmt"
	"math"
	"slices"

	"bsnn/internal/words"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"
)

// A family is a law of independent entries of variance 1.
type family struct {
	name     string
	kurtosis float64 // E x⁴
	cdf      func(x float64) float64
}

// cut is where the truncated normal law ends, in its own standard deviations before it
// was cut; cutScale is the standard deviation afterwards.
const (
	cut      = 2
	cutScale = 0.8796256610342397
)

var families = []family{
	{"uniform", 1.8, func(x float64) float64 { return math.Min(1, math.Max(0, (x/math.Sqrt(3)+1)/2)) }},
	{"truncated-normal", 2.365, func(x float64) float64 {
		inside := math.Erf(cut / math.Sqrt2)
		return math.Min(1, math.Max(0, 0.5+0.5*math.Erf(x*cutScale/math.Sqrt2)/inside))
	}},
	{"gaussian", 3, func(x float64) float64 { return 0.5 * math.Erfc(-x/math.Sqrt2) }},
}

// A start is a usual way to draw weights: independent entries of a family and a
// variance.
type start struct {
	name, family string
	variance     func(in, out float64) float64
}

var starts = []start{
	{"torch-default", "uniform", func(in, _ float64) float64 { return 1 / (3 * in) }},
	{"keras-default", "uniform", func(in, out float64) float64 { return 2 / (in + out) }},
	{"xavier-uniform", "uniform", func(in, out float64) float64 { return 2 / (in + out) }},
	{"kaiming-uniform", "uniform", func(in, _ float64) float64 { return 2 / in }},
	{"lecun-uniform", "uniform", func(in, _ float64) float64 { return 1 / in }},
	{"kaiming-uniform, fan-out", "uniform", func(_, out float64) float64 { return 2 / out }},
	{"kaiming-normal", "gaussian", func(in, _ float64) float64 { return 2 / in }},
	{"xavier-normal", "gaussian", func(in, out float64) float64 { return 2 / (in + out) }},
	{"lecun-normal", "gaussian", func(in, _ float64) float64 { return 1 / in }},
	{"kaiming-normal, fan-out", "gaussian", func(_, out float64) float64 { return 2 / out }},
	{"normal of standard deviation 0.02", "gaussian", func(_, _ float64) float64 { return 0.02 * 0.02 }},
	{"keras-he-normal", "truncated-normal", func(in, _ float64) float64 { return 2 / in }},
	{"keras-glorot-normal", "truncated-normal", func(in, out float64) float64 { return 2 / (in + out) }},
	{"keras-lecun-normal", "truncated-normal", func(in, _ float64) float64 { return 1 / in }},
}

// recogniseIndependent compares entries with independent ones of the family that their
// fourth moment is nearest to.
func recogniseIndependent(w *mat.Dense, m moments, roundoff, largest float64) Law {
	out, in := w.Dims()
	f := slices.MinFunc(families, func(a, b family) int {
		return int(math.Copysign(1, math.Abs(a.kurtosis-m.kurtosis)-math.Abs(b.kurtosis-m.kurtosis)))
	})
	scale := math.Sqrt(m.variance)
	if f.name == "uniform" { // whose end is known better than its variance
		scale = m.largest * (1 + 1/float64(in*out)) / math.Sqrt(3)
	}
	l := Law{Name: f.name, Gain: Number(scale * math.Sqrt(float64(in))), largest: m.largest, roundoff: roundoff}
	tests := independence(w, m, f, scale, roundoff, largest)
	least := slices.MinFunc(tests, func(a, b test) int { return int(math.Copysign(1, a.p-b.p)) })
	l.PValue = Number(math.Min(1, least.p*float64(len(tests))))
	if l.PValue < Alpha {
		l.Name, l.Why = "trained", least.against
		return l
	}
	for _, s := range starts {
		if s.family == f.name && agrees(s.variance(float64(in), float64(out)), m, f, scale, in*out, roundoff) {
			l.Known = append(l.Known, s.name)
		}
	}
	return l
}

// agrees says whether a variance is that of the entries: within four standard errors; for
// a uniform law within the gap that the largest of so many entries leaves.
func agrees(variance float64, m moments, f family, scale float64, count int, roundoff float64) bool {
	n := float64(count)
	if f.name == "uniform" {
		short := 1 - m.largest/math.Sqrt(3*variance)
		return short >= -2*roundoff-0x1p-22 && short <= 20/n+2*roundoff
	}
	return math.Abs(scale*scale/variance-1) <= 4*math.Sqrt((f.kurtosis-1)/n)+4*roundoff
}

// A test is a p-value, and what a small one says.
type test struct {
	p       float64
	against string
}

// independence tests whether entries look independent and of the family, each with a
// p-value.
func independence(w *mat.Dense, m moments, f family, scale, roundoff, largest float64) []test {
	out, in := w.Dims()
	rows, cols, n := float64(out), float64(in), float64(out*in)
	var rowSum, rowSquare = make([]float64, out), make([]float64, out)
	var colSum, colSquare = make([]float64, in), make([]float64, in)
	for i := range out {
		for j, v := range w.RawRowView(i) {
			v /= scale
			rowSum[i] += v
			colSum[j] += v
			rowSquare[i] += v * v
			colSquare[j] += v * v
		}
	}
	fourth := f.kurtosis - 1
	tests := []test{
		{math.Erfc(math.Abs(m.mean/scale) * math.Sqrt(n/2)), "the mean of its entries is " + words.Number(m.mean, 3)},
		{kolmogorov(w.RawMatrix().Data, roundoff, func(x float64) float64 { return f.cdf(x / scale) }),
			"its entries have no law of a random start"},
		{scatter(rowSum, 0, cols), "the sums of its rows differ too much"},
		{scatter(colSum, 0, rows), "the sums of its columns differ too much"},
		{scatter(rowSquare, cols, cols*fourth), "the lengths of its rows differ too much"},
		{scatter(colSquare, rows, rows*fourth), "the lengths of its columns differ too much"},
	}
	if p, edge := tracyWidom(largest/scale, rows, cols); out > 7 && in > 7 {
		tests = append(tests, test{p, fmt.Sprintf("its largest singular value is %s; random entries end at %s", words.Number(largest, 3),
			words.Number(edge*scale, 3))})
	}
	if f.name == "uniform" {
		tests = append(tests, edges(w.RawMatrix().Data, m.largest, roundoff)...)
	}
	return tests
}

// slightly is how far beyond the end of a usual start entries may lie that were drawn from it and moved a little since.
const slightly = 0.01

// end is that of a uniform start.
func (s start) end(in, out int) float64 { return math.Sqrt(3 * s.variance(float64(in), float64(out))) }

// exceeds says whether the largest entry lies slightly beyond an end, and not by rounding.
func exceeds(largest, end, roundoff float64) bool {
	excess := largest/end - 1
	return excess > 2*roundoff+0x1p-22 && excess < slightly
}

// scatter is the probability that independent sums of mean and variance differ as much:
// Σ(s − mean)²/variance is nearly χ². It looks at the upper tail.
func scatter(sums []float64, mean, variance float64) float64 {
	total := 0.
	for _, s := range sums {
		total += (s - mean) * (s - mean) / variance
	}
	return distuv.ChiSquared{K: float64(len(sums))}.Survival(total)
}

// edges tests whether a uniform law ends as sharply as it should: how many of the
// entries lie within a small distance of the largest.
func edges(data []float64, largest, roundoff float64) []test {
	var tests []test
	n := float64(len(data))
	for _, expected := range []float64{30, 300} {
		width := expected / n
		if width > 0.1 || width < 8*roundoff {
			continue
		}
		near := 0
		for _, v := range data {
			if math.Abs(v) > largest*(1-width) {
				near++
			}
		}
		p := distuv.Poisson{Lambda: expected}.CDF(float64(near - 1))
		tests = append(tests, test{p, "its entries do not end where a uniform law would"})
	}
	return tests
}

// tracyWidom is the probability that the largest singular value of independent entries
// of variance 1 exceeds s, and where the spectrum of wide matrices ends.
func tracyWidom(s, rows, cols float64) (p, edge float64) {
	a, b := math.Sqrt(rows-1), math.Sqrt(cols)
	centre := (a + b) * (a + b)
	spread := (a + b) * math.Cbrt(1/a+1/b)
	const shape, rate, shift = 46.446, 0.186054, 9.84801
	x := (s*s-centre)/spread + shift
	if x <= 0 {
		return 1, a + b
	}
	return distuv.Gamma{Alpha: shape, Beta: 1 / rate}.Survival(x), a + b
}

// kolmogorov is the probability that numbers of a law have an empirical distribution function as far
// from it as these, which were rounded: by Kolmogorov's limit with Stephens' correction. Of many
// numbers, some are looked at. The functions are compared where the law has steps of 1/2^14, which finds no
// larger distance than there is.
func kolmogorov(data []float64, roundoff float64, cdf func(float64) float64) float64 {
	const most, bins = 1 << 17, 1 << 14
	var count [bins]int
	total := 0
	for i, step := 0, max(1, len(data)/most); i < len(data); i += step {
		if u := cdf(data[i]); u > 0 {
			count[min(int(u*bins), bins-1)]++
		} else {
			count[0]++
		}
		total++
	}
	n := float64(total)
	worst, below := 0., 0
	for k, c := range count {
		below += c
		worst = max(worst, math.Abs(float64(k+1)/bins-float64(below)/n))
	}
	worst -= 2 * roundoff
	if worst <= 0 {
		return 1
	}
	lambda := (math.Sqrt(n) + 0.12 + 0.11/math.Sqrt(n)) * worst // Stephens 1970
	sum, sign := 0., 1.
	for k := 1.; k < 100; k++ {
		term := math.Exp(-2 * k * k * lambda * lambda)
		sum += sign * term
		sign = -sign
		if term < 1e-18 {
			break
		}
	}
	if lambda < 0.2 {
		return 1
	}
	return math.Min(1, math.Max(0, 2*sum))
}
