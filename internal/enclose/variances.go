package enclose

import "bsnn/internal/interval"

// The variances of the limit laws are small differences of fourth moments.
// They are also E w² and E q² for
//
//	w = φ² − 1 − κ(x² − 1),  q = φ′² − 1,
//
// where nothing cancels. So these are integrated for φ̂ = â·u + γ̂ and ŵ, q̂ with
// float64 constants close to those of a normalised φ, and what φ differs by is
// added as an interval.

// A guess holds such constants. They are not proven to be anything.
type guess struct {
	a            float64
	gamma, kappa [2]float64 // of the root with positive E φ, and of the other
}

// Integrands of the variances, those of root i at 6·i beyond the index given.
const (
	iQQ   = base + iota // q̂²
	iWW                 // ŵ²
	iWP                 // ŵφ̂
	iWPP                // ŵφ̂²
	iWQ                 // ŵq̂
	iPQ                 // φ̂q̂
	iPPQ                // φ̂²q̂
	count = iPPQ + perRoot + 1
)

const perRoot = 6

// A variation holds the series of one root.
type variation struct{ p, pp, w pair }

// fillVariances adds the integrals of the variances.
func (in *integrator) fillVariances(v *vector) {
	a := in.guess.a
	one := interval.Point(1)
	for i := range 2 {
		in.q[i].Scale(in.dd[i], interval.Point(a).Sqr())
		in.z[i].Shift(in.q[i], one.Neg())
		in.q[i].Set(in.z[i])
	}
	v[iQQ] = in.squared(in.q)
	for r := range 2 {
		s := &in.roots[r]
		kappa := interval.Point(in.guess.kappa[r])
		for i := range 2 {
			in.r[i].Scale(in.u[i], interval.Point(a))
			s.p[i].Shift(in.r[i], interval.Point(in.guess.gamma[r]))
			s.pp[i].Sqr(s.p[i])
			in.r[i].Scale(in.h[i], kappa.Neg())
			in.z[i].Add(s.pp[i], in.r[i])
			s.w[i].Shift(in.z[i], kappa.Sub(one))
		}
		k := r * perRoot
		v[iWW+k] = in.squared(s.w)
		v[iWP+k] = in.product(s.w, s.p)
		v[iWPP+k] = in.product(s.w, s.pp)
		v[iWQ+k] = in.product(s.w, in.q)
		v[iPQ+k] = in.product(s.p, in.q)
		v[iPPQ+k] = in.product(s.pp, in.q)
	}
}

// tailVariances bounds the same integrands on a tail.
func (f *tailMachine) tailVariances(v *vector, u, d bound, g guess) {
	p1 := interval.Point
	x2 := f.mul2(f.jetOfX())
	q := f.sub(f.scale(f.mul2(d), p1(g.a).Sqr()), f.num(1))
	set := func(k int, b bound) {
		if f.near != nil {
			v[k] = f.near.measure(b)
			return
		}
		m := f.mass(b.up)
		v[k] = interval.Interval{Lo: -m, Hi: m}
		if square(k) {
			v[k].Lo = 0
		}
	}
	set(iQQ, f.mul2(q))
	for r := range 2 {
		k := r * perRoot
		p := f.add(f.scale(u, p1(g.a)), f.num(g.gamma[r]))
		pp := f.mul2(p)
		w := f.add(f.sub(pp, f.scale(x2, p1(g.kappa[r]))), f.number(p1(g.kappa[r]).Sub(p1(1))))
		set(iWW+k, f.mul2(w))
		set(iWP+k, f.mul(w, p))
		set(iWPP+k, f.mul(w, pp))
		set(iWQ+k, f.mul(w, q))
		set(iPQ+k, f.mul(p, q))
		set(iPPQ+k, f.mul(pp, q))
	}
}

