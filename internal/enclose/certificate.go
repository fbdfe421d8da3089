package enclose

import (
	"math"
	"strconv"

	"bsnn/internal/interval"
)

func shortNumber(x float64) string { return strconv.FormatFloat(x, 'g', 3, 64) }

// A Profile encloses what the limit laws need of a function φ.
type Profile struct {
	Slope           interval.Interval // κ = E[g φ φ′]
	DerivSlope      interval.Interval // c_b = E[(g²−1) φ′²]
	ForwardVariance interval.Interval // V_f = Var φ² − 2κ²
	// BackwardVariance is V_b = 3E φ′⁴ − 3(E φ′²)² − c_b²/2.
	BackwardVariance interval.Interval
	Cross            interval.Interval // C = E[φ²φ′²] − E φ²·E φ′² − κ·c_b
	// DepthVariance is V = V_b + 2C·s/(1−κ) + s²V_f/(1−κ)², s = c_b/2; it is
	// empty unless φ is a normalised function and κ < 1 is proven.
	DepthVariance interval.Interval
}

// A Root encloses one b for which a·f + b is normalised, and the profile of
// that function.
type Root struct {
	B interval.Interval
	Profile
}

// A Certificate holds proven enclosures of the moments of f at a standard
// normal argument and of what follows from them.
type Certificate struct {
	Mean, SecondMoment, DerivMean, DerivSecondMoment interval.Interval // E f, E f², E f′, E f′²

	Given Profile // of f as it is

	A interval.Interval // 1/√E f′²
	// PoincareQuotient is E f′²/Var f, at least 1.
	PoincareQuotient interval.Interval
	// Roots are the two b, by |b|, the positive one first on a tie. There is
	// a single entry, enclosing both, when they are not proven different.
	Roots []Root

	// FourthMoment is nil when E f⁴ and E f′⁴ are proven finite. Otherwise
	// the variances and Cross are unbounded intervals and this says why.
	FourthMoment error

	Lipschitz      Lipschitz // of f
	DerivLipschitz Lipschitz // of f′

	// Removed are the points at which the function is 0/0 and its limit is meant.
	Removed []Removed

	Kinks  []interval.Interval // where f may be not smooth, the first ones found, by |x|
	Panels int                 // evaluated
	// Narrow are the ends, ascending, of the panels that had to be narrower than 1/32:
	// between them f is smooth on the scale of their distance.
	Narrow []float64
	Reach  float64 // the tails beyond ±Reach are bounded analytically
}

// moments are those of f = h + mean with E h = 0 and d = f′, free of the
// cancellation that the mean would cause.
type moments struct {
	mean, second              interval.Interval // E f, E f²
	hh, hhh, hhhh             interval.Interval // E h² …
	d, dd, dddd               interval.Interval // E d, E d² …
	xhd, xd, hdd, hhdd, curve interval.Interval // E xhd, E xd, E hd², E h²d², E (x²−1)d²
	gap                       interval.Interval // E d² − E h² ≥ 0
}

func momentsOf(v *vector, c0 float64) moments {
	z := interval.Point(c0)
	mu := v[iU]
	mu2 := mu.Sqr()
	m := moments{
		mean:   mu.Add(z),
		second: atLeast0(v[iUU].Add(z.Mul(mu).Scale(2)).Add(z.Sqr())),
		hh:     atLeast0(v[iUU].Sub(mu2)),
		hhh:    v[iUUU].Sub(mu.Mul(v[iUU]).Scale(3)).Add(mu2.Mul(mu).Scale(2)),
		d:      v[iD], dd: v[iDD], dddd: v[iDDDD],
		xhd: v[iXUD].Sub(mu.Mul(v[iXD])), xd: v[iXD],
		hdd:   v[iUDD].Sub(mu.Mul(v[iDD])),
		curve: v[iHDD],
	}
	m.hhhh = atLeast0(v[iUUUU].Sub(mu.Mul(v[iUUU]).Scale(4)).Add(mu2.Mul(v[iUU]).Scale(6)).Sub(mu2.Sqr().Scale(3)))
	m.hhdd = atLeast0(v[iUUDD].Sub(mu.Mul(v[iUDD]).Scale(2)).Add(mu2.Mul(v[iDD])))
	// With f = c₀ + c₁x + r Stein's identity gives E d² − Var f = E e² − Var r,
	// where the affine part has dropped out.
	m.gap = v[iEE].Sub(v[iRR]).Add(v[iR].Sqr())
	m.gap = atLeast0(m.gap.Intersect(m.dd.Sub(m.hh)))
	return m
}

// rescale turns what is known of f/s into what is known of f, for a power of two s. The
// constants b and the normalised function are those of both.
func (c *Certificate) rescale(s float64) {
	if s == 1 {
		return
	}
	for _, x := range []*interval.Interval{&c.Mean, &c.DerivMean} {
		*x = x.Scale(s)
	}
	g := &c.Given
	for _, x := range []*interval.Interval{&c.SecondMoment, &c.DerivSecondMoment, &g.Slope, &g.DerivSlope} {
		*x = x.Scale(s).Scale(s)
	}
	for _, x := range []*interval.Interval{&g.ForwardVariance, &g.BackwardVariance, &g.Cross} {
		*x = x.Scale(s).Scale(s).Scale(s).Scale(s)
	}
	c.A = c.A.Div(interval.Point(s))
}

