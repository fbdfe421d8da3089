package properties

import (
	"errors"
	"fmt"
	"math"

	"bsnn/network"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/integrate/quad"
	"gonum.org/v1/gonum/stat/distuv"
)

// lawNetworks is how many networks show the law of the linear maps.
const lawNetworks = 40

// share is the part of α for each of what can be wrong by chance: two laws, each by
// its mean and by its spread, two norms, and layers that settle.
func (e netExamination) share() float64 { return e.s.alpha / 7 }

// drawsItsLaw holds squared lengths against their laws, which are exact for Haar and for
// normal weights, given all that came before in the same network.
func (e netExamination) drawsItsLaw() ([]finding, error) {
	forward := lawTest{claim: fmt.Sprintf("‖h⁽ˡ⁾‖² is that of %s", e.maps()),
		advice: "the variance of the biases? the gain once? fan-in, not fan-out?"}
	backward := lawTest{claim: fmt.Sprintf("‖∂E/∂x⁽¹⁾‖² is that of %s on the way back", e.maps()),
		advice: "the gain once? fan-in, not fan-out? the same matrix as forward?"}
	if e.s.maps.Weights == network.Haar && e.s.maps.Scale() == 1 {
		backward.claim = "‖∂E/∂x⁽¹⁾‖ = ‖d⁽¹⁾‖: the first weights are orthogonal"
		backward.advice = "Gaussian weights keep lengths only on average"
	}
	for i := range lawNetworks {
		x, _, err := e.vectors(i)
		if err != nil {
			return nil, err
		}
		p, err := e.pass(i, 0, nil)
		if err != nil {
			return nil, err
		}
		if p.H == nil && e.s.maps.Bias {
			return nil, errors.New("a Passage without H; want the squared norms of h where there are biases")
		}
		backward.add(e.wayBack(x, p), i)
		for l, h := range p.H {
			forward.add(e.lengthOf(l, p.Norms.X[l], h), i)
		}
		if e.s.maps.Bias && e.s.maps.BiasVariance(e.n[0]) > 0 {
			if err := e.biasAlone(i, &forward); err != nil {
				return nil, err
			}
		}
	}
	var out []finding
	for _, t := range []*lawTest{&forward, &backward} {
		if f := t.finding(e.share()); f != nil {
			out = append(out, *f)
		}
	}
	return out, nil
}

// biasAlone sends the input 0, behind which the first map leaves its bias. The network of
// the same trial has shown ‖Wx + z‖², and would show ‖z‖² as well: it is another one.
func (e netExamination) biasAlone(i int, forward *lawTest) error {
	x, y, err := e.vectors(i)
	if err != nil {
		return err
	}
	clear(x)
	p, err := e.send(lawNetworks+i, x, y)
	if err != nil || len(p.H) == 0 {
		return nil //nolint:nilerr // 0 is an input that nobody promised to take
	}
	o := e.lengthOf(0, 0, p.H[0])
	if l := e.s.maps; l.Weights == network.TorchDefault && l.BiasSD == 0 { // a sum of squares of uniform numbers
		o.law = distuv.Normal{Mu: o.mean, Sigma: o.mean * math.Sqrt(0.8/float64(e.n[1]))}.CDF
	}
	forward.add(o, i)
	return nil
}

// maps names the law of the linear maps.
func (e netExamination) maps() string {
	l := e.s.maps
	text := l.Weights.String() + " weights"
	if g := l.Scale(); g != 1 {
		text += fmt.Sprintf(", gain %.6g", g)
	}
	switch {
	case l.BiasSD > 0:
		text += fmt.Sprintf(", bias %.6g", l.BiasSD)
	case l.Bias:
		text += ", bias"
	}
	return text
}

// An observation is a squared length and its law.
type observation struct {
	value, mean float64
	law         func(value float64) float64 // its distribution function; nil for a length that is certain
}

// lengthOf is ‖h‖² = ‖gWx + z‖² of layer l, from 0, given ‖x‖².
func (e netExamination) lengthOf(l int, x, h float64) observation {
	m, n := e.n[l], e.n[l+1]
	g := e.s.maps.Scale()
	bias := e.s.maps.BiasVariance(m)
	expected := g * g * e.s.maps.Weights.Variance(m, n) * x * float64(n) / float64(m) // E‖gWx‖²
	o := observation{value: h, mean: expected + bias*float64(n)}
	switch {
	case e.s.maps.Weights != network.Haar: // normal entries
		o.law = chiSquared(float64(n), o.mean/float64(n))
	case n >= m && bias == 0:
	case bias == 0: // the part of x in n of m dimensions
		o.law = betaLaw(float64(n)/2, float64(m-n)/2, g*g*x)
	case n >= m:
		o.law = func(h float64) float64 { return shifted(h, expected, float64(n), bias) }
	default:
		part := distuv.Beta{Alpha: float64(n) / 2, Beta: float64(m-n) / 2}
		o.law = func(h float64) float64 {
			return quad.Fixed(func(u float64) float64 { return shifted(h, g*g*x*part.Quantile(u), float64(n), bias) }, 0, 1, 32, nil, 0)
		}
	}
	return o
}