// variances narrows the variances of a normalised φ = a·h + β, whose profile p
// has κ and c_b, by the integrals for the guess of root r.
//
// With φ = φ̂ + δ, δ = εu + η, and q = q̂ + τ(q̂ + 1): first-order terms in ε, η and
// τ are exact, those of second order are bounded by Cauchy–Schwarz.
func (m moments) variances(p *Profile, v *vector, g guess, r int, a, beta interval.Interval) {
	pt := interval.Point
	k := r * perRoot
	eps := a.Sub(pt(g.a))
	eta := beta.Sub(a.Mul(v[iU])).Sub(pt(g.gamma[r]))
	tau := m.dd.Inv().Div(pt(g.a).Sqr()).Sub(pt(1)) // a²/â² − 1
	// E[s·u] = (E[s·φ̂] − γ̂E s)/â for the integrands s that occur.
	linear := func(sp, spp interval.Interval) interval.Interval { // E[s·φ̂·δ]
		su := spp.Sub(pt(g.gamma[r]).Mul(sp)).Div(pt(g.a))
		return eps.Mul(su).Add(eta.Mul(sp))
	}
	// δ⁴ ≤ 8(ε⁴u⁴ + η⁴), φ̂⁴ likewise.
	fourth := func(s, c interval.Interval) interval.Interval {
		return s.Sqr().Sqr().Mul(v[iUUUU]).Add(c.Sqr().Sqr()).Scale(8)
	}
	d4 := fourth(eps, eta)
	d2 := interval.Sqrt(d4)                                       // ≥ √E δ⁴
	pd2 := interval.Sqrt(fourth(pt(g.a), pt(g.gamma[r])).Mul(d4)) // ≥ E φ̂²δ²
	around := func(x interval.Interval) interval.Interval { return interval.New(-x.Magnitude(), x.Magnitude()) }

	one := pt(1)
	qHat := m.dd.Mul(pt(g.a).Sqr()).Sub(one) // E q̂
	tau1 := tau.Add(one)
	qq := tau1.Sqr().Mul(v[iQQ]).Add(tau.Mul(tau1).Mul(qHat).Scale(2)).Add(tau.Sqr())
	p.BackwardVariance = meet(p.BackwardVariance, qq.Scale(3).Sub(p.DerivSlope.Sqr().Scale(0.5)))

	ww := v[iWW+k].Add(linear(v[iWP+k], v[iWPP+k]).Scale(4))
	ww = ww.Add(around(interval.Sqrt(v[iWW+k]).Mul(d2).Scale(2)))  // 2E ŵδ²
	ww = ww.Add(interval.New(0, pd2.Scale(8).Add(d4.Scale(2)).Hi)) // E(2φ̂δ + δ²)²
	shift := p.Slope.Sub(pt(g.kappa[r]))
	p.ForwardVariance = meet(p.ForwardVariance, ww.Sub(shift.Sqr().Scale(2)))

	// E ŵ = E φ̂² − 1.
	u := pt(g.a).Sqr().Mul(v[iUU]).Add(pt(g.a).Mul(pt(g.gamma[r])).Mul(v[iU]).Scale(2)).Add(pt(g.gamma[r]).Sqr())
	wq := tau1.Mul(v[iWQ+k]).Add(tau.Mul(u.Sub(one)))
	wq = wq.Add(linear(v[iPQ+k], v[iPPQ+k]).Scale(2))
	rootQ := interval.Sqrt(v[iQQ])
	wq = wq.Add(around(tau.Mul(interval.Sqrt(pd2)).Mul(rootQ.Add(one)).Scale(2))) // 2τE φ̂δ(q̂ + 1)
	wq = wq.Add(around(d2.Mul(interval.Sqrt(qq))))                                // E δ²q
	p.Cross = meet(p.Cross, wq.Sub(shift.Mul(p.DerivSlope)))
}

// meet intersects two enclosures of one number; one that says nothing is
// ignored.
func meet(x, y interval.Interval) interval.Interval {
	if !y.IsBounded() {
		return x
	}
	return x.Intersect(y)
}