// atLeast0 cuts off what a non-negative number cannot be. The difference of
// two infinite bounds says nothing.
func atLeast0(x interval.Interval) interval.Interval {
	if x.IsEmpty() {
		x = interval.Entire()
	}
	return x.Intersect(interval.Interval{Lo: 0, Hi: math.Inf(1)})
}

// profile is that of φ = a·h + β.
func (m moments) profile(a, beta interval.Interval) Profile {
	a2 := a.Sqr()
	var p Profile
	p.Slope = a2.Mul(m.xhd).Add(a.Mul(beta).Mul(m.xd))
	p.DerivSlope = a2.Mul(m.curve)
	four := a2.Sqr()
	dd := a2.Mul(m.dd)
	second := a2.Mul(m.hh).Add(beta.Sqr())
	p.ForwardVariance = m.forward(a, beta, p.Slope)
	half := p.DerivSlope.Sqr().Scale(0.5)
	p.BackwardVariance = atLeast0(four.Mul(m.dddd).Scale(3).Sub(dd.Sqr().Scale(3)).Sub(half))
	p.Cross = m.cross(a2, a, beta).Sub(second.Mul(dd)).Sub(p.Slope.Mul(p.DerivSlope))
	p.DepthVariance = interval.Empty()
	return p
}

// forward is Var φ² − 2κ² with Var φ² = a⁴(E h⁴ − (E h²)²) + 4a³βE h³ + 4a²β²E h².
func (m moments) forward(a, beta, slope interval.Interval) interval.Interval {
	a2 := a.Sqr()
	v := a2.Sqr().Mul(m.hhhh.Sub(m.hh.Sqr()))
	v = v.Add(a2.Mul(a).Mul(beta).Mul(m.hhh).Scale(4))
	v = v.Add(a2.Mul(beta.Sqr()).Mul(m.hh).Scale(4))
	return atLeast0(v.Sub(slope.Sqr().Scale(2)))
}

// cross is E φ²φ′².
func (m moments) cross(a2, a, beta interval.Interval) interval.Interval {
	v := a2.Mul(m.hhdd).Add(a.Mul(beta).Mul(m.hdd).Scale(2)).Add(beta.Sqr().Mul(m.dd))
	return a2.Mul(v)
}

// normalised is the profile of a·f + b, where E φ² = E φ′² = 1 hold exactly.
// The integrals for the guess of root r narrow it.
func (m moments) normalised(a, beta interval.Interval, v *vector, g guess, r int) Profile {
	p := m.profile(a, beta)
	inv := m.dd.Inv() // a²
	one, three := interval.Point(1), interval.Point(3)
	half := p.DerivSlope.Sqr().Scale(0.5)
	p.BackwardVariance = p.BackwardVariance.Intersect(inv.Sqr().Mul(m.dddd).Scale(3).Sub(three).Sub(half))
	p.Cross = m.cross(inv, a, beta).Sub(one).Sub(p.Slope.Mul(p.DerivSlope))
	m.variances(&p, v, g, r, a, beta)
	if p.Slope.Hi < 1 {
		gain := p.DerivSlope.Scale(0.5).Div(one.Sub(p.Slope))
		p.DepthVariance = p.BackwardVariance.Add(p.Cross.Mul(gain).Scale(2)).Add(p.ForwardVariance.Mul(gain.Sqr()))
	}
	return p
}

func assemble(m moments, v *vector, g guess) Certificate {
	c := Certificate{Mean: m.mean, SecondMoment: m.second, DerivMean: m.d, DerivSecondMoment: m.dd}
	c.Given = m.profile(interval.Point(1), m.mean)
	c.A = interval.Sqrt(m.dd).Inv()
	c.PoincareQuotient = interval.Point(1).Add(m.gap.Div(m.hh)).Max(interval.Point(1))
	// φ = a·h + β with β = E φ = ±√(1 − a²Var f).
	beta := interval.Sqrt(m.gap.Div(m.dd))
	shift := c.A.Mul(m.mean)
	plus := Root{beta.Sub(shift), m.normalised(c.A, beta, v, g, 0)}
	minus := Root{beta.Neg().Sub(shift), m.normalised(c.A, beta.Neg(), v, g, 1)}
	if m.gap.Lo == 0 {
		both := beta.Hull(beta.Neg())
		c.Roots = []Root{{both.Sub(shift), m.normalised(c.A, both, v, g, 0)}}
		return c
	}
	c.Roots = []Root{plus, minus}
	if minus.B.Magnitude() < plus.B.Mignitude() {
		c.Roots = []Root{minus, plus}
	}
	return c
}