// wayBack is ‖Wᵀd‖² of the first layer, given Wx and d: its part along x is known by
// then, so the law is that of the rest.
func (e netExamination) wayBack(x []float64, p Passage) observation {
	m, n := e.n[0], e.n[1]
	g := e.s.maps.Scale()
	d := p.Norms.D[0]
	along := floats.Dot(x, p.InputGradient) / floats.Norm(x, 2)
	square := floats.Dot(p.InputGradient, p.InputGradient)
	o := observation{value: square - along*along}
	switch {
	case e.s.maps.Weights != network.Haar:
		each := g * g * e.s.maps.Weights.Variance(m, n) * d / float64(m)
		o.mean, o.law = each*float64(m-1), chiSquared(float64(m-1), each)
	case n <= m:
		o.value, o.mean = square, g*g*d
	default: // orthonormal columns, and the first of them is known
		scale := g * g * float64(n) / float64(m)
		rest := scale*d - along*along
		o.mean, o.law = rest*float64(m-1)/float64(n-1), betaLaw(float64(m-1)/2, float64(n-m)/2, rest)
	}
	return o
}

func chiSquared(degrees, scale float64) func(float64) float64 {
	law := distuv.ChiSquared{K: degrees}
	return func(v float64) float64 { return law.CDF(v / scale) }
}

func betaLaw(a, b, scale float64) func(float64) float64 {
	law := distuv.Beta{Alpha: a, Beta: b}
	return func(v float64) float64 { return law.CDF(min(max(v/scale, 0), 1)) }
}

// shifted is the distribution function of ‖a + z‖² for z of n independent normal entries
// and ‖a‖² known: one entry of z lies along a.
func shifted(v, a, n, variance float64) float64 {
	rest := distuv.ChiSquared{K: n - 1}
	reach := math.Sqrt(v / variance) // of a + z along a, in standard deviations
	centre := math.Sqrt(a / variance)
	lo, hi := max(-reach, centre-9), min(reach, centre+9)
	if !(lo < hi) {
		if centre > reach {
			return 0
		}
		return 1
	}
	return quad.Fixed(func(u float64) float64 {
		return distuv.UnitNormal.Prob(u-centre) * rest.CDF(v/variance-u*u)
	}, lo, hi, 48, nil, 0)
}

// A lawTest turns observations into numbers that are standard normal where the law holds,
// and looks at their mean and their spread.
type lawTest struct {
	claim, advice string

	sum, squares float64
	count        int
	ratios       float64 // value/mean, summed
	wrong        string  // what cannot be, if anything
}

func (t *lawTest) add(o observation, trial int) {
	if t.wrong != "" {
		return
	}
	if o.law == nil {
		if !(math.Abs(o.value-o.mean) <= 1e-6*o.mean) {
			t.wrong = fmt.Sprintf("%.6g of what it must be in trial %d", o.value/o.mean, trial)
		}
		return
	}
	const least = 1e-300
	u := o.law(o.value)
	z := distuv.UnitNormal.Quantile(min(max(u, least), 1-0x1p-53))
	if !(o.value > 0) || math.IsNaN(z) {
		t.wrong = fmt.Sprintf("%.6g in trial %d", o.value, trial)
		return
	}
	t.sum += z
	t.squares += z * z
	t.count++
	t.ratios += o.value / o.mean
}

// finding compares both with their laws, each at α.
func (t *lawTest) finding(alpha float64) *finding {
	if t.wrong != "" {
		return &finding{claim: t.claim, seen: t.wrong, odds: certain, advice: t.advice}
	}
	if t.count == 0 {
		return nil
	}
	n := float64(t.count)
	p := 2 * distuv.UnitNormal.CDF(-math.Abs(t.sum)/math.Sqrt(n))
	spread := distuv.ChiSquared{K: n}.CDF(t.squares)
	q := 2 * min(spread, 1-spread)
	if p > alpha && q > alpha {
		return nil
	}
	return &finding{
		claim: t.claim,
		seen: fmt.Sprintf("%.4g of what is expected, on average over %d lengths, whose spread is %.3g times the right one", t.ratios/n, t.count,
			math.Sqrt(t.squares/n)),
		odds: fmt.Sprintf("if the claim were true, this would happen with probability at most %.2g", 2*min(p, q)), advice: t.advice,
	}
}
