package enclose

import (
	"math"

	"bsnn/internal/interval"
)

// The integrands of one pass, for u = f − c₀ and d = f′, and for the residual
// r = u − c₁x with its derivative e = d − c₁.
const (
	iU = iota
	iUU
	iD
	iDD
	iXUD
	iXD
	iHDD // (x² − 1)d²
	iR
	iRR
	iEE
	iUDD
	iUUU
	iUUDD
	iUUUU
	iDDDD
	base
)

// firstFourth is where the integrands of third and fourth degree begin.
const firstFourth = iUDD

// powers says how each integrand is made: x^x·u^u·d^d, or r and e in place
// of u and d.
var powers = [base]struct {
	x, u, d  int
	residual bool
}{
	iU: {u: 1}, iUU: {u: 2}, iD: {d: 1}, iDD: {d: 2}, iXUD: {x: 1, u: 1, d: 1}, iXD: {x: 1, d: 1}, iHDD: {x: 2, d: 2},
	iR: {u: 1, residual: true}, iRR: {u: 2, residual: true}, iEE: {d: 2, residual: true},
	iUDD: {u: 1, d: 2}, iUUU: {u: 3}, iUUDD: {u: 2, d: 2}, iUUUU: {u: 4}, iDDDD: {d: 4},
}

// square reports that an integrand is nowhere negative.
func square(k int) bool {
	if k >= base {
		return k == iQQ || k == iWW || k == iWW+perRoot
	}
	p := powers[k]
	return p.x == 0 && p.u%2 == 0 && p.d%2 == 0
}

// A vector holds one enclosure per integrand.
type vector [count]interval.Interval

// add adds; a square never falls below 0.
func (v *vector) add(w *vector) {
	for k := range v {
		v[k] = v[k].Add(w[k])
	}
}

// meet intersects with an enclosure of the same numbers.
func (v *vector) meet(w *vector) {
	for k := range v {
		v[k] = v[k].Intersect(w[k])
	}
}

// A pair is a function on a panel: its series at the middle and over the
// panel.
type pair [2]*interval.Series

func newPair(order int) pair { return pair{interval.NewSeries(order), interval.NewSeries(order)} }

// An integrator computes a vector for one panel.
type integrator struct {
	point, whole *machine
	scale        float64 // a power of two; the integrands are those of f/scale
	c0, c1       float64
	degree       int
	m            *interval.Moments

	guess guess
	size  [count]float64 // of the integrands, about
	meets bool           // singularities have been removed

	x, f, h, u, d, uu, dd, ud, z, r, e, q pair
	roots                                 [2]variation
}

func newIntegrator(point, whole *machine, rough sketch, n int) *integrator {
	in := &integrator{point: point, whole: whole, scale: rough.scale, size: rough.size,
		c0: rough.mean, c1: rough.slope, guess: rough.guess, degree: n - 1,
		m: interval.NewMoments(n - 1)}
	in.x, in.f, in.u = newPair(n), newPair(n), newPair(n)
	a, b := &in.roots[0], &in.roots[1]
	for _, p := range []*pair{&in.h, &in.d, &in.uu, &in.dd, &in.ud, &in.z, &in.r, &in.e, &in.q, &a.p, &a.pp, &a.w, &b.p, &b.pp, &b.w} {
		*p = newPair(n - 1)
	}
	return in
}

// panel encloses the integrals over [lo, hi] and returns the status of the
// function there.
func (in *integrator) panel(lo, hi float64) (vector, interval.Status, bool) {
	p, err := interval.NewPanel(lo, hi)
	if err != nil {
		return everything(), interval.Partial, false
	}
	in.m.Gaussian(p)
	in.m.Coarse = false
	p.Variable(in.x[0], in.x[1])
	whole := in.whole.run(interval.Interval{Lo: lo, Hi: hi}, p.Scale)
	in.point.forced = in.whole.sides // the middle belongs to the same branch
	point := in.point.run(interval.Point(p.Mid), p.Scale)
	if in.meets && whole.Status().Analytic() && point.Status().Analytic() {
		point.Meet(whole) // quotients near their singularities are accurate on the panel alone
	}
	in.build(pair{point, whole}, p.Scale)
	status := whole.Status()
	if status == 0 && !point.Status().Analytic() {
		status |= interval.Singular
	}
	var v vector
	in.fill(&v)
	in.fillVariances(&v)
	return v, status, true
}

// flat reports whether f and f′ are constant on the last panel, but for rounding.
func (in *integrator) flat() bool {
	const rounding = 0x1p-48
	return in.u[1].Value().Width() <= rounding*math.Sqrt(in.size[iUU]) && in.d[1].Value().Width() <= rounding*math.Sqrt(in.size[iDD])
}

// build makes the factors of the integrands.
func (in *integrator) build(f pair, scale float64) {
	minus := interval.Point(-in.c0)
	slope := interval.Point(-in.c1)
	if in.scale != 1 {
		for i := range 2 {
			in.f[i].Scale(f[i], interval.Point(1/in.scale))
		}
		f = in.f
	}
	for i := range 2 {
		in.u[i].Shift(f[i], minus)
		in.d[i].Derivative(f[i], scale)
		in.h[i].Sqr(in.x[i])
		in.z[i].Scale(in.x[i], slope)
		in.r[i].Add(in.u[i], in.z[i])
		in.e[i].Shift(in.d[i], slope)
		in.uu[i].Sqr(in.u[i])
		in.dd[i].Sqr(in.d[i])
		in.ud[i].Mul(in.u[i], in.d[i])
	}
}

func (in *integrator) fill(v *vector) {
	v[iU] = in.integral(in.u)
	v[iUU] = in.integral(in.uu)
	v[iD] = in.integral(in.d)
	v[iDD] = in.integral(in.dd)
	v[iXUD] = in.product(in.x, in.ud)
	v[iXD] = in.product(in.x, in.d)
	v[iHDD] = in.product(in.h, in.dd).Sub(v[iDD])
	v[iR] = in.integral(in.r)
	v[iRR] = in.squared(in.r)
	v[iEE] = in.squared(in.e)
	v[iUDD] = in.product(in.u, in.dd)
	v[iUUU] = in.product(in.u, in.uu)
	v[iUUDD] = in.squared(in.ud)
	v[iUUUU] = in.squared(in.uu)
	v[iDDDD] = in.squared(in.dd)
}

func (in *integrator) integral(f pair) interval.Interval {
	return in.m.Integrate(f[0], f[1], in.degree)
}

func (in *integrator) product(f, g pair) interval.Interval {
	in.z[0].Mul(f[0], g[0])
	in.z[1].Mul(f[1], g[1])
	return in.integral(in.z)
}

func (in *integrator) squared(f pair) interval.Interval {
	in.z[0].Sqr(f[0])
	in.z[1].Sqr(f[1])
	x := in.integral(in.z)
	return interval.Interval{Lo: max(x.Lo, 0), Hi: x.Hi}
}

func everything() vector {
	var v vector
	for k := range v {
		v[k] = interval.Entire()
		if square(k) {
			v[k].Lo = 0
		}
	}
	return v
}

// tailIntegrals encloses the integrals over one tail. An entry that is not
// proven finite is unbounded.
func tailIntegrals(f *tailMachine, rough sketch) vector {
	j := f.scaled(rough.scale)
	u := f.sub(j.v, f.num(rough.mean))
	d := j.d
	r := f.sub(u, f.scale(f.jetOfX(), interval.Point(rough.slope)))
	e := f.sub(d, f.num(rough.slope))
	var v vector
	for k := range base {
		p := powers[k]
		a, b := u.up, d.up
		if p.residual {
			a, b = r.up, e.up
		}
		l := rate{k: float64(p.x)}
		l = l.addUp(times(a, p.u)).addUp(times(b, p.d))
		m := f.mass(l)
		v[k] = interval.Interval{Lo: -m, Hi: m}
		if square(k) {
			v[k].Lo = 0
		}
	}
	f.tailVariances(&v, u, d, rough.guess)
	return v
}

// scaled is the value and the derivative of f/s, for a power of two s.
func (f *tailMachine) scaled(s float64) jet {
	j := f.root()
	if s == 1 {
		return j
	}
	c := interval.Point(1 / s)
	return jet{f.scale(j.v, c), f.scale(j.d, c), f.nothing()}
}

func (f *tailMachine) jetOfX() bound {
	if f.near != nil {
		return f.near.x
	}
	q := quad{b: f.sign}
	return bound{lo: q, hi: q, low: rate{k: 1}, up: rate{k: 1}}
}

func times(l rate, n int) rate {
	switch {
	case n == 0:
		return rate{}
	case l.zero():
		return l
	}
	return l.scaleUp(interval.Point(float64(n)))
}

// mass is an upper bound of ∫ e^{l(y)}ρ(y) dy over y ≥ R for the normal
// density ρ. The exponent E(y) = l(y) − y²/2 − log √2π is concave once k ≥ 0
// and a < ½, so E(y) ≤ E(R) − s(y − R) with −s = E′(R), and the integral is at
// most e^{E(R)}/s.
func (t tail) mass(l rate) float64 {
	if l.zero() {
		return 0
	}
	if !l.known() {
		return math.Inf(1)
	}
	y := interval.Point(t.r)
	a := interval.Point(l.a).Sub(interval.Point(0.5))
	if !(a.Hi < 0) {
		return math.Inf(1)
	}
	k := interval.Point(max(l.k, 0))
	s := a.Scale(-2).Mul(y).Sub(interval.Point(l.b)).Sub(k.Div(y))
	if !(s.Lo > 0) {
		return math.Inf(1)
	}
	at := a.Mul(y).Add(interval.Point(l.b)).Mul(y).Add(interval.Point(l.k).Mul(t.logR)).Add(interval.Point(l.c))
	root := interval.Sqrt(interval.Pi().Scale(2))
	return interval.Exp(at).Div(root).Div(s).Hi
}
